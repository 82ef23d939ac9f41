//! The worklist: what waits for a pathologist, what they hold, what others hold of it.

use std::collections::{BTreeSet, HashMap};

use pathology::access::Subject;
use pathology::case::Micros;
use pathology::ids::{CaseId, OrganisationId, ReadingId, SiteId};

use super::decode::{NumberView, PatientView, numbers, why};
use super::readings::ClaimView;
use crate::engine::{Row, Tx, args, list};
use crate::{Catalog, Error, sql};

/// Rows of a worklist at most.
const MOST_ROWS: usize = 100;
/// Of what waits, so many are looked at first: whether they are theirs, and where they come from.
const LOOKED_AT: i64 = 150;

/// Which part of the worklist is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Own claims.
    Mine,
    /// What may be claimed.
    Waiting,
    /// What colleagues hold.
    HeldByOthers,
    /// Own claims and what may be claimed.
    MineAndWaiting,
    /// Everything.
    All,
}

impl Part {
    fn has(self, part: Self) -> bool {
        match self {
            Self::All => true,
            Self::MineAndWaiting => part != Self::HeldByOthers,
            _ => part == self,
        }
    }
}

/// What is asked of a worklist.
#[derive(Debug, Clone)]
pub struct WorklistQuery {
    /// Which part.
    pub part: Part,
    /// Only this specialty.
    pub specialty: Option<String>,
    /// Only cases registered at this site.
    pub site: Option<SiteId>,
}

/// A worklist.
#[derive(Debug, Clone)]
pub struct Worklist {
    /// The database's time.
    pub now: Micros,
    /// How many minutes earlier than due an urgent case counts, by the laboratory's policy.
    pub urgent_boost_minutes: u32,
    /// How many there are, whatever is asked for; of what waits beyond the first 150, those of a declined case or an objection count too.
    pub counts: Counts,
    /// Readings by specialty key, in the part asked for; of what waits the first 150.
    pub specialties: Vec<Count<String>>,
    /// Readings by site, in the part asked for; of what waits the first 150.
    pub sites: Vec<Count<SiteId>>,
    /// The reading that would be claimed next, as far as a list can say.
    pub most_likely: Option<WorklistRow>,
    /// The first 100.
    pub rows: Vec<WorklistRow>,
}

/// Readings by part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Own claims.
    pub mine: u64,
    /// What may be claimed.
    pub waiting: u64,
    /// What colleagues hold.
    pub held_by_others: u64,
}

/// How many readings have something in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count<K> {
    /// What they have in common.
    pub key: K,
    /// Its name.
    pub name: String,
    /// How many.
    pub readings: u64,
}

/// One reading of a worklist.
#[derive(Debug, Clone)]
pub struct WorklistRow {
    /// The reading.
    pub reading: ReadingId,
    /// Its case.
    pub case: CaseId,
    /// The owning laboratory's number.
    pub number: String,
    /// Who gave it.
    pub issuer: String,
    /// All numbers.
    pub numbers: Vec<NumberView>,
    /// Who the patient is.
    pub patient: PatientView,
    /// The first specimen, in words.
    pub specimen: String,
    /// How many specimens there are.
    pub specimens: u64,
    /// Specialty key.
    pub specialty: String,
    /// Whose case.
    pub organisation: OrganisationId,
    /// Its name.
    pub organisation_name: String,
    /// Where it was registered.
    pub site: SiteId,
    /// Its name.
    pub site_name: String,
    /// `immediate`, `urgent` or `routine`.
    pub priority: String,
    /// When the laboratory received it.
    pub received_at: Micros,
    /// When it is due.
    pub due_at: Micros,
    /// When its slides were complete.
    pub ready_at: Option<Micros>,
    /// Expected slides that are here.
    pub slides_here: u64,
    /// Expected slides.
    pub slides_expected: u64,
    /// Slides nobody waits for.
    pub slides_waived: u64,
    /// Slides whose scan may lie in a tray.
    pub slides_in_tray: u64,
    /// Slides whose scan is damaged.
    pub slides_damaged: u64,
    /// Who began it and no longer has it.
    pub unfinished_by: Option<String>,
    /// Whether the one who asks holds it.
    pub mine: bool,
    /// Who holds it: name and site.
    pub holder: Option<(String, String)>,
    /// The claim, when it is one's own.
    pub claim: Option<ClaimView>,
    /// Why it was given to its holder.
    pub why: Vec<String>,
}

