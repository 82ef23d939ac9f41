//! Keeper of decoding.
