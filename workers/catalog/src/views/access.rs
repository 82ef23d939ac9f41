//! Deciding and auditing in one transaction: the only way to an `Authorized` case or scan.
//!
//! ```text
//!  BEGIN ─ relation of the subject to the case ─ decide ─ audit row (permitted | denied) ─ COMMIT
//! ```
//!
//! A refusal is audited too. The relation is the strongest that holds now; a reason opens a case
//! of the own organisation to its specialist, and is kept in the audit.

use pathology::access::{Action, Ask, Authorized, Denied, Purpose, Relation, Resource, Subject};
use pathology::ids::{
    AttemptId, CaseId, ClaimId, OrganisationId, PathologistId, ReadingId, ReportId, ScanId, SiteId,
    SlideId,
};
use pathology::phi::Phi;

use super::scan::ScanFacts;
use crate::engine::{Row, Tx, args};
use crate::{Catalog, Error, blind, sql};

/// Who asks, for what, and why.
#[derive(Debug, Clone)]
pub struct Asking {
    /// Who.
    pub subject: Subject,
    /// Their name in the audit: `pathologist:<id>`, `operator:dana`.
    pub name: String,
    /// For what.
    pub action: Action,
    /// To what end.
    pub purpose: Purpose,
    /// Why, in their own words.
    pub reason: Option<Phi<String>>,
}

impl Asking {
    /// The question for [`Authorized::check`].
    pub const fn ask(&self) -> Ask<'_> {
        self.subject.asks(self.action, self.purpose)
    }
}

/// A case, and how the one who asks is related to it.
#[derive(Debug, Clone)]
pub struct CaseAccess {
    /// The case.
    pub case: CaseId,
    /// Who owns it.
    pub owner: OrganisationId,
    /// The strongest relation that holds.
    pub relation: Relation,
    /// Whether the record is restricted.
    pub restricted: bool,
    /// Whether the worklist of the one who asks lists cases of its owner and specialty.
    listed: bool,
    /// The reports that stood when it was opened, and no other, are shown with it: of these it is known what seeing them
    /// means ([`crate::blind`]).
    pub(super) reports: Vec<ReportId>,
}

impl CaseAccess {
    /// What is decided about.
    pub const fn resource(&self) -> Resource {
        Resource::Case {
            owner: self.owner,
            relation: self.relation,
            restricted: self.restricted,
        }
    }

    /// Whether what others wrote of it is shown to the one who asks, too.
    pub fn shows_reports(&self, asking: &Asking) -> bool {
        let ask = asking.subject.asks(Action::ReadReport, asking.purpose);
        Authorized::check(ask, |()| self.resource(), ()).is_ok()
    }
}

/// A scan, enough to serve its tiles, and how the one who asks is related to its case.
#[derive(Debug, Clone)]
pub struct ScanAccess {
    /// The scan.
    pub scan: ScanId,
    /// Who scanned it.
    pub organisation: OrganisationId,
    /// Where.
    pub site: SiteId,
    /// Its case, when it has joined one.
    pub case: Option<CaseAccess>,
    /// `published`, `verified`, `damaged`, …
    pub pixels: String,
    /// The generation published; 0 before.
    pub generation: u32,
    /// Generations from this one on show the same pixels, with more levels.
    pub published_generation: u32,
    /// The attempt that stored its original.
    pub attempt: AttemptId,
    /// Digest and length of the index header, once published.
    pub index: Option<([u8; 32], u32)>,
    /// The files of the original, by number.
    pub members: Vec<StoredMember>,
    /// Region, focal plane and channel of each image; empty where there is one.
    pub images: Vec<[u16; 3]>,
}

/// One file of an original.
#[derive(Debug, Clone)]
pub struct StoredMember {
    /// Its number, from 0.
    pub n: u16,
    /// Its name as delivered.
    pub name: Phi<String>,
    /// Size in bytes.
    pub size_bytes: u64,
}

impl ScanAccess {
    /// The image of a region, a focal plane and a channel.
    pub fn image(&self, plane: [u16; 3]) -> Option<u16> {
        if self.images.is_empty() && plane == [0; 3] {
            return Some(0);
        }
        let found = self.images.iter().position(|image| *image == plane);
        found.map(|place| place as u16)
    }

    /// What is decided about.
    pub fn resource(&self) -> Resource {
        match &self.case {
            Some(case) => Resource::Scan {
                owner: case.owner,
                site: self.site,
                relation: case.relation,
                restricted: case.restricted,
            },
            None => Resource::UnmatchedScan {
                organisation: self.organisation,
                site: self.site,
            },
        }
    }
}

