//! Messages that leave the house: taken under a lease, sent to one name after the other, printed at the end.
//!
//! ```text
//!  written by a verb ─▶ due ─take─▶ leased ─▶ sent ─▶ acknowledged
//!                        ▲            │         └─ nobody acknowledged in time: the next name (step + 1)
//!                        └─ try again ┘
//!  no further name ─▶ printed: it stands on the laboratory's page until somebody acknowledges
//! ```
//!
//! A lease is the time of the next try, so a process that dies gives back what it took. A message is sent
//! at least once; `id-step` is its name for a receiver that wants it once.

use pathology::case::Micros;
use pathology::ids::OrganisationId;

use crate::audit::{About, By, audit};
use crate::engine::{Row, Tx, args};
use crate::{Catalog, Change, Error, Kind, sql};

/// A message to be sent now.
#[derive(Debug, Clone)]
pub struct DueMessage {
    /// The alarm's number.
    pub id: i64,
    /// Whose.
    pub organisation: OrganisationId,
    /// Its name.
    pub organisation_name: String,
    /// What happened.
    pub topic: String,
    /// Ids and words, as JSON.
    pub body: String,
    /// Since when.
    pub created_at: Micros,
    /// Which try to this name, from 1.
    pub attempts: i64,
    /// Which name of the list, from 0.
    pub step: i64,
}

/// What became of a try.
#[derive(Debug, Clone)]
pub enum Tried {
    /// Its channel took it.
    Sent,
    /// It is tried again; `alarm` says over which channel it failed, when others must hear of that.
    Failed {
        /// Why, in words for an administrator.
        error: String,
        /// In how many seconds.
        again_in_seconds: u32,
        /// The channel.
        alarm: Option<&'static str>,
    },
    /// Nobody is named for it yet: later again, and nothing failed.
    PutOff {
        /// In how many seconds.
        again_in_seconds: u32,
    },
    /// Nobody is left to tell: it stands on the printed list.
    Printed {
        /// Why, in words.
        why: String,
    },
}

impl Catalog {
    /// Takes at most `limit` messages that are due; for `lease_seconds` nobody else takes them. Those for
    /// the information system only if one is named.
    pub async fn take_messages(
        &self,
        limit: u32,
        lease_seconds: u32,
        for_systems: bool,
    ) -> Result<Vec<DueMessage>, Error> {
        self.write(move |tx| {
            Box::pin(async move {
                let now = tx.now().await?;
                let until = now + i64::from(lease_seconds) * 1_000_000;
                let asked = args![now, until, limit, for_systems];
                let rows = tx.all(&sql::OUTBOX_TAKE, asked).await?;
                rows.iter().map(due).collect()
            })
        })
        .await
    }

    /// Writes down what became of a try. `escalate_minutes`: until then somebody must acknowledge, or the
    /// next name is told; it counts from the first try, not from the first that succeeded.
    pub async fn message_tried(
        &self,
        message: &DueMessage,
        tried: Tried,
        escalate_minutes: Option<u32>,
    ) -> Result<(), Error> {
        let message = message.clone();
        self.write(move |tx| {
            let (message, tried) = (message.clone(), tried.clone());
            Box::pin(async move { wrote(tx, &message, tried, escalate_minutes).await })
        })
        .await
    }

    /// Goes on to the next name wherever nobody acknowledged in time; gives how many.
    pub async fn escalate_messages(&self, limit: u32) -> Result<u64, Error> {
        self.write(move |tx| {
            Box::pin(async move {
                let now = tx.now().await?;
                let rows = tx.all(&sql::OUTBOX_ESCALATE, args![now, limit]).await?;
                for row in &rows {
                    let whose = row.parsed("organisation_id")?;
                    tx.tell(Change::new(Kind::Tray, whose, now));
                }
                Ok(rows.len() as u64)
            })
        })
        .await
    }

    /// Somebody of its organisation has seen an alarm: nobody further is told. Again changes nothing.
    pub async fn acknowledge_alarm(&self, alarm: i64, by: &By) -> Result<(), Error> {
        let by = by.clone();
        self.write(move |tx| {
            let by = by.clone();
            Box::pin(async move {
                let found = tx
                    .first(&sql::OUTBOX_FIND, args![alarm, by.organisation])
                    .await?;
                found.ok_or(Error::NotFound("alarm"))?;
                let now = tx.now().await?;
                let seen = args![alarm, now, &by.subject];
                if tx.run(&sql::OUTBOX_ACKNOWLEDGE, seen).await? == 0 {
                    return Ok(());
                }
                let detail = alarm.to_string();
                audit(tx, &by, "acknowledge_alarm", About::default(), &detail).await?;
                tx.tell(Change::new(Kind::Tray, by.organisation, now));
                Ok(())
            })
        })
        .await
    }
}

fn due(row: &Row) -> Result<DueMessage, Error> {
    Ok(DueMessage {
        id: row.int("outbox_id")?,
        organisation: row.parsed("organisation_id")?,
        organisation_name: row.opt_text("organisation")?.unwrap_or_default(),
        topic: row.text("topic")?,
        body: row.text("body")?,
        created_at: Micros(row.int("created_at")?),
        attempts: row.int("attempts")?,
        step: row.int("step")?,
    })
}

async fn wrote(
    tx: &mut Tx,
    message: &DueMessage,
    tried: Tried,
    escalate_minutes: Option<u32>,
) -> Result<(), Error> {
    let now = tx.now().await?;
    let at = |seconds: u32| now + i64::from(seconds) * 1_000_000;
    let next = escalate_minutes.map(|minutes| Micros(now).plus_minutes(i64::from(minutes)).0);
    let (id, step) = (message.id, message.step);
    match tried {
        Tried::Sent => {
            let row = args![id, step, Some(now), now, next, ""];
            tx.run(&sql::OUTBOX_TRIED, row).await?;
        }
        Tried::Failed {
            error,
            again_in_seconds,
            alarm,
        } => {
            let row = args![id, step, None::<i64>, at(again_in_seconds), next, error];
            tx.run(&sql::OUTBOX_TRIED, row).await?;
            if let Some(channel) = alarm {
                failed(tx, message, channel).await?;
            }
        }
        Tried::PutOff { again_in_seconds } => {
            let nobody = "nobody is named for this message";
            let row = args![
                id,
                step,
                None::<i64>,
                at(again_in_seconds),
                None::<i64>,
                nobody
            ];
            tx.run(&sql::OUTBOX_TRIED, row).await?;
        }
        Tried::Printed { why } => {
            tx.run(&sql::OUTBOX_PRINT, args![id, step, now, why])
                .await?;
        }
    }
    tx.tell(Change::new(Kind::Tray, message.organisation, now));
    Ok(())
}

/// A failure is itself an alarm: once for each name that could not be reached.
async fn failed(tx: &mut Tx, message: &DueMessage, channel: &str) -> Result<(), Error> {
    let body = format!(
        "{{\"alarm\":{},\"step\":{},\"channel\":\"{channel}\"}}",
        message.id, message.step
    );
    let about = format!("{}-{}", message.id, message.step);
    let told = once(tx, message.organisation, "delivery_failed", &body, &about);
    told.await.map(|_| ())
}

/// Writes a message unless there is one of this topic about the same thing; gives how many.
pub(crate) async fn once(
    tx: &mut Tx,
    organisation: OrganisationId,
    topic: &str,
    body: &str,
    about: &str,
) -> Result<u64, Error> {
    let now = tx.now().await?;
    let row = args![organisation, topic, body, now, about];
    tx.run(&sql::OUTBOX_ONCE, row).await
}
