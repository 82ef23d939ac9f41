//! The slides of a case, each with its scans.

use std::collections::HashMap;

use pathology::ids::{CaseId, ScanId, SlideId};
use pathology::phi::Phi;

use super::scan::ScanView;
use crate::Error;
use crate::engine::{Row, Tx, args};
use crate::sql;

/// One slide.
#[derive(Debug, Clone)]
pub struct SlideView {
    /// The slide.
    pub slide: SlideId,
    /// Its name in the case: `A1-1`.
    pub name: String,
    /// Its stain.
    pub stain: String,
    /// Its container number.
    pub container: Phi<String>,
    /// The code of its block, when it was cut from one.
    pub block: Option<String>,
    /// Whether it is on the manifest, and whether it was waived.
    pub waived: Option<bool>,
    /// Why it was waived.
    pub waived_reason: String,
    /// The current scan.
    pub scan: Option<ScanView>,
    /// Scans before it, newest first.
    pub earlier_scans: Vec<ScanView>,
}

impl SlideView {
    /// `here`, `waived` or `expected`; `here` wins, because there it is.
    pub fn expectation(&self) -> &'static str {
        let here = self.scan.as_ref().is_some_and(ScanView::is_readable);
        match self.waived {
            _ if here => "here",
            Some(true) => "waived",
            _ => "expected",
        }
    }

    /// Whether somebody waits for it.
    pub fn is_awaited(&self) -> bool {
        self.waived == Some(false) && self.expectation() == "expected"
    }
}

pub(super) async fn slides(tx: &mut Tx, case: CaseId) -> Result<Vec<SlideView>, Error> {
    let mut scans: HashMap<SlideId, Vec<ScanView>> = HashMap::new();
    for row in tx.all(&sql::VIEWS_SCANS_OF_CASE, args![case]).await? {
        let slide = row.parsed("slide_id")?;
        scans.entry(slide).or_default().push(ScanView::of(&row)?);
    }
    let rows = tx.all(&sql::VIEWS_SLIDES, args![case]).await?;
    rows.iter().map(|row| slide(row, &mut scans)).collect()
}

fn slide(row: &Row, scans: &mut HashMap<SlideId, Vec<ScanView>>) -> Result<SlideView, Error> {
    let slide: SlideId = row.parsed("slide_id")?;
    let current: Option<ScanId> = row.opt_parsed("current_scan_id")?;
    let (now, before): (Vec<_>, Vec<_>) = scans
        .remove(&slide)
        .unwrap_or_default()
        .into_iter()
        .partition(|scan| Some(scan.scan) == current);
    Ok(SlideView {
        slide,
        name: row.text("name")?,
        stain: row.text("stain")?,
        container: row.text("container")?.into(),
        block: row.opt_text("block_code")?,
        waived: row.opt_text("expectation")?.map(|word| word == "waived"),
        waived_reason: row.opt_text("reason")?.unwrap_or_default(),
        scan: now.into_iter().next(),
        earlier_scans: before,
    })
}
