//! The stored pyramid: index, tags and manifest.
