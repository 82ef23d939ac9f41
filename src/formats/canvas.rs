//! A canvas: tiles of one level are placed on it, then it is cut and scaled to what was asked for.
//!
//! ```text
//! level   ┌────┬────┬────┐        canvas  ┌──────────┐ left, top      ┌─────┐
//!         │    │  ┌─┼──┐ │   place each   │          │    cut, scale  │     │ width × height
//!         ├────┼──┼─┼──┤ │  ───────────▶  │          │  ───────────▶  └─────┘
//! ```
//!
//! The tiles' bytes were read and checked by somebody else; nothing here asks for more of the slide. What no
//! tile covers stays white. Memory: one picture of at most [`CANVAS_PIXELS`].

use super::{Error, Picture};
use crate::pyramid::geometry::Grid;
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

/// Largest canvas, in pixels of its level: 192 MiB.
pub const CANVAS_PIXELS: u64 = 64 << 20;

/// Pixels of one level, white where no tile was placed yet.
#[derive(Debug)]
pub struct Canvas {
    grid: Grid,
    left: u32,
    top: u32,
    picture: Picture,
}

/// A rectangle of a level, in its pixels and parts of them.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Area {
    /// Pixels from the left edge of the level.
    pub x: f64,
    /// Pixels from its top.
    pub y: f64,
    /// Width in pixels of the level.
    pub width: f64,
    /// Height in pixels of the level.
    pub height: f64,
}

impl Canvas {
    /// A white canvas over `width` × `height` pixels of a level, from `left` and `top` on.
    pub fn new(
        grid: Grid,
        (left, top): (u32, u32),
        (width, height): (u32, u32),
    ) -> Result<Self, Error> {
        let pixels = u64::from(width) * u64::from(height);
        if pixels == 0 {
            return Err(Error::EmptyRegion);
        }
        if pixels > CANVAS_PIXELS {
            return Err(Error::TooLarge {
                what: "what has to be decoded for the region, in pixels,",
                limit: CANVAS_PIXELS,
            });
        }
        Ok(Self {
            grid,
            left,
            top,
            picture: Picture::white(width, height),
        })
    }

    /// Size of the level and of its tiles.
    pub const fn grid(&self) -> Grid {
        self.grid
    }

    /// Places a tile; its padding beyond the level's edges is no tissue and is left out.
    pub fn place(&mut self, column: u32, row: u32, tile: &Picture) -> Result<(), Error> {
        self.grid.place(column, row).ok_or(Error::NoSuchTile)?;
        let (x, y) = (column * self.grid.tile_width, row * self.grid.tile_height);
        let inside = (
            tile.width.min(self.grid.width - x),
            tile.height.min(self.grid.height - y),
        );
        let across = i64::from(x) - i64::from(self.left);
        let down = i64::from(y) - i64::from(self.top);
        if inside == (tile.width, tile.height) {
            self.picture.paste(tile, across, down);
        } else {
            let mut cut = Picture::white(inside.0, inside.1);
            cut.paste(tile, 0, 0);
            self.picture.paste(&cut, across, down);
        }
        Ok(())
    }

    /// The area, scaled to `width` × `height`: the pixels themselves where the scale is one and the area
    /// begins on a pixel, else averaged (smaller) or interpolated (larger).
    pub fn scaled(&self, area: Area, (width, height): (u32, u32)) -> Result<Picture, Error> {
        let sides = [area.x, area.y, area.width, area.height];
        let sane =
            sides.iter().all(|side| side.is_finite()) && area.width > 0.0 && area.height > 0.0;
        if width == 0 || height == 0 || !sane {
            return Err(Error::EmptyRegion);
        }
        let (x, y) = (area.x - f64::from(self.left), area.y - f64::from(self.top));
        let whole = |value: f64| value.fract() == 0.0;
        let same = |pixels: f64, size: u32| (pixels - f64::from(size)).abs() < 1e-6;
        let unscaled = same(area.width, width) && same(area.height, height);
        if unscaled && whole(x) && whole(y) {
            let mut cut = Picture::white(width, height);
            cut.paste(&self.picture, -(x as i64), -(y as i64));
            return Ok(cut);
        }
        self.resized((x, y), area, (width, height))
    }

