//! Every door of this process, in one table.

mod readings;
mod steering;

use axum::http::Method;
use pathology::access::Action as A;

use crate::api::{cases, claims, people, quality, sessions, trays, worklist};
use crate::route::{Policy, Route, get, post};
use crate::wire::{
    AgreementJson, AttachJson, AttachedJson, AttachmentJson, AuditJson, BeatJson, BecomeJson,
    CaseJson, ClaimJson, ClaimThisJson, DecideJson, DecisionJson, DismissJson, DraftSavedJson,
    FenceReasonJson, FoundJson, HeartbeatJson, ManifestJson, MeasuresJson, NewCaseJson,
    PathologistJson, PersonaJson, PresenceJson, QualityJson, RescansJson, SaveDraftJson, ScanJson,
    SearchJson, SessionJson, SignOutJson, SignedJson, SiteJson, SlideOfCaseJson, TrayJson,
    UrgentJson, WorklistJson,
};
use crate::{deepzoom, health, live, openapi, original, pages, pictures, tiles};

/// Every door.
pub fn routes() -> Vec<Route> {
    [
        pages(),
        session(),
        worklist(),
        work(),
        readings::routes(),
        case(),
        scan(),
        deep_zoom(),
        laboratory(),
        trays_and_quality(),
        steering::alarms(),
        steering::case(),
        steering::rota(),
    ]
    .concat()
}

const fn asks(action: A) -> Policy {
    Policy::asks(action)
}

const fn open(because: &'static str) -> Policy {
    Policy::Open { because }
}

fn pages() -> Vec<Route> {
    let page = open("the page holds no data; what it shows it asks for");
    let health = open("tells only whether the process works");
    vec![
        get("/", page, pages::page)
            .told("The worklist page.")
            .sends(200, "text/html"),
        get("/read/{case}", page, pages::page)
            .told("The viewer page.")
            .sends(200, "text/html"),
        get("/dashboard", page, pages::page)
            .told("The dashboard page.")
            .sends(200, "text/html"),
        get("/lab", page, pages::page)
            .told("The laboratory page.")
            .sends(200, "text/html"),
        get("/assets/{name}", page, pages::asset)
            .told("A part of the pages.")
            .sends(200, "application/octet-stream"),
        get("/livez", health, health::lives)
            .told("Whether it lives.")
            .sends(200, "text/plain"),
        get("/readyz", health, health::ready)
            .told("Whether it is ready.")
            .sends(200, "text/plain"),
        get(
            "/openapi.json",
            open("the description is public"),
            openapi::document,
        )
        .told("This description.")
        .sends(200, "application/json"),
    ]
}

fn session() -> Vec<Route> {
    let demo = open("refused unless this is the demo and the peer is this machine");
    let path = "/api/v1/session";
    vec![
        get("/api/v1/session/personas", demo, sessions::personas)
            .told("The invented people of the demo.")
            .gives::<Vec<PersonaJson>>(200),
        post(path, demo, sessions::sign_in)
            .told("Sign in as an invented person.")
            .takes::<BecomeJson>()
            .gives::<SessionJson>(201),
        get(path, Policy::OwnSession, sessions::current)
            .told("Who is signed in.")
            .gives::<SessionJson>(200),
        Route::new(Method::DELETE, path, Policy::OwnSession, sessions::end)
            .told("Sign out of the session.")
            .sends(204, ""),
    ]
}

fn worklist() -> Vec<Route> {
    vec![
        get("/api/v1/worklist", asks(A::ListWorklist), worklist::list)
            .told("The worklist.")
            .gives::<WorklistJson>(200),
        get(
            "/api/v1/worklist/urgent",
            asks(A::ListWorklist),
            worklist::urgent,
        )
        .told("What calls for a pathologist: immediate cases that wait, and offers made to them.")
        .gives::<UrgentJson>(200)
        .sends(204, ""),
    ]
}

