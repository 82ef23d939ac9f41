//! The heat map: the slide in pale grey, its cells from blurred (red) to sharp (blue), ink in black.
//!
//! The two ends differ for every kind of colour vision, and the page puts the numbers beside it. At
//! most 320 pixels a side and sixteen greys, so that the file stays far below 256 KiB.

use super::geometry::Region;
use super::mask::Mask;
use super::pixels::{Pixels, Reduced, luma};
use super::quality::Cell;

/// Longest side of the picture in pixels.
const SIDE: u32 = 320;

/// Paints the heat map over a picture of the whole level 0, which has `size` pixels.
pub fn paint(
    slide: &Pixels<'_>,
    pen: &Mask,
    cells: &[Cell],
    size: (u32, u32),
    blurred_below: f64,
) -> Reduced {
    let mut heat = slide.reduced(SIDE);
    let ink = pen.resized(heat.width, heat.height);
    for (n, pixel) in heat.rgb.chunks_exact_mut(3).enumerate() {
        let grey = luma([pixel[0], pixel[1], pixel[2]]) / 16 * 8 + 128;
        let (x, y) = (n as u32 % heat.width, n as u32 / heat.width);
        pixel.fill(if ink.at(x, y) { 0 } else { grey });
    }
    for cell in cells {
        if let Some(score) = cell.score {
            tint(&mut heat, cell.region, size, warmth(score, blurred_below));
        }
    }
    heat
}

/// Red below the threshold, white at it, blue well above.
fn warmth(score: f64, blurred_below: f64) -> [u8; 3] {
    let part = (score / blurred_below.max(0.01)).clamp(0.0, 2.0);
    let fade = |part: f64| (part * 215.0) as u8 + 40;
    if part < 1.0 {
        [222, fade(part * 0.7), 40]
    } else {
        [fade(2.0 - part), 120, 200]
    }
}

/// Mixes a colour into the cell, at least three pixels a side so that it can be seen.
fn tint(heat: &mut Reduced, region: Region, (width, height): (u32, u32), colour: [u8; 3]) {
    let place =
        |n: u32, of: u32, here: u32| (u64::from(n) * u64::from(here) / u64::from(of.max(1))) as u32;
    let (left, top) = (
        place(region.x, width, heat.width),
        place(region.y, height, heat.height),
    );
    let right = place(region.x + region.width, width, heat.width)
        .max(left + 3)
        .min(heat.width);
    let bottom = place(region.y + region.height, height, heat.height)
        .max(top + 3)
        .min(heat.height);
    for y in top..bottom {
        for x in left..right {
            let at = (y as usize * heat.width as usize + x as usize) * 3;
            for (value, tone) in heat.rgb[at..at + 3].iter_mut().zip(colour) {
                *value = ((u16::from(*value) + 3 * u16::from(tone)) / 4) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blurred_cell_is_red_and_a_sharp_one_is_blue() {
        let rgb = vec![240; 400 * 200 * 3];
        let slide = Pixels::new(400, 200, &rgb).unwrap();
        let cell = |x, score| Cell {
            region: Region {
                x,
                y: 0,
                width: 500,
                height: 500,
            },
            score,
        };
        let cells = [cell(0, Some(0.1)), cell(2000, Some(1.0)), cell(3000, None)];
        let pen = Mask::new(400, 200, vec![false; 400 * 200]);
        let heat = paint(&slide, &pen, &cells, (4000, 2000), 0.35);
        assert!(heat.width <= SIDE);
        let pixels = heat.pixels().unwrap();
        let at = |x: u32| pixels.at(x * heat.width / 4000, 2);
        assert!(at(100)[0] > at(100)[2] + 80);
        assert!(at(2100)[2] > at(2100)[0] + 80);
        assert_eq!(at(3100)[0], at(3100)[2]);
    }
}
