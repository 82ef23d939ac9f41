//! What a manager decides about a case's way: which specialty it needs, and that it goes sooner.
//!
//! ```text
//!  unclear ─▶ tray for triage (deadline, alarm) ─▶ retriage ─▶ its reading, with the age of the case
//!  waiting in the wrong pool, or claimed by the wrong person ─▶ retriage ─▶ waits in the right one
//! ```
//!
//! To re-triage is not to decline: nobody is kept from the case, and it is offered anew from its
//! first stage on. A bump moves the key and leaves `ready_at` and `due_at` alone (8.6).

use pathology::case::{CaseState, Micros, Priority, ReadingKind};
use pathology::ids::{CaseId, OrganisationId, PathologistId, ReadingId};
use pathology::routing::{OrderKey, Role, Stage, order_key};
use pathology::staff::Specialty;

use crate::accession::readings::{self, Of, Planned};
use crate::audit::{About, By, Event, audit, record};
use crate::engine::{Row, Tx, args, list};
use crate::lease::{find, give_back};
use crate::{Catalog, Change, Error, Kind, pools, readiness, sql, stage};

/// Minutes a manager may move a reading in its order, either way: 30 days.
const BUMP_MINUTES: i32 = 30 * 24 * 60;

impl Catalog {
    /// Says which specialties a case needs; the first is that of who signs. Whoever holds it gives
    /// it back; it waits again with its age.
    pub async fn retriage(
        &self,
        case: CaseId,
        specialties: &[Specialty],
        reason: &str,
        by: &By,
    ) -> Result<(), Error> {
        Error::unless_said("reason", reason, "say why the case goes elsewhere")?;
        if specialties.is_empty() || specialties.len() > 9 {
            return Err(Error::Invalid {
                field: "specialties",
                reason: "name one to nine specialties, that of who signs first".into(),
            });
        }
        let (by, reason, specialties) = (by.clone(), reason.to_owned(), specialties.to_vec());
        self.write(move |tx| {
            let (by, reason, specialties) = (by.clone(), reason.clone(), specialties.clone());
            Box::pin(async move { reroute(tx, case, &specialties, &reason, &by).await })
        })
        .await
    }

    /// Moves a reading in its order by this many minutes (sooner when positive, at most 30 days)
    /// from where its due time puts it; when it became ready and when it is due stay as they are.
    pub async fn bump(
        &self,
        reading: ReadingId,
        minutes: i32,
        reason: &str,
        by: &By,
    ) -> Result<OrderKey, Error> {
        Error::unless_said("reason", reason, "say why this case goes sooner or later")?;
        if !(-BUMP_MINUTES..=BUMP_MINUTES).contains(&minutes) {
            return Err(Error::Invalid {
                field: "minutes",
                reason: "at most 30 days either way: 43200".into(),
            });
        }
        let (by, reason) = (by.clone(), reason.to_owned());
        self.write(move |tx| {
            let (by, reason) = (by.clone(), reason.clone());
            Box::pin(async move { move_key(tx, reading, minutes, &reason, &by).await })
        })
        .await
    }
}

async fn move_key(
    tx: &mut Tx,
    reading: ReadingId,
    minutes: i32,
    reason: &str,
    by: &By,
) -> Result<OrderKey, Error> {
    tx.first(&sql::READING_LOCK, args![reading]).await?;
    let row = tx
        .first(&sql::READING_KEY, args![reading])
        .await?
        .ok_or(Error::NotFound("reading"))?;
    let (due_at, priority): (_, Priority) = (Micros(row.int("due_at")?), row.parsed("priority")?);
    let mut key = order_key(due_at, priority, &tx.policy().targets);
    key.vkey = Micros(key.vkey).plus_minutes(-i64::from(minutes)).0;
    if tx.run(&sql::READING_BUMP, args![reading, key.vkey]).await? == 0 {
        return Err(Error::Conflict("this reading is signed out".into()));
    }
    tx.run(&sql::READING_BUMP_POOLS, args![reading, key.vkey])
        .await?;
    let about = About::reading(row.parsed("case_id")?, reading);
    let detail = format!("{minutes} min: {reason}");
    audit(tx, by, "bump", about, &detail).await?;
    let moved = format!("{} -> {}", row.int("vkey")?, key.vkey);
    happened(tx, row.parsed("organisation_id")?, about, "bumped", &moved).await?;
    Ok(key)
}

async fn happened(
    tx: &mut Tx,
    organisation: OrganisationId,
    about: About,
    kind: &str,
    detail: &str,
) -> Result<(), Error> {
    let event = Event {
        organisation,
        kind,
        about,
        pathologist: None,
        fence: 0,
        detail,
    };
    record(tx, event).await?;
    let now = tx.now().await?;
    let mut change = Change::new(Kind::Worklist, organisation, now).of_case(about.case);
    change.reading = about.reading;
    tx.tell(change);
    Ok(())
}

