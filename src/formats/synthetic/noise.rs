//! Chance without randomness: everything is computed from a seed by integer hashing and plain
//! IEEE arithmetic (`+ - * /` and `sqrt`, no library functions), so the same seed gives the same
//! bytes on every machine.

/// A hash of a place on a lattice; `salt` tells one use from another.
pub(super) const fn hash(x: i32, y: i32, salt: u32) -> u32 {
    let mut h = (x as u32).wrapping_mul(0x9E37_79B1)
        ^ (y as u32).wrapping_mul(0x85EB_CA77).rotate_left(15)
        ^ salt.wrapping_mul(0xC2B2_AE3D);
    h ^= h >> 16;
    h = h.wrapping_mul(0x7FEB_352D);
    h ^= h >> 15;
    h = h.wrapping_mul(0x846C_A68B);
    h ^ (h >> 16)
}

/// A number in `[0, 1)` from a hash; `part` draws another from the same hash.
pub(super) const fn unit(hash: u32, part: u32) -> f32 {
    let h = hash
        .wrapping_add(part.wrapping_mul(0x9E37_79B9))
        .wrapping_mul(0x2C1B_3C6D);
    ((h ^ (h >> 15)) & 0xFFFF) as f32 / 65_536.0
}

/// The largest whole number not above `value`.
pub(super) fn floor(value: f32) -> i32 {
    let whole = value as i32;
    whole - i32::from((whole as f32) > value)
}

/// Smooth value noise in `[-1, 1]`, one lattice cell a unit.
pub(super) fn smooth(x: f32, y: f32, salt: u32) -> f32 {
    let (column, row) = (floor(x), floor(y));
    let (fx, fy) = (ease(x - column as f32), ease(y - row as f32));
    let corner = |dx, dy| unit(hash(column + dx, row + dy, salt), 0);
    let top = mix(corner(0, 0), corner(1, 0), fx);
    let bottom = mix(corner(0, 1), corner(1, 1), fx);
    mix(top, bottom, fy) * 2.0 - 1.0
}

/// Four octaves of [`smooth`], each half as wide and half as strong; within `[-1, 1]`.
pub(super) fn rough(x: f32, y: f32, salt: u32) -> f32 {
    let octave =
        |n: u32| smooth(x * (1 << n) as f32, y * (1 << n) as f32, salt + n) / (1 << n) as f32;
    (octave(0) + octave(1) + octave(2) + octave(3)) * (8.0 / 15.0)
}

/// Sine and cosine of a turn in `[0, 1]` (Bhaskara's parabola, refined; within 0.001).
pub(super) fn turn(part: f32) -> (f32, f32) {
    (sine(part), sine(part + 0.25))
}

fn sine(turns: f32) -> f32 {
    let x = (turns - floor(turns) as f32) * 2.0 - 1.0;
    let parabola = -4.0 * x * (1.0 - x.abs());
    0.225 * (parabola * parabola.abs() - parabola) + parabola
}

pub(super) fn mix(from: f32, to: f32, part: f32) -> f32 {
    from + (to - from) * part
}

/// 0 below `low`, 1 above `high`, a straight line between.
pub(super) fn ramp(low: f32, high: f32, value: f32) -> f32 {
    ((value - low) / (high - low)).clamp(0.0, 1.0)
}

fn ease(part: f32) -> f32 {
    part * part * (3.0 - 2.0 * part)
}

const SIDE: usize = 512;

/// Fine noise that repeats after 512 samples, computed once: four rows of grain of rising width.
pub(super) struct Grain(Vec<i8>);

impl Grain {
    pub(super) fn new(seed: u32) -> Self {
        let mut samples = Vec::with_capacity(SIDE * SIDE);
        for y in 0..SIDE as i32 {
            for x in 0..SIDE as i32 {
                let value = periodic(x, y, 8, seed) * 0.5
                    + periodic(x, y, 4, seed + 1) * 0.3
                    + periodic(x, y, 2, seed + 2) * 0.2;
                samples.push((value * 127.0) as i8);
            }
        }
        Self(samples)
    }

    /// Between the four samples around a place, in `[-1, 1]`: for noise drawn larger than it is.
    pub(super) fn between(&self, x: f32, y: f32) -> f32 {
        let (column, row) = (floor(x) as f32, floor(y) as f32);
        let line = |row| mix(self.at(column, row), self.at(column + 1.0, row), x - column);
        mix(line(row), line(row + 1.0), y - row)
    }

    /// The sample at a place, in `[-1, 1]`.
    pub(super) fn at(&self, x: f32, y: f32) -> f32 {
        let column = (x as i32 as usize) & (SIDE - 1);
        let row = (y as i32 as usize) & (SIDE - 1);
        f32::from(self.0[row * SIDE + column]) * (1.0 / 127.0)
    }
}

/// Value noise with cells of `cell` samples that wraps around after [`SIDE`].
fn periodic(x: i32, y: i32, cell: i32, salt: u32) -> f32 {
    let cells = SIDE as i32 / cell;
    let (column, row) = (x / cell, y / cell);
    let (fx, fy) = (
        (x % cell) as f32 / cell as f32,
        (y % cell) as f32 / cell as f32,
    );
    let corner = |dx, dy| unit(hash((column + dx) % cells, (row + dy) % cells, salt), 0);
    let top = mix(corner(0, 0), corner(1, 0), ease(fx));
    let bottom = mix(corner(0, 1), corner(1, 1), ease(fx));
    mix(top, bottom, ease(fy)) * 2.0 - 1.0
}
