//! Is something on the glass that was not scanned? The picture of the whole glass tells.
//!
//! ```text
//!  ┌───────┬───────────────────────────┐   the scan's tissue is moved and sized until it lies on the
//!  │ label │   ▒▒  ┌────────┐          │   glass picture's tissue (correlation of the two masks);
//!  │       │  ▒▒▒▒ │ ▓▓ ▓▓▓ │          │   what then lies outside its frame was not scanned
//!  └───────┴───────└────────┘──────────┘
//! ```
//! No slide says reliably where on the glass it was scanned, so the place is found, and when it is
//! not found beyond doubt nothing is claimed: the answer is "not comparable". The end of the glass
//! where paper lies is the label and is not looked at. Work: a glass picture of at
//! most 200 pixels, twenty sizes of the frame.

use serde::{Deserialize, Serialize};

use super::mask::{Mask, Piece};
use super::pixels::Pixels;
use super::tissue;

/// Longest side of the glass picture that is compared, in pixels.
const SIDE: u32 = 200;
/// Narrowest and widest frame, in parts of the glass's length.
const FRAME: (f64, f64) = (0.10, 0.75);
/// How much wider each frame is than the one before.
const STEP: f64 = 1.08;
/// Correlation from which the place is beyond doubt.
const SURE: f64 = 0.8;
/// The part of the glass at each end that may be the label.
const END: f64 = 0.32;
/// The rim of the glass picture, where its edges throw shadows, in parts of its length.
const RIM: f64 = 0.025;

/// What the comparison says.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// Compared.
    Compared {
        /// Share of the tissue seen on the glass that lies outside the scanned area, 0 to 1.
        unscanned_share: f64,
        /// Pieces of tissue outside.
        pieces: u32,
    },
    /// The slide has no picture of the whole glass.
    NoMacro,
    /// The scanned area was not found on the glass beyond doubt.
    NotComparable,
}

/// Where the scanned area lies on the glass picture.
#[derive(Debug, Clone, Copy)]
struct Frame {
    left: u32,
    top: u32,
    width: u32,
    height: u32,
    correlation: f64,
}

/// Compares the tissue on the glass with the tissue of the scan.
pub fn compare(glass: &Pixels<'_>, scan: &Mask) -> Coverage {
    let (long, short) = (glass.width(), glass.height());
    if long < 2 * short || scan.count() == 0 {
        return Coverage::NotComparable;
    }
    let ends = label_ends(&tissue::bare(glass));
    let glass = tissue::find(glass)
        .tissue
        .resized(long.min(SIDE), (short * long.min(SIDE) / long).max(1));
    match place(&glass, scan) {
        Some(frame) if frame.correlation >= SURE => outside(&glass, frame, ends),
        _ => Coverage::NotComparable,
    }
}

/// Which ends, left and right, may be the label: the one where hardly any bare glass is. When both
/// look alike, either may be.
fn label_ends(bare: &Mask) -> (bool, bool) {
    let paper = |from: f64| bare.share_within((from, 0.05), (from + END, 0.95)) < 0.5;
    match (paper(0.0), paper(1.0 - END)) {
        (true, false) => (true, false),
        (false, true) => (false, true),
        _ => (true, true),
    }
}

/// The frame under which the two tissues agree best.
fn place(glass: &Mask, scan: &Mask) -> Option<Frame> {
    let table = Sums::of(glass);
    let mut best: Option<Frame> = None;
    let mut part = FRAME.0;
    while part <= FRAME.1 {
        let width = (part * f64::from(glass.width())) as u32;
        let height = (u64::from(width) * u64::from(scan.height()) / u64::from(scan.width())) as u32;
        part *= STEP;
        if width < 8 || height < 8 || height > glass.height() {
            continue;
        }
        let small = scan.resized(width, height);
        let set: Vec<(u32, u32)> = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .filter(|(x, y)| small.at(*x, *y))
            .collect();
        for top in 0..=glass.height() - height {
            for left in 0..=glass.width() - width {
                let both = set
                    .iter()
                    .filter(|(x, y)| glass.at(left + x, top + y))
                    .count();
                let seen = table.within(left, top, width, height);
                let correlation = phi(width * height, both as u32, set.len() as u32, seen);
                if best.is_none_or(|best| correlation > best.correlation) {
                    best = Some(Frame {
                        left,
                        top,
                        width,
                        height,
                        correlation,
                    });
                }
            }
        }
    }
    best
}

/// Correlation of two masks of `all` pixels (the phi coefficient).
fn phi(all: u32, both: u32, one: u32, other: u32) -> f64 {
    let [all, both, one, other] = [all, both, one, other].map(f64::from);
    let spread = one * (all - one) * other * (all - other);
    if spread <= 0.0 {
        return 0.0;
    }
    (all * both - one * other) / spread.sqrt()
}

