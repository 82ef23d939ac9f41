//! The people's door.
