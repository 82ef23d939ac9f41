//! What a case waits for although its slides are here: extra work, and glass to be read.

use pathology::case::Micros;
use pathology::ids::{CaseId, PathologistId, ReadingId, SlideId, WorkId};
use pathology::phi::Phi;

use crate::engine::{Row, Tx, args};
use crate::{Error, sql};

/// Extra work nobody has ended.
#[derive(Debug, Clone)]
pub struct WorkView {
    /// The work.
    pub work: WorkId,
    /// For which reading.
    pub reading: ReadingId,
    /// Who asked for it.
    pub requester: PathologistId,
    /// Their name.
    pub requested_by: String,
    /// `recut` or `stain`.
    pub kind: String,
    /// Why.
    pub reason: Phi<String>,
    /// When it was asked for.
    pub requested_at: Micros,
    /// When somebody is told that it has not come.
    pub deadline_at: Micros,
    /// Its slides.
    pub slides: Vec<WorkSlideView>,
}

/// A slide of extra work.
#[derive(Debug, Clone)]
pub struct WorkSlideView {
    /// The slide.
    pub slide: SlideId,
    /// Its name.
    pub name: String,
    /// Its stain.
    pub stain: String,
    /// Its scan has come.
    pub here: bool,
}

/// A slide deferred to its glass.
#[derive(Debug, Clone)]
pub struct GlassView {
    /// By which reading.
    pub reading: ReadingId,
    /// The slide.
    pub slide: SlideId,
    /// Its name.
    pub name: String,
    /// Its stain.
    pub stain: String,
    /// Why the scan is not enough.
    pub reason: Phi<String>,
    /// Who deferred it.
    pub deferred_by: String,
    /// When.
    pub deferred_at: Micros,
    /// Until when it should be read.
    pub deadline_at: Micros,
    /// When the glass was read.
    pub read_at: Option<Micros>,
}

/// The open extra work of a case, oldest first.
pub(super) async fn work(tx: &mut Tx, case: CaseId) -> Result<Vec<WorkView>, Error> {
    let mut all: Vec<WorkView> = Vec::new();
    for row in tx.all(&sql::VIEWS_WORK_OF_CASE, args![case]).await? {
        let id = row.parsed("work_id")?;
        if all.last().is_none_or(|last| last.work != id) {
            all.push(work_of(&row, id)?);
        }
        if let Some(last) = all.last_mut() {
            last.slides.push(slide(&row)?);
        }
    }
    Ok(all)
}

/// The slides of a case that were deferred to their glass, first things first.
pub(super) async fn glass(tx: &mut Tx, case: CaseId) -> Result<Vec<GlassView>, Error> {
    let rows = tx.all(&sql::VIEWS_GLASS_OF_CASE, args![case]).await?;
    let view = |row: &Row| {
        Ok(GlassView {
            reading: row.parsed("reading_id")?,
            slide: row.parsed("slide_id")?,
            name: row.text("name")?,
            stain: row.text("stain")?,
            reason: row.text("reason")?.into(),
            deferred_by: row.text("deferred_by")?,
            deferred_at: row.micros("deferred_at")?,
            deadline_at: row.micros("deadline_at")?,
            read_at: row.opt_micros("read_at")?,
        })
    };
    rows.iter().map(view).collect()
}

fn work_of(row: &Row, work: WorkId) -> Result<WorkView, Error> {
    Ok(WorkView {
        work,
        reading: row.parsed("reading_id")?,
        requester: row.parsed("pathologist_id")?,
        requested_by: row.text("requester")?,
        kind: row.text("kind")?,
        reason: row.text("reason")?.into(),
        requested_at: row.micros("requested_at")?,
        deadline_at: row.micros("deadline_at")?,
        slides: Vec::new(),
    })
}

fn slide(row: &Row) -> Result<WorkSlideView, Error> {
    Ok(WorkSlideView {
        slide: row.parsed("slide_id")?,
        name: row.text("name")?,
        stain: row.text("stain")?,
        here: row.flag("here")?,
    })
}
