//! The doors of what pathologists do with readings beside claiming them.

use pathology::access::Action as A;

use super::asks;
use crate::api::{absences, claims, moves, orders, reports};
use crate::route::{Route, get, post};
use crate::wire::{
    AbsenceJson, AwayJson, ClaimJson, CorrectedJson, CorrectionJson, EligibleJson, EndWorkJson,
    ExtraWorkJson, FenceJson, GlassJson, HandOverJson, HandedOverJson, IncidentJson, OfferJson,
    OfferedJson, OpinionJson, OwedJson, PlanJson, ReadingsJson, ReasonJson, RecalledJson,
    SignOutJson, SignedJson, WorkJson,
};

/// Every one of them.
pub(super) fn routes() -> Vec<Route> {
    [moved(), ordered(), after(), away()].concat()
}

fn moved() -> Vec<Route> {
    vec![
        post(
            "/api/v1/claims/{claim}/hand-over",
            asks(A::Release),
            moves::hand_over,
        )
        .told("Hand a case over to a colleague who may have it.")
        .takes::<HandOverJson>()
        .gives::<HandedOverJson>(200),
        get(
            "/api/v1/readings/{reading}/eligibility",
            asks(A::Offer),
            moves::eligible,
        )
        .told("Who may take a reading of one's own laboratory, and why not the others.")
        .gives::<EligibleJson>(200),
        get(
            "/api/v1/claims/{claim}/eligibility",
            asks(A::Release),
            moves::colleagues,
        )
        .told("Who may be handed what one holds, and why not the others.")
        .gives::<EligibleJson>(200),
        post(
            "/api/v1/readings/{reading}/offer",
            asks(A::Offer),
            moves::offer,
        )
        .told("Offer a waiting reading to a pathologist, for 60 to 120 seconds.")
        .takes::<OfferJson>()
        .gives::<OfferedJson>(201),
        post(
            "/api/v1/claims/{claim}/accept",
            asks(A::Accept),
            moves::accept,
        )
        .told("Accept an offer; decline gives it back.")
        .takes::<FenceJson>()
        .gives::<ClaimJson>(200),
    ]
}

fn ordered() -> Vec<Route> {
    vec![
        post(
            "/api/v1/claims/{claim}/extra-work",
            asks(A::OrderWork),
            orders::extra_work,
        )
        .told("Order recuts or stains; the case stays with who orders them.")
        .takes::<ExtraWorkJson>()
        .gives::<WorkJson>(201),
        get("/api/v1/extra-work", asks(A::OrderWork), orders::owed)
            .told("Extra work the laboratory owes, the most urgent first.")
            .gives::<Vec<OwedJson>>(200),
        post(
            "/api/v1/extra-work/{work}/end",
            asks(A::OrderWork),
            orders::end_work,
        )
        .told("Cancel extra work, or say that no tissue is left.")
        .takes::<EndWorkJson>()
        .sends(204, ""),
        post(
            "/api/v1/claims/{claim}/defer-to-glass",
            asks(A::OrderWork),
            orders::defer_to_glass,
        )
        .told("Defer a slide to its glass: the case is not signed before that was read.")
        .takes::<GlassJson>()
        .sends(204, ""),
        post(
            "/api/v1/claims/{claim}/glass-read",
            asks(A::OrderWork),
            orders::glass_read,
        )
        .told("Say that the glass was read.")
        .takes::<GlassJson>()
        .sends(204, ""),
        post(
            "/api/v1/claims/{claim}/ask",
            asks(A::OrderWork),
            orders::ask_opinion,
        )
        .told("Ask for a second reading, a consult or a panel.")
        .takes::<OpinionJson>()
        .gives::<ReadingsJson>(201),
        post(
            "/api/v1/scans/{scan}/unlink",
            asks(A::SettleTray),
            orders::unlink,
        )
        .told("Take a scan off the wrong slide; it lies in the tray again.")
        .takes::<ReasonJson>()
        .sends(204, ""),
    ]
}

fn after() -> Vec<Route> {
    vec![
        post(
            "/api/v1/claims/{claim}/interim",
            asks(A::SignOut),
            claims::interim,
        )
        .told("Say what can be said already, while extra work is waited for; the claim goes on.")
        .takes::<SignOutJson>()
        .gives::<SignedJson>(201),
        post(
            "/api/v1/reports/{report}/recall",
            asks(A::Correct),
            reports::recall,
        )
        .told("Recall a report that is not released yet; its reading is open again.")
        .takes::<ReasonJson>()
        .gives::<RecalledJson>(200),
        post(
            "/api/v1/reports/{report}/correct",
            asks(A::Correct),
            reports::correct,
        )
        .told("Add to a released report, or amend it; the old one stays.")
        .takes::<CorrectionJson>()
        .gives::<CorrectedJson>(201),
        get("/api/v1/incidents", asks(A::Correct), reports::incidents)
            .told("What came or changed after one's signatures.")
            .gives::<Vec<IncidentJson>>(200),
        post(
            "/api/v1/incidents/{incident}/no-change",
            asks(A::Correct),
            reports::no_change,
        )
        .told("Answer that it changes nothing, with a reason.")
        .takes::<ReasonJson>()
        .sends(204, ""),
    ]
}

fn away() -> Vec<Route> {
    vec![
        post(
            "/api/v1/absences/preview",
            asks(A::SetAbsence),
            absences::preview,
        )
        .told("What an absence would move if it began now.")
        .takes::<AbsenceJson>()
        .gives::<PlanJson>(200),
        get("/api/v1/absences", asks(A::SetAbsence), absences::list)
            .told("The absences that are not over: one's own, or for a manager those of the organisation.")
            .gives::<Vec<AwayJson>>(200),
        post("/api/v1/absences", asks(A::SetAbsence), absences::record)
            .told("Record an absence; one that has begun moves everything at once.")
            .takes::<AbsenceJson>()
            .gives::<PlanJson>(201),
        post(
            "/api/v1/absences/{absence}/cancel",
            asks(A::SetAbsence),
            absences::cancel,
        )
        .told("End an absence early; what has moved stays where it is.")
        .sends(204, ""),
    ]
}