impl Catalog {
    /// The worklist of a pathologist, or of the organisation of anyone else. The caller audits it.
    pub async fn worklist(
        &self,
        subject: &Subject,
        query: &WorklistQuery,
    ) -> Result<Worklist, Error> {
        let who = subject.role.pathologist();
        let who = who.map_or_else(String::new, |id| id.to_string());
        let (organisation, query) = (subject.organisation, query.clone());
        self.read(move |tx| {
            let (who, query) = (who.clone(), query.clone());
            Box::pin(async move { worklist(tx, &who, organisation, &query).await })
        })
        .await
    }
}

async fn worklist(
    tx: &mut Tx,
    who: &str,
    organisation: OrganisationId,
    query: &WorklistQuery,
) -> Result<Worklist, Error> {
    let now = tx.now().await?;
    let look = Look {
        who,
        organisation,
        now,
    };
    let (all, beyond) = look.seen(tx, "", "").await?;
    let narrowed = match (&query.specialty, query.site) {
        (None, None) => None,
        (specialty, site) => {
            let specialty = specialty.as_deref().unwrap_or_default();
            let site = site.map_or_else(String::new, |site| site.to_string());
            Some(look.seen(tx, specialty, &site).await?.0)
        }
    };
    let mut list = Worklist {
        now: Micros(now),
        urgent_boost_minutes: tx.policy().targets.boost.urgent,
        counts: Counts::default(),
        specialties: Vec::new(),
        sites: Vec::new(),
        most_likely: None,
        rows: Vec::new(),
    };
    let mut first: Option<ReadingId> = None;
    for row in &all {
        let part = list.count(row, query.part)?;
        if part == Part::Waiting && first.is_none() {
            first = Some(row.parsed("reading_id")?);
        }
    }
    list.counts.waiting += beyond;
    list.sites.sort_by(|a, b| a.name.cmp(&b.name));
    let mut shown: Vec<ReadingId> = Vec::new();
    for row in narrowed.as_ref().unwrap_or(&all) {
        if query.part.has(place(row)?) && shown.len() < MOST_ROWS {
            shown.push(row.parsed("reading_id")?);
        }
    }
    let mut told = told(tx, &shown, first, who).await?;
    list.most_likely = first.and_then(|id| told.get(&id).cloned());
    list.rows = shown.iter().filter_map(|id| told.remove(id)).collect();
    Ok(list)
}

/// Who looks, and when.
struct Look<'a> {
    who: &'a str,
    organisation: OrganisationId,
    now: i64,
}

impl Look<'_> {
    /// What they see, in order, and how many more wait behind what was looked at.
    async fn seen(
        &self,
        tx: &mut Tx,
        specialty: &str,
        site: &str,
    ) -> Result<(Vec<Row>, u64), Error> {
        let (mut rows, beyond) = self.mine_and_waiting(tx, specialty, site).await?;
        let row = args![self.who, self.organisation, self.now, specialty, site];
        rows.extend(tx.all(&sql::VIEWS_WORKLIST_HELD, row).await?);
        Ok((rows, beyond))
    }

    /// As long as fewer are theirs than a list shows, ten times as many are looked at.
    async fn mine_and_waiting(
        &self,
        tx: &mut Tx,
        specialty: &str,
        site: &str,
    ) -> Result<(Vec<Row>, u64), Error> {
        let mut looked_at = LOOKED_AT;
        loop {
            let row = args![
                self.who,
                self.organisation,
                self.now,
                specialty,
                site,
                looked_at
            ];
            let mut rows = tx.all(&sql::VIEWS_WORKLIST_SEEN, row).await?;
            let beyond = rows.first().map_or(Ok(0), |row| row.count("beyond"))?;
            let place_of_first = rows.first().map(|row| row.opt_int("place")).transpose()?;
            if place_of_first.flatten().is_none() {
                rows.clear();
            }
            let places: Vec<Part> = rows.iter().map(place).collect::<Result<_, _>>()?;
            let theirs = places.iter().filter(|part| **part == Part::Waiting).count();
            if beyond == 0 || theirs >= MOST_ROWS {
                return Ok((rows, beyond));
            }
            looked_at *= 10;
        }
    }
}

