//! A case as its pathologist sees it: everything on one screen, in one snapshot.

use pathology::access::Authorized;
use pathology::case::Micros;
use pathology::ids::{AttachmentId, BlockId, CaseId, PathologistId, SlideId, SpecimenId, TrayId};
use pathology::phi::Phi;

use super::access::CaseAccess;
use super::decode::{NumberView, PatientView, numbers};
use super::readings::{DraftView, ReadingView, ReportView};
use super::slides::{SlideView, slides};
use super::waited_for::{self, GlassView, WorkView};
use crate::engine::{Row, Tx, args};
use crate::{Catalog, Error, sql};

/// A case.
#[derive(Debug, Clone)]
pub struct CaseView {
    /// The case.
    pub case: CaseId,
    /// Counts every change that a signature must know of.
    pub revision: i64,
    /// `accessioned`, `partial`, `ready`, `signed_out`, `triage`.
    pub state: String,
    /// The owning laboratory's number.
    pub number: String,
    /// Who gave it.
    pub issuer: String,
    /// All numbers.
    pub numbers: Vec<NumberView>,
    /// Who the patient is.
    pub patient: PatientView,
    /// Specialty key.
    pub specialty: String,
    /// `immediate`, `urgent` or `routine`.
    pub priority: String,
    /// Whose case: the name.
    pub organisation: String,
    /// Where it was registered: the name.
    pub site: String,
    /// When the tissue was taken.
    pub collected_at: Option<Micros>,
    /// When the laboratory received it.
    pub received_at: Micros,
    /// When it is due.
    pub due_at: Micros,
    /// When its slides were complete.
    pub ready_at: Option<Micros>,
    /// Who asked for it.
    pub requester: String,
    /// Who else gets the report, one a line.
    pub copy_to: String,
    /// What they want to know.
    pub clinical_details: Phi<String>,
    /// The pathologist asked for by name.
    pub named_pathologist: Option<String>,
    /// Version of the manifest of expected slides; 0 without one.
    pub manifest_version: i64,
    /// Where the manifest came from.
    pub manifest_source: Option<String>,
    /// Its clocks.
    pub clocks: Vec<ClockView>,
    /// Its specimens, by part.
    pub specimens: Vec<SpecimenView>,
    /// Slides that were cut from no block.
    pub loose_slides: Vec<SlideView>,
    /// Its readings.
    pub readings: Vec<ReadingView>,
    /// Drafts, newest first.
    pub drafts: Vec<DraftView>,
    /// Reports, oldest first.
    pub reports: Vec<ReportView>,
    /// Extra work nobody has ended.
    pub work: Vec<WorkView>,
    /// Slides deferred to their glass.
    pub glass: Vec<GlassView>,
    /// Slides whose scan may lie in a tray.
    pub in_trays: Vec<GuessedView>,
    /// Incidents nobody has closed.
    pub open_incidents: u64,
}

/// A clock of a case.
#[derive(Debug, Clone)]
pub struct ClockView {
    /// `frozen`, `verbal`, `report` or `pathway`.
    pub kind: String,
    /// When it started.
    pub started_at: Micros,
    /// When it should stop.
    pub due_at: Micros,
    /// When it stopped.
    pub stopped_at: Option<Micros>,
}

/// A specimen.
#[derive(Debug, Clone)]
pub struct SpecimenView {
    /// The specimen.
    pub specimen: SpecimenId,
    /// `A`, `B`, …
    pub part: String,
    /// What it is.
    pub specimen_type: String,
    /// Where it was taken.
    pub body_site: String,
    /// What was seen with the naked eye.
    pub macroscopic: Phi<String>,
    /// How it was fixed.
    pub fixation: String,
    /// Whether it was decalcified.
    pub decalcified: bool,
    /// Its blocks.
    pub blocks: Vec<BlockView>,
}

/// A block.
#[derive(Debug, Clone)]
pub struct BlockView {
    /// The block.
    pub block: BlockId,
    /// `A1`, `A2`, …
    pub code: String,
    /// What was embedded.
    pub body_site: String,
    /// Pieces embedded.
    pub pieces: i64,
    /// The slides cut from it.
    pub slides: Vec<SlideView>,
}

/// A slide whose scan may lie in a tray.
#[derive(Debug, Clone)]
pub struct GuessedView {
    /// The entry.
    pub tray: TrayId,
    /// Its code.
    pub code: String,
    /// The slide's name.
    pub slide: String,
}

