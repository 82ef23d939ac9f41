//! What the rules of eligibility need to know of a batch, read under its locks in one statement.
//!
//! A withdrawal or an objection that can be read here has been committed, so it is in force, whatever
//! the clock showed when this claim began to wait for its locks.

use std::collections::{BTreeSet, HashMap, HashSet};

use pathology::access::Purpose;
use pathology::case::{Micros, ReadingKind};
use pathology::ids::{CaseId, NotAnId, OrganisationId, PathologistId, ReadingId};
use pathology::routing::{
    Decision, Eligibility, Exclusion, Reading, Reason, Rules, Stage, eligible,
};
use pathology::staff::{
    Agreement, Coverage, Credential, Excluded, Objection, Pathologist, Practice, Specialty,
};
use serde_json::{Value, json};

use crate::engine::{Row, Tx, args};
use crate::establish::Locked;
use crate::{Error, sql};

/// Everything the rules ask about pairs of a waiting reading and a pathologist.
#[derive(Default)]
pub(crate) struct Facts {
    pub(crate) readings: HashMap<ReadingId, Known>,
    credentials: HashMap<PathologistId, Vec<Credential>>,
    /// By owner and who reads.
    agreements: HashMap<(OrganisationId, OrganisationId), Vec<Agreement>>,
    /// When this was read.
    pub(crate) now: Micros,
}

/// A reading, who may want it, and of which organisation they are.
pub(crate) type Pair = (ReadingId, PathologistId, OrganisationId);

/// One reading and what concerns it alone.
pub(crate) struct Known {
    pub(crate) reading: Reading,
    pub(crate) case: CaseId,
    /// Who holds another reading of the same case now.
    desks: HashSet<PathologistId>,
    objections: Vec<Objection>,
    exclusions: Vec<Exclusion>,
}

/// Who reads or has read something of a case.
struct Other {
    reading: ReadingId,
    pathologist: PathologistId,
    holds: bool,
}

/// `i64::MAX` stands for "no end" in the schema.
fn end(valid_to: i64) -> Option<Micros> {
    (valid_to < i64::MAX).then_some(Micros(valid_to))
}

/// What the rules say of one pathologist and one reading, their other desks counted.
pub(crate) struct Said {
    eligibility: Eligibility,
    /// They hold another reading of the same case.
    pub(crate) other_desk: bool,
}

impl Said {
    /// Whether they may have it now.
    pub(crate) fn may(&self) -> bool {
        self.eligibility.is_yes() && !self.other_desk
    }

    /// Whether nothing but capacity and presence stands in the way.
    pub(crate) fn may_at_all(&self) -> bool {
        let passes = match &self.eligibility {
            Eligibility::Yes { .. } => true,
            Eligibility::No { why } => why.iter().all(Reason::is_passing),
        };
        passes && !self.other_desk
    }

    /// Why, or why not, as they are told themselves.
    pub(crate) fn to_them(&self) -> Vec<String> {
        self.sentences(Reason::to_string, "You hold another reading of this case.")
    }

    /// The same, as somebody else is told of them.
    pub(crate) fn of_them(&self) -> Vec<String> {
        self.sentences(Reason::of_them, "They hold another reading of this case.")
    }

    fn sentences(&self, of: fn(&Reason) -> String, other_desk: &str) -> Vec<String> {
        let (Eligibility::Yes { because: reasons } | Eligibility::No { why: reasons }) =
            &self.eligibility;
        let reasons = reasons.iter().map(of);
        let desk = self.other_desk.then(|| other_desk.to_owned());
        reasons.chain(desk).collect()
    }
}

