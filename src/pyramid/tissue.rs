//! Where tissue is: on bright glass what takes light away or has colour, on dark ground what shines.
//!
//! ```text
//! picture ─▶ ground (bright | dark) ─▶ light of the bare glass ─▶ score a pixel ─▶ Otsu's threshold ─▶ mask
//! ```
//! The threshold (Otsu 1979) is held between two bounds: below the lower one lies the noise of bare
//! glass, above the upper one no tissue is faint. A dark picture is fluorescence, never an empty slide.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::mask::Mask;
use super::pen;
use super::pixels::{Pixels, chroma, luma};

/// Bounds of the threshold on bright glass, in steps of 255.
const ON_BRIGHT: (u8, u8) = (16, 56);
/// Bounds of the threshold on dark ground.
const ON_DARK: (u8, u8) = (10, 64);
/// How far from the light of bare glass, in steps of brightness, bare glass may be.
const BARE: u8 = 9;
/// Light of bare glass where a picture shows none.
const USUAL_LIGHT: [u8; 3] = [243, 243, 243];
/// Share of pixels that must look like glass before their colour is taken for its light.
const GLASS_SHARE: f64 = 0.01;

/// What lies behind the tissue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// Light comes through the glass.
    Bright,
    /// Nothing shines but the specimen: fluorescence.
    Dark,
}

/// What a picture of low resolution shows.
#[derive(Debug, Clone)]
pub struct Found {
    /// What lies behind.
    pub ground: Ground,
    /// Where tissue is.
    pub tissue: Mask,
    /// Where somebody drew on the glass.
    pub pen: Mask,
}

/// Finds tissue and pen in a picture of low resolution.
pub fn find(pixels: &Pixels<'_>) -> Found {
    let (width, height) = (pixels.width(), pixels.height());
    let ground = ground(pixels);
    let (scores, bounds) = match ground {
        Ground::Bright => (on_bright(pixels, light(pixels, 0..width)), ON_BRIGHT),
        Ground::Dark => (on_dark(pixels), ON_DARK),
    };
    let threshold = otsu(&scores).clamp(bounds.0, bounds.1);
    let set = scores.iter().map(|score| *score >= threshold).collect();
    let pen = match ground {
        Ground::Bright => pen::find(pixels, light(pixels, 0..width)),
        Ground::Dark => Mask::new(width, height, vec![false; scores.len()]),
    };
    let tissue = Mask::new(width, height, set)
        .without(&pen.grown())
        .smoothed();
    Found {
        ground,
        tissue,
        pen,
    }
}

/// Dark when most of the picture is, and hardly anything looks like glass.
fn ground(pixels: &Pixels<'_>) -> Ground {
    let (mut dark, mut glass, mut all) = (0_u64, 0_u64, 0_u64);
    for colour in pixels.each() {
        let bright = luma(colour);
        dark += u64::from(bright < 60);
        glass += u64::from(bright > 170 && chroma(colour) < 40);
        all += 1;
    }
    if dark * 2 > all && glass * 10 < all {
        Ground::Dark
    } else {
        Ground::Bright
    }
}

/// The colour of bare glass in some columns: the commonest bright grey that is not the white of what was
/// not scanned.
fn light(pixels: &Pixels<'_>, columns: Range<u32>) -> [u8; 3] {
    let mut bins = vec![(0_u32, [0_u32; 3]); 256];
    let mut all = 0_u32;
    let within = (0..)
        .zip(pixels.each())
        .filter(|(n, _)| columns.contains(&(n % pixels.width())));
    for (_, colour) in within {
        all += 1;
        let bright = luma(colour);
        if bright > 150 && chroma(colour) < 48 && colour != [255; 3] {
            let bin = &mut bins[usize::from(bright)];
            bin.0 += 1;
            for (sum, value) in bin.1.iter_mut().zip(colour) {
                *sum += u32::from(value);
            }
        }
    }
    // Three neighbours together: noise spreads the glass over several steps of brightness.
    let crowd = |n: usize| bins[n - 1].0 + bins[n].0 + bins[n + 1].0;
    let best = (1..255).max_by_key(|n| (crowd(*n), *n)).unwrap_or(243);
    if f64::from(crowd(best)) < f64::from(all) * GLASS_SHARE {
        return USUAL_LIGHT;
    }
    let sum =
        |channel: usize| -> u32 { bins[best - 1..=best + 1].iter().map(|b| b.1[channel]).sum() };
    [0, 1, 2].map(|channel| (sum(channel) / crowd(best)) as u8)
}

