//! The pyramid: levels, tiles and regions of a scan, in numbers.

pub mod geometry;