fn work() -> Vec<Route> {
    vec![
        post("/api/v1/worklist/claim-next", asks(A::Claim), claims::next)
            .told("Claim the next reading.")
            .gives::<ClaimJson>(201)
            .sends(204, ""),
        post("/api/v1/worklist/claim", asks(A::Claim), claims::this)
            .told("Claim this reading, out of order, with a reason.")
            .takes::<ClaimThisJson>()
            .gives::<ClaimJson>(201),
        post(
            "/api/v1/claims/{claim}/heartbeat",
            asks(A::Heartbeat),
            claims::heartbeat,
        )
        .told("Keep a claim.")
        .takes::<HeartbeatJson>()
        .gives::<BeatJson>(200),
        post(
            "/api/v1/claims/{claim}/draft",
            asks(A::SaveDraft),
            claims::save_draft,
        )
        .told("Save the report so far; this begins the case.")
        .takes::<SaveDraftJson>()
        .gives::<DraftSavedJson>(200),
        post(
            "/api/v1/claims/{claim}/release",
            asks(A::Release),
            claims::release,
        )
        .told("Give a claim back.")
        .takes::<FenceReasonJson>()
        .sends(204, ""),
        post(
            "/api/v1/claims/{claim}/decline",
            asks(A::Release),
            claims::decline,
        )
        .told("Give a claim back for good, with a reason.")
        .takes::<FenceReasonJson>()
        .sends(204, ""),
        post(
            "/api/v1/claims/{claim}/sign-out",
            asks(A::SignOut),
            claims::sign_out,
        )
        .told("Sign out, bound to what was seen.")
        .takes::<SignOutJson>()
        .gives::<SignedJson>(201),
        get("/api/v1/changes", asks(A::FollowChanges), live::changes)
            .told("What changes, as it happens.")
            .sends(200, "text/event-stream"),
    ]
}

fn case() -> Vec<Route> {
    vec![
        post("/api/v1/cases", asks(A::AccessionCase), cases::accession)
            .told("Register a case.")
            .takes::<NewCaseJson>()
            .gives::<CaseJson>(201)
            .gives::<CaseJson>(200),
        post("/api/v1/cases/search", asks(A::SearchCases), cases::search)
            .told("Find cases by number, container or family name.")
            .takes::<SearchJson>()
            .gives::<FoundJson>(200),
        get("/api/v1/cases/{case}", asks(A::ViewCase), cases::case)
            .told("A case.")
            .gives::<CaseJson>(200),
        get(
            "/api/v1/cases/{case}/manifest",
            asks(A::ViewCase),
            cases::manifest,
        )
        .told("What a case should bring.")
        .gives::<ManifestJson>(200),
        get(
            "/api/v1/cases/{case}/attachments",
            asks(A::ViewCase),
            cases::attachments,
        )
        .told("What is attached to a case.")
        .gives::<Vec<AttachmentJson>>(200),
        get("/api/v1/slides/{slide}", asks(A::ViewCase), cases::slide)
            .told("A slide.")
            .gives::<SlideOfCaseJson>(200),
        get("/api/v1/audit", asks(A::SeeAudit), cases::audit)
            .told("Who did what to a case.")
            .gives::<Vec<AuditJson>>(200),
        get("/api/v1/decisions", asks(A::SeeAudit), cases::decisions)
            .told("Every claim of a case: what it was decided by, what was said, and what the same rules say to it today.")
            .gives::<Vec<DecisionJson>>(200),
    ]
}

fn scan() -> Vec<Route> {
    let png = "image/png";
    vec![
        get("/api/v1/scans/{scan}", asks(A::ViewScan), cases::scan)
            .told("A scan.")
            .gives::<ScanJson>(200),
        get(
            "/api/v1/scans/{scan}/{generation}/tiles/{level}/{column}/{row}",
            asks(A::ViewTile),
            tiles::tile,
        )
        .told("A tile, as it was stored: of ?region, z and channel, ?join=2 or 4 tiles as one, or ?form=stored.")
        .sends(200, "image/jpeg")
        .sends(204, ""),
        get(
            "/api/v1/scans/{scan}/region",
            asks(A::ViewTile),
            pictures::region,
        )
        .told("A rectangle at any scale: x, y in level-0 pixels; w, h in pixels of the level, or of ?scale=.")
        .sends(200, png),
        get(
            "/api/v1/scans/{scan}/associated/label",
            asks(A::ViewLabel),
            pictures::label,
        )
        .told("The picture of the label.")
        .sends(200, png),
        get(
            "/api/v1/scans/{scan}/associated/macro",
            asks(A::ViewLabel),
            pictures::overview,
        )
        .told("The picture of the whole glass, label included.")
        .sends(200, png),
        get(
            "/api/v1/scans/{scan}/associated/thumbnail",
            asks(A::ViewTile),
            pictures::thumbnail,
        )
        .told("A small picture of the tissue.")
        .sends(200, png),
        get(
            "/api/v1/scans/{scan}/original/{n}",
            asks(A::ReadOriginal),
            original::member,
        )
        .told("A file of the scanner's own bytes, whole or one range.")
        .sends(200, "application/octet-stream")
        .sends(206, "application/octet-stream"),
    ]
}

