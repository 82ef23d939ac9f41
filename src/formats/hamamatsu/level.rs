//! A level of an NDPI: one JPEG, cut into tiles.
//!
//! ```text
//! restart intervals listed (65426, 65432) ─▶ rows of tiles are cut beside each other, each checked to start
//!                                             where the one above ended
//! not listed, or one start is wrong       ─▶ the level, or the rest of it, is read once from where it is right
//! ```
//!
//! Bound: one row of tiles a core, four at most.

use super::super::made::{Maker, TileSink};
use super::super::raster::bytes_of;
use super::super::tiff::Array;
use super::super::{Error, Member, Picture, ReadAt, jpeg};
use crate::pyramid::geometry::Grid;
use jpeg::{Frame, Retile, Scan};
use rayon::prelude::*;

/// Rows of tiles cut beside each other.
const ROWS_AT_ONCE: usize = 4;

/// One JPEG that is a level.
#[derive(Debug)]
pub(super) struct OneJpeg {
    pub(super) member: u16,
    /// Its first byte, and the one behind its last.
    pub(super) span: (u64, u64),
    pub(super) frame: Frame,
    pub(super) grid: Grid,
    pub(super) rgb: bool,
    pub(super) starts: Option<Starts>,
}

/// Where each restart interval starts, from the start of the JPEG.
#[derive(Debug)]
pub(super) struct Starts {
    /// The low 32 bits of each.
    pub(super) low: Array,
    /// The high ones, in files that need them.
    pub(super) high: Option<Array>,
}

impl OneJpeg {
    fn retile<'a>(&'a self, members: &[Member<'a>]) -> Result<Retile<'a>, Error> {
        Ok(Retile {
            frame: &self.frame,
            bytes: bytes_of(members, self.member)?,
            span: self.span,
            grid: self.grid,
            rgb: self.rgb,
        })
    }

    /// The restart interval that holds an MCU, and where its bits start; `None` where the file does not say so, or
    /// says what is not so.
    fn interval(&self, bytes: &dyn ReadAt, mcu: u64) -> Result<Option<(u32, u64)>, Error> {
        let first = self.span.0 + self.frame.scan_at as u64;
        let number = match u64::from(self.frame.restart) {
            0 => 0,
            each => mcu / each,
        };
        let listed = match (&self.starts, number) {
            (_, 0) => return Ok(Some((0, first))),
            (Some(starts), _) => starts.one(bytes, number)?,
            _ => None,
        };
        let start = listed.and_then(|start| self.span.0.checked_add(start));
        let Some(start) = start.filter(|start| (first + 2..self.span.1).contains(start)) else {
            return Ok(None);
        };
        let mut marker = [0; 2];
        bytes.read_exact_at(start - 2, &mut marker)?;
        let expected = [0xFF, 0xD0 | ((number - 1) & 7) as u8];
        Ok((marker == expected).then_some((number as u32, start)))
    }

    /// A scan that stands at an MCU: from the nearest start that is known, or on from where `used` stands.
    fn stand<'a>(
        &'a self,
        retile: &Retile<'a>,
        used: Option<(Scan<'a>, u64)>,
        mcu: u64,
    ) -> Result<Scan<'a>, Error> {
        let known = self.interval(retile.bytes, mcu)?;
        let known = known.map(|(number, start)| {
            let first = u64::from(number) * u64::from(self.frame.restart);
            (retile.scan_of(number, start), first)
        });
        let stands = |other: &(Scan<'a>, u64)| match &known {
            Some((_, first)) => (*first..=mcu).contains(&other.1),
            None => other.1 <= mcu,
        };
        let found = used.filter(stands).or(known);
        let (mut scan, at) = found.unwrap_or_else(|| (retile.first_scan(), 0));
        scan.skip(mcu - at)?;
        Ok(scan)
    }

    /// Whether rows of tiles start where restart intervals do, so that each can be cut without those above.
    fn rows_stand_alone(&self, retile: &Retile<'_>) -> bool {
        let row = retile.mcus().0 * retile.tile_mcus().1;
        self.starts.is_some() && self.frame.restart > 0 && row.is_multiple_of(self.frame.restart)
    }