impl Facts {
    /// Reads everything about these pairs, which are locked.
    pub(crate) async fn gather(tx: &mut Tx, pairs: &BTreeSet<Pair>) -> Result<Self, Error> {
        if pairs.is_empty() {
            return Ok(Self::default());
        }
        let pair = |(reading, who, of): &Pair| json!({"r": reading, "p": who, "o": of});
        let pairs = Value::Array(pairs.iter().map(pair).collect());
        let row = tx.one(&sql::CLAIM_FACTS, args![pairs.to_string()]).await?;
        let now = Micros(row.int("now_us")?);
        let mut facts = Self {
            readings: HashMap::new(),
            credentials: HashMap::new(),
            agreements: HashMap::new(),
            now,
        };
        for row in row.rows("readings")? {
            let known = known(&row, now)?;
            facts.readings.insert(known.reading.id, known);
        }
        facts.add_others(&row.rows("others")?)?;
        facts.add_objections(&row.rows("objections")?)?;
        for row in row.rows("exclusions")? {
            let one = exclusion(&row)?;
            if let Some(known) = facts.readings.get_mut(&one.reading) {
                known.exclusions.push(one);
            }
        }
        for row in row.rows("credentials")? {
            let mine = facts.credentials.entry(row.parsed("pathologist_id")?);
            mine.or_default().push(credential(&row)?);
        }
        for row in row.rows("agreements")? {
            let one = agreement(&row, now)?;
            let between = facts.agreements.entry((one.owner, one.reading));
            between.or_default().push(one);
        }
        Ok(facts)
    }

    fn add_others(&mut self, rows: &[Row]) -> Result<(), Error> {
        let mut others: HashMap<CaseId, Vec<Other>> = HashMap::new();
        for row in rows {
            let case = others.entry(row.parsed("case_id")?);
            case.or_default().push(other(row)?);
        }
        for known in self.readings.values_mut() {
            let of_case = others.get(&known.case).into_iter().flatten();
            for one in of_case.filter(|one| one.reading != known.reading.id) {
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

    fn add_objections(&mut self, rows: &[Row]) -> Result<(), Error> {
        let mut objections: HashMap<CaseId, Vec<Objection>> = HashMap::new();
        for row in rows {
            let objection = Objection {
                excluded: Excluded::Organisation(row.parsed("excluded_organisation_id")?),
                recorded_at: Micros(row.int("recorded_at")?).min(self.now),
                withdrawn_at: None,
            };
            let case = objections.entry(row.parsed("case_id")?);
            case.or_default().push(objection);
        }
        for known in self.readings.values_mut() {
            let mine = objections.get(&known.case).into_iter().flatten();
            known.objections.extend(mine.copied());
        }
        Ok(())
    }

    fn pathologist(&self, person: &Locked) -> Pathologist {
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

    fn between(&self, person: &Locked, known: &Known) -> &[Agreement] {
        let sides = (known.reading.owner, person.organisation);
        self.agreements.get(&sides).map_or(&[], Vec::as_slice)
    }

    fn rules<'a>(&'a self, person: &Locked, known: &'a Known) -> Rules<'a> {
        Rules {
            agreements: self.between(person, known),
            objections: &known.objections,
            exclusions: &known.exclusions,
        }
    }

    /// Asks the rules of a claim.
    pub(crate) fn said(&self, person: &Locked, known: &Known) -> Said {
        let rules = self.rules(person, known);
        let pathologist = self.pathologist(person);
        Said {
            eligibility: eligible(&pathologist, &known.reading, &rules, self.now),
            other_desk: known.desks.contains(&person.id),
        }
    }

    /// All that the rules of a claim look at.
    pub(crate) fn decision(&self, person: &Locked, known: &Known) -> Decision {
        let rules = self.rules(person, known);
        Decision::of(self.pathologist(person), &known.reading, &rules, self.now)
    }

    /// The agreement that permits it, where one is needed.
    pub(crate) fn agreement(&self, person: &Locked, known: &Known) -> Option<String> {
        let reading = &known.reading;
        let covers = |one: &&Agreement| {
            one.covers(&reading.specialty, Purpose::DirectCare, self.now)
                .is_ok()
        };
        let covering = self.between(person, known).iter().find(covers);
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
