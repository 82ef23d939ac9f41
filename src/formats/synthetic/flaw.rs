//! Flaws of a scan, painted over sound tissue: blur and ink.

use super::Trouble;
use super::paint::TILE;
use super::stain::GLASS;

/// Half the side of the squares that a blurred tile is averaged over, three times.
const RADIUS: usize = 3;
/// The part of the slide's width, from the left, that is out of focus.
const BLURRED: f32 = 0.6;
/// A felt pen.
const INK: [u8; 3] = [36, 128, 70];

/// The flaw of a slide of some size, in micrometres.
#[derive(Clone, Copy)]
pub(super) struct Flaw {
    pub(super) trouble: Option<Trouble>,
    pub(super) width: f32,
    pub(super) height: f32,
}

impl Flaw {
    /// Spoils a tile whose corner lies at `(left, top)` and whose pixels are `pitch` apart;
    /// bare glass comes as `None` and may leave with ink.
    pub(super) fn spoil(
        &self,
        tile: Option<Vec<u8>>,
        (left, top): (f32, f32),
        pitch: f32,
    ) -> Option<Vec<u8>> {
        match self.trouble {
            Some(Trouble::OutOfFocus) if left < self.width * BLURRED => tile.map(blurred),
            Some(Trouble::PenMarks) => {
                let on_ink = |n: usize| {
                    self.is_ink(
                        left + (n % TILE) as f32 * pitch,
                        top + (n / TILE) as f32 * pitch,
                    )
                };
                let inked: Vec<usize> = (0..TILE * TILE).filter(|n| on_ink(*n)).collect();
                if inked.is_empty() {
                    return tile;
                }
                let mut rgb = tile.unwrap_or_else(|| GLASS.repeat(TILE * TILE));
                for n in inked {
                    rgb[n * 3..n * 3 + 3].copy_from_slice(&INK);
                }
                Some(rgb)
            }
            _ => tile,
        }
    }

    /// Two broad strokes across the slide.
    fn is_ink(&self, x: f32, y: f32) -> bool {
        let stroke = |middle: f32| (y - self.height * middle - x * 0.08).abs() < self.height * 0.03;
        stroke(0.12) || stroke(0.8)
    }
}

/// A tile out of focus: the mean of a square, three times, which is close to a Gaussian.
fn blurred(mut rgb: Vec<u8>) -> Vec<u8> {
    for _ in 0..3 {
        rgb = smeared(&rgb, 3);
        rgb = smeared(&rgb, TILE * 3);
    }
    rgb
}

/// Each value the mean of its neighbours in one direction, `step` bytes apart, within the tile.
fn smeared(rgb: &[u8], step: usize) -> Vec<u8> {
    let place = |n: usize| {
        if step == 3 {
            n / 3 % TILE
        } else {
            n / 3 / TILE
        }
    };
    (0..rgb.len())
        .map(|n| {
            let before = place(n).min(RADIUS);
            let after = (TILE - 1 - place(n)).min(RADIUS);
            let first = n - before * step;
            let sum: u32 = (0..=before + after)
                .map(|k| u32::from(rgb[first + k * step]))
                .sum();
            (sum / (before + after + 1) as u32) as u8
        })
        .collect()
}
