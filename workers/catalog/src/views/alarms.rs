//! What somebody must acknowledge: paged, failing, or on the printed list. No patient data.

use pathology::case::Micros;
use pathology::ids::OrganisationId;

use crate::engine::{Row, args};
use crate::{Catalog, Error, sql};

/// An alarm nobody has acknowledged.
#[derive(Debug, Clone)]
pub struct AlarmView {
    /// Its number.
    pub id: i64,
    /// What happened.
    pub topic: String,
    /// What about: ids and words, as JSON.
    pub body: String,
    /// Since when.
    pub created_at: Micros,
    /// How many names were told before the present one.
    pub step: i64,
    /// When it was printed, because nobody is left to tell.
    pub printed_at: Option<Micros>,
    /// When the next name is told.
    pub escalate_at: Option<Micros>,
    /// Why the last try failed; empty if it did not.
    pub error: String,
}

impl Catalog {
    /// The oldest 200 alarms of an organisation that nobody has acknowledged. The caller audits it.
    pub async fn alarms(&self, of: OrganisationId) -> Result<Vec<AlarmView>, Error> {
        let rows = self
            .read(move |tx| Box::pin(async move { tx.all(&sql::VIEWS_ALARMS, args![of]).await }));
        rows.await?.iter().map(alarm).collect()
    }
}

fn alarm(row: &Row) -> Result<AlarmView, Error> {
    Ok(AlarmView {
        id: row.int("outbox_id")?,
        topic: row.text("topic")?,
        body: row.text("body")?,
        created_at: Micros(row.int("created_at")?),
        step: row.int("step")?,
        printed_at: row.opt_int("printed_at")?.map(Micros),
        escalate_at: row.opt_int("escalate_at")?.map(Micros),
        error: row.text("last_error")?,
    })
}
