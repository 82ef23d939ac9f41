//! A value that was decided upon: the only way a handler gets at a case or a scan.

use super::{Ask, Basis, Denied, Resource, decide};

/// A value whose use was permitted. It cannot be made in another way than by deciding.
#[derive(Debug)]
pub struct Authorized<T> {
    value: T,
    basis: Basis,
}

impl<T> Authorized<T> {
    /// Decides on the resource the value itself names, and hands the value out if permitted.
    ///
    /// # Errors
    /// The refusal; the value is dropped.
    pub fn check(
        ask: Ask<'_>,
        resource_of: impl FnOnce(&T) -> Resource,
        value: T,
    ) -> Result<Self, Denied> {
        let resource = resource_of(&value);
        let basis = decide(ask.subject, ask.action, ask.purpose, &resource)?;
        Ok(Self { value, basis })
    }

    /// The value.
    pub const fn get(&self) -> &T {
        &self.value
    }

    /// The value itself.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// What permitted it, for the audit.
    pub const fn basis(&self) -> Basis {
        self.basis
    }
}
