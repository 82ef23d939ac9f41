//! From dye to colour: light through two dyes, by Beer and Lambert's law.
//!
//! Tissue is painted as amounts of two dyes a pixel; one table turns a pair of amounts into red,
//! green and blue. Optical densities after Ruifrok and Johnston (2001), warmed to what scanners show.

/// How the section is stained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stain {
    /// Haematoxylin and eosin: purple nuclei in pink tissue.
    HE,
    /// Immunohistochemistry: brown (DAB) where the antibody binds, pale blue elsewhere.
    Ihc,
}

/// Amounts of the two dyes in a pixel, 0 to 255 each: haematoxylin, then eosin or DAB.
pub(super) type Dyes = [u8; 2];

/// The light of the scanner through bare glass.
pub(super) const GLASS: [u8; 3] = [243, 243, 244];

const HAEMATOXYLIN: [f32; 3] = [0.62, 0.78, 0.31];
const EOSIN: [f32; 3] = [0.10, 0.56, 0.26];
const DAB: [f32; 3] = [0.29, 0.57, 0.80];

/// The colour of every pair of amounts.
pub(super) struct Colours(Vec<[u8; 3]>);

impl Colours {
    pub(super) fn new(stain: Stain) -> Self {
        let second = match stain {
            Stain::HE => EOSIN,
            Stain::Ihc => DAB,
        };
        let mut table = Vec::with_capacity(256 * 256);
        for first in 0..256_u32 {
            for other in 0..256_u32 {
                table.push(std::array::from_fn(|channel| {
                    let density =
                        HAEMATOXYLIN[channel] * first as f32 + second[channel] * other as f32;
                    (f32::from(GLASS[channel]) * transmitted(density / 170.0) + 0.5) as u8
                }));
            }
        }
        Self(table)
    }

    pub(super) fn of(&self, [first, second]: Dyes) -> [u8; 3] {
        self.0[usize::from(first) << 8 | usize::from(second)]
    }
}

/// Ten to the power of minus `density`, by repeated squaring of its first-order form.
fn transmitted(density: f32) -> f32 {
    let mut light = 1.0 - f64::from(density) * (std::f64::consts::LN_10 / 4096.0);
    for _ in 0..12 {
        light *= light;
    }
    light as f32
}