/// A file attached to a case.
#[derive(Debug, Clone)]
pub struct AttachmentView {
    /// The attachment.
    pub attachment: AttachmentId,
    /// Request form, macro photograph, …
    pub kind: String,
    /// Its media type.
    pub media_type: String,
    /// Its name.
    pub name: Phi<String>,
    /// Size in bytes.
    pub size_bytes: u64,
    /// When it was attached.
    pub recorded_at: Micros,
}

impl Catalog {
    /// A case that was opened, with the reports that stood then. Drafts and reports are for those who may read them: the
    /// caller decides that.
    pub async fn case(&self, opened: &Authorized<CaseAccess>) -> Result<CaseView, Error> {
        let (case, stood) = (opened.get().case, &opened.get().reports);
        let found = self.read(move |tx| Box::pin(async move { view(tx, case).await }));
        let mut view = found.await?;
        view.reports.retain(|one| stood.contains(&one.report));
        Ok(view)
    }

    /// The owning laboratory's number of a case that was just claimed.
    pub async fn number_of(&self, case: CaseId) -> Result<String, Error> {
        let found = self.read(move |tx| {
            Box::pin(async move { tx.first(&sql::VIEWS_NUMBER, args![case]).await })
        });
        found.await?.ok_or(Error::NotFound("case"))?.text("number")
    }

    /// One slide of a case that was opened.
    pub async fn slide(
        &self,
        opened: &Authorized<CaseAccess>,
        slide: SlideId,
    ) -> Result<SlideView, Error> {
        let case = opened.get().case;
        let found = self.read(move |tx| Box::pin(async move { slides(tx, case).await }));
        let mut all = found.await?.into_iter();
        all.find(|one| one.slide == slide)
            .ok_or(Error::NotFound("slide"))
    }

    /// What is attached to a case that was opened.
    pub async fn attachments(
        &self,
        opened: &Authorized<CaseAccess>,
    ) -> Result<Vec<AttachmentView>, Error> {
        let case = opened.get().case;
        let rows = self.read(move |tx| {
            Box::pin(async move { tx.all(&sql::VIEWS_ATTACHMENTS, args![case]).await })
        });
        rows.await?.iter().map(attachment).collect()
    }
}

async fn view(tx: &mut Tx, case: CaseId) -> Result<CaseView, Error> {
    let row = tx.one(&sql::VIEWS_CASE, args![case]).await?;
    let mut view = header(&row, case)?;
    for row in tx.all(&sql::VIEWS_CLOCKS, args![case]).await? {
        view.clocks.push(clock(&row)?);
    }
    for row in tx.all(&sql::VIEWS_SPECIMENS, args![case]).await? {
        view.specimens.push(specimen(&row)?);
    }
    for row in tx.all(&sql::VIEWS_BLOCKS, args![case]).await? {
        let part = row.text("part")?;
        let specimen = view.specimens.iter_mut().find(|one| one.part == part);
        if let Some(specimen) = specimen {
            specimen.blocks.push(block(&row)?);
        }
    }
    for slide in slides(tx, case).await? {
        view.place(slide);
    }
    for row in tx.all(&sql::VIEWS_READINGS, args![case]).await? {
        view.readings.push(ReadingView::of(&row)?);
    }
    for row in tx.all(&sql::VIEWS_DRAFTS, args![case]).await? {
        view.drafts.push(DraftView::of(&row)?);
    }
    for row in tx.all(&sql::VIEWS_REPORTS, args![case]).await? {
        view.reports.push(ReportView::of(&row)?);
    }
    view.work = waited_for::work(tx, case).await?;
    view.glass = waited_for::glass(tx, case).await?;
    for row in tx.all(&sql::VIEWS_TRAYS_OF_CASE, args![case]).await? {
        view.in_trays.push(guessed(&row)?);
    }
    Ok(view)
}

impl CaseView {
    /// The drafts and reports somebody may see. Who audits reads blind: what others wrote would lead
    /// them.
    pub fn written(
        &self,
        me: Option<PathologistId>,
        reads_reports: bool,
    ) -> (Vec<DraftView>, &[ReportView]) {
        let blind = self.is_blind(me);
        let drafts = self.drafts.iter();
        match (reads_reports, blind) {
            (true, false) => (self.drafts.clone(), &self.reports),
            (_, true) => {
                let own = drafts.filter(|draft| Some(draft.pathologist) == me);
                (own.cloned().collect(), &[])
            }
            (false, false) => (Vec::new(), &[]),
        }
    }

