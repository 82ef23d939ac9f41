//! A JPEG that is being put together from the MCUs of others.
//!
//! ```text
//! headers ─▶ copied MCUs, blank ones beyond the edge ─▶ ones up to the byte, end of image
//! ```

use super::super::Error;
use super::bits::Writer;
use super::frame::{Block, END_OF_IMAGE, Frame};
use super::huffman::Table;
use super::scan::{Before, dc_bits};

/// A stream under construction; it holds its compressed bytes and nothing else.
pub(crate) struct Piece<'a> {
    frame: &'a Frame,
    pub(super) bits: Writer,
    pub(super) before: Before,
}

impl<'a> Piece<'a> {
    /// A stream of `size` pixels with the coding of `frame` and no MCU yet.
    pub(crate) fn new(frame: &'a Frame, size: (u16, u16), rgb: bool) -> Self {
        Self {
            frame,
            bits: Writer::behind(frame.headers(size, rgb)),
            before: [0; 4],
        }
    }

    /// Compressed bytes so far.
    pub(crate) const fn len(&self) -> usize {
        self.bits.len()
    }

    /// Writes MCUs that go on as the last one ended: what lies beyond the edge, and nobody looks at.
    pub(crate) fn blank(&mut self, mcus: u64) -> Result<(), Error> {
        let frame = self.frame;
        for _ in 0..mcus {
            for block in &frame.blocks {
                self.blank_block(*block)?;
            }
        }
        Ok(())
    }

    fn blank_block(&mut self, block: Block) -> Result<(), Error> {
        self.put_dc(self.frame.dc_out(block.dc), 0)?;
        let end = self.frame.tables[block.ac]
            .as_ref()
            .and_then(|ac| ac.code(0));
        let (length, code) = end.ok_or_else(no_code)?;
        self.bits.put(code, length);
        Ok(())
    }

    /// Writes a DC difference.
    pub(super) fn put_dc(&mut self, table: Option<&Table>, difference: i32) -> Result<(), Error> {
        let (size, bits) = dc_bits(difference)?;
        let code = table.and_then(|table| table.code(size as u8));
        let (length, code) = code.ok_or_else(no_code)?;
        self.bits.put(code, length);
        self.bits.put(bits, size);
        Ok(())
    }

    /// The whole stream.
    pub(crate) fn finish(self) -> Vec<u8> {
        let mut stream = self.bits.finish();
        stream.extend_from_slice(&END_OF_IMAGE);
        stream
    }
}

fn no_code() -> Error {
    Error::damaged("a JPEG's tables have no code for a difference it needs")
}
