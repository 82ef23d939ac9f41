//! How sharp a cell of tissue is: its finest detail against its coarse detail.
//!
//! ```text
//! score = √( variance of the Laplacian at half a micrometre a pixel
//!          ÷ variance of the Laplacian of the same cell eight times smaller )
//! ```
//! The variance of the Laplacian alone (Pech-Pacheco 2000; Pertuz 2013) measures how much there is to
//! see as well as how sharp it is. In focus the quotient is 0.15 to 1 whatever the tissue, and falls below
//! 0.1 as fine detail goes; a cell with nothing to see has no score.

use ndarray::{Array2, ArrayView2, Axis, Slice, Zip};

use super::pixels::{Pixels, luma};

/// Shortest side of a cell that can be scored, in pixels.
const SMALLEST: u32 = 64;
/// Variance of the coarse Laplacian below which a cell has nothing to be sharp.
const LEAST_DETAIL: f32 = 24.0;
/// How much coarser the comparison is.
const COARSE: usize = 8;

/// The score of a cell; `halvings` brings it to about half a micrometre a pixel first.
pub fn score(cell: &Pixels<'_>, halvings: u32) -> Option<f32> {
    if cell.width().min(cell.height()) >> halvings < SMALLEST {
        return None;
    }
    let mut bright = brightness(cell);
    for _ in 0..halvings {
        bright = shrunk(&bright.view(), 2);
    }
    let coarse = detail(&shrunk(&bright.view(), COARSE).view());
    (coarse >= LEAST_DETAIL).then(|| (detail(&bright.view()) / coarse).sqrt())
}

fn brightness(cell: &Pixels<'_>) -> Array2<f32> {
    let (height, width) = (cell.height() as usize, cell.width() as usize);
    let values: Vec<f32> = cell.each().map(|colour| f32::from(luma(colour))).collect();
    Array2::from_shape_vec((height, width), values).unwrap_or_default()
}

/// Each value the mean of a square of `by` times `by`.
fn shrunk(values: &ArrayView2<'_, f32>, by: usize) -> Array2<f32> {
    let (height, width) = (values.nrows() / by, values.ncols() / by);
    let mut small = Array2::zeros((height, width));
    let squares = values.exact_chunks((by, by));
    Zip::from(&mut small)
        .and(squares)
        .for_each(|mean, square| *mean = square.sum() / (by * by) as f32);
    small
}

/// The variance of the Laplacian.
fn detail(values: &ArrayView2<'_, f32>) -> f32 {
    let (rows, columns) = values.dim();
    if rows < 3 || columns < 3 {
        return 0.0;
    }
    let middle = || Slice::new(1, Some(-1), 1);
    let inner = part(values, middle(), middle());
    let mut bends = &inner * -4.0;
    for near in [
        part(values, Slice::from(..-2), middle()),
        part(values, Slice::from(2..), middle()),
        part(values, middle(), Slice::from(..-2)),
        part(values, middle(), Slice::from(2..)),
    ] {
        bends += &near;
    }
    bends.var(0.0)
}

fn part<'a>(values: &ArrayView2<'a, f32>, rows: Slice, columns: Slice) -> ArrayView2<'a, f32> {
    let rows = (*values).slice_axis_move(Axis(0), rows);
    rows.slice_axis_move(Axis(1), columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blots of chance, `wide` pixels wide.
    fn blots(wide: usize) -> Vec<u8> {
        let value = |x: usize, y: usize| {
            let cell = (x / wide + 1000 * (y / wide)) as u32;
            let mut h = cell.wrapping_mul(0x9E37_79B1);
            h = (h ^ (h >> 15)).wrapping_mul(0x2C1B_3C6D);
            (h >> 24) as u8
        };
        (0..128 * 128)
            .flat_map(|n| [value(n % 128, n / 128); 3])
            .collect()
    }

    fn of(rgb: &[u8]) -> Option<f32> {
        score(&Pixels::new(128, 128, rgb).unwrap(), 0)
    }

    #[test]
    fn detail_finer_than_the_comparison_scores_higher() {
        let (fine, coarse) = (of(&blots(2)).unwrap(), of(&blots(16)).unwrap());
        assert!(fine > 2.0 * coarse, "{fine} {coarse}");
    }

    #[test]
    fn a_cell_without_detail_or_too_small_has_no_score() {
        assert_eq!(of(&vec![200; 128 * 128 * 3]), None);
        let rgb = blots(2);
        let narrow = Pixels::new(32, 512, &rgb).unwrap();
        assert_eq!(score(&narrow, 0), None);
        assert_eq!(score(&Pixels::new(128, 128, &rgb).unwrap(), 2), None);
    }
}