    /// The extra work and the glass that somebody may know of: their reasons, too, would lead who audits blind.
    pub fn waited_for(&self, me: Option<PathologistId>) -> (&[WorkView], &[GlassView]) {
        if self.is_blind(me) {
            return (&[], &[]);
        }
        (&self.work, &self.glass)
    }

    fn is_blind(&self, me: Option<PathologistId>) -> bool {
        let held = |one: &ReadingView| one.holder.as_ref().map(|(who, _)| *who);
        let mut readings = self.readings.iter();
        readings.any(|one| one.cause == "sample" && me.is_some() && held(one) == me)
    }

    /// Every slide, by block and then the loose ones.
    pub fn slides(&self) -> impl Iterator<Item = &SlideView> {
        let blocks = self.specimens.iter().flat_map(|specimen| &specimen.blocks);
        blocks
            .flat_map(|block| &block.slides)
            .chain(&self.loose_slides)
    }

    fn place(&mut self, slide: SlideView) {
        let blocks = self.specimens.iter_mut().flat_map(|one| &mut one.blocks);
        let mut blocks = blocks.filter(|block| Some(&block.code) == slide.block.as_ref());
        match blocks.next() {
            Some(block) => block.slides.push(slide),
            None => self.loose_slides.push(slide),
        }
    }
}

fn header(row: &Row, case: CaseId) -> Result<CaseView, Error> {
    let national_number = row.opt_text("national_number")?.map(Phi::new);
    Ok(CaseView {
        case,
        revision: row.int("revision")?,
        state: row.text("state")?,
        number: row.text("number")?,
        issuer: row.text("issuer")?,
        numbers: numbers(row)?,
        patient: PatientView {
            national_number,
            ..PatientView::of(row)?
        },
        specialty: row.text("specialty")?,
        priority: row.text("priority")?,
        organisation: row.text("organisation_name")?,
        site: row.text("site_name")?,
        collected_at: row.opt_micros("collected_at")?,
        received_at: row.micros("received_at")?,
        due_at: row.micros("due_at")?,
        ready_at: row.opt_micros("ready_at")?,
        requester: row.opt_text("requester")?.unwrap_or_default(),
        copy_to: row.opt_text("copy_to")?.unwrap_or_default(),
        clinical_details: row.opt_text("clinical_details")?.unwrap_or_default().into(),
        named_pathologist: row.opt_text("named_pathologist")?,
        manifest_version: row.int("manifest_version")?,
        manifest_source: row.opt_text("manifest_source")?,
        clocks: Vec::new(),
        specimens: Vec::new(),
        loose_slides: Vec::new(),
        readings: Vec::new(),
        drafts: Vec::new(),
        reports: Vec::new(),
        work: Vec::new(),
        glass: Vec::new(),
        in_trays: Vec::new(),
        open_incidents: row.count("incidents")?,
    })
}

fn clock(row: &Row) -> Result<ClockView, Error> {
    Ok(ClockView {
        kind: row.text("kind")?,
        started_at: row.micros("started_at")?,
        due_at: row.micros("due_at")?,
        stopped_at: row.opt_micros("stopped_at")?,
    })
}

fn specimen(row: &Row) -> Result<SpecimenView, Error> {
    Ok(SpecimenView {
        specimen: row.parsed("specimen_id")?,
        part: row.text("part")?,
        specimen_type: row.text("specimen_type")?,
        body_site: row.text("body_site")?,
        macroscopic: row.text("macroscopic")?.into(),
        fixation: row.text("fixation")?,
        decalcified: row.flag("decalcified")?,
        blocks: Vec::new(),
    })
}

fn block(row: &Row) -> Result<BlockView, Error> {
    Ok(BlockView {
        block: row.parsed("block_id")?,
        code: row.text("code")?,
        body_site: row.text("body_site")?,
        pieces: row.int("pieces")?,
        slides: Vec::new(),
    })
}

fn guessed(row: &Row) -> Result<GuessedView, Error> {
    Ok(GuessedView {
        tray: row.parsed("tray_id")?,
        code: row.text("code")?,
        slide: row.text("name")?,
    })
}

fn attachment(row: &Row) -> Result<AttachmentView, Error> {
    Ok(AttachmentView {
        attachment: row.parsed("attachment_id")?,
        kind: row.text("kind")?,
        media_type: row.text("media_type")?,
        name: row.text("name")?.into(),
        size_bytes: row.count("size_bytes")?,
        recorded_at: row.micros("recorded_at")?,
    })
}
