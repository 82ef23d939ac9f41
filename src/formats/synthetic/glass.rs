//! The whole glass seen from above (macro) and the section alone (thumbnail).

use super::noise::ramp;
use super::stain::GLASS;
use crate::formats::Picture;

const WIDTH: u32 = 1280;
const HEIGHT: u32 = 432;
/// Where the label's end begins and ends, in pixels of the macro picture.
const LABEL: (u32, u32) = (24, 376);
/// Largest side of a thumbnail.
const THUMBNAIL: u32 = 768;

/// The glass on its tray: label at the left end, the section to the right, or two of it.
pub(super) fn macro_picture(label: &Picture, overview: &Picture, twice: bool) -> Picture {
    let mut glass = Picture {
        width: WIDTH,
        height: HEIGHT,
        rgb: Vec::new(),
    };
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            glass.rgb.extend(bare(x, y));
        }
    }
    let side = LABEL.1 - LABEL.0;
    glass.paste(
        &resized(label, side, side),
        i64::from(LABEL.0),
        i64::from((HEIGHT - side) / 2),
    );
    let (room_width, room_height) = (WIDTH - LABEL.1 - 96, HEIGHT - 88);
    let sections = if twice { 2 } else { 1 };
    let room = room_width / sections;
    let section = fitted(overview, room, room_height);
    for n in 0..sections {
        let left = LABEL.1 + 40 + n * room + (room - section.width) / 2;
        tint(&mut glass, &section, (left, (HEIGHT - section.height) / 2));
    }
    glass
}

/// The section alone.
pub(super) fn thumbnail(overview: &Picture) -> Picture {
    fitted(overview, THUMBNAIL, THUMBNAIL)
}

/// Glass with a darker rim, lit a little stronger in the middle.
fn bare(x: u32, y: u32) -> [u8; 3] {
    let rim = [x, y, WIDTH - 1 - x, HEIGHT - 1 - y]
        .into_iter()
        .min()
        .unwrap_or(0) as f32;
    let (dx, dy) = (
        x as f32 / WIDTH as f32 - 0.5,
        y as f32 / HEIGHT as f32 - 0.5,
    );
    let light = 236.0 - 22.0 * (dx * dx + dy * dy) - 70.0 * ramp(9.0, 5.0, rim)
        + 14.0 * ramp(6.0, 3.0, rim);
    [light as u8, light as u8, (light + 2.0) as u8]
}

/// Lays the section on the glass as if light passed through both.
fn tint(glass: &mut Picture, section: &Picture, (left, top): (u32, u32)) {
    for (place, pixel) in section.rgb.chunks(3).enumerate() {
        let (x, y) = (
            place as u32 % section.width + left,
            place as u32 / section.width + top,
        );
        let at = (y * WIDTH + x) as usize * 3;
        for channel in 0..3 {
            let through = u32::from(pixel[channel]) * u32::from(glass.rgb[at + channel]);
            glass.rgb[at + channel] = (through / u32::from(GLASS[channel])).min(255) as u8;
        }
    }
}

/// The picture at the largest size within `width` and `height`, never larger than it is.
fn fitted(picture: &Picture, width: u32, height: u32) -> Picture {
    let (w, h) = (u64::from(picture.width), u64::from(picture.height));
    let (width, height) = (u64::from(width).min(w), u64::from(height).min(h));
    let (columns, rows) = if w * height > h * width {
        (width, h * width / w)
    } else {
        (w * height / h, height)
    };
    resized(picture, columns.max(1) as u32, rows.max(1) as u32)
}

/// The picture at another size, each pixel the mean of those it covers.
fn resized(picture: &Picture, width: u32, height: u32) -> Picture {
    let span = |n: u32, of: u32, from: u32| {
        let start = (u64::from(n) * u64::from(from) / u64::from(of)) as u32;
        let end = (u64::from(n + 1) * u64::from(from)).div_ceil(u64::from(of)) as u32;
        start..end.max(start + 1).min(from)
    };
    let mut rgb = Vec::with_capacity(width as usize * height as usize * 3);
    for row in 0..height {
        for column in 0..width {
            let (columns, rows) = (
                span(column, width, picture.width),
                span(row, height, picture.height),
            );
            rgb.extend(mean(picture, columns, rows));
        }
    }
    Picture { width, height, rgb }
}

fn mean(picture: &Picture, columns: std::ops::Range<u32>, rows: std::ops::Range<u32>) -> [u8; 3] {
    let mut sums = [0_u64; 3];
    let count = u64::from(columns.end - columns.start) * u64::from(rows.end - rows.start);
    for row in rows {
        let start = (u64::from(row) * u64::from(picture.width)) as usize * 3;
        let (first, last) = (
            start + columns.start as usize * 3,
            start + columns.end as usize * 3,
        );
        for pixel in picture.rgb[first..last].chunks(3) {
            for (sum, value) in sums.iter_mut().zip(pixel) {
                *sum += u64::from(*value);
            }
        }
    }
    sums.map(|sum| (sum / count.max(1)) as u8)
}
