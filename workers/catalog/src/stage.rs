//! How far a waiting reading is offered: decided when it begins to wait, when its time is up and
//! when somebody leaves (`pathology::routing::relaxed` holds the rule).
//!
//! Whatever a stage opens is opened in the transaction that changes it, and so is the message to
//! those on call or to a manager.

use std::collections::BTreeSet;

use pathology::case::{Micros, Priority};
use pathology::ids::{AgreementId, CaseId, OrganisationId, PathologistId, ReadingId};
use pathology::routing::{ON_CALL, Relaxed, Served, Stage, StageSettings, relaxed};

use crate::audit::{About, Event, record};
use crate::engine::{Row, Tx, args};
use crate::taking::verdict;
use crate::{Catalog, Change, Error, Kind, establish, sql};

/// Readings looked at when one person leaves or an agreement ends; the tick sees to the rest.
const AT_ONCE: i64 = 64;
/// Pathologists on call that one page names.
const PAGED: usize = 16;

impl Catalog {
    /// Looks again at readings whose stage is over, at most `limit` in one go; gives how many.
    pub async fn relax_readings(&self, limit: u32) -> Result<u64, Error> {
        self.write(move |tx| {
            Box::pin(async move {
                let now = tx.now().await?;
                let rows = tx
                    .all(&sql::READING_DUE_TO_RELAX, args![now, limit])
                    .await?;
                look_again(tx, &ids(&rows)?).await?;
                Ok(rows.len() as u64)
            })
        })
        .await
    }
}

/// Somebody has left: what only they could serve goes on to the next stage.
pub(crate) async fn without(tx: &mut Tx, pathologist: PathologistId) -> Result<(), Error> {
    let reached = reached_by(tx, pathologist).await?;
    look_again(tx, &reached).await
}

/// Readings offered to this person and few others.
pub(crate) async fn reached_by(
    tx: &mut Tx,
    pathologist: PathologistId,
) -> Result<BTreeSet<ReadingId>, Error> {
    let row = args![pathologist, AT_ONCE];
    ids(&tx.all(&sql::READING_REACHED_BY, row).await?)
}

/// Readings offered to people who read under this agreement, the most urgent first.
pub(crate) async fn reached_under(
    tx: &mut Tx,
    agreement: AgreementId,
) -> Result<BTreeSet<ReadingId>, Error> {
    let row = args![agreement, AT_ONCE];
    ids(&tx.all(&sql::READING_REACHED_UNDER, row).await?)
}

fn ids(rows: &[Row]) -> Result<BTreeSet<ReadingId>, Error> {
    rows.iter().map(|row| row.parsed("reading_id")).collect()
}

/// Locks these readings in id order and decides about each.
pub(crate) async fn look_again(tx: &mut Tx, readings: &BTreeSet<ReadingId>) -> Result<(), Error> {
    for reading in readings {
        tx.first(&sql::READING_LOCK, args![*reading]).await?;
        look(tx, *reading).await?;
    }
    Ok(())
}

/// Decides how far a reading is offered now and opens the pools of that; nothing if it does not wait.
pub(crate) async fn look(tx: &mut Tx, reading: ReadingId) -> Result<(), Error> {
    let row = tx
        .first(&sql::READING_STAGE, args![reading])
        .await?
        .ok_or(Error::NotFound("reading"))?;
    if row.text("state")? != "waiting" {
        return Ok(());
    }
    let now = Micros(tx.now().await?);
    let priority: Priority = row.parsed("priority")?;
    let settings = tx.policy().stages;
    let served = served(tx, reading, priority, &settings, now).await?;
    let before = Stage::of(row.int("stage")?);
    let since = Micros(row.int("stage_at")?);
    let after = relaxed(before, since, priority, served, &settings, now);
    let next_at = after.next_at.map(|at| at.0);
    let moved = args![reading, after.stage.number(), after.since.0, next_at];
    tx.run(&sql::READING_SET_STAGE, moved).await?;
    tx.run(&sql::READING_ENTER_POOL, args![reading]).await?;
    if after.stage > before {
        let (case, owner) = (row.parsed("case_id")?, row.parsed("organisation_id")?);
        told(tx, case, reading, owner, before, after).await?;
    }
    Ok(())
}

