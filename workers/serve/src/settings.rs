//! What the people's door must be told.

use serde::{Deserialize, Serialize};

use crate::session::Persona;

/// Settings of the people's door.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Address and port. Default `127.0.0.1:8080`.
    pub listen: String,
    /// How people reach it, for links. Default `http://127.0.0.1:8080`.
    pub public_url: String,
    /// Minutes after which a session nobody used ends. Default 30.
    pub session_minutes: u32,
    /// Seconds a decision about a scan's tiles holds; 60 at most, and events cut it at once.
    /// Default 60.
    pub grant_seconds: u32,
    /// Most decisions about tiles kept. Default 8,192.
    pub grants: usize,
    /// Most labels, macros and thumbnails kept. Default 512.
    pub pictures: usize,
    /// Most bytes of them kept. Default 64 MiB.
    pub picture_bytes: u64,
    /// Most pictures decoded or waiting for a decoder; later ones are told to come again. Default 32.
    pub decoding: usize,
    /// Most children kept for the slides that people look at and a browser cannot show as they are stored.
    /// Each holds a place of `sandbox.max_children`. Default 2.
    pub decoders: usize,
    /// Most composed pictures (tiles decoded for browsers, joined tiles, Deep Zoom) kept. Default 4,096.
    pub composed: usize,
    /// Most bytes of them kept. Default 128 MiB.
    pub composed_bytes: u64,
    /// Most pages following changes at once. Default 512.
    pub followers: usize,
    /// Whether invented people may sign in, from this machine only. Set by the demo, by nothing else.
    #[serde(skip)]
    pub demo: bool,
    /// The invented people of the demo.
    #[serde(skip)]
    pub personas: Vec<Persona>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".into(),
            public_url: "http://127.0.0.1:8080".into(),
            session_minutes: 30,
            grant_seconds: 60,
            grants: 8192,
            pictures: 512,
            picture_bytes: 64 << 20,
            decoding: 32,
            decoders: 2,
            composed: 4096,
            composed_bytes: 128 << 20,
            followers: 512,
            demo: false,
            personas: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_file_cannot_switch_the_demo_on() {
        assert!(serde_json::from_str::<Settings>(r#"{"demo": true}"#).is_err());
        assert!(!serde_json::from_str::<Settings>("{}").unwrap().demo);
    }
}
