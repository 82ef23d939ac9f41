//! Codes the tiles that are made; those of one colour only once.
//!
//! Bound: `COLOURS` tiles are remembered.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::cascade::Made;
use super::downsample::Pixels;

/// Colours whose one-coloured tile is remembered.
const COLOURS: usize = 256;

/// Codes a tile of the level that is so many steps below the first.
pub type Code<'a, E> = dyn Fn(usize, &Pixels) -> Result<Vec<u8>, E> + Sync + 'a;

/// A tile of one colour: whether it is of the first level, its sides and the colour.
type Plain = (bool, u32, u32, [u8; 3]);

/// Codes tiles, on any number of threads.
pub(super) struct Coder<'a, E> {
    code: &'a Code<'a, E>,
    known: Mutex<HashMap<Plain, Arc<Vec<u8>>>>,
}

impl<'a, E> Coder<'a, E> {
    pub(super) fn new(code: &'a Code<'a, E>) -> Self {
        let known = Mutex::default();
        Self { code, known }
    }

    pub(super) fn made(
        &self,
        step: usize,
        (column, row): (u32, u32),
        pixels: &Pixels,
    ) -> Result<Made, E> {
        let bytes = self.coded(step, pixels)?;
        Ok(Made {
            step,
            column,
            row,
            bytes,
        })
    }

    fn coded(&self, step: usize, pixels: &Pixels) -> Result<Arc<Vec<u8>>, E> {
        let Some(colour) = pixels.uniform() else {
            return (self.code)(step, pixels).map(Arc::new);
        };
        let name = (step == 0, pixels.width, pixels.height, colour);
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = known().get(&name) {
            return Ok(bytes.clone());
        }
        let bytes = Arc::new((self.code)(step, pixels)?);
        let mut known = known();
        if known.len() < COLOURS {
            known.insert(name, bytes.clone());
        }
        Ok(bytes)
    }
}