/// The view for viewers that speak nothing else.
fn deep_zoom() -> Vec<Route> {
    vec![
        get(
            "/api/v1/scans/{scan}/deepzoom.dzi",
            asks(A::ViewTile),
            deepzoom::description,
        )
        .told("The Deep Zoom description of a scan, for viewers that speak nothing else.")
        .sends(200, "application/xml"),
        get(
            "/api/v1/scans/{scan}/deepzoom_files/{level}/{tile}",
            asks(A::ViewTile),
            deepzoom::tile,
        )
        .told("A tile of the Deep Zoom view: {column}_{row}.jpg.")
        .sends(200, "image/jpeg"),
    ]
}

fn laboratory() -> Vec<Route> {
    let presence = "/api/v1/pathologists/me/presence";
    vec![
        get(
            "/api/v1/pathologists",
            asks(A::SeePeople),
            people::pathologists,
        )
        .told("The pathologists of the organisation.")
        .gives::<Vec<PathologistJson>>(200),
        get(presence, asks(A::SetPresence), people::presence)
            .told("Whether one takes cases.")
            .gives::<PresenceJson>(200),
        Route::new(
            Method::PUT,
            presence,
            asks(A::SetPresence),
            people::set_presence,
        )
        .told("Say whether one takes cases.")
        .takes::<PresenceJson>()
        .gives::<PresenceJson>(200),
        get("/api/v1/sites", asks(A::SeePeople), people::sites)
            .told("The sites of the organisation.")
            .gives::<Vec<SiteJson>>(200),
        get(
            "/api/v1/agreements",
            asks(A::SeeAgreements),
            people::agreements,
        )
        .told("The agreements of the organisation.")
        .gives::<Vec<AgreementJson>>(200),
        get(
            "/api/v1/measures/now",
            asks(A::SeeMeasures),
            worklist::measures,
        )
        .told("What happens now and today.")
        .gives::<MeasuresJson>(200),
    ]
}

fn trays_and_quality() -> Vec<Route> {
    vec![
        get("/api/v1/trays/{kind}", asks(A::SeeTrays), trays::list)
            .told("What waits for a person.")
            .gives::<TrayJson>(200),
        post(
            "/api/v1/trays/{tray}/attach",
            asks(A::SettleTray),
            trays::attach,
        )
        .told("Attach by a handheld scan of the glass.")
        .takes::<AttachJson>()
        .gives::<AttachedJson>(200),
        post(
            "/api/v1/trays/{tray}/dismiss",
            asks(A::SettleTray),
            trays::dismiss,
        )
        .told("Put an entry aside, with a reason.")
        .takes::<DismissJson>()
        .sends(200, ""),
        post(
            "/api/v1/trays/{tray}/quality",
            asks(A::SettleTray),
            trays::decide,
        )
        .told("Let a flagged scan pass, or ask for its glass to be scanned again.")
        .takes::<DecideJson>()
        .sends(200, ""),
        get(
            "/api/v1/scans/{scan}/quality",
            asks(A::ViewScan),
            quality::record,
        )
        .told("What a scan is like, and what was decided about it.")
        .gives::<QualityJson>(200),
        get(
            "/api/v1/scans/{scan}/quality/heat-map",
            asks(A::ViewTile),
            quality::heat_map,
        )
        .told("Where a flagged scan is sharp and where it is not.")
        .sends(200, "image/png"),
        get("/api/v1/rescans", asks(A::SeeTrays), quality::rescans)
            .told("Glasses to be scanned again: ?scanner= names one scanner's list.")
            .gives::<RescansJson>(200),
    ]
}
