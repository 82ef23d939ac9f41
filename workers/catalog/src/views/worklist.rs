//! The worklist: what waits for a pathologist, what they hold, what others hold of it.

use pathology::access::Subject;
use pathology::case::Micros;
use pathology::ids::{CaseId, OrganisationId, ReadingId, SiteId};

use super::decode::{NumberView, PatientView, numbers, why};
use super::readings::ClaimView;
use crate::engine::{Row, Tx, args};
use crate::{Catalog, Error, sql};

/// Rows of a worklist at most.
const MOST_ROWS: i64 = 200;

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
    const fn as_str(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Waiting => "waiting",
            Self::HeldByOthers => "held_by_others",
            Self::MineAndWaiting => "mine_and_waiting",
            Self::All => "all",
        }
    }

    fn has(self, part: &str) -> bool {
        match self {
            Self::All => true,
            Self::MineAndWaiting => part != "held_by_others",
            _ => part == self.as_str(),
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
    /// How many there are, whatever is asked for.
    pub counts: Counts,
    /// Readings by specialty key, in the part asked for.
    pub specialties: Vec<Count<String>>,
    /// Readings by site, in the part asked for.
    pub sites: Vec<Count<SiteId>>,
    /// The reading that would be claimed next, as far as a list can say.
    pub most_likely: Option<WorklistRow>,
    /// The first 200.
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
    let specialty = query.specialty.clone().unwrap_or_default();
    let site = query.site.map_or_else(String::new, |site| site.to_string());
    let part = query.part.as_str();
    let wanted = args![who, organisation, now, part, specialty, site, MOST_ROWS];
    let rows = tx.all(&sql::VIEWS_WORKLIST, wanted).await?;
    let first = args![who, organisation, now, "waiting", "", "", 1_i64];
    let first = tx.first(&sql::VIEWS_WORKLIST, first).await?;
    let counted = args![who, organisation, now];
    let counted = tx.all(&sql::VIEWS_WORKLIST_COUNTS, counted).await?;
    let mut list = Worklist {
        now: Micros(now),
        urgent_boost_minutes: tx.policy().targets.boost.urgent,
        counts: Counts::default(),
        specialties: Vec::new(),
        sites: Vec::new(),
        most_likely: first.as_ref().map(of).transpose()?,
        rows: rows.iter().map(of).collect::<Result<_, _>>()?,
    };
    for row in &counted {
        list.count(row, query.part)?;
    }
    list.sites.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(list)
}

impl Worklist {
    fn count(&mut self, row: &Row, asked: Part) -> Result<(), Error> {
        let (part, readings) = (row.text("part")?, row.count("readings")?);
        match part.as_str() {
            "mine" => self.counts.mine += readings,
            "waiting" => self.counts.waiting += readings,
            _ => self.counts.held_by_others += readings,
        }
        if asked.has(&part) {
            let specialty = row.text("specialty")?;
            add(
                &mut self.specialties,
                specialty.clone(),
                specialty,
                readings,
            );
            let (site, name) = (row.parsed("site_id")?, row.text("site_name")?);
            add(&mut self.sites, site, name, readings);
        }
        Ok(())
    }
}

fn add<K: PartialEq>(counts: &mut Vec<Count<K>>, key: K, name: String, readings: u64) {
    match counts.iter_mut().find(|count| count.key == key) {
        Some(count) => count.readings += readings,
        None => counts.push(Count {
            key,
            name,
            readings,
        }),
    }
}

fn of(row: &Row) -> Result<WorklistRow, Error> {
    let mine = row.text("part")? == "mine";
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
