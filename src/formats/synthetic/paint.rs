//! Paints one tile of the section: fields first, then fibres and fat, then glands, then nuclei.
//!
//! Work is bounded by the tile: a lattice of fields sixteen pixels apart, and the few glands and
//! nuclei whose cells it touches. Neighbouring tiles see the same ones, so there are no seams.

use super::flaw::Flaw;
use super::glands;
use super::noise::{Grain, hash, ramp, unit};
use super::nuclei;
use super::scene::{Here, Scene};
use super::stain::{Colours, Dyes, GLASS, Stain};

/// Side of a tile in pixels.
pub(super) const TILE: usize = 256;
const STEP: usize = 16;
/// Lattice nodes to a side: the tile and three steps around it.
const NODES: usize = TILE / STEP + 7;
const MARGIN: f32 = 3.0 * STEP as f32;
/// Side of the cells that hold one fat cell each, in micrometres.
const FAT: f32 = 62.0;
/// How far beyond the tile nuclei ask, in micrometres.
const REACH: f32 = 18.0;

/// Everything painting needs, computed once a slide.
pub(super) struct Painter {
    pub(super) scene: Scene,
    pub(super) grain: Grain,
    pub(super) stain: Stain,
    colours: Colours,
    flaw: Flaw,
    /// Micrometres to a pixel.
    pub(super) pitch: f32,
}

/// A tile being painted.
pub(super) struct Canvas<'a> {
    pub(super) painter: &'a Painter,
    /// Amounts of dye, row by row.
    pub(super) dyes: Vec<Dyes>,
    fields: Vec<Here>,
    fat: FatCells,
    /// The tile's corner in micrometres.
    pub(super) left: f32,
    pub(super) top: f32,
}

impl Painter {
    pub(super) fn new(scene: Scene, stain: Stain, pitch: f32, flaw: Flaw) -> Self {
        let grain = Grain::new(scene.seed);
        Self {
            scene,
            grain,
            stain,
            colours: Colours::new(stain),
            flaw,
            pitch,
        }
    }

    /// The pixels of a tile, or `None` where it is bare glass.
    pub(super) fn tile(&self, column: u32, row: u32) -> Option<Vec<u8>> {
        let side = TILE as f32 * self.pitch;
        let corner = (column as f32 * side, row as f32 * side);
        let sound = self.sound(corner, side);
        self.flaw.spoil(sound, corner, self.pitch)
    }

    fn sound(&self, (left, top): (f32, f32), side: f32) -> Option<Vec<u8>> {
        if self.is_glass(left, top, side) {
            return None;
        }
        let mut canvas = Canvas::new(self, left, top);
        canvas.ground();
        nuclei::stroma(&mut canvas);
        glands::paint(&mut canvas);
        Some(
            canvas
                .dyes
                .iter()
                .flat_map(|dyes| self.colours.of(*dyes))
                .collect(),
        )
    }

    /// Whether no tissue is near any of a few places on the tile.
    fn is_glass(&self, left: f32, top: f32, side: f32) -> bool {
        let places = (0..9).flat_map(|y| (0..9).map(move |x| (x as f32 / 8.0, y as f32 / 8.0)));
        places
            .map(|(x, y)| self.scene.inside(left + x * side, top + y * side))
            .all(|inside| inside < -side / 4.0 - 8.0)
    }
}

/// Bare glass as a tile of `side` pixels.
pub(super) fn glass(side: usize) -> Vec<u8> {
    GLASS.repeat(side * side)
}

impl<'a> Canvas<'a> {
    fn new(painter: &'a Painter, left: f32, top: f32) -> Self {
        let node = |n: usize| (n as f32 * STEP as f32 - MARGIN) * painter.pitch;
        let fields = (0..NODES * NODES)
            .map(|n| {
                painter
                    .scene
                    .here(left + node(n % NODES), top + node(n / NODES))
            })
            .collect();
        Self {
            painter,
            dyes: vec![[0; 2]; TILE * TILE],
            fields,
            fat: FatCells::new(painter, left, top),
            left,
            top,
        }
    }

    /// What the tissue is like at a place in micrometres on or near the tile.
    pub(super) fn here(&self, x: f32, y: f32) -> Here {
        let lattice = |place: f32, origin: f32| {
            let at = ((place - origin) / self.painter.pitch + MARGIN) / STEP as f32;
            let node = (at.max(0.0) as usize).min(NODES - 2);
            (node, (at - node as f32).clamp(0.0, 1.0))
        };
        let ((column, fx), (row, fy)) = (lattice(x, self.left), lattice(y, self.top));
        let node = |row: usize| {
            let at = row * NODES + column;
            self.fields[at].between(self.fields[at + 1], fx)
        };
        node(row).between(node(row + 1), fy)
    }

    /// Whether the place lies in the empty middle of a fat cell.
    pub(super) fn is_hollow(&self, x: f32, y: f32) -> bool {
        self.fat.wall(x, y) > 2.4
    }

    /// The direction of the fibres at a place (sine, cosine).
    pub(super) fn grain_axis(&self, x: f32, y: f32, jitter: f32) -> (f32, f32) {
        let across = |dx, dy| self.here(x + dx, y + dy).across;
        let dx = across(4.0, 0.0) - across(-4.0, 0.0) + jitter;
        let dy = across(0.0, 4.0) - across(0.0, -4.0);
        let length = (dx * dx + dy * dy).sqrt().max(0.01);
        (-dx / length, dy / length)
    }