async fn served(
    tx: &mut Tx,
    reading: ReadingId,
    priority: Priority,
    settings: &StageSettings,
    now: Micros,
) -> Result<Served, Error> {
    let until = |stage| {
        let minutes = settings.window(stage, priority).unwrap_or_default();
        now.plus_minutes(i64::from(minutes)).0
    };
    let row = args![
        reading,
        now.0,
        until(Stage::Named),
        until(Stage::OwnSite),
        until(Stage::AllSites),
        until(Stage::OnCall)
    ];
    let mut stages = Vec::new();
    for row in tx.all(&sql::READING_SERVED, row).await? {
        stages.push(match row.text("scope")?.as_str() {
            "personal" => Stage::Named,
            "site" => Stage::OwnSite,
            "on_call" => Stage::OnCall,
            _ => Stage::AllSites,
        });
    }
    Ok(Served::at(&stages))
}

/// Records the step, and pages whom it concerns: ids and words only.
async fn told(
    tx: &mut Tx,
    case: CaseId,
    reading: ReadingId,
    organisation: OrganisationId,
    before: Stage,
    after: Relaxed,
) -> Result<(), Error> {
    let about = About::reading(case, reading);
    let event = Event {
        organisation,
        kind: "stage",
        about,
        pathologist: None,
        fence: 0,
        detail: after.stage.as_str(),
    };
    record(tx, event).await?;
    let now = tx.now().await?;
    if before < Stage::OnCall && after.stage >= Stage::OnCall {
        let people = on_call(tx, reading).await?;
        page(tx, organisation, "page_on_call", reading, &people).await?;
    }
    if after.stage == Stage::Alarm {
        page(tx, organisation, "nobody_took_it", reading, &[]).await?;
    }
    tx.tell(
        Change::new(Kind::Worklist, organisation, now)
            .of_case(case)
            .of_reading(reading),
    );
    Ok(())
}

/// Who is on call by the rota now and might read it, were they below capacity.
async fn on_call(tx: &mut Tx, reading: ReadingId) -> Result<Vec<PathologistId>, Error> {
    let now = tx.now().await?;
    let mut people = Vec::new();
    for row in tx.all(&sql::READING_ON_CALL, args![reading, now]).await? {
        let person = establish::find(tx, row.parsed("pathologist_id")?).await?;
        if verdict(tx, &person, reading).await?.said.may_at_all() {
            people.push(person.id);
        }
    }
    people.truncate(PAGED);
    Ok(people)
}

/// Ids only; who is to be paged is written with it, so that every try finds the same names.
async fn page(
    tx: &mut Tx,
    organisation: OrganisationId,
    topic: &str,
    reading: ReadingId,
    people: &[PathologistId],
) -> Result<(), Error> {
    let now = tx.now().await?;
    let people = (1..).zip(people);
    let people = people.map(|(n, who)| format!(",\"{ON_CALL}{n}\":\"{who}\""));
    let body = format!(
        "{{\"reading\":\"{reading}\"{}}}",
        people.collect::<String>()
    );
    tx.run(&sql::OUTBOX_WRITE, args![organisation, topic, body, now])
        .await?;
    Ok(())
}

/// After something narrowed who may read a case: tells a manager, once a reading, when nobody of
/// its own site is left (8.10), and looks again at what still waits.
pub(crate) async fn narrowed(tx: &mut Tx, case: CaseId) -> Result<(), Error> {
    let now = tx.now().await?;
    for row in tx.all(&sql::READING_NOBODY_LEFT, args![case, now]).await? {
        let (reading, owner) = (row.parsed("reading_id")?, row.parsed("organisation_id")?);
        page(tx, owner, "nobody_left", reading, &[]).await?;
    }
    let open = ids(&tx.all(&sql::READING_OPEN_OF_CASE, args![case]).await?)?;
    look_again(tx, &open).await
}