/// What lies outside the frame, ends that may be the label and the rim left out.
fn outside(glass: &Mask, frame: Frame, label: (bool, bool)) -> Coverage {
    let (long, short) = (f64::from(glass.width()), f64::from(glass.height()));
    let (right, bottom) = (frame.left + frame.width, frame.top + frame.height);
    let reaches_left = f64::from(frame.left) < long * END;
    let reaches_right = f64::from(right) > long * (1.0 - END);
    if reaches_left && reaches_right {
        return Coverage::NotComparable;
    }
    let rim = (long * RIM).max(2.0);
    let first = if label.0 && !reaches_left {
        long * END
    } else {
        rim
    };
    let last = long
        - if label.1 && !reaches_right {
            long * END
        } else {
            rim
        };
    let middle = |piece: &Piece| {
        let at = |from: u32, to: u32| f64::from(from + to) / 2.0;
        (at(piece.from.0, piece.to.0), at(piece.from.1, piece.to.1))
    };
    // What touches the picture's border is the tray or the edge of the glass.
    let loose = |piece: &Piece| {
        piece.from.0 > 0
            && piece.from.1 > 0
            && piece.to.0 < glass.width()
            && piece.to.1 < glass.height()
    };
    let looked_at = |piece: &Piece| {
        let (x, y) = middle(piece);
        loose(piece) && x > first && x < last && y > rim && y < short - rim
    };
    let scanned = |piece: &Piece| {
        let (x, y) = middle(piece);
        (f64::from(frame.left)..=f64::from(right)).contains(&x)
            && (f64::from(frame.top)..=f64::from(bottom)).contains(&y)
    };
    // A few pixels are dust or the bend of an edge.
    let pieces: Vec<Piece> = glass
        .pieces()
        .into_iter()
        .filter(|piece| piece.area >= 12)
        .collect();
    let inside: u32 = pieces.iter().filter(|p| scanned(p)).map(|p| p.area).sum();
    let left_out: Vec<&Piece> = pieces
        .iter()
        .filter(|p| !scanned(p) && looked_at(p))
        .collect();
    let missed: u32 = left_out.iter().map(|piece| piece.area).sum();
    Coverage::Compared {
        unscanned_share: f64::from(missed) / f64::from((missed + inside).max(1)),
        pieces: left_out.len() as u32,
    }
}

/// Sums of a mask over every rectangle from its corner.
struct Sums {
    width: usize,
    sums: Vec<u32>,
}

impl Sums {
    fn of(mask: &Mask) -> Self {
        let width = mask.width() as usize + 1;
        let mut sums = vec![0_u32; width * (mask.height() as usize + 1)];
        for y in 0..mask.height() as usize {
            let mut row = 0;
            for x in 0..mask.width() as usize {
                row += u32::from(mask.at(x as u32, y as u32));
                sums[(y + 1) * width + x + 1] = sums[y * width + x + 1] + row;
            }
        }
        Self { width, sums }
    }

    fn within(&self, left: u32, top: u32, width: u32, height: u32) -> u32 {
        let at = |x: u32, y: u32| self.sums[y as usize * self.width + x as usize];
        at(left + width, top + height) + at(left, top)
            - at(left + width, top)
            - at(left, top + height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Blots<'a> = &'a [(i64, i64)];

    fn near(blots: Blots<'_>, x: i64, y: i64) -> bool {
        blots.iter().any(|(bx, by)| {
            let (dx, dy) = (x - bx, (y - by) * 2 - (x - bx) / 2);
            dx * dx + dy * dy < 500
        })
    }

    /// A glass of 300 by 100 with blots at these places; its left end is a label full of marks.
    fn glass(blots: Blots<'_>) -> Vec<u8> {
        let colour = |x: i64, y: i64| match (x < 80, near(blots, x, y)) {
            (true, _) if x % 5 < 2 && y % 7 < 3 => [30, 30, 35],
            (true, _) => [252, 252, 250],
            (_, true) => [200, 140, 190],
            _ => [228, 229, 230],
        };
        (0..300 * 100)
            .flat_map(|n| colour(n % 300, n / 300))
            .collect()
    }

    fn compared(blots: Blots<'_>, scan: &Mask) -> Coverage {
        compare(&Pixels::new(300, 100, &glass(blots)).unwrap(), scan)
    }

    /// The part of a glass that was scanned.
    fn scan(blots: Blots<'_>, from: (i64, i64), to: (i64, i64)) -> Mask {
        let set = (from.1..to.1).flat_map(|y| (from.0..to.0).map(move |x| near(blots, x, y)));
        let (width, height) = ((to.0 - from.0) as u32, (to.1 - from.1) as u32);
        Mask::new(width, height, set.collect()).resized(512, 512 * height / width)
    }

    #[test]
    fn a_piece_outside_the_scanned_area_is_seen() {
        let blots = [(130, 40), (180, 55), (245, 50)];
        match compared(&blots, &scan(&blots, (100, 15), (205, 80))) {
            Coverage::Compared {
                unscanned_share,
                pieces,
            } => {
                assert!((0.25..0.42).contains(&unscanned_share), "{unscanned_share}");
                assert_eq!(pieces, 1);
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn all_tissue_scanned_leaves_nothing_outside() {
        let blots = [(130, 40), (180, 55), (245, 50)];
        let all = compared(&blots, &scan(&blots, (95, 10), (285, 90)));
        assert_eq!(
            all,
            Coverage::Compared {
                unscanned_share: 0.0,
                pieces: 0
            }
        );
    }

    #[test]
    fn what_cannot_be_placed_is_not_compared() {
        let blots = [(130, 40), (180, 55)];
        let full = Mask::new(40, 40, vec![true; 1600]);
        assert_eq!(compared(&blots, &full), Coverage::NotComparable);
        let stripes = Mask::new(64, 48, (0..64 * 48).map(|n| n / 64 % 8 < 4).collect());
        assert_eq!(compared(&blots, &stripes), Coverage::NotComparable);
    }
}
