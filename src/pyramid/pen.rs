//! Ink on the glass: hues that no usual stain has, and black.
//!
//! Felt pens are green, blue, red or black, evenly and strongly coloured. Haematoxylin is bluer than
//! it is blue: its hue lies beyond 240°. Special stains (Masson's green, Alcian blue) share hues with
//! pens; the thresholds of strength leave most of them out, and a mark is a flag, not a refusal.

use super::mask::Mask;
use super::pixels::Pixels;
use super::tissue::against;

/// Finds pen marks; `light` is the colour of bare glass.
pub(super) fn find(pixels: &Pixels<'_>, light: [u8; 3]) -> Mask {
    let set = pixels.each().map(|colour| is_ink(against(colour, light)));
    let mask = Mask::new(pixels.width(), pixels.height(), set.collect());
    // A stroke is broader than a pixel: specks are pigment.
    mask.eroded().grown()
}

fn is_ink(colour: [u8; 3]) -> bool {
    let [red, green, blue] = colour.map(f32::from);
    let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
    let span = most - least;
    if most < 70.0 {
        return span < 24.0;
    }
    let strength = span / most;
    let hue = hue(colour, most, span);
    (85.0..185.0).contains(&hue) && strength > 0.25
        || (185.0..238.0).contains(&hue) && strength > 0.45
        || !(15.0..345.0).contains(&hue) && strength > 0.66 && most > 140.0
}

/// Degrees around the circle of colours, red at 0.
fn hue(colour: [u8; 3], most: f32, span: f32) -> f32 {
    if span == 0.0 {
        return 0.0;
    }
    let [red, green, blue] = colour.map(f32::from);
    let sixth = if most <= red {
        (green - blue) / span
    } else if most <= green {
        2.0 + (blue - red) / span
    } else {
        4.0 + (red - green) / span
    };
    (sixth * 60.0).rem_euclid(360.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pens_are_ink_and_stains_are_not() {
        for pen in [[30, 120, 60], [40, 90, 190], [220, 30, 50], [25, 25, 30]] {
            assert!(is_ink(pen), "{pen:?}");
        }
        for stain in [
            [120, 60, 140],  // haematoxylin
            [230, 150, 190], // eosin
            [200, 70, 90],   // blood
            [130, 85, 50],   // DAB
            [170, 185, 215], // its counterstain
            [40, 20, 60],    // a dense nucleus
        ] {
            assert!(!is_ink(stain), "{stain:?}");
        }
    }
}
