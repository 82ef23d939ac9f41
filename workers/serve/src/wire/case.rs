//! A case, its manifest and its attachments.

use catalog::views::{
    AttachmentView, BlockView, CaseView, ClockView, DraftView, ReportView, SlideView, SpecimenView,
};
use pathology::ids::PathologistId;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::reading::ReadingJson;
use super::scan::SlideJson;
use super::waited_for::{DeferredJson, WaitedForJson};
use super::words::{is, slides};
use super::worklist::{NumberJson, PatientJson};
use super::{shown, written};

/// A case.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Case")]
pub(crate) struct CaseJson {
    id: Uuid,
    revision: i64,
    state: String,
    number: String,
    issuer: String,
    numbers: Vec<NumberJson>,
    patient: PatientJson,
    specialty: String,
    priority: String,
    organisation: String,
    site: String,
    collected_at: Option<String>,
    received_at: String,
    due_at: String,
    ready_at: Option<String>,
    clocks: Vec<ClockJson>,
    content: ContentJson,
    specimens: Vec<SpecimenJson>,
    loose_slides: Vec<SlideJson>,
    readings: Vec<ReadingJson>,
    draft: Option<DraftJson>,
    reports: Vec<ReportJson>,
    /// Extra work nobody has ended.
    extra_work: Vec<WaitedForJson>,
    /// Slides deferred to their glass.
    glass: Vec<DeferredJson>,
    banner: Vec<Banner>,
}

