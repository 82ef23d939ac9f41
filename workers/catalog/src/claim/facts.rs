//! What the rules of eligibility need to know of a batch, read under its locks, a statement a kind of fact.
//!
//! A withdrawal or an objection that can be read here has been committed, so it is in force, whatever
//! the clock showed when this claim began to wait for its locks.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use pathology::access::Purpose;
use pathology::case::{Micros, ReadingKind};
use pathology::ids::{CaseId, NotAnId, PathologistId, ReadingId};
use pathology::routing::{Exclusion, Reading, Rules, Stage};
use pathology::staff::{
    Agreement, Coverage, Credential, Excluded, Objection, Pathologist, Practice, Specialty,
};

use crate::engine::{Row, Tx, args, list};
use crate::establish::Locked;
use crate::{Error, sql};

/// Everything about the people and the waiting readings of a batch.
pub(crate) struct Facts {
    pub(crate) readings: HashMap<ReadingId, Known>,
    credentials: HashMap<PathologistId, Vec<Credential>>,
    agreements: Vec<Agreement>,
    now: Micros,
}

/// One reading and what concerns it alone.
pub(crate) struct Known {
    pub(crate) reading: Reading,
    pub(crate) case: CaseId,
    /// Who holds another reading of the same case now.
    pub(crate) desks: HashSet<PathologistId>,
    objections: Vec<Objection>,
    exclusions: Vec<Exclusion>,
}

/// Who reads or has read something of a case.
struct Other {
    case: CaseId,
    reading: ReadingId,
    pathologist: PathologistId,
    holds: bool,
}

/// `i64::MAX` stands for "no end" in the schema.
fn end(valid_to: i64) -> Option<Micros> {
    (valid_to < i64::MAX).then_some(Micros(valid_to))
}

impl Facts {
    /// Reads everything about these people and these readings.
    pub(crate) async fn gather(
        tx: &mut Tx,
        people: &BTreeMap<PathologistId, Locked>,
        readings: BTreeSet<ReadingId>,
    ) -> Result<Self, Error> {
        let mut facts = Self {
            readings: HashMap::new(),
            credentials: HashMap::new(),
            agreements: Vec::new(),
            now: Micros(tx.now().await?),
        };
        if readings.is_empty() {
            return Ok(facts);
        }
        let ids = list(&readings);
        for row in tx.all(&sql::READING_FACTS, args![&ids]).await? {
            let known = known(&row, facts.now)?;
            facts.readings.insert(known.reading.id, known);
        }
        facts.add_others(tx).await?;
        facts.add_objections(tx).await?;
        let who = list(people.keys());
        for row in tx.all(&sql::EXCLUSION_OF_ALL, args![&ids, &who]).await? {
            let one = exclusion(&row)?;
            if let Some(known) = facts.readings.get_mut(&one.reading) {
                known.exclusions.push(one);
            }
        }
        for row in tx
            .all(&sql::CREDENTIAL_OF_ALL, args![&who, facts.now.0])
            .await?
        {
            let mine = facts.credentials.entry(row.parsed("pathologist_id")?);
            mine.or_default().push(credential(&row)?);
        }
        facts.add_agreements(tx, people).await?;
        Ok(facts)
    }

    fn cases(&self) -> BTreeSet<CaseId> {
        self.readings.values().map(|one| one.case).collect()
    }

    async fn add_others(&mut self, tx: &mut Tx) -> Result<(), Error> {
        let rows = tx
            .all(&sql::ASSIGNMENT_OF_CASES, args![list(self.cases())])
            .await?;
        let others: Vec<Other> = rows.iter().map(other).collect::<Result<_, _>>()?;
        for known in self.readings.values_mut() {
            let (case, id) = (known.case, known.reading.id);
            let mine = others
                .iter()
                .filter(|one| one.case == case && one.reading != id);
            for one in mine {
                if !known.reading.others.contains(&one.pathologist) {
                    known.reading.others.push(one.pathologist);
                }
                if one.holds {
                    known.desks.insert(one.pathologist);
                }
            }
        }
        Ok(())
    }

    async fn add_objections(&mut self, tx: &mut Tx) -> Result<(), Error> {
        let rows = tx
            .all(&sql::OBJECTION_OF_CASES, args![list(self.cases())])
            .await?;
        for row in &rows {
            let case: CaseId = row.parsed("case_id")?;
            let objection = Objection {
                excluded: Excluded::Organisation(row.parsed("excluded_organisation_id")?),
                recorded_at: Micros(row.int("recorded_at")?).min(self.now),
                withdrawn_at: None,
            };
            for known in self.readings.values_mut().filter(|one| one.case == case) {
                known.objections.push(objection);
            }
        }
        Ok(())
    }

    async fn add_agreements(
        &mut self,
        tx: &mut Tx,
        people: &BTreeMap<PathologistId, Locked>,
    ) -> Result<(), Error> {
        let owners: BTreeSet<_> = self
            .readings
            .values()
            .map(|one| one.reading.owner)
            .collect();
        let reading: BTreeSet<_> = people.values().map(|one| one.organisation).collect();
        let row = args![list(&owners), list(&reading)];
        for row in tx.all(&sql::AGREEMENT_BETWEEN_ALL, row).await? {
            self.agreements.push(agreement(&row, self.now)?);
        }
        Ok(())
    }

