//! Where tissue is and what it is like there: smooth fields over the glass, in micrometres.
//!
//! Everything finer (fibres, fat, glands, nuclei) asks these fields.

use super::noise::{hash, ramp, rough, smooth, turn, unit};

/// One piece of tissue.
struct Island {
    x: f32,
    y: f32,
    radius: [f32; 2],
    axis: (f32, f32),
    salt: u32,
}

/// The section on the glass.
pub(super) struct Scene {
    islands: Vec<Island>,
    pub(super) seed: u32,
    /// Share of the section that is glands, and that is fat: what organ it seems to be.
    glandular: f32,
    fatty: f32,
}

/// What the tissue is like at a place.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Here {
    /// Micrometres from the edge of the tissue; negative on glass.
    pub(super) inside: f32,
    /// The place along and across the fibres.
    pub(super) along: f32,
    pub(super) across: f32,
    /// How fatty, glandular and inflamed it is; above 0 is.
    pub(super) fat: f32,
    pub(super) glands: f32,
    pub(super) inflamed: f32,
    /// Micrometres from the middle of the nearest cleft.
    pub(super) cleft: f32,
    /// Strength of the second dye, around 1.
    pub(super) strength: f32,
}

impl Here {
    /// The place `part` of the way to `other`.
    pub(super) fn between(self, other: Self, part: f32) -> Self {
        self.zip(other, |from, to| from + (to - from) * part)
    }

    /// One of the steps that lead to `other`, `part` of the way long.
    pub(super) fn towards(self, other: Self, part: f32) -> Self {
        self.zip(other, |from, to| (to - from) * part)
    }

    pub(super) fn plus(self, step: Self) -> Self {
        self.zip(step, |from, step| from + step)
    }

    #[inline]
    fn zip(self, other: Self, join: impl Fn(f32, f32) -> f32) -> Self {
        Self {
            inside: join(self.inside, other.inside),
            along: join(self.along, other.along),
            across: join(self.across, other.across),
            fat: join(self.fat, other.fat),
            glands: join(self.glands, other.glands),
            inflamed: join(self.inflamed, other.inflamed),
            cleft: join(self.cleft, other.cleft),
            strength: join(self.strength, other.strength),
        }
    }
}

impl Scene {
    /// A section on a scanned area of `width` by `height` micrometres.
    pub(super) fn new(seed: u64, width: f32, height: f32) -> Self {
        let seed = (seed ^ (seed >> 32)) as u32;
        let count = 1 + hash(1, 2, seed) % 4;
        let (columns, rows) = match (count, width > height) {
            (1, _) => (1, 1),
            (4, _) => (2, 2),
            (_, true) => (count, 1),
            (_, false) => (1, count),
        };
        let (cell_width, cell_height) = (width / columns as f32, height / rows as f32);
        let island = |n: u32| {
            let h = hash(n as i32, 7, seed);
            let size = 0.36 + 0.05 * unit(h, 1);
            Island {
                x: ((n % columns) as f32 + 0.47 + 0.06 * unit(h, 2)) * cell_width,
                y: ((n / columns) as f32 + 0.47 + 0.06 * unit(h, 3)) * cell_height,
                radius: [
                    cell_width * size,
                    cell_height * size * (0.85 + 0.15 * unit(h, 4)),
                ],
                axis: turn(0.06 * (unit(h, 5) - 0.5)),
                salt: seed.wrapping_add(100 + 10 * n),
            }
        };
        Self {
            islands: (0..count).map(island).collect(),
            seed,
            glandular: unit(hash(3, 4, seed), 0),
            fatty: unit(hash(5, 6, seed), 0),
        }
    }

    /// Bare glass.
    pub(super) fn empty(seed: u64) -> Self {
        Self {
            islands: Vec::new(),
            ..Self::new(seed, 1.0, 1.0)
        }
    }

    /// Micrometres from the edge of the nearest piece; negative on glass.
    pub(super) fn inside(&self, x: f32, y: f32) -> f32 {
        self.islands
            .iter()
            .map(|island| island.inside(x, y))
            .fold(f32::MIN, f32::max)
    }

    /// What the tissue is like at a place.
    pub(super) fn here(&self, x: f32, y: f32) -> Here {
        let field = |wide: f32, salt: u32| smooth(x / wide, y / wide, self.seed.wrapping_add(salt));
        let (bend, sway) = (field(170.0, 11), field(210.0, 12));
        let (sin, cos) = turn(0.5 * field(900.0, 13));
        let (u, v) = (x + 60.0 * bend, y + 60.0 * sway);
        let (zone_x, zone_y) = (x + 220.0 * field(480.0, 14), y + 220.0 * field(480.0, 15));
        let zone = |wide: f32, salt: u32| {
            rough(zone_x / wide, zone_y / wide, self.seed.wrapping_add(salt))
        };
        Here {
            inside: self.inside(x, y),
            along: u * 0.9 + 40.0 * sin,
            across: v * 0.9 + 40.0 * cos,
            fat: zone(700.0, 20) - 0.42 + 0.3 * self.fatty,
            glands: zone(900.0, 30) - 0.25 + 0.55 * self.glandular,
            inflamed: zone(330.0, 40) - 0.34,
            cleft: cleft(
                rough(u / 420.0, v / 170.0, self.seed.wrapping_add(50)),
                field(420.0, 55),
            ),
            strength: 1.0 + 0.16 * field(260.0, 61) + 0.10 * field(60.0, 62),
        }
    }
}

/// Distance to a cleft's middle: where a field passes zero, and only in loose places.
fn cleft(field: f32, loose: f32) -> f32 {
    field.abs() * 75.0 + 14.0 * ramp(0.55, 0.0, loose)
}

impl Island {
    fn inside(&self, x: f32, y: f32) -> f32 {
        let (sin, cos) = self.axis;
        let (dx, dy) = (x - self.x, y - self.y);
        let (u, v) = (
            (dx * cos + dy * sin) / self.radius[0],
            (dy * cos - dx * sin) / self.radius[1],
        );
        let radius = self.radius[0].min(self.radius[1]);
        let coast = rough(x / radius * 1.3, y / radius * 1.3, self.salt);
        let shore = rough(x / 160.0, y / 160.0, self.salt + 5);
        (1.0 - (u * u + v * v).sqrt()) * radius + coast * radius * 0.3 + shore * 22.0
    }
}
