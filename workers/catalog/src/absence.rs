//! Somebody is away: one verb moves all they own, urgent first, or shows beforehand what it would (8.1).
//!
//! ```text
//!  recorded ──claims_end_at──▶ no new cases ──from──▶ applied: each thing they own
//!        claimed, begun, held      ─▶ the deputy, if they may have it; otherwise it waits again with its age
//!        offered                   ─▶ waits again
//!        waiting for extra work    ─▶ stays, unless they are away beyond the time that remains
//!        an incident to answer     ─▶ the deputy, if they might read its case; otherwise a manager
//! ```
//!
//! The preview and the act are one plan: the first is not written.

mod plan;

use std::collections::BTreeSet;

use pathology::case::Micros;
use pathology::ids::{AbsenceId, ClaimId, OrganisationId, PathologistId, ReadingId, derived};
use pathology::staff::Presence;

use self::plan::plan;
pub use self::plan::{AbsenceFate, AbsencePlan, Move};
use crate::audit::{About, By, audit};
use crate::engine::{Tx, args};
use crate::establish::{self, Locked, lock, tell_rights};
use crate::hand_over::give_to;
use crate::lease::{find_offered, give_back};
use crate::taking::lock_people;
use crate::{Catalog, Error, sql, stage};

/// A time away; its id is given by the caller.
#[derive(Debug, Clone)]
pub struct Absence {
    /// Its id.
    pub absence: AbsenceId,
    /// Who is away.
    pub pathologist: PathologistId,
    /// Who stands in, if somebody does.
    pub deputy: Option<PathologistId>,
    /// From when.
    pub from: Micros,
    /// Until when.
    pub to: Micros,
    /// Why, in a word: it stands in the audit.
    pub reason: String,
}

impl Catalog {
    /// What an absence would move if it began now. Nothing is written.
    pub async fn preview_absence(&self, new: Absence) -> Result<AbsencePlan, Error> {
        check(&new)?;
        self.read(move |tx| {
            let new = new.clone();
            Box::pin(async move {
                let deputy = match new.deputy {
                    Some(id) => Some(establish::find(tx, id).await?),
                    None => None,
                };
                let moves = plan(tx, &new, deputy).await?;
                Ok(AbsencePlan {
                    applied: false,
                    moves,
                })
            })
        })
        .await
    }

    /// Records an absence; one that has begun moves everything at once. Under the same key, the first answer.
    pub async fn record_absence(
        &self,
        new: Absence,
        key: Option<&str>,
        by: &By,
    ) -> Result<(AbsenceId, AbsencePlan), Error> {
        check(&new)?;
        let says = by.clone();
        let about = format!(
            "record_absence {} {} {}",
            new.pathologist, new.from.0, new.to.0
        );
        self.write_once(about, key, by, move |tx| {
            let (new, by) = (new.clone(), says.clone());
            Box::pin(async move {
                let plan = record(tx, &new, &by).await?;
                Ok((new.absence, plan))
            })
        })
        .await
    }

    /// Ends an absence early; what has moved stays where it is.
    pub async fn cancel_absence(
        &self,
        absence: AbsenceId,
        organisation: OrganisationId,
        by: &By,
    ) -> Result<(), Error> {
        let by = by.clone();
        self.write(move |tx| {
            let by = by.clone();
            Box::pin(async move {
                let found = find(tx, absence).await?;
                if lock(tx, found.pathologist).await?.organisation != organisation {
                    return Err(Error::NotFound("absence"));
                }
                let now = tx.now().await?;
                if tx.run(&sql::ABSENCE_CANCEL, args![absence, now]).await? == 0 {
                    return Err(Error::Conflict("this absence is over".into()));
                }
                audit(tx, &by, "cancel_absence", About::default(), "").await?;
                tell_rights(tx, organisation, found.pathologist, "absence").await
            })
        })
        .await
    }

    /// Whose absence it is.
    pub async fn absent(&self, absence: AbsenceId) -> Result<PathologistId, Error> {
        self.read(move |tx| Box::pin(async move { Ok(find(tx, absence).await?.pathologist) }))
            .await
    }

    /// Applies planned absences whose time has come, each in a transaction of its own.
    pub async fn begin_absences(&self, limit: u32) -> Result<u64, Error> {
        let due = self.read(move |tx| {
            Box::pin(async move {
                let now = tx.now().await?;
                tx.all(&sql::ABSENCE_DUE, args![now, limit]).await
            })
        });
        let mut begun = 0;
        for row in due.await? {
            let absence: AbsenceId = row.parsed("absence_id")?;
            self.write(move |tx| Box::pin(async move { begin(tx, absence).await }))
                .await?;
            begun += 1;
        }
        Ok(begun)
    }
}

fn check(new: &Absence) -> Result<(), Error> {
    let invalid = |field, reason: &str| {
        Err(Error::Invalid {
            field,
            reason: reason.into(),
        })
    };
    match () {
        () if new.to <= new.from => invalid("to", "an absence ends after it begins"),
        () if new.deputy == Some(new.pathologist) => invalid("deputy", "name a colleague"),
        () if new.reason.trim().is_empty() => invalid("reason", "say why, in a word"),
        () => Ok(()),
    }
}

