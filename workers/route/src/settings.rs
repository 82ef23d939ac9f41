//! How often the worklist is looked after, and how much at once.

use serde::{Deserialize, Serialize};

use crate::{Error, NotifySettings};

/// Settings of the routing process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Seconds between looks; at most 10, so that an untouched claim returns within 90 s. Default 5.
    pub sweep_seconds: u32,
    /// Claims, cases and tray entries handled in one look at most. Default 200.
    pub batch: u32,
    /// Who is told, and how.
    pub notify: NotifySettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sweep_seconds: 5,
            batch: 200,
            notify: NotifySettings::default(),
        }
    }
}

impl Settings {
    pub(crate) fn check(&self) -> Result<(), Error> {
        if !(1..=10).contains(&self.sweep_seconds) {
            let reason = "must be 1 to 10, so that a silent claim returns within 90 s".into();
            return Err(Error::Setting {
                field: "sweep_seconds",
                reason,
            });
        }
        if self.batch == 0 {
            return Err(Error::Setting {
                field: "batch",
                reason: "must be at least 1".into(),
            });
        }
        self.notify.check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_slower_than_the_promise_is_refused() {
        let slow = Settings {
            sweep_seconds: 11,
            ..Settings::default()
        };
        assert!(
            slow.check()
                .unwrap_err()
                .to_string()
                .contains("within 90 s")
        );
        assert!(
            Settings {
                batch: 0,
                ..Settings::default()
            }
            .check()
            .is_err()
        );
        assert!(Settings::default().check().is_ok());
    }
}
