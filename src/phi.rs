//! Patient data that cannot be printed by accident.
//!
//! `Phi<T>` shows as `[phi]` in `Debug` and `Display`, so it never reaches a log, a span, a metric
//! or a panic message. `expose` hands out the value where a person entitled to it will read it.

use serde::{Deserialize, Serialize};

/// A value that identifies a patient or tells of their health.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phi<T>(T);

impl<T> Phi<T> {
    /// Wraps a value that must not be printed.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for storing it or for showing it to someone entitled.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself, for storing it or for showing it to someone entitled.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> From<T> for Phi<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> std::fmt::Debug for Phi<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[phi]")
    }
}

impl<T> std::fmt::Display for Phi<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[phi]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_never_prints() {
        let name = Phi::new(String::from("TESTPATIENT Anna"));
        assert_eq!(
            format!("{name} {name:?} {:?}", Some(&name)),
            "[phi] [phi] Some([phi])"
        );
    }
}