/// A claim and who made it.
#[derive(Debug, Clone)]
pub struct ClaimAccess {
    /// The claim.
    pub claim: ClaimId,
    /// What was claimed.
    pub reading: ReadingId,
    /// Its case.
    pub case: CaseId,
    /// Who claimed it.
    pub claimant: PathologistId,
}

impl Catalog {
    /// Opens a case: reads the relation, decides and audits, in one transaction.
    pub async fn touch_case(
        &self,
        asking: &Asking,
        case: CaseId,
    ) -> Result<Authorized<CaseAccess>, Error> {
        let asking = asking.clone();
        let decided = self.write(move |tx| {
            let asking = asking.clone();
            Box::pin(async move {
                let mut access = relation(tx, &asking, case).await?;
                access.reports = reports(tx, case).await?;
                let about = (access.owner, Some(case), None);
                let reader = asking.subject.role.pathologist();
                let reader = reader.filter(|_| access.shows_reports(&asking));
                let decided = Authorized::check(asking.ask(), CaseAccess::resource, access);
                record(tx, &asking, about, &decided).await?;
                if let (Ok(_), Some(who)) = (&decided, reader) {
                    blind::sees_reports(tx, who, case).await?;
                }
                Ok(decided)
            })
        });
        Ok(decided.await??)
    }

    /// Opens the case of a slide, as [`Catalog::touch_case`].
    pub async fn touch_case_of(
        &self,
        asking: &Asking,
        slide: SlideId,
    ) -> Result<Authorized<CaseAccess>, Error> {
        let found = self.read(move |tx| {
            Box::pin(async move { tx.first(&sql::VIEWS_CASE_OF_SLIDE, args![slide]).await })
        });
        let row = found.await?.ok_or(Error::NotFound("case"))?;
        self.touch_case(asking, row.parsed("case_id")?).await
    }

    /// Opens a scan: the first touch of its tiles decides and audits, in one transaction.
    pub async fn touch_scan(
        &self,
        asking: &Asking,
        scan: ScanId,
    ) -> Result<Authorized<ScanAccess>, Error> {
        let asking = asking.clone();
        let decided = self.write(move |tx| {
            let asking = asking.clone();
            Box::pin(async move {
                let access = stored(tx, &asking, scan).await?;
                let owner = access.resource().organisation();
                let case = access.case.as_ref().map(|case| case.case);
                let about = (owner.unwrap_or(access.organisation), case, Some(scan));
                let decided = Authorized::check(asking.ask(), ScanAccess::resource, access);
                record(tx, &asking, about, &decided).await?;
                Ok(decided)
            })
        });
        Ok(decided.await??)
    }

    /// Writes that a list was handed out (a worklist, a tray, a search), before it is.
    pub async fn audit_access(&self, asking: &Asking, basis: &str) -> Result<(), Error> {
        let (asking, basis) = (asking.clone(), basis.to_owned());
        let written = self.write(move |tx| {
            let (asking, basis) = (asking.clone(), basis.clone());
            Box::pin(async move {
                let about = (asking.subject.organisation, None, None);
                write(tx, &asking, about, (&basis, "permitted")).await
            })
        });
        written.await
    }

    /// Whether changes of a case are told to a pathologist: they may open it, or it was or is on
    /// their worklist. Ids only are told, and no access is audited.
    pub async fn follows(&self, asking: &Asking, case: CaseId) -> Result<bool, Error> {
        let to_view = asking.clone();
        let found = self.read(move |tx| {
            let asking = to_view.clone();
            Box::pin(async move { relation(tx, &asking, case).await })
        });
        let access = found.await?;
        let ask = asking_to_view(asking);
        Ok(access.listed || Authorized::check(ask, CaseAccess::resource, access).is_ok())
    }

    /// Who made a claim.
    pub async fn claim_of(&self, claim: ClaimId) -> Result<ClaimAccess, Error> {
        let found = self.read(move |tx| {
            Box::pin(async move { tx.first(&sql::VIEWS_CLAIM, args![claim]).await })
        });
        let row = found.await?.ok_or(Error::NotFound("claim"))?;
        Ok(ClaimAccess {
            claim,
            reading: row.parsed("reading_id")?,
            case: row.parsed("case_id")?,
            claimant: row.parsed("pathologist_id")?,
        })
    }
}

