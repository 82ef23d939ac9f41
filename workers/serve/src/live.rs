//! What changes, as it happens: server-sent events, ids only, each decided for who follows.
//!
//! ```text
//!  hello {now} ─▶ change* (id n) ─ missed some? ─▶ reload ─▶ …        a comment every 15 s
//! ```
//!
//! At most `followers` streams. A stream ends with its session, which it does not keep alive, and
//! with the process. One that falls behind (1,024 changes) is told to reload and loses nothing else.

use std::convert::Infallible;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use catalog::{Change, Kind};
use futures::Stream;
use pathology::access::{Action, Resource, Role, decide};
use pathology::case::Micros;
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;

use crate::audience::{Caller, Own};
use crate::door::Door;
use crate::problem::Problem;

/// How often an idle stream says that it lives.
const HEARTBEAT: Duration = Duration::from_secs(15);

pub(crate) async fn changes(
    State(door): State<Door>,
    own: Own,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let place = door.followers.clone().try_acquire_owned();
    let place = place.map_err(|_| Problem::busy("Too many pages follow the changes."))?;
    let mut changes = door.catalog().changes();
    let now = door.catalog().now().await?;
    let stream = async_stream::stream! {
        let _place = place;
        let caller = own.caller;
        yield Ok(hello(now));
        let mut check = tokio::time::interval(HEARTBEAT);
        loop {
            let heard = tokio::select! {
                () = door.shutdown.cancelled() => return,
                _ = check.tick() => None,
                heard = changes.recv() => Some(heard),
            };
            if !door.sessions.lives(caller.session.id, Instant::now()) {
                return;
            }
            match heard {
                None => {}
                Some(Ok(change)) => {
                    if let Some(event) = told(&door, &caller, &change).await {
                        yield Ok(event);
                    }
                }
                Some(Err(RecvError::Lagged(_))) => yield Ok(reload()),
                Some(Err(RecvError::Closed)) => return,
            }
        }
    };
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

fn hello(now: Micros) -> Event {
    let data = json!({"now": now.to_rfc3339()});
    Event::default().event("hello").data(data.to_string())
}

/// Read again what is shown: something was missed, or other rights hold.
fn reload() -> Event {
    Event::default().event("reload").data("{}")
}

async fn told(door: &Door, caller: &Caller, change: &Change) -> Option<Event> {
    let about_me = change.pathologist.is_some()
        && change.pathologist == caller.asking.subject.role.pathologist();
    if change.kind == Kind::Rights && (about_me || change.pathologist.is_none()) {
        return Some(reload());
    }
    if !follows(door, caller, change).await {
        return None;
    }
    let n = door.told.fetch_add(1, Ordering::Relaxed);
    // That the measures moved is everyone's to know; by which scan is not.
    let named = !matches!(change.kind, Kind::Job | Kind::Rights);
    let data = json!({
        "kind": kind(change.kind),
        "case": change.case.filter(|_| named),
        "reading": change.reading.filter(|_| named),
        "scan": change.scan.filter(|_| named),
        "at": Micros(change.at).to_rfc3339(),
    });
    let event = Event::default().event("change").id(n.to_string());
    Some(event.data(data.to_string()))
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Worklist => "worklist",
        Kind::Case => "case",
        Kind::Scan => "scan",
        Kind::Tray => "tray",
        Kind::Rights | Kind::Job => "measures",
    }
}

/// Whether a change is theirs to know. Changes without a case (trays, machine work, people) are for
/// those who run the laboratory; changes of a case are for its organisation's desk, and for the
/// pathologists who may open it or have it on their worklist.
async fn follows(door: &Door, caller: &Caller, change: &Change) -> bool {
    let asking = &caller.asking;
    let own = Resource::Organisation(change.organisation);
    let permitted = |action| decide(&asking.subject, action, asking.purpose, &own).is_ok();
    if !matches!(asking.subject.role, Role::Pathologist(_)) {
        return permitted(Action::FollowChanges);
    }
    match change.case {
        Some(case) => door.catalog().follows(asking, case).await.unwrap_or(false),
        None => matches!(change.kind, Kind::Job | Kind::Rights) && permitted(Action::SeeMeasures),
    }
}
