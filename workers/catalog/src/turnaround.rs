//! The clocks of a case: started and stopped by name, paused for a second figure only (8.6).

use pathology::case::{Clock, ClockKind, Figures, Micros, Pause, Targets};
use pathology::ids::CaseId;

use crate::audit::{About, By, audit};
use crate::engine::{Tx, args};
use crate::{Catalog, Change, Error, Kind, sql};

/// A clock with its two figures.
#[derive(Debug, Clone, Copy)]
pub struct RunningClock {
    /// The clock.
    pub clock: Clock,
    /// How long it has run, with and without its pauses.
    pub figures: Figures,
}

impl Catalog {
    /// Starts a clock of a case. A verbal result is due by its target; others name their time.
    pub async fn start_clock(
        &self,
        case: CaseId,
        kind: ClockKind,
        due_at: Option<Micros>,
        by: &By,
    ) -> Result<(), Error> {
        let by = by.clone();
        self.change_clock(case, move |tx| {
            let by = by.clone();
            Box::pin(async move {
                let now = Micros(tx.now().await?);
                let due_at = due_at.or_else(|| promised(kind, &tx.policy().targets, now));
                let due_at = due_at.ok_or_else(|| Error::Invalid {
                    field: "due_at",
                    reason: "say by when; only a verbal result has a target of its own".into(),
                })?;
                let row = args![case, by.organisation, kind.as_str(), now.0, due_at.0];
                if tx.run(&sql::CLOCK_START, row).await? == 0 {
                    let runs = format!("the {kind} clock of this case was started before");
                    return Err(Error::Conflict(runs));
                }
                audit(tx, &by, "start_clock", About::case(case), kind.as_str()).await
            })
        })
        .await
    }

    /// Stops a clock of a case. A verbal result never ends the clock of the report.
    pub async fn stop_clock(&self, case: CaseId, kind: ClockKind, by: &By) -> Result<(), Error> {
        let by = by.clone();
        self.change_clock(case, move |tx| {
            let by = by.clone();
            Box::pin(async move {
                let row = args![case, kind.as_str(), tx.now().await?];
                if tx.run(&sql::CLOCK_STOP, row).await? == 0 {
                    return Err(Error::Conflict(format!(
                        "no {kind} clock of this case runs"
                    )));
                }
                audit(tx, &by, "stop_clock", About::case(case), kind.as_str()).await
            })
        })
        .await
    }

    /// Begins a pause, with its reason. The published figure runs on.
    pub async fn pause_clocks(&self, case: CaseId, reason: &str, by: &By) -> Result<(), Error> {
        Error::unless_said("reason", reason, "say what the case waits for")?;
        let (by, reason) = (by.clone(), reason.to_owned());
        self.change_clock(case, move |tx| {
            let (by, reason) = (by.clone(), reason.clone());
            Box::pin(async move {
                let now = tx.now().await?;
                let row = args![case, now, by.organisation, &reason, &by.subject];
                if tx.run(&sql::CLOCK_PAUSE, row).await? == 0 {
                    return Err(Error::Conflict("this case is paused already".into()));
                }
                audit(tx, &by, "pause_clocks", About::case(case), &reason).await
            })
        })
        .await
    }

    /// Ends the pause of a case.
    pub async fn resume_clocks(&self, case: CaseId, by: &By) -> Result<(), Error> {
        let by = by.clone();
        self.change_clock(case, move |tx| {
            let by = by.clone();
            Box::pin(async move {
                let row = args![case, tx.now().await?];
                if tx.run(&sql::CLOCK_RESUME, row).await? == 0 {
                    return Err(Error::Conflict("this case is not paused".into()));
                }
                audit(tx, &by, "resume_clocks", About::case(case), "").await
            })
        })
        .await
    }

    async fn change_clock<F>(&self, case: CaseId, change: F) -> Result<(), Error>
    where
        F: for<'t> Fn(&'t mut Tx) -> futures::future::BoxFuture<'t, Result<(), Error>>
            + Send
            + Sync
            + Clone
            + 'static,
    {
        self.write(move |tx| {
            let change = change.clone();
            Box::pin(async move {
                let locked = tx.first(&sql::CASE_LOCK, args![case]).await?;
                let locked = locked.ok_or(Error::NotFound("case"))?;
                change(tx).await?;
                let now = tx.now().await?;
                let owner = locked.parsed("organisation_id")?;
                tx.tell(Change::new(Kind::Case, owner, now).of_case(case));
                Ok(())
            })
        })
        .await
    }

    /// The clocks of a case with their published and adjusted figures.
    pub async fn clocks(&self, case: CaseId) -> Result<Vec<RunningClock>, Error> {
        self.read(move |tx| {
            Box::pin(async move {
                let now = Micros(tx.now().await?);
                let targets = tx.policy().targets.clone();
                let mut pauses = Vec::new();
                for row in tx.all(&sql::CLOCK_PAUSES, args![case]).await? {
                    pauses.push(Pause {
                        began_at: Micros(row.int("began_at")?),
                        ended_at: row.opt_int("ended_at")?.map(Micros),
                    });
                }
                let mut clocks = Vec::new();
                for row in tx.all(&sql::CLOCK_OF_CASE, args![case]).await? {
                    let clock = Clock {
                        kind: row.parsed("kind")?,
                        started_at: Micros(row.int("started_at")?),
                        due_at: Micros(row.int("due_at")?),
                        stopped_at: row.opt_int("stopped_at")?.map(Micros),
                    };
                    let figures = clock.figures(&apart(&pauses, now), &targets, now);
                    clocks.push(RunningClock { clock, figures });
                }
                Ok(clocks)
            })
        })
        .await
    }
}

/// Pauses that overlap, as one: time that two of them share counts once. They are in order.
fn apart(pauses: &[Pause], now: Micros) -> Vec<Pause> {
    let mut apart: Vec<Pause> = Vec::new();
    for pause in pauses {
        match apart.last_mut() {
            Some(last) if pause.began_at <= last.ended_at.unwrap_or(now) => {
                let end = |pause: &Pause| pause.ended_at.unwrap_or(Micros(i64::MAX));
                if end(pause) > end(last) {
                    last.ended_at = pause.ended_at;
                }
            }
            _ => apart.push(*pause),
        }
    }
    apart
}

fn promised(kind: ClockKind, targets: &Targets, now: Micros) -> Option<Micros> {
    let minutes = i64::from(targets.verbal_minutes);
    (kind == ClockKind::Verbal).then(|| now.plus_minutes(minutes))
}
