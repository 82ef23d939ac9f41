//! The cosine transform of a block and its division by the quantisers, in 16-bit whole numbers.
//!
//! The transform is that of Arai, Agui and Nakajima (1988): five multiplications for eight values, and each result
//! still has to be multiplied by a factor of its place, which the division does on the way. Samples come in halves
//! of a level, so that nothing leaves 16 bits: the largest result is 26,000.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the processor that is there"
)]

/// Eight rows of eight samples, and later the coefficients, which then lie column by column.
pub(super) struct Block([[i16; 8]; 8]);

/// One row: an operation on it is one on eight values side by side.
type Row = [i16; 8];

/// 2^14 times the factors of each place.
const FACTORS: [u32; 8] = [16_384, 22_725, 21_407, 19_266, 16_384, 12_873, 8_867, 4_520];

/// Zigzag order (T.81 Figure A.6) of blocks that lie row by row.
const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// The place in zigzag order of each value of a block that lies column by column.
pub(super) const PLACE: [u8; 64] = {
    let mut places = [0; 64];
    let mut k = 0;
    while k < 64 {
        places[ORDER[k] as usize] = k as u8;
        k += 1;
    }
    places
};

/// Zigzag order of blocks that lie column by column.
pub(super) const ORDER: [u8; 64] = {
    let mut order = [0; 64];
    let mut k = 0;
    while k < 64 {
        order[k] = ZIGZAG[k] % 8 * 8 + ZIGZAG[k] / 8;
        k += 1;
    }
    order
};

#[inline(always)]
fn add(a: Row, b: Row) -> Row {
    std::array::from_fn(|n| a[n].wrapping_add(b[n]))
}

#[inline(always)]
fn less(a: Row, b: Row) -> Row {
    std::array::from_fn(|n| a[n].wrapping_sub(b[n]))
}

/// `factor` / 65,536 of each.
#[inline(always)]
fn part(a: Row, factor: i16) -> Row {
    std::array::from_fn(|n| ((i32::from(a[n]) * i32::from(factor)) >> 16) as i16)
}

impl Block {
    /// The block at the start of `samples`, whose lines are `width` long.
    #[inline(always)]
    pub(super) fn of(samples: &[i16], width: usize) -> Self {
        let row = |n: usize| samples[n * width..].first_chunk().copied();
        Self(std::array::from_fn(|n| row(n).unwrap_or_default()))
    }

    /// The coefficients, each 16 times its place's factors too large, column by column.
    #[inline(always)]
    pub(super) fn transformed(self) -> [Row; 8] {
        down(turned(down(self.0)))
    }
}

/// Rows as columns. Each step interleaves the upper rows with the lower ones, which turns the six bits of a value's
/// place (its row, its column) by one; three steps change row and column.
#[inline(always)]
fn turned(rows: [Row; 8]) -> [Row; 8] {
    interleaved(interleaved(interleaved(rows)))
}

#[inline(always)]
fn interleaved(r: [Row; 8]) -> [Row; 8] {
    let low = |n: usize| {
        let (a, b) = (r[n], r[n + 4]);
        [a[0], b[0], a[1], b[1], a[2], b[2], a[3], b[3]]
    };
    let high = |n: usize| {
        let (a, b) = (r[n], r[n + 4]);
        [a[4], b[4], a[5], b[5], a[6], b[6], a[7], b[7]]
    };
    [
        low(0),
        high(0),
        low(1),
        high(1),
        low(2),
        high(2),
        low(3),
        high(3),
    ]
}

/// Transforms each of the eight columns.
#[inline(always)]
fn down(d: [Row; 8]) -> [Row; 8] {
    let (sum, difference) = (
        |n: usize| add(d[n], d[7 - n]),
        |n: usize| less(d[n], d[7 - n]),
    );
    let (s0, s1, s2, s3) = (sum(0), sum(1), sum(2), sum(3));
    let (outer, inner) = (add(s0, s3), add(s1, s2));
    let (outer_less, inner_less) = (less(s0, s3), less(s1, s2));
    // 0.707106781 = 1 - 19,195 / 65,536, and so on below.
    let turn = add(inner_less, outer_less);
    let turn = add(turn, part(turn, -19_195));

    let (d0, d1, d2, d3) = (difference(0), difference(1), difference(2), difference(3));
    let (low, middle, high) = (add(d3, d2), add(d2, d1), add(d1, d0));
    let shared = part(less(low, high), 25_080);
    let low = add(add(low, part(low, -30_068)), shared);
    let high = add(add(high, part(high, 20_091)), shared);
    let middle = add(middle, part(middle, -19_195));
    let (plus, minus) = (add(d0, middle), less(d0, middle));
    [
        add(outer, inner),
        add(plus, high),
        add(outer_less, turn),
        less(minus, low),
        less(outer, inner),
        add(minus, low),
        less(outer_less, turn),
        less(plus, high),
    ]
}

