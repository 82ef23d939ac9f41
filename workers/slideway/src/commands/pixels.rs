//! `tile` and `region`: pixels of a slide, through the same boundary as the server's.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use pathology::pyramid::geometry::{self, TileAt};

use super::{Failure, failed, write};
use crate::keepers;

/// Write one tile as it is served.
#[derive(Args)]
pub(crate) struct Tile {
    /// The slide, or the folder of one of several files
    path: PathBuf,
    /// The level; 0 is full resolution
    level: u16,
    /// Tiles from the left
    column: u32,
    /// Tiles from the top
    row: u32,
    /// Where to write it
    #[arg(short, default_value = "tile.jpg")]
    out: PathBuf,
}

impl Tile {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let sandbox = keepers::sandbox(&sandbox::Settings::default())?;
        let at = TileAt {
            image: 0,
            level: self.level,
            column: self.column,
            row: self.row,
        };
        match sandbox
            .tile(&keepers::members_at(std::slice::from_ref(&self.path))?, at)
            .await
        {
            Ok(bytes) => write(&self.out, &bytes)?,
            Err(e) => return Ok(failed(&format!("{}: {e}", self.path.display()))),
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Write a region as PNG: X, Y in level-0 pixels of the scanned area; W, H in the level's.
#[derive(Args)]
pub(crate) struct Region {
    /// The slide, or the folder of one of several files
    path: PathBuf,
    /// Level-0 pixels from the left
    x: u32,
    /// Level-0 pixels from the top
    y: u32,
    /// Width in pixels of the level
    w: u32,
    /// Height in pixels of the level
    h: u32,
    /// The level; 0 is full resolution
    #[arg(long, default_value_t = 0)]
    level: u16,
    /// Where to write it
    #[arg(short, default_value = "region.png")]
    out: PathBuf,
}

impl Region {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let sandbox = keepers::sandbox(&sandbox::Settings::default())?;
        let region = geometry::Region {
            x: self.x,
            y: self.y,
            width: self.w,
            height: self.h,
        };
        match sandbox
            .region(
                &keepers::members_at(std::slice::from_ref(&self.path))?,
                (0, self.level),
                region,
            )
            .await
        {
            Ok(png) => write(&self.out, &png)?,
            Err(e) => return Ok(failed(&format!("{}: {e}", self.path.display()))),
        }
        Ok(ExitCode::SUCCESS)
    }
}