    /// The tiles of one row that starts where the file says, and what shows whether the file is right.
    fn row(&self, retile: &Retile<'_>, row: u32) -> Result<Option<Row>, Error> {
        let mcus = u64::from(retile.tile_mcus().1) * u64::from(retile.mcus().0);
        let Some((number, start)) = self.interval(retile.bytes, u64::from(row) * mcus)? else {
            return Ok(None);
        };
        let mut scan = retile.scan_of(number, start);
        let tiles = retile.row(&mut scan, row)?;
        let next = if row + 1 < self.grid.rows() {
            scan.next_interval()?
        } else {
            0
        };
        Ok(Some(Row { start, tiles, next }))
    }

    /// Hands rows that were cut beside each other to `hand`, as long as each starts where the one before ended; gives
    /// the first row that does not, and where it really starts.
    fn beside(
        &self,
        retile: &Retile<'_>,
        hand: &mut dyn FnMut(u32, Vec<Vec<u8>>) -> Result<(), Error>,
    ) -> Result<Option<(u32, u64)>, Error> {
        let at_once = rayon::current_num_threads().clamp(1, ROWS_AT_ONCE);
        let mut expected = self.span.0 + self.frame.scan_at as u64;
        for first in (0..self.grid.rows()).step_by(at_once) {
            let rows = first..self.grid.rows().min(first + at_once as u32);
            let cut = rows.clone().into_par_iter();
            let cut: Vec<_> = cut.map(|row| self.row(retile, row)).collect();
            for (row, cut) in rows.zip(cut) {
                // A row read from a wrong start may also fail; one whose start is right fails for good.
                match cut {
                    Ok(Some(cut)) if cut.start == expected => {
                        expected = cut.next;
                        hand(row, cut.tiles)?;
                    }
                    _ => return Ok(Some((row, expected))),
                }
            }
        }
        Ok(None)
    }
}

/// A row of tiles, where its bits start, and where those of the next row do.
struct Row {
    start: u64,
    tiles: Vec<Vec<u8>>,
    next: u64,
}

impl Maker for OneJpeg {
    fn tile(&self, members: &[Member<'_>], column: u32, row: u32) -> Result<Vec<u8>, Error> {
        let place = self.grid.place(column, row);
        let _ = place.ok_or(Error::NoSuchTile)?;
        let retile = self.retile(members)?;
        retile.tile((column, row), &|used, mcu| self.stand(&retile, used, mcu))
    }

    fn pixels(&self, members: &[Member<'_>], column: u32, row: u32) -> Result<Picture, Error> {
        let tile = self.tile(members, column, row)?;
        jpeg::decode(&tile, self.grid.tile_width, self.grid.tile_height)
    }

    fn tiles(
        &self,
        members: &[Member<'_>],
        grid: Grid,
        sink: &mut TileSink<'_>,
    ) -> Result<(), Error> {
        let retile = self.retile(members)?;
        let mut hand = |row: u32, tiles: Vec<Vec<u8>>| {
            let mut tiles = (0..).zip(tiles);
            tiles.try_for_each(|(column, tile)| sink(column, row, tile))
        };
        let (mut scan, first) = if self.rows_stand_alone(&retile) {
            let Some((row, start)) = self.beside(&retile, &mut hand)? else {
                return Ok(());
            };
            let mcus = u64::from(retile.tile_mcus().1) * u64::from(retile.mcus().0);
            let number = u64::from(row) * mcus / u64::from(self.frame.restart);
            (retile.scan_of(number as u32, start), row)
        } else {
            (retile.first_scan(), 0)
        };
        (first..grid.rows()).try_for_each(|row| hand(row, retile.row(&mut scan, row)?))
    }
}

impl Starts {
    /// The start of interval `number`; `None` where the list is too short.
    fn one(&self, bytes: &dyn ReadAt, number: u64) -> Result<Option<u64>, Error> {
        if number >= self.low.count() {
            return Ok(None);
        }
        let high = match &self.high {
            Some(high) if number < high.count() => high.one(bytes, number)?,
            Some(_) => return Ok(None),
            None => 0,
        };
        Ok(Some((high << 32) | self.low.one(bytes, number)?))
    }
}
