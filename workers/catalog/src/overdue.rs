//! What is past its deadline becomes an alarm, once: the rows of `pathology::routing::WAITS` that no verb
//! of their own tells about.
//!
//! Each statement marks what it raises in the row itself, at most `limit` rows, so several processes
//! raise one alarm and a look costs nothing when nothing is late.

use pathology::case::Micros;
use pathology::ids::OrganisationId;
use pathology::routing::is_listed;

use crate::engine::{Sql, Tx, args};
use crate::outbox::once;
use crate::{Catalog, Error, sql};

const DAY_US: i64 = 86_400_000_000;

impl Catalog {
    /// Raises an alarm for everything past its deadline that has none, at most `limit` of each kind;
    /// gives how many.
    pub async fn raise_overdue(&self, limit: u32) -> Result<u64, Error> {
        self.write(move |tx| {
            Box::pin(async move {
                let (now, limits) = (tx.now().await?, tx.limits());
                let before = |minutes: u32| Micros(now).plus_minutes(-i64::from(minutes)).0;
                let (work, verify) = (before(limits.work_minutes), before(limits.verify_minutes));
                let (arrival, rescan) = (
                    before(limits.arrival_minutes),
                    before(limits.rescan_minutes),
                );
                let mut raised = raise(tx, &sql::CASE_ALARM, args![now, limit], "case").await?;
                let stuck = args![now, limit, work, verify];
                raised += raise(tx, &sql::JOB_ALARM, stuck, "scan").await?;
                let arriving = args![now, limit, arrival];
                raised += raise(tx, &sql::DELIVERY_ALARM, arriving, "delivery").await?;
                let asked = args![now, limit, rescan];
                raised += raise(tx, &sql::RESCAN_ALARM, asked, "slide").await?;
                Ok(raised + unsent(tx, before(limits.message_minutes)).await?)
            })
        })
        .await
    }

    /// Names what is past its deadline and about which nobody was told, and every state that is in no
    /// table; empty when `raise_overdue` and the sweeps have done their work. For tests and the walk.
    pub async fn untold(&self) -> Result<Vec<String>, Error> {
        self.read(|tx| {
            Box::pin(async move {
                let now = tx.now().await?;
                let long_ago = now - 2 * DAY_US;
                let mut untold = Vec::new();
                for row in tx.all(&sql::PROMISES_UNTOLD, args![now, long_ago]).await? {
                    let found = row.int("found")?;
                    if found != 0 {
                        untold.push(format!("{}: {found}", row.text("promise")?));
                    }
                }
                Ok(untold)
            })
        })
        .await
    }
}

/// States that stand in no table of waits or ends.
pub(crate) async fn unlisted(tx: &mut Tx) -> Result<Vec<String>, Error> {
    let mut unlisted = Vec::new();
    for row in tx.all(&sql::PROMISES_STATES, args![]).await? {
        let (thing, state) = (row.text("thing")?, row.text("state")?);
        if !is_listed(&thing, &state) {
            unlisted.push(format!("{thing} in a state of no table: {state}"));
        }
    }
    Ok(unlisted)
}

async fn raise(
    tx: &mut Tx,
    late: &'static Sql,
    args: &[crate::engine::Arg],
    about: &str,
) -> Result<u64, Error> {
    let now = tx.now().await?;
    let rows = tx.all(late, args).await?;
    for row in &rows {
        let owner: OrganisationId = row.parsed("organisation_id")?;
        let body = format!("{{\"{about}\":\"{}\"}}", row.text("about")?);
        let message = args![owner, row.text("topic")?, body, now];
        tx.run(&sql::OUTBOX_WRITE, message).await?;
    }
    Ok(rows.len() as u64)
}

/// Messages nobody sends are told once a day and organisation, however many there are.
async fn unsent(tx: &mut Tx, before: i64) -> Result<u64, Error> {
    let day = tx.now().await? / DAY_US;
    let mut raised = 0;
    for row in tx.all(&sql::OUTBOX_UNSENT, args![before]).await? {
        let owner: OrganisationId = row.parsed("organisation_id")?;
        let about = format!("{owner}:{day}");
        raised += once(tx, owner, "message_unsent", "{}", &about).await?;
    }
    Ok(raised)
}
