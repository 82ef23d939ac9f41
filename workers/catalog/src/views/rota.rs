//! Who is on the rota, as it was recorded.

use pathology::case::Micros;
use pathology::ids::{OrganisationId, PathologistId};
use pathology::staff::Duty;

use crate::engine::{Row, args};
use crate::rota::check_ahead;
use crate::{Catalog, Error, sql};

/// A shift of somebody.
#[derive(Debug, Clone)]
pub struct ShiftView {
    /// Who.
    pub pathologist: PathologistId,
    /// Their name.
    pub name: String,
    /// For what.
    pub duty: Duty,
    /// From when.
    pub from: Micros,
    /// Until when.
    pub to: Micros,
    /// Whether they take no new case in it, or in a part: an absence lies over it, or the hours before one. Then it is not to be
    /// counted on.
    pub away: bool,
}

impl Catalog {
    /// The shifts of an organisation's people between `from` and `to` (at most 92 days), by name and time; at most 10,000.
    pub async fn rota(
        &self,
        of: OrganisationId,
        from: Micros,
        to: Micros,
    ) -> Result<Vec<ShiftView>, Error> {
        check_ahead(from, to)?;
        let rows = self.read(move |tx| {
            Box::pin(async move { tx.all(&sql::VIEWS_ROTA, args![of, from.0, to.0]).await })
        });
        rows.await?.iter().map(shift).collect()
    }
}

fn shift(row: &Row) -> Result<ShiftView, Error> {
    Ok(ShiftView {
        pathologist: row.parsed("pathologist_id")?,
        name: row.text("name")?,
        duty: row.parsed("duty")?,
        from: row.micros("starts_at")?,
        to: row.micros("ends_at")?,
        away: row.flag("away")?,
    })
}
