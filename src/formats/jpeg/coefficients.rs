//! The quantised coefficients of a JPEG, as they are stored: what a copy without loss leaves equal.

use super::super::Error;
use super::frame::Frame;
use super::scan::Scan;

/// Largest JPEG whose coefficients are held, in pixels.
const PIXELS: u64 = 32 << 20;

/// The coefficients of a JPEG, MCU by MCU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coefficients {
    /// MCUs across.
    pub across: u32,
    /// MCUs down.
    pub down: u32,
    /// Pixels an MCU covers, across and down.
    pub mcu: (u32, u32),
    /// Blocks of one MCU.
    pub blocks: usize,
    /// All blocks in the order they are stored, each in zigzag order, its DC value first.
    pub values: Vec<[i16; 64]>,
}

impl Coefficients {
    /// The blocks of one MCU; `None` outside the picture.
    pub fn at(&self, across: u32, down: u32) -> Option<&[[i16; 64]]> {
        if across >= self.across || down >= self.down {
            return None;
        }
        let first = (down as usize * self.across as usize + across as usize) * self.blocks;
        self.values.get(first..first + self.blocks)
    }
}

/// Reads the coefficients of a baseline JPEG of at most 32 million pixels (ITU-T T.81 Annex F.2).
pub fn coefficients(stream: &[u8]) -> Result<Coefficients, Error> {
    let frame = Frame::read(stream)?;
    if u64::from(frame.width) * u64::from(frame.height) > PIXELS {
        return Err(Error::TooLarge {
            what: "the JPEG whose coefficients are read, in pixels,",
            limit: PIXELS,
        });
    }
    let mcu = frame.mcu();
    let (across, down) = (frame.width.div_ceil(mcu.0), frame.height.div_ceil(mcu.1));
    let mut values = Vec::new();
    let place = (frame.scan_at as u64, stream.len() as u64);
    let mut scan = Scan::new(&frame, &stream, place, 0);
    for _ in 0..u64::from(across) * u64::from(down) {
        scan.read_mcu(&mut |_, block| values.push(block))?;
    }
    Ok(Coefficients {
        across,
        down,
        mcu,
        blocks: frame.blocks.len(),
        values,
    })
}
