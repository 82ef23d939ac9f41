//! Keeper of facts.
