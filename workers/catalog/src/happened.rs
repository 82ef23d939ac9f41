//! What happened to cases, a page at a time, as the simulation plays it again. No patient data.

use pathology::case::Micros;
use pathology::simulation::Happened;

use crate::engine::{Row, args};
use crate::{Catalog, Error, sql};

/// A page of what happened.
#[derive(Debug, Clone)]
pub struct Page {
    /// In the order in which it was recorded; an accession just before its case was ready.
    pub happened: Vec<Happened>,
    /// The event after which the next page begins.
    pub last: i64,
}

impl Catalog {
    /// What happened after an event (0: from the beginning), at most 1,000 events; `None`: nothing more.
    ///
    /// # Errors
    /// When the catalogue cannot be read.
    pub async fn happened(&self, after: i64) -> Result<Option<Page>, Error> {
        let rows = self.read(move |tx| {
            Box::pin(async move { tx.all(&sql::EVENT_HAPPENED, args![after]).await })
        });
        let rows = rows.await?;
        let Some(last) = rows.last() else {
            return Ok(None);
        };
        let mut page = Page {
            happened: Vec::with_capacity(rows.len()),
            last: last.int("event_id")?,
        };
        for row in &rows {
            page.happened.extend(of_event(row)?);
        }
        Ok(Some(page))
    }
}

fn of_event(row: &Row) -> Result<Vec<Happened>, Error> {
    let (at, case) = (Micros(row.int("at")?), row.text("case_id")?);
    Ok(match row.text("kind")?.as_str() {
        "ready" => {
            let ready = Happened::Ready {
                at,
                case: case.clone(),
            };
            vec![accession(row, case)?, ready]
        }
        "claimed" => vec![Happened::Claim { at, case }],
        _ => vec![Happened::SignOut { at, case }],
    })
}

fn accession(row: &Row, case: String) -> Result<Happened, Error> {
    Ok(Happened::Accession {
        at: Micros(row.int("accessioned_at")?),
        case,
        site: row.text("site")?,
        specialty: row.text("specialty")?,
        priority: row.parsed("priority")?,
        received_at: Micros(row.int("received_at")?),
        due_at: Micros(row.int("due_at")?),
    })
}