#[derive(Serialize, JsonSchema)]
struct ClockJson {
    kind: String,
    started_at: String,
    due_at: String,
    stopped_at: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct ContentJson {
    requester: String,
    copy_to: Vec<String>,
    clinical_details: String,
    named_pathologist: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct SpecimenJson {
    id: Uuid,
    part: String,
    specimen_type: String,
    site: String,
    macroscopic: String,
    fixation: String,
    decalcified: bool,
    blocks: Vec<BlockJson>,
}

#[derive(Serialize, JsonSchema)]
struct BlockJson {
    id: Uuid,
    code: String,
    site: String,
    pieces: i64,
    slides: Vec<SlideJson>,
}

#[derive(Serialize, JsonSchema)]
struct DraftJson {
    text: String,
    by: String,
    mine: bool,
    saved_at: String,
}

#[derive(Serialize, JsonSchema)]
struct ReportJson {
    id: Uuid,
    kind: String,
    state: String,
    text: String,
    signed_by: String,
    /// Signed by who looks.
    mine: bool,
    signed_at: String,
    /// When it left the house; until then its signer may recall it.
    released_at: Option<String>,
    recalled_at: Option<String>,
    revision: i64,
    /// Why it was signed although a slide was damaged; empty otherwise.
    damage_reason: String,
}

#[derive(Serialize, JsonSchema)]
struct Banner {
    mark: &'static str,
    title: String,
    text: String,
}

/// The manifest of expected slides.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Manifest")]
pub(crate) struct ManifestJson {
    version: i64,
    source: Option<String>,
    slides: Vec<ManifestSlide>,
}

#[derive(Serialize, JsonSchema)]
struct ManifestSlide {
    state: &'static str,
    #[serde(flatten)]
    slide: SlideJson,
}

/// What is attached to a case.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Attachment")]
pub(crate) struct AttachmentJson {
    id: Uuid,
    kind: String,
    media_type: String,
    name: String,
    size_bytes: u64,
    recorded_at: String,
}

impl CaseJson {
    /// The case for one who opened it; drafts and reports only for who may read them.
    pub(crate) fn of(view: &CaseView, me: Option<PathologistId>, reads_reports: bool) -> Self {
        let (drafts, reports) = view.written(me, reads_reports);
        let (work, glass) = view.waited_for(me);
        Self {
            id: view.case.0,
            revision: view.revision,
            state: view.state.clone(),
            number: view.number.clone(),
            issuer: view.issuer.clone(),
            numbers: view.numbers.iter().map(NumberJson::of).collect(),
            patient: PatientJson::of(&view.patient),
            specialty: view.specialty.clone(),
            priority: view.priority.clone(),
            organisation: view.organisation.clone(),
            site: view.site.clone(),
            collected_at: view.collected_at.map(written),
            received_at: written(view.received_at),
            due_at: written(view.due_at),
            ready_at: view.ready_at.map(written),
            clocks: view.clocks.iter().map(ClockJson::of).collect(),
            content: ContentJson::of(view),
            specimens: view.specimens.iter().map(SpecimenJson::of).collect(),
            loose_slides: view.loose_slides.iter().map(SlideJson::of).collect(),
            readings: view
                .readings
                .iter()
                .map(|one| ReadingJson::of(one, me))
                .collect(),
            draft: draft(&drafts, me),
            reports: reports.iter().map(|one| ReportJson::of(one, me)).collect(),
            extra_work: work.iter().map(|one| WaitedForJson::of(one, me)).collect(),
            glass: glass.iter().map(DeferredJson::of).collect(),
            banner: banner(view),
        }
    }
}

impl ClockJson {
    fn of(clock: &ClockView) -> Self {
        Self {
            kind: clock.kind.clone(),
            started_at: written(clock.started_at),
            due_at: written(clock.due_at),
            stopped_at: clock.stopped_at.map(written),
        }
    }
}

impl ContentJson {
    fn of(view: &CaseView) -> Self {
        Self {
            requester: view.requester.clone(),
            copy_to: view.copy_to.lines().map(str::to_owned).collect(),
            clinical_details: shown(&view.clinical_details),
            named_pathologist: view.named_pathologist.clone(),
        }
    }
}

impl SpecimenJson {
    fn of(specimen: &SpecimenView) -> Self {
        Self {
            id: specimen.specimen.0,
            part: specimen.part.clone(),
            specimen_type: specimen.specimen_type.clone(),
            site: specimen.body_site.clone(),
            macroscopic: shown(&specimen.macroscopic),
            fixation: specimen.fixation.clone(),
            decalcified: specimen.decalcified,
            blocks: specimen.blocks.iter().map(BlockJson::of).collect(),
        }
    }
}

impl BlockJson {
    fn of(block: &BlockView) -> Self {
        Self {
            id: block.block.0,
            code: block.code.clone(),
            site: block.body_site.clone(),
            pieces: block.pieces,
            slides: block.slides.iter().map(SlideJson::of).collect(),
        }
    }
}

/// One's own draft, else the newest of another who began.
fn draft(drafts: &[DraftView], me: Option<PathologistId>) -> Option<DraftJson> {
    let mine = |draft: &&DraftView| Some(draft.pathologist) == me;
    let draft = drafts.iter().find(mine).or_else(|| drafts.first())?;
    Some(DraftJson {
        text: shown(&draft.text),
        by: draft.name.clone(),
        mine: mine(&draft),
        saved_at: written(draft.saved_at),
    })
}

impl ReportJson {
    fn of(report: &ReportView, me: Option<PathologistId>) -> Self {
        Self {
            id: report.report.0,
            kind: report.kind.clone(),
            state: report.state.clone(),
            text: shown(&report.text),
            signed_by: report.signed_by.clone(),
            mine: Some(report.signer) == me,
            signed_at: written(report.signed_at),
            released_at: report.released_at.map(written),
            recalled_at: report.recalled_at.map(written),
            revision: report.revision,
            damage_reason: report.damage_reason.expose().clone(),
        }
    }
}

/// What a pathologist must know before reading, the worst first.
fn banner(view: &CaseView) -> Vec<Banner> {
    let all: Vec<&SlideView> = view.slides().collect();
    let is_damaged = |slide: &SlideView| {
        slide
            .scan
            .as_ref()
            .is_some_and(|scan| scan.pixels == "damaged")
    };
    let of = |wanted: &dyn Fn(&SlideView) -> bool| -> Vec<String> {
        let wanted = all.iter().filter(|slide| wanted(slide));
        wanted
            .map(|slide| format!("{} {}", slide.name, slide.stain))
            .collect()
    };
    let in_trays: Vec<String> = view
        .in_trays
        .iter()
        .map(|guess| guess.slide.clone())
        .collect();
    let mut banner: Vec<Banner> = [
        line(
            "bad",
            &of(&is_damaged),
            "damaged",
            "Sign-out is blocked until it is scanned again, or you give a reason.",
        ),
        line(
            "wait",
            &of(&SlideView::is_awaited),
            "still expected",
            "You can read on; sign-out will list it.",
        ),
        line(
            "warn",
            &in_trays,
            "perhaps in a tray",
            "An operator must attach it.",
        ),
        line(
            "warn",
            &of(&is_flagged),
            "of doubtful quality",
            "You can read on; the laboratory was asked. The slide's heat map shows where.",
        ),
        line(
            "note",
            &of(&|slide| slide.expectation() == "waived"),
            "waived",
            "Sign-out will list it.",
        ),
    ]
    .into_iter()
    .flatten()
    .collect();
    banner.extend(incident(view));
    banner
}

fn incident(view: &CaseView) -> Option<Banner> {
    (view.open_incidents > 0).then(|| Banner {
        mark: "bad",
        title: "Something changed after sign-out.".to_owned(),
        text: "The signer must answer it: no change, an addendum or an amendment.".to_owned(),
    })
}

/// Flagged, and nobody said that it can be read all the same.
fn is_flagged(slide: &SlideView) -> bool {
    let badge = slide.scan.as_ref().and_then(|scan| scan.badge.as_ref());
    badge.is_some_and(|badge| matches!(badge.verdict.as_str(), "flagged" | "released" | "rescan"))
}

fn line(mark: &'static str, names: &[String], what: &str, remedy: &str) -> Option<Banner> {
    let n = names.len() as u64;
    (n > 0).then(|| Banner {
        mark,
        title: format!("{} {} {what}.", slides(n), is(n)),
        text: format!("{}. {remedy}", names.join(", ")),
    })
}

impl ManifestJson {
    pub(crate) fn of(view: &CaseView) -> Self {
        let listed = view.slides().filter(|slide| slide.waived.is_some());
        let slide = |slide: &SlideView| ManifestSlide {
            state: slide.expectation(),
            slide: SlideJson::of(slide),
        };
        Self {
            version: view.manifest_version,
            source: view.manifest_source.clone(),
            slides: listed.map(slide).collect(),
        }
    }
}

impl AttachmentJson {
    pub(crate) fn of(attachment: &AttachmentView) -> Self {
        Self {
            id: attachment.attachment.0,
            kind: attachment.kind.clone(),
            media_type: attachment.media_type.clone(),
            name: shown(&attachment.name),
            size_bytes: attachment.size_bytes,
            recorded_at: written(attachment.recorded_at),
        }
    }
}