/// Division by quantisers and places' factors, as two multiplications of which the upper 16 bits are kept.
#[derive(Debug, Clone)]
pub(super) struct Divider {
    /// Half of each divisor, about.
    half: [u16; 64],
    /// 2^16 and more by the divisor.
    inverse: [u16; 64],
    /// Brings the rest down.
    scale: [u16; 64],
}

impl Divider {
    /// By these quantisers, in zigzag order.
    pub(super) fn new(quantisers: &[u8; 64]) -> Self {
        let mut divider = Self {
            half: [0; 64],
            inverse: [0; 64],
            scale: [0; 64],
        };
        for (place, quantiser) in ORDER.iter().zip(quantisers) {
            let n = usize::from(*place);
            let factor = u64::from(FACTORS[n / 8]) * u64::from(FACTORS[n % 8]);
            let divisor = ((u64::from(*quantiser) * factor * 16 + (1 << 27)) >> 28).max(3) as u32;
            let bits = 16 + divisor.ilog2();
            let (inverse, rest) = ((1 << bits) / divisor, (1 << bits) % divisor);
            // An inverse a little too small is made good by a half that is a little too large, and the reverse.
            let (inverse, half, bits) = match rest {
                0 => (inverse / 2, divisor / 2, bits - 1),
                _ if rest <= divisor / 2 => (inverse, divisor / 2 + 1, bits),
                _ => (inverse + 1, divisor / 2, bits),
            };
            divider.inverse[n] = inverse as u16;
            divider.half[n] = half as u16;
            divider.scale[n] = 1 << (32 - bits);
        }
        divider
    }

    /// The quantised coefficients, rounded to the nearest, column by column.
    #[inline(always)]
    pub(super) fn divide(&self, coefficients: &[Row; 8]) -> [i16; 64] {
        let mut values = [0; 64];
        let upper = |a: u16, b: u16| ((u32::from(a) * u32::from(b)) >> 16) as u16;
        for (n, (to, from)) in values
            .iter_mut()
            .zip(coefficients.as_flattened())
            .enumerate()
        {
            let sign = from >> 15;
            let size = ((from ^ sign) - sign) as u16;
            let size = upper(upper(size + self.half[n], self.inverse[n]), self.scale[n]) as i16;
            *to = (size ^ sign) - sign;
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_division_is_the_rounded_one() {
        for quantiser in [1_u8, 2, 3, 16, 17, 40, 99, 255] {
            let divider = Divider::new(&[quantiser; 64]);
            // The first place's factor is one.
            let divisor = i32::from(quantiser) * 16;
            for value in -26_000_i16..26_000 {
                let mut rows = [[0; 8]; 8];
                rows[0][0] = value;
                let size = (i32::from(value).abs() + divisor / 2) / divisor;
                let expected = size * i32::from(value).signum();
                assert_eq!(
                    i32::from(divider.divide(&rows)[0]),
                    expected,
                    "{value} / {divisor}"
                );
            }
        }
    }

    #[test]
    fn the_largest_samples_stay_within_sixteen_bits() {
        // Of all blocks of extreme samples, those that follow the sign of a base function go furthest.
        for place in 0..64 {
            let (u, v) = (place / 8, place % 8);
            let base = |k: usize, n: usize| {
                ((2 * n + 1) as f64 * k as f64 * std::f64::consts::PI / 16.0).cos()
            };
            let rows: [Row; 8] = std::array::from_fn(|y| {
                std::array::from_fn(|x| {
                    if base(u, y) * base(v, x) < 0.0 {
                        -256
                    } else {
                        254
                    }
                })
            });
            let found = Block(rows).transformed();
            for (p, q) in (0..64).map(|n| (n / 8, n % 8)) {
                let whole: f64 = (0..64)
                    .map(|n| f64::from(rows[n / 8][n % 8]) * base(p, n / 8) * base(q, n % 8))
                    .sum();
                let norm = |k: usize| if k == 0 { 0.5_f64.sqrt() } else { 1.0 };
                let factor = f64::from(FACTORS[p] * FACTORS[q] / 1024) / f64::from(1 << 18);
                let expected = whole / 4.0 * norm(p) * norm(q) * 8.0 * factor;
                assert!(
                    (f64::from(found[q][p]) - expected).abs() < 20.0,
                    "{p},{q} of {u},{v}"
                );
            }
        }
    }
}
