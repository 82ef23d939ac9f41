//! The pyramid: levels, tiles and regions of a scan, which levels it lacks and how they are made; and how good
//! its pixels are.

pub mod cascade;
pub mod coder;
pub mod coverage;
pub mod downsample;
pub mod focus;
pub mod geometry;
pub mod heat;
pub mod mask;
mod pen;
pub mod pixels;
pub mod plan;
pub mod quality;
pub mod rows;
pub mod tissue;