async fn reroute(
    tx: &mut Tx,
    case: CaseId,
    specialties: &[Specialty],
    reason: &str,
    by: &By,
) -> Result<(), Error> {
    let row = tx
        .first(&sql::CASE_TO_TRIAGE, args![case])
        .await?
        .ok_or(Error::NotFound("case"))?;
    if row.int("readings")? > 1 {
        let split = "this case is read part by part: it cannot be re-triaged as a whole";
        return Err(Error::Conflict(split.into()));
    }
    let of = of(&row)?;
    let mut planned = [planned(tx, &of, &row, specialties).await?];
    readings::open_pools(tx, &of, &mut planned).await?;
    let reading: Option<ReadingId> = row.opt_parsed("reading_id")?;
    let [planned] = planned;
    match reading {
        None => first(tx, &of, planned, reason, by).await?,
        Some(reading) => again(tx, reading, &row, planned, reason).await?,
    }
    tx.run(
        &sql::CASE_SET_SPECIALTY,
        args![case, specialties[0].as_str()],
    )
    .await?;
    let named: Vec<&str> = specialties.iter().map(Specialty::as_str).collect();
    let detail = format!("{}: {reason}", named.join("+"));
    let about = About {
        reading,
        ..About::case(case)
    };
    audit(tx, by, "retriage", about, &detail).await?;
    happened(tx, of.organisation, about, "retriaged", &named.join("+")).await
}

fn of(row: &Row) -> Result<Of, Error> {
    let (class, vkey) = (row.int("class")? as u8, row.int("vkey")?);
    Ok(Of {
        case: row.parsed("case_id")?,
        organisation: row.parsed("organisation_id")?,
        site: row.parsed("site_id")?,
        patient: row.parsed("patient_id")?,
        priority: row.parsed("priority")?,
        due_at: Micros(row.int("due_at")?),
        key: OrderKey { class, vkey },
    })
}

async fn planned(
    tx: &mut Tx,
    of: &Of,
    row: &Row,
    specialties: &[Specialty],
) -> Result<Planned, Error> {
    let mut types = Vec::new();
    for row in tx.all(&sql::SPECIMEN_KINDS, args![of.case]).await? {
        types.push(row.text("specimen_type")?);
    }
    let points = tx.policy().points.of(types.iter().map(String::as_str));
    let names = row.opt_text("named")?.unwrap_or_default();
    let people = names.split(',').filter_map(|id| id.parse().ok());
    Ok(Planned {
        name: "primary".to_owned(),
        slot: 1,
        kind: match of.priority {
            Priority::Immediate => ReadingKind::IntraOperative,
            Priority::Urgent | Priority::Routine => ReadingKind::Primary,
        },
        specialty: specialties[0].clone(),
        also: specialties[1..].to_vec(),
        part: String::new(),
        points,
        named: people
            .map(|who: PathologistId| (Role::Named, who))
            .collect(),
    })
}

/// A case from the tray gets its reading.
async fn first(tx: &mut Tx, of: &Of, planned: Planned, reason: &str, by: &By) -> Result<(), Error> {
    let now = tx.now().await?;
    let locked = tx.one(&sql::CASE_LOCK, args![of.case]).await?;
    if locked.parsed::<CaseState>("state")? != CaseState::Triage {
        return Err(Error::Conflict("this case was triaged meanwhile".into()));
    }
    readings::insert(tx, of, &[planned]).await?;
    let opened = args![of.case, CaseState::Accessioned.as_str(), None::<i64>];
    tx.run(&sql::CASE_SET_STATE, opened).await?;
    let closed = args![of.case, now, &by.subject, reason];
    tx.run(&sql::TRAY_CLOSE_TRIAGE, closed).await?;
    tx.tell(Change::new(Kind::Tray, of.organisation, now).of_case(of.case));
    readiness::settle(tx, of.case, by).await
}

/// A reading that has one already is offered anew.
async fn again(
    tx: &mut Tx,
    reading: ReadingId,
    row: &Row,
    planned: Planned,
    reason: &str,
) -> Result<(), Error> {
    let now = tx.now().await?;
    if let Some(claim) = row.opt_parsed("claim_id")? {
        let held = find(tx, claim, row.int("fence")?).await?;
        give_back(tx, &held, "released", reason).await?;
    } else {
        let locked = tx.one(&sql::READING_LOCK, args![reading]).await?;
        let state = locked.text("state")?;
        if state != row.text("reading_state")? || state == "signed_out" {
            let moved = "somebody claimed or signed this case meanwhile: look again";
            return Err(Error::Conflict(moved.into()));
        }
    }
    tx.run(&sql::READING_LEAVE_POOLS, args![list([reading])])
        .await?;
    let all = std::iter::once(&planned.specialty).chain(&planned.also);
    let first = Stage::first(row.parsed("priority")?);
    let moved = args![
        reading,
        planned.specialty.as_str(),
        pools::key(all.map(Specialty::as_str)),
        first.number(),
        now
    ];
    tx.run(&sql::READING_REROUTE, moved).await?;
    for (role, who) in &planned.named {
        let organisation: OrganisationId = row.parsed("organisation_id")?;
        let row = args![reading, *who, organisation, role.as_str()];
        tx.run(&sql::READING_PERSON, row).await?;
    }
    stage::look(tx, reading).await
}
