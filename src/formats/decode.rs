//! Stored bytes become pixels: JPEG, JPEG 2000, LZW, deflate, RLE or bare samples, grey or colour.
//!
//! Every buffer is as large as the declared piece and no larger, whatever the bytes say.

use super::jpeg2000::jpeg2000;
use super::{Codec, Colour, Error, Picture, jpeg};
use std::sync::Arc;

/// How the bytes of a piece become pixels. Samples have 8 bits.
#[derive(Debug, Clone)]
pub(crate) struct Storage {
    /// The compression.
    pub(crate) codec: Codec,
    /// JPEG tables all pieces share.
    pub(crate) tables: Option<Arc<[u8]>>,
    /// What the samples mean.
    pub(crate) colour: Colour,
    /// Samples a pixel, 1 to 4; the ones beyond grey or RGB are dropped.
    pub(crate) samples: u8,
    /// Each sample is stored as the difference from the one left of it (TIFF 6.0 §14).
    pub(crate) differences: bool,
    /// 0 is white (TIFF's `WhiteIsZero`).
    pub(crate) inverted: bool,
    /// All first samples come first, then all second ones; else they lie pixel by pixel.
    pub(crate) planar: bool,
}

/// Decodes one piece of `width` × `height` pixels. The caller has bounded them.
pub(crate) fn piece(
    stored: &[u8],
    storage: &Storage,
    width: u32,
    height: u32,
) -> Result<Picture, Error> {
    match storage.codec {
        Codec::Jpeg => {
            let whole = jpeg::splice(storage.tables.as_deref(), stored, storage.colour);
            return jpeg::decode(&whole, width, height);
        }
        Codec::Jpeg2000 | Codec::Jpeg2000Lossless => {
            return jpeg2000(stored, storage.colour, width, height);
        }
        Codec::None | Codec::Lzw | Codec::Deflate | Codec::Rle => {}
    }
    let row = width as usize * usize::from(storage.samples);
    let mut samples = unpack(stored, storage, row * height as usize)?;
    if storage.planar {
        samples = interleave(&samples, usize::from(storage.samples));
    }
    if storage.differences {
        for line in samples.chunks_exact_mut(row) {
            add_up(line, usize::from(storage.samples));
        }
    }
    if storage.inverted {
        for sample in &mut samples {
            *sample = !*sample;
        }
    }
    let mut rgb = to_rgb(samples, usize::from(storage.samples));
    if storage.colour == Colour::YCbCr {
        rgb.as_chunks_mut().0.iter_mut().for_each(from_luma);
    }
    Ok(Picture { width, height, rgb })
}

/// The samples of a piece: exactly `size` bytes, or the piece is damaged.
fn unpack(stored: &[u8], storage: &Storage, size: usize) -> Result<Vec<u8>, Error> {
    let codec = storage.codec;
    let samples = match codec {
        Codec::None => stored.get(..size).map(<[u8]>::to_vec),
        Codec::Lzw => unpack_lzw(stored, size),
        Codec::Deflate => unpack_deflate(stored, size),
        Codec::Rle => {
            let each = usize::from(storage.samples);
            crate::dicom::rle::decode(stored, size / each, each)
        }
        Codec::Jpeg2000 | Codec::Jpeg2000Lossless | Codec::Jpeg => {
            return Err(Error::damaged("its tiles hold no samples"));
        }
    };
    samples.ok_or_else(|| Error::damaged(format!("a tile of {codec} ends before its pixels do")))
}

fn unpack_lzw(stored: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut samples = vec![0; size];
    let mut decoder = weezl::decode::Decoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8);
    let (mut read, mut written) = (0, 0);
    while written < size {
        let step = decoder.decode_bytes(&stored[read..], &mut samples[written..]);
        read += step.consumed_in;
        written += step.consumed_out;
        if step.status.is_err() || (step.consumed_in == 0 && step.consumed_out == 0) {
            break;
        }
    }
    (written == size).then_some(samples)
}

fn unpack_deflate(stored: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut samples = vec![0; size];
    let mut decoder = flate2::Decompress::new(true);
    let done = decoder.decompress(stored, &mut samples, flate2::FlushDecompress::Finish);
    (done.is_ok() && decoder.total_out() == size as u64).then_some(samples)
}

/// Undoes horizontal differencing in one row of pixels of `samples` bytes.
fn add_up(row: &mut [u8], samples: usize) {
    for at in samples..row.len() {
        row[at] = row[at].wrapping_add(row[at - samples]);
    }
}

/// Samples that lie apart, put pixel by pixel.
fn interleave(samples: &[u8], each: usize) -> Vec<u8> {
    let pixels = samples.len() / each;
    let of_pixel = |pixel: usize| (0..each).map(move |sample| samples[sample * pixels + pixel]);
    (0..pixels).flat_map(of_pixel).collect()
}

/// Luma and chroma of full range as red, green and blue (DICOM PS3.3 C.7.6.3.1.2, ITU-T T.871 §7).
fn from_luma(pixel: &mut [u8; 3]) {
    let [luma, blue, red] = pixel.map(f32::from);
    let (blue, red) = (blue - 128.0, red - 128.0);
    *pixel = [
        luma + 1.402 * red,
        luma - 0.344_136 * blue - 0.714_136 * red,
        luma + 1.772 * blue,
    ]
    .map(|value| value.round().clamp(0.0, 255.0) as u8);
}

fn to_rgb(samples: Vec<u8>, each: usize) -> Vec<u8> {
    match each {
        3 => samples,
        1 | 2 => samples.chunks_exact(each).flat_map(|p| [p[0]; 3]).collect(),
        _ => samples
            .chunks_exact(each)
            .flat_map(|p| [p[0], p[1], p[2]])
            .collect(),
    }
}
