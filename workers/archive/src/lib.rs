//! Keeper of bytes.
