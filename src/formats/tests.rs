//! Slides built by hand, byte by byte.
