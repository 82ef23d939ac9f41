//! The rota: recorded as a forecast, and asked where it leaves nobody.
//!
//! What is recorded again for somebody replaces what overlaps it: a rota is sent anew when it changes.

use std::collections::BTreeMap;

use pathology::case::Micros;
use pathology::ids::{OrganisationId, PathologistId};
use pathology::staff::{Away, Covered, Gap, ROTA_DAYS, ROTA_SHIFTS, Shift, Specialty, gaps};

use crate::audit::{About, By, audit};
use crate::engine::{Row, Tx, args};
use crate::establish::{lock, tell_rights};
use crate::{Catalog, Error, sql};

impl Catalog {
    /// Records a rota; each person's shifts replace theirs between the first and the last of them.
    /// Only people of the caller's own organisation are taken.
    pub async fn record_rota(&self, shifts: Vec<Shift>, by: &By) -> Result<(), Error> {
        if shifts.is_empty() || shifts.len() > ROTA_SHIFTS {
            return Err(Error::Invalid {
                field: "shifts",
                reason: format!("send 1 to {ROTA_SHIFTS} shifts at once"),
            });
        }
        let by = by.clone();
        let mut people: BTreeMap<PathologistId, Vec<Shift>> = BTreeMap::new();
        for shift in shifts {
            people.entry(shift.pathologist).or_default().push(shift);
        }
        self.write(move |tx| {
            let (people, by) = (people.clone(), by.clone());
            Box::pin(async move {
                for (who, shifts) in &people {
                    replace(tx, *who, shifts, &by).await?;
                }
                let detail = format!("{} people", people.len());
                audit(tx, &by, "record_rota", About::default(), &detail).await
            })
        })
        .await
    }

    /// The times between `from` and `to` (at most 92 days) in which nobody on the rota may read a
    /// specialty of which this organisation has pools: shifts × credentials × agreements, less
    /// absences.
    pub async fn coverage_gaps(
        &self,
        organisation: OrganisationId,
        from: Micros,
        to: Micros,
    ) -> Result<Vec<Gap>, Error> {
        check_ahead(from, to)?;
        self.read(move |tx| {
            Box::pin(async move {
                let mut needed: Vec<Specialty> = Vec::new();
                for row in tx.all(&sql::POOL_SPECIALTIES, args![organisation]).await? {
                    needed.push(row.parsed("specialty")?);
                }
                let asked = args![organisation, from.0, to.0];
                let covered = tx.all(&sql::ROTA_COVERED, asked).await?;
                let covered: Vec<_> = covered.iter().map(covers).collect::<Result<_, _>>()?;
                let away = tx.all(&sql::ROTA_AWAY, asked).await?;
                let away: Vec<_> = away.iter().map(is_away).collect::<Result<_, _>>()?;
                Ok(gaps(&needed, &covered, &away, from, to))
            })
        })
        .await
    }
}

/// A rota is asked for up to 92 days.
pub(crate) fn check_ahead(from: Micros, to: Micros) -> Result<(), Error> {
    if from < to && to <= from.plus_hours(ROTA_DAYS * 24) {
        return Ok(());
    }
    Err(Error::Invalid {
        field: "to",
        reason: format!("ask for up to {ROTA_DAYS} days, the first before the last"),
    })
}

fn covers(row: &Row) -> Result<Covered, Error> {
    Ok(Covered {
        pathologist: row.parsed("pathologist_id")?,
        specialty: row.parsed("specialty")?,
        from: Micros(row.int("starts_at")?),
        to: Micros(row.int("ends_at")?),
    })
}

fn is_away(row: &Row) -> Result<Away, Error> {
    Ok(Away {
        pathologist: row.parsed("pathologist_id")?,
        from: Micros(row.int("starts_at")?),
        to: Micros(row.int("ends_at")?),
    })
}

async fn replace(tx: &mut Tx, who: PathologistId, shifts: &[Shift], by: &By) -> Result<(), Error> {
    let organisation = lock(tx, who).await?.organisation;
    if organisation != by.organisation {
        return Err(Error::Invalid {
            field: "shifts.pathologist",
            reason: format!("{who} is employed elsewhere: leave them out"),
        });
    }
    let first = shifts.iter().map(|one| one.from).min().unwrap_or_default();
    let last = shifts.iter().map(|one| one.to).max().unwrap_or_default();
    tx.run(&sql::ROTA_FORGET, args![who, first.0, last.0])
        .await?;
    for shift in shifts {
        let duty = shift.duty.as_str();
        let row = args![who, shift.from.0, duty, organisation, shift.to.0];
        tx.run(&sql::ROTA_RECORD, row).await?;
    }
    tell_rights(tx, organisation, who, "rota").await
}
