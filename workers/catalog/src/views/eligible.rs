//! Who may take a reading now, and why not the others: the rules of a claim, asked about everybody it could concern.
//!
//! It could concern whoever is credentialed in its specialty in its own organisation or in one that an agreement names;
//! nobody else is told of. What is seen here is decided again when somebody claims.

use std::collections::BTreeSet;

use pathology::case::Micros;
use pathology::ids::{OrganisationId, PathologistId, ReadingId};

use crate::claim::facts::{Facts, Known};
use crate::engine::{Row, Tx, args};
use crate::establish::{Locked, locked};
use crate::{Catalog, Error, sql};

/// People told of at most.
const MOST: i64 = 200;

/// Whom a reading could concern.
#[derive(Debug, Clone)]
pub struct EligibleView {
    /// When the rules were asked.
    pub now: Micros,
    /// At most 200: who may first, then who is here.
    pub people: Vec<AskedView>,
    /// How many more there are.
    pub beyond: u64,
}

/// What the rules say of one person.
#[derive(Debug, Clone)]
pub struct AskedView {
    /// Who.
    pub pathologist: PathologistId,
    /// Their name.
    pub name: String,
    /// Of which organisation: its name.
    pub organisation_name: String,
    /// Where they sit.
    pub site_name: String,
    /// They could claim it now.
    pub may: bool,
    /// They could be handed it or offered it later: only presence or capacity is in the way.
    pub may_later: bool,
    /// What permits it, or all that forbids it: sentences about them.
    pub why: Vec<String>,
    /// The version of their rights.
    pub rights_version: i64,
    /// What they hold.
    pub active: u32,
    /// What they may hold.
    pub max_active: u32,
}

impl Catalog {
    /// Whom a reading could concern; with an `owner`, only if it is theirs. The caller audits it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none such.
    pub async fn eligible_for(
        &self,
        reading: ReadingId,
        owner: Option<OrganisationId>,
    ) -> Result<EligibleView, Error> {
        self.read(move |tx| Box::pin(async move { everybody(tx, reading, owner).await }))
            .await
    }
}

async fn everybody(
    tx: &mut Tx,
    reading: ReadingId,
    owner: Option<OrganisationId>,
) -> Result<EligibleView, Error> {
    let rows = tx.all(&sql::VIEWS_ELIGIBLE, args![reading, MOST]).await?;
    let people: Vec<Locked> = rows.iter().map(locked).collect::<Result<_, _>>()?;
    let pairs: BTreeSet<_> = people
        .iter()
        .map(|one| (reading, one.id, one.organisation))
        .collect();
    let facts = Facts::gather(tx, &pairs).await?;
    let known = facts.readings.get(&reading);
    let known = known.filter(|known| owner.is_none_or(|owner| known.reading.owner == owner));
    let known = known.ok_or(Error::NotFound("reading"))?;
    let asked = people.iter().zip(&rows);
    let asked = asked.map(|(person, row)| ask(&facts, known, person, row));
    let mut people: Vec<AskedView> = asked.collect::<Result<_, _>>()?;
    people.sort_by_key(|one| (!one.may, !one.may_later));
    let all = rows.first().map_or(Ok(0), |row| row.count("all_of_them"))?;
    Ok(EligibleView {
        now: facts.now,
        beyond: all.saturating_sub(people.len() as u64),
        people,
    })
}

fn ask(facts: &Facts, known: &Known, person: &Locked, row: &Row) -> Result<AskedView, Error> {
    let said = facts.said(person, known);
    Ok(AskedView {
        pathologist: person.id,
        name: person.name.clone(),
        organisation_name: row.text("organisation_name")?,
        site_name: row.text("site_name")?,
        may: said.may(),
        may_later: said.may_at_all(),
        why: said.of_them(),
        rights_version: person.rights_version,
        active: person.active,
        max_active: person.max_active,
    })
}
