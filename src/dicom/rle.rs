//! RLE (PS3.5 Annex G): a header of sixteen numbers, then one run-length coded segment for each byte of a pixel.
//!
//! ```text
//! 64 bytes: segments, offset, offset, …    segment of all red bytes    of all green    of all blue
//! ```

/// Bytes of the header.
const HEADER_BYTES: usize = 64;

/// Segments a frame may have.
const SEGMENTS: usize = 15;

/// The samples of a frame of `pixels` pixels of `each` bytes, pixel by pixel; `None` when the segments do not
/// hold exactly that. Allocates `pixels * each` bytes and no more, whatever the bytes say.
pub fn decode(frame: &[u8], pixels: usize, each: usize) -> Option<Vec<u8>> {
    let mut numbers = super::numbers::<4>(frame.get(..HEADER_BYTES)?).map(|number| number as usize);
    let segments = numbers.next()?;
    if segments != each || !(1..=SEGMENTS).contains(&each) {
        return None;
    }
    let offsets: Vec<usize> = numbers.take(segments).collect();
    let mut samples = vec![0; pixels.checked_mul(each)?];
    for (place, start) in offsets.iter().enumerate() {
        let end = offsets.get(place + 1).copied().unwrap_or(frame.len());
        let segment = frame.get(*start..end).filter(|_| *start >= HEADER_BYTES)?;
        let mut out = samples.iter_mut().skip(place).step_by(each);
        unpack(segment, pixels, &mut out)?;
    }
    Some(samples)
}

/// Unpacks one segment into exactly `left` samples.
fn unpack(
    mut segment: &[u8],
    mut left: usize,
    out: &mut dyn Iterator<Item = &mut u8>,
) -> Option<()> {
    while left > 0 {
        let (control, rest) = segment.split_first()?;
        let control = usize::from(*control);
        segment = rest;
        let run = match control {
            0..=127 => control + 1,
            128 => continue,
            _ => 257 - control,
        };
        let taken = if control > 128 { 1 } else { run };
        let bytes = segment.get(..taken)?;
        segment = &segment[taken..];
        // A run across the end of a row is against the standard and written by some; one across the end of
        // the frame is cut.
        let run = run.min(left);
        for (to, byte) in out.take(run).zip(bytes.iter().cycle()) {
            *to = *byte;
        }
        left -= run;
    }
    Some(())
}