    /// The range of pixels, along one side, that `radius` micrometres around `place` touch.
    pub(super) fn span(&self, place: f32, radius: f32, origin: f32) -> std::ops::Range<usize> {
        let pixel =
            |edge: f32| ((edge - origin) / self.painter.pitch).clamp(0.0, TILE as f32) as usize;
        pixel(place - radius)..pixel(place + radius + self.painter.pitch)
    }

    /// Fibres, clefts and fat.
    fn ground(&mut self) {
        for block in 0..(TILE / STEP) * (TILE / STEP) {
            let (column, row) = (block % (TILE / STEP), block / (TILE / STEP));
            self.ground_block(column, row);
        }
    }

    /// The block of pixels between four lattice nodes.
    fn ground_block(&mut self, column: usize, row: usize) {
        let corner = (row + 3) * NODES + column + 3;
        let corners =
            [corner, corner + 1, corner + NODES, corner + NODES + 1].map(|n| self.fields[n]);
        if corners.iter().all(|here| here.inside < -12.0) {
            return;
        }
        for y in 0..STEP {
            let part = y as f32 / STEP as f32;
            let (mut here, last) = (
                corners[0].between(corners[2], part),
                corners[1].between(corners[3], part),
            );
            let step = here.towards(last, 1.0 / STEP as f32);
            for x in 0..STEP {
                let (column, row) = (column * STEP + x, row * STEP + y);
                self.dyes[row * TILE + column] = self.ground_pixel(here, column, row);
                here = here.plus(step);
            }
        }
    }

    fn ground_pixel(&self, here: Here, column: usize, row: usize) -> Dyes {
        let grain = &self.painter.grain;
        let fibre = grain.at(here.along * 0.16 + 4096.0, here.across * 1.1 + 4096.0);
        let inside = here.inside + 5.0 * fibre;
        if inside <= 0.0 {
            return [0; 2];
        }
        let fine = grain.at(column as f32 * 0.9 + here.across, row as f32 * 0.9);
        let open = ramp(3.5, 6.0, here.cleft + 2.0 * fibre) * ramp(0.0, 2.5, inside);
        let bundle = grain.between(here.along * 0.05 + 8192.0, here.across * 0.33 + 8192.0);
        let slit = ramp(-0.62, -0.40, bundle + 0.25 * fibre);
        let mut pink = here.strength
            * (62.0 + 24.0 * fibre + 26.0 * bundle + 10.0 * fine)
            * open
            * (0.3 + 0.7 * slit);
        let mut blue = (11.0 + 5.0 * fine + 14.0 * ramp(0.0, 0.3, here.inflamed)) * open;
        if here.fat > -0.2 {
            let (x, y) = (
                column as f32 * self.painter.pitch,
                row as f32 * self.painter.pitch,
            );
            let wall = self.fat.wall(self.left + x, self.top + y);
            let kept = ramp(2.2, 0.9, wall + 0.7 * fine);
            pink *= kept;
            blue *= kept;
        }
        self.painter.dyed(blue, pink)
    }
}

impl Painter {
    /// Dye amounts; antibodies leave fibres nearly unstained.
    pub(super) fn dyed(&self, blue: f32, pink: f32) -> Dyes {
        match self.stain {
            Stain::HE => [blue as u8, pink as u8],
            Stain::Ihc => [(blue * 0.7 + pink * 0.16) as u8, (pink * 0.03) as u8],
        }
    }
}

/// The fat cells around a tile: polygons around jittered points, after Worley.
struct FatCells {
    /// Place, and whether it is fat.
    points: Vec<(f32, f32, bool)>,
    columns: usize,
    first: (i32, i32),
}

impl FatCells {
    fn new(painter: &Painter, left: f32, top: f32) -> Self {
        let seed = painter.scene.seed.wrapping_add(77);
        let cell = |place: f32| super::noise::floor(place / FAT);
        let side = TILE as f32 * painter.pitch;
        let first = (cell(left - REACH) - 1, cell(top - REACH) - 1);
        let columns = (cell(left + side + REACH) + 2 - first.0) as usize;
        let rows = (cell(top + side + REACH) + 2 - first.1) as usize;
        let point = |n: usize| {
            let (column, row) = (
                first.0 + (n % columns) as i32,
                first.1 + (n / columns) as i32,
            );
            let h = hash(column, row, seed);
            let x = (column as f32 + 0.15 + 0.7 * unit(h, 1)) * FAT;
            let y = (row as f32 + 0.15 + 0.7 * unit(h, 2)) * FAT;
            (x, y, painter.scene.here(x, y).fat > 0.0)
        };
        Self {
            points: (0..columns * rows).map(point).collect(),
            columns,
            first,
        }
    }

    /// Micrometres into a fat cell from its wall; 0 where there is other tissue.
    fn wall(&self, x: f32, y: f32) -> f32 {
        let (column, row) = (
            (super::noise::floor(x / FAT) - self.first.0) as usize,
            (super::noise::floor(y / FAT) - self.first.1) as usize,
        );
        let (mut nearest, mut second, mut fat) = (f32::MAX, f32::MAX, false);
        for points in (row.max(1) - 1..row + 2)
            .map(|row| &self.points[row * self.columns + column - 1..][..3])
        {
            for (px, py, is_fat) in points {
                let distance = (x - px) * (x - px) + (y - py) * (y - py);
                second = second.min(distance.max(nearest));
                if distance < nearest {
                    (nearest, fat) = (distance, *is_fat);
                }
            }
        }
        if fat {
            (second.sqrt() - nearest.sqrt()) * 0.5
        } else {
            0.0
        }
    }
}