async fn find(tx: &mut Tx, absence: AbsenceId) -> Result<Absence, Error> {
    let row = tx.first(&sql::ABSENCE_FIND, args![absence]).await?;
    let row = row.ok_or(Error::NotFound("absence"))?;
    Ok(Absence {
        absence,
        pathologist: row.parsed("pathologist_id")?,
        deputy: row.opt_parsed("deputy_id")?,
        from: Micros(row.int("from_at")?),
        to: Micros(row.int("to_at")?),
        reason: row.text("reason")?,
    })
}

async fn record(tx: &mut Tx, new: &Absence, by: &By) -> Result<AbsencePlan, Error> {
    let people: Vec<_> = new.deputy.into_iter().chain([new.pathologist]).collect();
    lock_people(tx, &people).await?;
    let who = lock(tx, new.pathologist).await?;
    let now = tx.now().await?;
    if new.to.0 <= now {
        return Err(Error::Invalid {
            field: "to",
            reason: "this absence is over".into(),
        });
    }
    let lead = i64::from(tx.limits().absence_lead_hours);
    let claims_end_at = new.from.plus_hours(-lead).0;
    let row = args![
        new.absence,
        who.organisation,
        new.pathologist,
        new.deputy,
        new.from.0,
        new.to.0,
        claims_end_at,
        &new.reason,
        now,
        &by.subject
    ];
    tx.run(&sql::ABSENCE_RECORD, row).await?;
    let detail = format!("pathologist:{} {}", new.pathologist, new.reason);
    audit(tx, by, "record_absence", About::default(), &detail).await?;
    tell_rights(tx, who.organisation, new.pathologist, "absence").await?;
    if new.from.0 > now {
        let deputy = deputy(tx, new).await?;
        let moves = plan(tx, new, deputy).await?;
        if claims_end_at <= now {
            // They take no more: nothing waits for them.
            stage::without(tx, who.id).await?;
        }
        return Ok(AbsencePlan {
            applied: false,
            moves,
        });
    }
    apply(tx, new, &who, by).await
}

async fn begin(tx: &mut Tx, absence: AbsenceId) -> Result<(), Error> {
    let new = find(tx, absence).await?;
    let people: Vec<_> = new.deputy.into_iter().chain([new.pathologist]).collect();
    lock_people(tx, &people).await?;
    let who = lock(tx, new.pathologist).await?;
    let by = By::system("route", who.organisation);
    apply(tx, &new, &who, &by).await?;
    Ok(())
}

async fn deputy(tx: &mut Tx, new: &Absence) -> Result<Option<Locked>, Error> {
    match new.deputy {
        Some(id) => Ok(Some(lock(tx, id).await?)),
        None => Ok(None),
    }
}

/// Does what the plan says; the people are locked.
async fn apply(tx: &mut Tx, new: &Absence, who: &Locked, by: &By) -> Result<AbsencePlan, Error> {
    let now = tx.now().await?;
    let row = args![new.absence, now];
    if tx.run(&sql::ABSENCE_APPLY, row).await? == 0 {
        return Ok(AbsencePlan {
            applied: true,
            moves: Vec::new(),
        });
    }
    let away = args![who.id, Presence::Away.as_str(), now];
    tx.run(&sql::PATHOLOGIST_SET_PRESENCE, away).await?;
    lock_readings(tx, who.id).await?;
    let deputy = deputy(tx, new).await?;
    let moves = plan(tx, new, deputy).await?;
    for one in &moves {
        move_one(tx, new, one, by).await?;
    }
    tell_rights(tx, who.organisation, who.id, "absence").await?;
    stage::without(tx, who.id).await?;
    Ok(AbsencePlan {
        applied: true,
        moves,
    })
}

/// Lock order, everywhere: after the pathologists, the readings by id.
async fn lock_readings(tx: &mut Tx, who: PathologistId) -> Result<(), Error> {
    let mut readings = BTreeSet::new();
    for row in tx.all(&sql::ABSENCE_OWNED, args![who]).await? {
        readings.insert(row.parsed::<ReadingId>("reading_id")?);
    }
    for reading in readings {
        tx.one(&sql::READING_LOCK, args![reading]).await?;
    }
    Ok(())
}

async fn move_one(tx: &mut Tx, new: &Absence, one: &Move, by: &By) -> Result<(), Error> {
    let about = About::reading(one.case, one.reading);
    let deputy = new.deputy.unwrap_or(new.pathologist);
    match (&one.fate, one.incident, one.claim) {
        (AbsenceFate::Stays, ..) | (_, None, None) => return Ok(()),
        (AbsenceFate::Deputy, Some(incident), _) => {
            tx.run(&sql::ABSENCE_INCIDENT_TO, args![incident, deputy])
                .await?;
        }
        (_, Some(incident), _) => {
            tx.run(&sql::ABSENCE_INCIDENT_TO_MANAGER, args![incident])
                .await?;
        }
        (AbsenceFate::Deputy, None, Some((claim, fence))) => {
            let held = find_offered(tx, claim, fence).await?;
            let name = one.reading.to_string();
            let next = ClaimId(derived(new.absence.0, "claim", &name));
            give_to(tx, &held, deputy, next, &new.reason).await?;
            tx.run(&sql::WORK_MOVE, args![one.reading, deputy]).await?;
        }
        (_, None, Some((claim, fence))) => {
            let held = find_offered(tx, claim, fence).await?;
            give_back(tx, &held, "moved", &new.reason).await?;
        }
    }
    let detail = format!("{}: {:?}", one.was, one.fate);
    audit(tx, by, "move_for_absence", about, &detail).await
}
