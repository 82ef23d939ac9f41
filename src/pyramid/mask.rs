//! Yes or no for every pixel of a small picture, and the pieces that the yeses make.

/// A mask over a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    width: u32,
    height: u32,
    set: Vec<bool>,
}

/// Pixels that touch each other: their number, and the box around them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Pixels.
    pub area: u32,
    /// Left and top.
    pub from: (u32, u32),
    /// Right and bottom, both outside.
    pub to: (u32, u32),
}

impl Mask {
    /// A mask of this size; `set` holds a value a pixel, row by row.
    pub(super) fn new(width: u32, height: u32, set: Vec<bool>) -> Self {
        debug_assert_eq!(set.len(), width as usize * height as usize);
        Self { width, height, set }
    }

    /// Width in pixels.
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Whether a pixel is set; outside nothing is.
    pub fn at(&self, x: u32, y: u32) -> bool {
        x < self.width && y < self.height && self.set[(y * self.width + x) as usize]
    }

    /// How many pixels are set.
    pub fn count(&self) -> u32 {
        self.set.iter().filter(|set| **set).count() as u32
    }

    /// The share that is set, 0 to 1.
    pub fn share(&self) -> f64 {
        f64::from(self.count()) / self.set.len().max(1) as f64
    }

    /// The share of a part of the picture, given in parts of its width and height, that is set.
    pub fn share_within(&self, from: (f64, f64), to: (f64, f64)) -> f64 {
        let place = |part: f64, of: u32| (part * f64::from(of)).clamp(0.0, f64::from(of)) as u32;
        let (left, top) = (place(from.0, self.width), place(from.1, self.height));
        let right = place(to.0, self.width).max(left + 1).min(self.width);
        let bottom = place(to.1, self.height).max(top + 1).min(self.height);
        let mut set = 0;
        for y in top..bottom {
            set += (left..right).filter(|x| self.at(*x, y)).count();
        }
        let all = u64::from(right.saturating_sub(left)) * u64::from(bottom.saturating_sub(top));
        set as f64 / all.max(1) as f64
    }

    /// Pixels set here and not there; both of one size.
    pub(super) fn without(&self, other: &Self) -> Self {
        let both = self.set.iter().zip(&other.set);
        Self::new(
            self.width,
            self.height,
            both.map(|(a, b)| *a && !*b).collect(),
        )
    }

    /// Each pixel as most of the nine around it are: specks go, pinholes close.
    pub(super) fn smoothed(&self) -> Self {
        self.by_neighbours(|set| set >= 5)
    }

    /// Pixels all of whose neighbours are set.
    pub(super) fn eroded(&self) -> Self {
        self.by_neighbours(|set| set == 9)
    }

    /// Pixels that have any neighbour set.
    pub(super) fn grown(&self) -> Self {
        self.by_neighbours(|set| set > 0)
    }

    fn by_neighbours(&self, keep: impl Fn(u32) -> bool) -> Self {
        let mut set = Vec::with_capacity(self.set.len());
        let clamp = |n: i64, of: u32| n.clamp(0, i64::from(of) - 1) as u32;
        for y in 0..i64::from(self.height) {
            for x in 0..i64::from(self.width) {
                let around = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (x + dx, y + dy)));
                let near =
                    around.filter(|(x, y)| self.at(clamp(*x, self.width), clamp(*y, self.height)));
                set.push(keep(near.count() as u32));
            }
        }
        Self::new(self.width, self.height, set)
    }

    /// The same mask with `width` by `height` pixels, each as the nearest here.
    pub(super) fn resized(&self, width: u32, height: u32) -> Self {
        let from = |n: u32, of: u32, here: u32| {
            ((u64::from(n) * 2 + 1) * u64::from(here) / (u64::from(of) * 2)) as u32
        };
        let mut set = Vec::with_capacity(width as usize * height as usize);
        for y in 0..height {
            let row = from(y, height, self.height);
            set.extend((0..width).map(|x| self.at(from(x, width, self.width), row)));
        }
        Self::new(width, height, set)
    }

    /// Its pieces, largest first; pixels that touch at a side or a corner are of one piece.
    pub fn pieces(&self) -> Vec<Piece> {
        let mut seen = vec![false; self.set.len()];
        let mut pieces = Vec::new();
        for start in 0..self.set.len() {
            if self.set[start] && !seen[start] {
                pieces.push(self.piece(start as u32, &mut seen));
            }
        }
        pieces.sort_by_key(|piece| (std::cmp::Reverse(piece.area), piece.from.1, piece.from.0));
        pieces
    }

    fn piece(&self, start: u32, seen: &mut [bool]) -> Piece {
        let (x, y) = (start % self.width, start / self.width);
        let mut piece = Piece {
            area: 0,
            from: (x, y),
            to: (x + 1, y + 1),
        };
        let mut waiting = vec![(x, y)];
        seen[start as usize] = true;
        while let Some((x, y)) = waiting.pop() {
            piece.area += 1;
            piece.from = (piece.from.0.min(x), piece.from.1.min(y));
            piece.to = (piece.to.0.max(x + 1), piece.to.1.max(y + 1));
            for (x, y) in around(x, y) {
                if self.at(x, y) && !seen[(y * self.width + x) as usize] {
                    seen[(y * self.width + x) as usize] = true;
                    waiting.push((x, y));
                }
            }
        }
        piece
    }
}

fn around(x: u32, y: u32) -> impl Iterator<Item = (u32, u32)> {
    let shift = |n: u32, by: u32| (n + by).wrapping_sub(1);
    (0..3).flat_map(move |dy| (0..3).map(move |dx| (shift(x, dx), shift(y, dy))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(rows: &[&str]) -> Mask {
        let set = rows.iter().flat_map(|row| row.bytes().map(|c| c == b'#'));
        Mask::new(rows[0].len() as u32, rows.len() as u32, set.collect())
    }

    #[test]
    fn pieces_are_counted_with_their_boxes() {
        let mask = mask(&["##..#", "#....", "...#.", "..#.."]);
        let pieces = mask.pieces();
        let areas: Vec<_> = pieces.iter().map(|piece| piece.area).collect();
        assert_eq!(areas, [3, 2, 1]);
        assert_eq!((pieces[1].from, pieces[1].to), ((2, 2), (4, 4)));
        assert_eq!(mask.count(), 6);
        let corner = mask.share_within((0.0, 0.0), (0.4, 0.5));
        assert!((corner - 0.75).abs() < 1e-9);
    }

    #[test]
    fn specks_go_and_pinholes_close() {
        let speck = mask(&[".....", ".....", "..#..", ".....", "....."]);
        assert_eq!(speck.smoothed().count(), 0);
        let hole = mask(&["#####", "#####", "##.##", "#####", "#####"]);
        assert_eq!(hole.smoothed().count(), 25);
        assert_eq!(hole.eroded().grown().count(), 24);
        assert_eq!(speck.resized(10, 10).count(), 4);
    }
}