    fn resized(
        &self,
        (x, y): (f64, f64),
        area: Area,
        (width, height): (u32, u32),
    ) -> Result<Picture, Error> {
        let refused = |why: &dyn std::fmt::Display| {
            Error::damaged(format!("the picture cannot be scaled: {why}"))
        };
        let Picture {
            width: wide,
            height: high,
            rgb,
        } = &self.picture;
        let from =
            ImageRef::new(*wide, *high, rgb, PixelType::U8x3).map_err(|why| refused(&why))?;
        let mut to = Image::new(width, height, PixelType::U8x3);
        let options = ResizeOptions::new()
            .crop(x, y, area.width, area.height)
            .resize_alg(ResizeAlg::Convolution(FilterType::Hamming))
            .use_alpha(false);
        let resized = Resizer::new().resize(&from, &mut to, &options);
        resized.map_err(|why| refused(&why))?;
        Ok(Picture {
            width,
            height,
            rgb: to.into_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: Grid = Grid {
        width: 40,
        height: 20,
        tile_width: 16,
        tile_height: 16,
    };

    fn tile(grey: u8) -> Picture {
        Picture {
            width: 16,
            height: 16,
            rgb: vec![grey; 16 * 16 * 3],
        }
    }

    fn area(x: f64, y: f64, width: f64, height: f64) -> Area {
        Area {
            x,
            y,
            width,
            height,
        }
    }

    #[test]
    fn tiles_lie_where_they_belong_and_padding_is_white() {
        let mut canvas = Canvas::new(GRID, (8, 8), (40, 12)).unwrap();
        canvas.place(0, 0, &tile(10)).unwrap();
        canvas.place(2, 1, &tile(30)).unwrap();
        let cut = canvas.scaled(area(8.0, 8.0, 40.0, 12.0), (40, 12)).unwrap();
        let at = |x: usize, y: usize| cut.rgb[(y * 40 + x) * 3];
        assert_eq!((at(0, 0), at(7, 7), at(8, 0)), (10, 10, 255));
        assert_eq!((at(24, 8), at(31, 11)), (30, 30));
        assert_eq!(at(32, 8), 255, "beyond the level's right edge");
        assert!(matches!(
            canvas.place(3, 0, &tile(0)),
            Err(Error::NoSuchTile)
        ));
    }

    #[test]
    fn half_the_size_is_the_mean_of_what_was_there() {
        let mut canvas = Canvas::new(GRID, (0, 0), (32, 16)).unwrap();
        canvas.place(0, 0, &tile(100)).unwrap();
        canvas.place(1, 0, &tile(200)).unwrap();
        let half = canvas.scaled(area(0.0, 0.0, 32.0, 16.0), (16, 8)).unwrap();
        assert_eq!((half.width, half.height, half.rgb.len()), (16, 8, 384));
        assert_eq!((half.rgb[0], half.rgb[15 * 3]), (100, 200));
        let part = canvas.scaled(area(15.5, 0.0, 1.0, 1.0), (1, 1)).unwrap();
        assert_eq!(part.rgb[0], 150, "half of each neighbour");
    }

    #[test]
    fn a_canvas_is_bounded_and_never_empty() {
        let asked = |size| Canvas::new(GRID, (0, 0), size).map(|_| ());
        assert!(matches!(asked((0, 5)), Err(Error::EmptyRegion)));
        assert!(matches!(
            asked((1 << 14, 1 << 13)),
            Err(Error::TooLarge { .. })
        ));
        let canvas = Canvas::new(GRID, (0, 0), (4, 4)).unwrap();
        assert!(canvas.scaled(area(0.0, 0.0, 4.0, 4.0), (0, 1)).is_err());
        assert!(canvas.scaled(area(2.0, 0.0, 4.0, 4.0), (2, 2)).is_err());
        assert!(
            canvas
                .scaled(area(f64::NAN, 0.0, 4.0, 4.0), (2, 2))
                .is_err()
        );
    }
}
