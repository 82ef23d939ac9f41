//! Nuclei: one at most in each cell of a jittered lattice; how many depends on the tissue.

use super::noise::{hash, ramp, turn, unit};
use super::paint::{Canvas, TILE};
use super::scene::Here;
use super::stain::Stain;

/// Side of the cells that hold one nucleus each, in micrometres.
const CELL: f32 = 8.6;

/// A nucleus, in micrometres.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nucleus {
    pub(super) x: f32,
    pub(super) y: f32,
    /// Half axes, and the direction of the first (sine, cosine).
    pub(super) half: (f32, f32),
    pub(super) axis: (f32, f32),
    /// Amount of haematoxylin, 0 to 255.
    pub(super) dark: f32,
    /// Amount of brown where the antibody binds.
    pub(super) brown: f32,
    pub(super) hash: u32,
}

/// Paints the nuclei of stroma, inflammation and fat.
pub(super) fn stroma(canvas: &mut Canvas<'_>) {
    let seed = canvas.painter.scene.seed.wrapping_add(900);
    let side = TILE as f32 * canvas.painter.pitch;
    let cells = |origin: f32| {
        super::noise::floor((origin - 8.0) / CELL)
            ..super::noise::floor((origin + side + 8.0) / CELL) + 1
    };
    for row in cells(canvas.top) {
        for column in cells(canvas.left) {
            let h = hash(column, row, seed);
            let x = (column as f32 + 0.2 + 0.6 * unit(h, 1)) * CELL;
            let y = (row as f32 + 0.2 + 0.6 * unit(h, 2)) * CELL;
            let here = canvas.here(x, y);
            if let Some(nucleus) = nucleus(canvas, &here, h, (x, y)) {
                canvas.stamp(&nucleus);
            }
        }
    }
}

/// The nucleus of a cell, if the tissue there has one.
fn nucleus(canvas: &Canvas<'_>, here: &Here, h: u32, (x, y): (f32, f32)) -> Option<Nucleus> {
    let crowd = ramp(0.0, 0.22, here.inflamed);
    let chance = 0.05 + 0.26 * ramp(0.85, 1.2, here.strength) + 0.6 * crowd;
    if here.inside < 4.0 || here.cleft < 6.5 || unit(h, 3) > chance || canvas.is_hollow(x, y) {
        return None;
    }
    let round = unit(h, 4) < 0.06 + 0.9 * crowd;
    let half = if round {
        let radius = 2.6 + 0.8 * unit(h, 5);
        (radius, radius * (0.85 + 0.15 * unit(h, 6)))
    } else {
        (4.6 + 2.8 * unit(h, 5), 1.3 + 0.8 * unit(h, 6))
    };

    Some(Nucleus {
        x,
        y,
        half,
        axis: if round {
            turn(unit(h, 7))
        } else {
            canvas.grain_axis(x, y, 5.0 * (unit(h, 7) - 0.5))
        },
        dark: if round {
            150.0 + 50.0 * unit(h, 8)
        } else {
            112.0 + 50.0 * unit(h, 8)
        },
        brown: if round && unit(h, 9) < 0.25 {
            150.0
        } else {
            0.0
        },
        hash: h,
    })
}

impl Canvas<'_> {
    /// Paints a nucleus: a soft ellipse with a darker rim, clumps of chromatin and, in large pale
    /// ones, a nucleolus.
    pub(super) fn stamp(&mut self, nucleus: &Nucleus) {
        let reach = nucleus.half.0.max(nucleus.half.1) + 1.0;
        let pitch = self.painter.pitch;
        let columns = self.span(nucleus.x, reach, self.left);
        let (sin, cos) = nucleus.axis;
        let soft = nucleus.half.1 / (0.6 + pitch);
        let shift = (nucleus.hash & 0xFF) as f32;
        for row in self.span(nucleus.y, reach, self.top) {
            let dy = self.top + row as f32 * pitch - nucleus.y;
            for column in columns.clone() {
                let dx = self.left + column as f32 * pitch - nucleus.x;
                let (u, v) = (
                    (dx * cos + dy * sin) / nucleus.half.0,
                    (dy * cos - dx * sin) / nucleus.half.1,
                );
                let out = u * u + v * v;
                let cover = ((1.0 - out) * soft).min(1.0);
                if cover > 0.0 {
                    let clump = self
                        .painter
                        .grain
                        .at(dx * 2.6 + shift + 4096.0, dy * 2.6 + shift + 4096.0);
                    let dark = nucleus.dark * (0.86 + 0.24 * clump + 0.22 * ramp(0.45, 0.8, out));
                    let at = row * TILE + column;
                    self.dyes[at] = self.covered(self.dyes[at], dark, nucleus.brown, cover);
                }
            }
        }
    }

    fn covered(&self, [blue, second]: [u8; 2], dark: f32, brown: f32, cover: f32) -> [u8; 2] {
        let (blue, second) = (f32::from(blue), f32::from(second));
        let (to_blue, to_second) = match self.painter.stain {
            Stain::HE => (dark.max(blue), second * 0.72),
            Stain::Ihc if brown > 0.0 => (dark * 0.35, brown + 0.3 * (dark - 150.0)),
            Stain::Ihc => (dark * 0.72, second),
        };
        let mixed = |from: f32, to: f32| (from + (to - from) * cover).clamp(0.0, 255.0) as u8;
        [mixed(blue, to_blue), mixed(second, to_second)]
    }
}