/// Where light comes through bare glass, as in the middle third of the picture: neither tissue nor paper.
pub(super) fn bare(pixels: &Pixels<'_>) -> Mask {
    let light = light(pixels, pixels.width() / 3..pixels.width() * 2 / 3);
    let like = |colour: [u8; 3]| {
        luma(colour).abs_diff(luma(light)) <= BARE && chroma(against(colour, light)) <= BARE
    };
    let set = pixels.each().map(like).collect();
    Mask::new(pixels.width(), pixels.height(), set)
}

/// Colour and half the light taken away, seen against the glass.
fn on_bright(pixels: &Pixels<'_>, light: [u8; 3]) -> Vec<u8> {
    let score = |colour: [u8; 3]| {
        let through = against(colour, light);
        let taken = 255 - luma(through);
        chroma(through).saturating_add(taken / 2)
    };
    pixels.each().map(score).collect()
}

/// A colour as if the glass were white.
pub(super) fn against(colour: [u8; 3], light: [u8; 3]) -> [u8; 3] {
    [0, 1, 2].map(|channel| {
        let whole = u32::from(light[channel]).max(1);
        (u32::from(colour[channel]) * 255 / whole).min(255) as u8
    })
}

/// What shines above the darkest tenth.
fn on_dark(pixels: &Pixels<'_>) -> Vec<u8> {
    let strongest = |[red, green, blue]: [u8; 3]| red.max(green).max(blue);
    let values: Vec<u8> = pixels.each().map(strongest).collect();
    let mut counts = [0_usize; 256];
    for value in &values {
        counts[usize::from(*value)] += 1;
    }
    let mut below = 0;
    let floor = counts.iter().position(|count| {
        below += count;
        below * 10 >= values.len()
    });
    let floor = floor.unwrap_or(0) as u8;
    values
        .iter()
        .map(|value| value.saturating_sub(floor))
        .collect()
}

/// The threshold that parts the scores best (Otsu 1979).
fn otsu(scores: &[u8]) -> u8 {
    let mut counts = [0_u64; 256];
    for score in scores {
        counts[usize::from(*score)] += 1;
    }
    let all = scores.len() as f64;
    let whole: f64 = (0..)
        .zip(counts)
        .map(|(n, count)| f64::from(n) * count as f64)
        .sum();
    let (mut below, mut sum, mut best) = (0.0, 0.0, (0.0, 0_u8));
    for (n, count) in (0..=254_u8).zip(counts) {
        below += count as f64;
        sum += f64::from(n) * count as f64;
        let above = all - below;
        if below == 0.0 || above == 0.0 {
            continue;
        }
        let apart = sum / below - (whole - sum) / above;
        let variance = below * above * apart * apart;
        if variance > best.0 {
            best = (variance, n + 1);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square of `colour` in the middle of a picture of `behind`, a quarter of its area.
    fn square(behind: [u8; 3], colour: [u8; 3]) -> Vec<u8> {
        let inside = |n: usize| (16..48).contains(&(n % 64)) && (16..48).contains(&(n / 64));
        let noise = |n: usize| (n * 7919 % 5) as u8;
        (0..64 * 64)
            .flat_map(|n| {
                let base = if inside(n) { colour } else { behind };
                base.map(|value| {
                    if value == 255 {
                        255
                    } else {
                        value.saturating_sub(noise(n))
                    }
                })
            })
            .collect()
    }

    fn found(rgb: &[u8]) -> Found {
        find(&Pixels::new(64, 64, rgb).unwrap())
    }

    #[test]
    fn tissue_of_any_stain_is_found_on_bright_glass() {
        for stain in [
            [190, 120, 180],
            [150, 100, 60],
            [236, 205, 225],
            [180, 190, 215],
        ] {
            let found = found(&square([240, 241, 239], stain));
            assert_eq!(found.ground, Ground::Bright);
            assert!((0.23..0.27).contains(&found.tissue.share()), "{stain:?}");
        }
    }

    #[test]
    fn bare_glass_has_no_tissue_even_when_it_is_tinted_or_partly_unscanned() {
        for (behind, middle) in [
            ([240, 240, 240], [238, 239, 240]),
            ([236, 232, 220], [236, 232, 220]),
            ([255, 255, 255], [226, 227, 225]),
        ] {
            assert_eq!(
                found(&square(behind, middle)).tissue.count(),
                0,
                "{behind:?}"
            );
        }
    }

    #[test]
    fn what_shines_in_the_dark_is_tissue() {
        for shine in [[0, 90, 20], [30, 30, 160], [60, 60, 60]] {
            let found = found(&square([6, 7, 9], shine));
            assert_eq!(found.ground, Ground::Dark, "{shine:?}");
            assert!((0.23..0.27).contains(&found.tissue.share()), "{shine:?}");
            assert_eq!(found.pen.count(), 0);
        }
    }
}
