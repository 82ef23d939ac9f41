//! Slides that OpenSlide reads and we do not, in the child: their shape, and their tiles as JPEG.
//!
//! ```text
//!   first child ── "this is a MIRAX slide" ─▶ parent lays out the members under their own names
//!   second child ── loads the library ── confines itself, but for reading those members ── opens the slide
//! ```
//!
//! Every level is made: OpenSlide gives pixels and never stored tiles. Where nothing was scanned it gives
//! transparent pixels, which become white.

mod library;

use std::ffi::CStr;
use std::path::Path;
use std::sync::Arc;

use pathology::formats::{Elsewhere, Error, Made, Maker, Member, Picture, Slide};
use pathology::pyramid::geometry::Grid;

use library::Handle;
pub(crate) use library::Library;

/// Sides of a made tile, in pixels.
const TILE: u32 = 512;
/// Quality of a made tile; OpenSlide's slides are decoded from JPEG themselves.
const QUALITY: u8 = 90;
/// Levels of a slide at most.
const LEVELS: i32 = 64;
/// Pictures beside the pyramid that we name, by OpenSlide's names.
const PICTURES: [(&str, &CStr); 3] = [
    ("label", c"label"),
    ("macro", c"macro"),
    ("thumbnail", c"thumbnail"),
];

/// Opens the slide that lies in `folder`; `names` are its files in there.
pub(crate) fn open(library: &Arc<Library>, folder: &Path, names: &[&str]) -> Result<Slide, Error> {
    let mut inside: Vec<&str> = names.to_vec();
    // The file that names a slide lies above the others.
    inside.sort_by_key(|name| (name.matches('/').count(), *name));
    let opened = inside
        .into_iter()
        .find_map(|name| library.open(&folder.join(name)));
    let handle = opened.ok_or_else(|| Error::Damaged {
        what: format!(
            "OpenSlide {} knows no slide among its files: send all of them, under the names the scanner gave",
            library.version()
        ),
    })?;
    sound(&handle)?;
    Slide::elsewhere(told(&Arc::new(handle))?)
}

fn told(handle: &Arc<Handle>) -> Result<Elsewhere, Error> {
    let number = |name| handle.property(name).and_then(|text| text.parse().ok());
    let levels = 0..handle.levels().min(LEVELS);
    let levels: Result<Vec<Made>, Error> = levels.map(|level| plane(handle, level)).collect();
    let pictures = PICTURES.iter().filter(|(_, name)| handle.has_picture(name));
    Ok(Elsewhere {
        vendor: handle
            .property(c"openslide.vendor")
            .unwrap_or_else(|| "openslide".to_owned()),
        mpp: [number(c"openslide.mpp-x"), number(c"openslide.mpp-y")],
        objective: number(c"openslide.objective-power"),
        icc_bytes: handle.icc_bytes(),
        not_shown: Vec::new(),
        levels: levels?,
        associated: pictures
            .filter_map(|(name, inside)| Some((*name, picture(handle, inside)?)))
            .collect(),
    })
}

fn plane(handle: &Arc<Handle>, level: i32) -> Result<Made, Error> {
    let odd = || Error::Damaged {
        what: "a level has a size no slide has".to_owned(),
    };
    let (width, height) = side(handle.level_size(level)).ok_or_else(odd)?;
    let downsample = handle.downsample(level);
    let maker = Plane {
        handle: Arc::clone(handle),
        level,
        downsample: if downsample >= 1.0 {
            downsample
        } else {
            return Err(odd());
        },
    };
    let grid = Grid {
        width,
        height,
        tile_width: TILE,
        tile_height: TILE,
    };
    Ok(Made {
        grid,
        maker: Arc::new(maker),
    })
}

fn picture(handle: &Arc<Handle>, name: &'static CStr) -> Option<Made> {
    let (width, height) = side(handle.picture_size(name))?;
    let maker = Beside {
        handle: Arc::clone(handle),
        name,
        size: (width, height),
    };
    let grid = Grid {
        width,
        height,
        tile_width: width,
        tile_height: height,
    };
    Some(Made {
        grid,
        maker: Arc::new(maker),
    })
}

fn side((width, height): (i64, i64)) -> Option<(u32, u32)> {
    let side = |side| u32::try_from(side).ok().filter(|side| *side > 0);
    Some((side(width)?, side(height)?))
}

/// One level.
#[derive(Debug)]
struct Plane {
    handle: Arc<Handle>,
    level: i32,
    downsample: f64,
}

impl Maker for Plane {
    fn tile(&self, members: &[Member<'_>], column: u32, row: u32) -> Result<Vec<u8>, Error> {
        self.pixels(members, column, row)?.to_jpeg(QUALITY)
    }

    fn pixels(&self, _: &[Member<'_>], column: u32, row: u32) -> Result<Picture, Error> {
        let place = |n: u32| (f64::from(n) * f64::from(TILE) * self.downsample).round() as i64;
        let at = (place(column), place(row));
        let pixels = self.handle.region(self.level, at, (TILE, TILE));
        sound(&self.handle)?;
        Ok(over_white(&pixels, (TILE, TILE)))
    }

    fn quality(&self) -> Option<u8> {
        Some(QUALITY)
    }
}

/// A picture beside the pyramid: one tile, of its own size.
#[derive(Debug)]
struct Beside {
    handle: Arc<Handle>,
    name: &'static CStr,
    size: (u32, u32),
}

impl Maker for Beside {
    fn tile(&self, members: &[Member<'_>], column: u32, row: u32) -> Result<Vec<u8>, Error> {
        self.pixels(members, column, row)?.to_jpeg(QUALITY)
    }

    fn pixels(&self, _: &[Member<'_>], _: u32, _: u32) -> Result<Picture, Error> {
        let pixels = self.handle.picture(self.name);
        sound(&self.handle)?;
        Ok(over_white(&pixels, self.size))
    }
}

/// OpenSlide's own words when it failed, unless they name a file: those names are the scanner's.
fn sound(handle: &Handle) -> Result<(), Error> {
    let Some(words) = handle.error() else {
        return Ok(());
    };
    let shown = if words.contains(['/', '.']) {
        "OpenSlide cannot read one of its files".to_owned()
    } else {
        format!("OpenSlide says: {words}")
    };
    Err(Error::Damaged { what: shown })
}

/// Premultiplied ARGB over white.
fn over_white(pixels: &[u32], (width, height): (u32, u32)) -> Picture {
    let mut picture = Picture::white(width, height);
    for (rgb, pixel) in picture.rgb.chunks_exact_mut(3).zip(pixels) {
        let [alpha, colour @ ..] = pixel.to_be_bytes();
        for (sample, colour) in rgb.iter_mut().zip(colour) {
            *sample = colour.saturating_add(255 - alpha);
        }
    }
    picture
}
