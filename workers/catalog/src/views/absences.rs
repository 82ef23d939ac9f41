//! Who is away or will be: what has been recorded and is not over.

use pathology::case::Micros;
use pathology::ids::{AbsenceId, OrganisationId, PathologistId};

use crate::engine::{Row, args};
use crate::{Catalog, Error, sql};

/// An absence that is not over.
#[derive(Debug, Clone)]
pub struct AbsenceView {
    /// Its id.
    pub absence: AbsenceId,
    /// Who is away.
    pub pathologist: PathologistId,
    /// Their name.
    pub name: String,
    /// Who stands in.
    pub deputy: Option<String>,
    /// From when.
    pub from: Micros,
    /// Until when.
    pub to: Micros,
    /// Why, in a word.
    pub reason: String,
    /// Whether it has begun and moved what they owned.
    pub begun: bool,
}

impl Catalog {
    /// The absences of an organisation's pathologists that are not over, the first to begin first; at most 2,000.
    pub async fn absences(&self, of: OrganisationId) -> Result<Vec<AbsenceView>, Error> {
        let rows = self.read(move |tx| {
            Box::pin(async move {
                let now = tx.now().await?;
                tx.all(&sql::VIEWS_ABSENCES, args![of, now]).await
            })
        });
        rows.await?.iter().map(absence).collect()
    }
}

fn absence(row: &Row) -> Result<AbsenceView, Error> {
    Ok(AbsenceView {
        absence: row.parsed("absence_id")?,
        pathologist: row.parsed("pathologist_id")?,
        name: row.text("name")?,
        deputy: row.opt_text("deputy_name")?,
        from: row.micros("from_at")?,
        to: row.micros("to_at")?,
        reason: row.text("reason")?,
        begun: row.opt_int("applied_at")?.is_some(),
    })
}
