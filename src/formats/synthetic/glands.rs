//! Glands: a lumen, a ring of columnar cells, and their nuclei at the base.

use super::noise::{floor, hash, ramp, turn, unit};
use super::nuclei::Nucleus;
use super::paint::{Canvas, TILE};
use super::stain::Stain;

/// Side of the cells that hold one gland each, in micrometres.
const CELL: f32 = 118.0;

/// A gland, in micrometres.
struct Gland {
    x: f32,
    y: f32,
    radius: f32,
    /// Radius of the lumen as a part of the gland's.
    lumen: f32,
    /// Direction of its lobes (sine, cosine), and how long two and three of them are.
    axis: (f32, f32),
    lobes: (f32, f32),
    hash: u32,
}

/// Paints the glands that touch the tile.
pub(super) fn paint(canvas: &mut Canvas<'_>) {
    let seed = canvas.painter.scene.seed.wrapping_add(500);
    let side = TILE as f32 * canvas.painter.pitch;
    let cells = |origin: f32, pitch: f32| {
        floor((origin - 90.0) / pitch)..floor((origin + side + 90.0) / pitch) + 2
    };
    for row in cells(canvas.top, CELL * 0.92) {
        for column in cells(canvas.left - CELL, CELL) {
            if let Some(gland) = Gland::at(canvas, column, row, seed) {
                gland.body(canvas);
                gland.ring(canvas);
            }
        }
    }
}

impl Gland {
    /// The gland of a cell, where the tissue is glandular; the fields decide at its middle, so
    /// that every tile it touches decides alike.
    fn at(canvas: &Canvas<'_>, column: i32, row: i32, seed: u32) -> Option<Self> {
        let h = hash(column, row, seed);
        let odd = 0.5 * (row & 1) as f32;
        let x = (column as f32 + odd + 0.4 * (unit(h, 1) - 0.5)) * CELL;
        let y = (row as f32 + 0.4 * (unit(h, 2) - 0.5)) * CELL * 0.92;
        let here = canvas.painter.scene.here(x, y);
        let none = here.glands < 0.12 * unit(h, 3) || here.inside < 70.0 || here.fat > -0.02;
        (!none).then(|| Self {
            x,
            y,
            radius: 27.0 + 20.0 * unit(h, 4) * unit(h, 9).sqrt(),
            lumen: 0.28 + 0.24 * unit(h, 5),
            axis: turn(unit(h, 6)),
            lobes: (0.24 * unit(h, 7), 0.1 * unit(h, 8)),
            hash: h,
        })
    }

    /// The outline's radius in a direction given as a unit vector.
    fn edge(&self, canvas: &Canvas<'_>, (dx, dy): (f32, f32)) -> f32 {
        let shift = (self.hash & 0xFFF) as f32 + 4096.0;
        let wobble = canvas.painter.grain.at(dx * 5.0 + shift, dy * 5.0 + shift);
        let (sin, cos) = self.axis;
        let (u, v) = (dx * cos + dy * sin, dy * cos - dx * sin);
        let two = u * u - v * v;
        let three = u * (u * u - 3.0 * v * v);
        self.radius * (1.0 + 0.07 * wobble + self.lobes.0 * two + self.lobes.1 * three)
    }

    fn body(&self, canvas: &mut Canvas<'_>) {
        let reach = self.radius * 1.55;
        let columns = canvas.span(self.x, reach, canvas.left);
        for row in canvas.span(self.y, reach, canvas.top) {
            for column in columns.clone() {
                let x = canvas.left + column as f32 * canvas.painter.pitch - self.x;
                let y = canvas.top + row as f32 * canvas.painter.pitch - self.y;
                let distance = (x * x + y * y).sqrt().max(0.01);
                if distance < reach {
                    let at = row * TILE + column;
                    let out = distance / self.edge(canvas, (x / distance, y / distance));
                    canvas.dyes[at] = self.pixel(canvas, out, (x, y), canvas.dyes[at]);
                }
            }
        }
    }

    /// From the middle outwards: lumen, mucin at the cells' tips, cytoplasm, a cleft, stroma.
    fn pixel(&self, canvas: &Canvas<'_>, out: f32, (x, y): (f32, f32), under: [u8; 2]) -> [u8; 2] {
        let fine = canvas.painter.grain.at(x * 1.5 + 4096.0, y * 1.5 + 4096.0);
        let out = out + 0.02 * fine;
        if out > 1.06 {
            let gap = ramp(1.06, 1.13, out);
            return under.map(|dye| (f32::from(dye) * (0.35 + 0.65 * gap)) as u8);
        }
        let cells = ramp(self.lumen, self.lumen + 0.07, out);
        let basal = ramp(0.45, 0.95, out);
        let secretion = 16.0 + 10.0 * fine;
        let pink = secretion + (58.0 + 22.0 * basal + 12.0 * fine - secretion) * cells;
        let blue = cells * (20.0 + 20.0 * basal + 8.0 * fine);
        match canvas.painter.stain {
            Stain::HE => [blue as u8, pink as u8],
            Stain::Ihc => [(blue * 0.6 + 6.0 * cells) as u8, (cells * 10.0) as u8],
        }
    }

    /// Nuclei side by side at the cells' base, some a storey higher.
    fn ring(&self, canvas: &mut Canvas<'_>) {
        let count = (self.radius * 5.3 / 5.9) as u32;
        for n in 0..count {
            let h = hash(n as i32, 3, self.hash);
            let (sin, cos) = turn((n as f32 + 0.35 * unit(h, 1)) / count as f32);
            let storey = if unit(h, 2) < 0.22 { 0.70 } else { 0.84 };
            let distance = self.edge(canvas, (cos, sin)) * (storey + 0.05 * unit(h, 3));
            let nucleus = Nucleus {
                x: self.x + cos * distance,
                y: self.y + sin * distance,
                half: (3.9 + 1.2 * unit(h, 4), 2.3 + 0.6 * unit(h, 5)),
                axis: (sin, cos),
                dark: 128.0 + 55.0 * unit(h, 6),
                brown: if unit(h, 7) < 0.6 { 165.0 } else { 0.0 },
                hash: h,
            };
            canvas.stamp(&nucleus);
        }
    }
}