/// How the one who asks is related to a case now.
pub(super) async fn relation(
    tx: &mut Tx,
    asking: &Asking,
    case: CaseId,
) -> Result<CaseAccess, Error> {
    let now = tx.now().await?;
    let who = asking.subject.role.pathologist();
    let who = who.map_or_else(String::new, |id| id.to_string());
    let row = tx
        .first(&sql::VIEWS_RELATION, args![case, who, now])
        .await?;
    let row = row.ok_or(Error::NotFound("case"))?;
    Ok(CaseAccess {
        case,
        owner: row.parsed("organisation_id")?,
        relation: strongest(&row, asking)?,
        restricted: row.flag("restricted")?,
        listed: row.flag("listed")?,
        reports: Vec::new(),
    })
}

async fn reports(tx: &mut Tx, case: CaseId) -> Result<Vec<ReportId>, Error> {
    let rows = tx.all(&sql::VIEWS_REPORTS_STANDING, args![case]).await?;
    rows.iter().map(|row| row.parsed("report_id")).collect()
}

/// The strongest relation. Being able to claim is the weakest, except to claim, and for a
/// restricted record, which the weaker relations do not open.
fn strongest(row: &Row, asking: &Asking) -> Result<Relation, Error> {
    let specialist = row.flag("own_specialist")? && asking.reason.is_some();
    let claimable = row.flag("claimable")?;
    let claims = claimable && (asking.action == Action::Claim || row.flag("restricted")?);
    let relations = [
        (row.flag("holds")?, Relation::Holder),
        (row.flag("reads")?, Relation::ReadingOfTheCase),
        (row.flag("signed")?, Relation::Author),
        (claims, Relation::Claimable),
        (row.flag("prior")?, Relation::PriorOfHeldPatient),
        (specialist, Relation::OwnOrganisationSpecialist),
        (claimable, Relation::Claimable),
    ];
    let strongest = relations.iter().find(|(holds, _)| *holds);
    Ok(strongest.map_or(Relation::None, |(_, relation)| *relation))
}

async fn stored(tx: &mut Tx, asking: &Asking, scan: ScanId) -> Result<ScanAccess, Error> {
    let row = tx.first(&sql::VIEWS_SCAN_TOUCH, args![scan]).await?;
    let row = row.ok_or(Error::NotFound("scan"))?;
    let case = match row.opt_parsed("case_id")? {
        Some(case) => Some(relation(tx, asking, case).await?),
        None => None,
    };
    let members = tx.all(&sql::VIEWS_MEMBERS, args![scan]).await?;
    let index = match row.opt_int("index_header_length")? {
        Some(length) => Some((row.digest("index_header_digest")?, length as u32)),
        None => None,
    };
    Ok(ScanAccess {
        scan,
        organisation: row.parsed("organisation_id")?,
        site: row.parsed("site_id")?,
        case,
        pixels: row.text("pixels")?,
        generation: row.count("generation")? as u32,
        published_generation: row.count("published_generation")? as u32,
        attempt: row.parsed("attempt_id")?,
        index,
        members: members.iter().map(member).collect::<Result<_, _>>()?,
        images: ScanFacts::of(row.opt_text("facts")?.as_deref())?.planes(),
    })
}

fn member(row: &Row) -> Result<StoredMember, Error> {
    Ok(StoredMember {
        n: row.count("n")? as u16,
        name: row.text("name")?.into(),
        size_bytes: row.count("size_bytes")?,
    })
}

type About = (OrganisationId, Option<CaseId>, Option<ScanId>);

async fn record<T>(
    tx: &mut Tx,
    asking: &Asking,
    about: About,
    decided: &Result<Authorized<T>, Denied>,
) -> Result<(), Error> {
    let outcome = match decided {
        Ok(permitted) => (permitted.basis().as_str(), "permitted"),
        Err(_) => ("", "denied"),
    };
    write(tx, asking, about, outcome).await
}

async fn write(
    tx: &mut Tx,
    asking: &Asking,
    (owner, case, scan): About,
    (basis, outcome): (&str, &str),
) -> Result<(), Error> {
    let now = tx.now().await?;
    let reason = asking.reason.as_ref();
    let detail = reason.map_or_else(String::new, |reason| reason.expose().clone());
    let (action, purpose) = (asking.action.as_str(), asking.purpose.as_str());
    let row = args![
        owner,
        now,
        &asking.name,
        action,
        purpose,
        basis,
        outcome,
        case,
        scan,
        detail
    ];
    tx.run(&sql::VIEWS_AUDIT_ACCESS, row).await?;
    Ok(())
}

/// The same subject and purpose, asking to view a case.
pub(super) const fn asking_to_view(asking: &Asking) -> Ask<'_> {
    asking.subject.asks(Action::ViewCase, asking.purpose)
}
