//! The pyramid: levels, tiles and regions of a scan, in numbers; and how good its pixels are.

pub mod coverage;
pub mod focus;
pub mod geometry;
pub mod heat;
pub mod mask;
mod pen;
pub mod pixels;
pub mod quality;
pub mod tissue;