/// What is said of each.
async fn told(
    tx: &mut Tx,
    shown: &[ReadingId],
    first: Option<ReadingId>,
    who: &str,
) -> Result<HashMap<ReadingId, WorklistRow>, Error> {
    let ids: BTreeSet<ReadingId> = shown.iter().copied().chain(first).collect();
    let rows = tx.all(&sql::VIEWS_WORKLIST, args![list(&ids)]).await?;
    let rows = rows.iter().map(|row| of(row, who));
    rows.map(|row| row.map(|row| (row.reading, row))).collect()
}

/// In which part of the list a reading stands.
fn place(row: &Row) -> Result<Part, Error> {
    Ok(match row.count("place")? {
        0 => Part::Mine,
        1 => Part::Waiting,
        _ => Part::HeldByOthers,
    })
}

impl Worklist {
    fn count(&mut self, row: &Row, asked: Part) -> Result<Part, Error> {
        let part = place(row)?;
        match part {
            Part::Mine => self.counts.mine += 1,
            Part::Waiting => self.counts.waiting += 1,
            _ => self.counts.held_by_others += 1,
        }
        if asked.has(part) {
            let specialty = row.text("specialty")?;
            add(&mut self.specialties, specialty.clone(), specialty);
            let (site, name) = (row.parsed("site_id")?, row.text("site_name")?);
            add(&mut self.sites, site, name);
        }
        Ok(part)
    }
}

fn add<K: PartialEq>(counts: &mut Vec<Count<K>>, key: K, name: String) {
    match counts.iter_mut().find(|count| count.key == key) {
        Some(count) => count.readings += 1,
        None => counts.push(Count {
            key,
            name,
            readings: 1,
        }),
    }
}

fn of(row: &Row, who: &str) -> Result<WorklistRow, Error> {
    let mine = !who.is_empty() && row.opt_text("pathologist_id")?.as_deref() == Some(who);
    let holder = match row.opt_text("holder_name")? {
        Some(name) => Some((name, row.opt_text("holder_site")?.unwrap_or_default())),
        None => None,
    };
    Ok(WorklistRow {
        reading: row.parsed("reading_id")?,
        case: row.parsed("case_id")?,
        number: row.text("number")?,
        issuer: row.text("issuer")?,
        numbers: numbers(row)?,
        patient: PatientView::of(row)?,
        specimen: row.opt_text("specimen")?.unwrap_or_default(),
        specimens: row.count("specimens")?,
        specialty: row.text("specialty")?,
        organisation: row.parsed("organisation_id")?,
        organisation_name: row.text("organisation_name")?,
        site: row.parsed("site_id")?,
        site_name: row.text("site_name")?,
        priority: row.text("priority")?,
        received_at: row.micros("received_at")?,
        due_at: row.micros("due_at")?,
        ready_at: row.opt_micros("ready_at")?,
        slides_here: row.count("here")?,
        slides_expected: row.count("expected")?,
        slides_waived: row.count("waived")?,
        slides_in_tray: row.count("in_tray")?,
        slides_damaged: row.count("damaged")?,
        unfinished_by: row.opt_text("unfinished_by")?,
        mine,
        holder,
        claim: ClaimView::of(row)?.filter(|_| mine),
        why: why(row.opt_text("why")?),
    })
}