    pub(crate) fn pathologist(&self, person: &Locked) -> Pathologist {
        Pathologist {
            id: person.id,
            name: person.name.clone(),
            organisation: person.organisation,
            site: person.site,
            credentials: self
                .credentials
                .get(&person.id)
                .cloned()
                .unwrap_or_default(),
            presence: person.presence,
            active: person.active,
            max_active: person.max_active,
            points: person.points,
            max_points: person.max_points,
        }
    }

    pub(crate) fn rules<'a>(&'a self, known: &'a Known) -> Rules<'a> {
        Rules {
            agreements: &self.agreements,
            objections: &known.objections,
            exclusions: &known.exclusions,
        }
    }

    /// The agreement that permits it, where one is needed.
    pub(crate) fn agreement(&self, person: &Locked, known: &Known) -> Option<String> {
        let reading = &known.reading;
        let covers = |one: &&Agreement| {
            one.owner == reading.owner
                && one.reading == person.organisation
                && one
                    .covers(&reading.specialty, Purpose::DirectCare, self.now)
                    .is_ok()
        };
        let covering = self.agreements.iter().find(covers);
        let needed = covering.filter(|_| reading.owner != person.organisation);
        needed.map(|one| one.id.to_string())
    }
}

fn known(row: &Row, now: Micros) -> Result<Known, Error> {
    let every_other = row.flag("own_organisation_only")?.then_some(Objection {
        excluded: Excluded::EveryOtherOrganisation,
        recorded_at: now,
        withdrawn_at: None,
    });
    let reading = Reading {
        id: row.parsed("reading_id")?,
        owner: row.parsed("organisation_id")?,
        owner_name: row.text("owner_name")?,
        site: row.parsed("site_id")?,
        site_name: row.text("site_name")?,
        specialty: row.parsed::<Specialty>("specialty")?,
        also: also(row)?,
        points: row.int("points")? as u32,
        stage: Stage::of(row.int("stage")?),
        named: named(row)?,
        needs: row.parsed("tier")?,
        kind: row.parsed("kind")?,
        priority: row.parsed("priority")?,
        restricted: row.flag("restricted")?,
        others: Vec::new(),
    };
    Ok(Known {
        reading,
        case: row.parsed("case_id")?,
        desks: HashSet::new(),
        objections: every_other.into_iter().collect(),
        exclusions: Vec::new(),
    })
}

fn other(row: &Row) -> Result<Other, Error> {
    Ok(Other {
        case: row.parsed("case_id")?,
        reading: row.parsed("reading_id")?,
        pathologist: row.parsed("pathologist_id")?,
        holds: row.text("state")? == "active",
    })
}

fn credential(row: &Row) -> Result<Credential, Error> {
    Ok(Credential {
        specialty: row.parsed("specialty")?,
        tier: row.parsed("tier")?,
        profession: row.parsed("profession")?,
        practice: practice(&row.text("practice")?)?,
        supervisor: row.opt_parsed("supervisor_id")?,
        valid_from: Micros(row.int("valid_from")?),
        valid_to: end(row.int("valid_to")?),
    })
}

fn exclusion(row: &Row) -> Result<Exclusion, Error> {
    Ok(Exclusion {
        reading: row.parsed("reading_id")?,
        pathologist: row.parsed("pathologist_id")?,
        until: end(row.int("until")?),
    })
}

fn agreement(row: &Row, now: Micros) -> Result<Agreement, Error> {
    let specialty = row.text("specialty")?;
    let specialties = match specialty.as_str() {
        "*" => Coverage::All,
        _ => Coverage::These(vec![row.parsed("specialty")?]),
    };
    Ok(Agreement {
        id: row.parsed("agreement_id")?,
        owner: row.parsed("organisation_id")?,
        reading: row.parsed("reading_organisation_id")?,
        specialties,
        purposes: vec![row.parsed("purpose")?],
        opens: row.parsed("opens")?,
        legal_basis: row.text("legal_basis")?,
        valid_from: Micros(row.int("valid_from")?),
        valid_to: end(row.int("valid_to")?),
        revoked_at: row.opt_int("revoked_at")?.map(|at| Micros(at).min(now)),
    })
}

/// The specialties a reading needs beside the one of who signs it.
fn also(row: &Row) -> Result<Vec<Specialty>, Error> {
    let (all, first) = (row.text("specialties")?, row.text("specialty")?);
    let others = all
        .split('+')
        .filter(|key| !key.is_empty() && **key != first);
    let parsed = others.map(|key| Specialty::new(key).map_err(|e| Error::Corrupt(e.to_string())));
    parsed.collect()
}

/// Whom the reading's order or history names.
fn named(row: &Row) -> Result<Vec<PathologistId>, Error> {
    let names = row.opt_text("named")?.unwrap_or_default();
    let ids = names.split(',').filter(|id| !id.is_empty());
    let parsed = ids.map(|id| {
        id.parse()
            .map_err(|e: NotAnId| Error::Corrupt(e.to_string()))
    });
    parsed.collect()
}

fn practice(text: &str) -> Result<Practice, Error> {
    if text == "*" {
        return Ok(Practice::All);
    }
    let kinds = text.split(',').filter(|kind| !kind.is_empty());
    let parsed = kinds.map(|kind| {
        let kind: Result<ReadingKind, _> = kind.parse();
        kind.map_err(|e| Error::Corrupt(e.to_string()))
    });
    parsed.collect::<Result<_, _>>().map(Practice::These)
}
