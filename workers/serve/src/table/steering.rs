//! The doors of who steers the flow: alarms, a case's way, the rota.

use pathology::access::Action as A;

use super::asks;
use crate::api::{alarms, rota, steering};
use crate::route::{Route, get, post};
use crate::wire::{
    AlarmsJson, BumpJson, BumpedJson, ClocksJson, CorrectOrderJson, GapsJson, PauseJson,
    RetriageJson, RotaJson, ShiftsJson,
};

pub(super) fn alarms() -> Vec<Route> {
    vec![
        get("/api/v1/alarms", asks(A::SeeAlarms), alarms::list)
            .told("What nobody has acknowledged, the printed list included.")
            .gives::<AlarmsJson>(200),
        post(
            "/api/v1/alarms/{alarm}/acknowledge",
            asks(A::AcknowledgeAlarm),
            alarms::acknowledge,
        )
        .told("Say that you have seen an alarm: nobody further is told.")
        .sends(204, ""),
    ]
}

pub(super) fn case() -> Vec<Route> {
    vec![
        post(
            "/api/v1/cases/{case}/bump",
            asks(A::SteerCase),
            steering::bump,
        )
        .told("Move a reading in its order; its age and its due time stay.")
        .takes::<BumpJson>()
        .gives::<BumpedJson>(200),
        post(
            "/api/v1/cases/{case}/retriage",
            asks(A::SteerCase),
            steering::retriage,
        )
        .told("Say which specialties a case needs; it is offered anew, with its age.")
        .takes::<RetriageJson>()
        .sends(204, ""),
        get(
            "/api/v1/cases/{case}/clocks",
            asks(A::ViewCase),
            steering::clocks,
        )
        .told("The clocks of a case: the published figure, and the one without pauses.")
        .gives::<ClocksJson>(200),
        post(
            "/api/v1/cases/{case}/content",
            asks(A::SteerCase),
            steering::correct_order,
        )
        .told("Put the words of an order right, as a new version; who signed over the old ones is asked.")
        .takes::<CorrectOrderJson>()
        .sends(204, ""),
        post(
            "/api/v1/cases/{case}/clocks/pause",
            asks(A::SteerCase),
            steering::pause,
        )
        .told("Pause the adjusted figure, with a reason; the published one runs on.")
        .takes::<PauseJson>()
        .sends(204, ""),
        post(
            "/api/v1/cases/{case}/clocks/resume",
            asks(A::SteerCase),
            steering::resume,
        )
        .told("End the pause.")
        .sends(204, ""),
    ]
}

pub(super) fn rota() -> Vec<Route> {
    vec![
        post("/api/v1/rota", asks(A::RecordRota), rota::record)
            .told("Record a rota: a table of many people, or one person's calendar.")
            .takes::<RotaJson>()
            .sends(204, ""),
        get("/api/v1/rota", asks(A::SeeCoverage), rota::shifts)
            .told("Who is on the rota, and who takes no new case in spite of it: ?from and ?to, a week from now.")
            .gives::<ShiftsJson>(200),
        get("/api/v1/rota/gaps", asks(A::SeeCoverage), rota::gaps)
            .told("When nobody on the rota may read a specialty: ?from and ?to, a week from now.")
            .gives::<GapsJson>(200),
    ]
}
