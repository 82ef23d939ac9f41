//! The child's canvas: what the parent read and checked is decoded here and looked at.
//!
//! One canvas at a time, of at most [`pathology::formats::CANVAS_PIXELS`]; tiles are decoded on all threads of
//! the child, at most a frame of them at once.

use pathology::formats::{Area, CANVAS_PIXELS, Canvas, Error, Picture, Slide, jpeg};
use pathology::pyramid::geometry::TileAt;
use rayon::prelude::*;

use crate::protocol::{Form, Placed, Sheet};

/// A canvas, and how what is placed on it is stored.
pub(crate) struct Easel {
    canvas: Canvas,
    /// The native level (image, level); `None` for JPEG streams of their own.
    stored_as: Option<(u16, u16)>,
}

impl Easel {
    pub(crate) fn new(slide: &Slide, sheet: Sheet) -> Result<Self, Error> {
        if let Some((image, level)) = sheet.stored_as {
            let place = slide.place(image, level).ok_or(Error::NoSuchTile)?;
            if slide.levels()[place].grid != sheet.grid {
                return Err(Error::NoSuchTile);
            }
        }
        Ok(Self {
            canvas: Canvas::new(sheet.grid, sheet.corner, sheet.size)?,
            stored_as: sheet.stored_as,
        })
    }

    pub(crate) fn place(&mut self, slide: &Slide, tiles: &[Placed]) -> Result<(), Error> {
        let decoded: Vec<Picture> = tiles
            .par_iter()
            .map(|tile| self.decode(slide, tile))
            .collect::<Result<_, _>>()?;
        for (tile, picture) in tiles.iter().zip(&decoded) {
            self.canvas.place(tile.column, tile.row, picture)?;
        }
        Ok(())
    }

    fn decode(&self, slide: &Slide, tile: &Placed) -> Result<Picture, Error> {
        let grid = self.canvas.grid();
        match self.stored_as {
            Some((image, level)) => {
                let at = TileAt {
                    image,
                    level,
                    column: tile.column,
                    row: tile.row,
                };
                slide.decode(at, &tile.bytes)
            }
            None => jpeg::decode(&tile.bytes, grid.tile_width, grid.tile_height),
        }
    }

    pub(crate) fn look(&self, area: Area, size: (u32, u32), form: Form) -> Result<Vec<u8>, Error> {
        if u64::from(size.0) * u64::from(size.1) > CANVAS_PIXELS {
            return Err(Error::TooLarge {
                what: "the picture, in pixels,",
                limit: CANVAS_PIXELS,
            });
        }
        let picture = self.canvas.scaled(area, size)?;
        match form {
            Form::Png => picture.to_png(),
            Form::Jpeg(quality) => picture.to_jpeg(quality),
        }
    }
}
