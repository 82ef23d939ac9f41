//! More glass of a case under reading: recuts and stains (8.5, 8.6).
//!
//! ```text
//!  claimed ──request──▶ manifest + 1, the requester stays the owner ──slide by slide──▶ all here: held anew
//!                            └──cancelled, no tissue left──▶ what did not come is waived
//! ```
//!
//! The published clock goes on; the adjusted figure leaves out the time during which some work was open
//! ([`crate::turnaround`]). The case moves only when its requester is away beyond the time that
//! remains ([`crate::absence`]).

use pathology::case::{Issuer, Micros, Number};
use pathology::ids::{
    BlockId, CaseId, ClaimId, OrganisationId, PathologistId, ReadingId, SlideId, WorkId, derived,
};
use pathology::phi::Phi;

use crate::audit::{About, By, audit};
use crate::engine::{Row, Tx, args};
use crate::lease::{Held, find, go_on, work_on};
use crate::manifest::next_version;
use crate::{Catalog, Error, claim, matching, readiness, sql};

/// Slides one request may ask for.
const SLIDES: std::ops::RangeInclusive<usize> = 1..=20;

/// A request; its id is given by the caller.
#[derive(Debug, Clone)]
pub struct ExtraWork {
    /// Its id.
    pub work: WorkId,
    /// The claim of who asks.
    pub claim: ClaimId,
    /// Its fence.
    pub fence: i64,
    /// Of which block: its code.
    pub block: String,
    /// Whether tissue is cut again; otherwise further stains.
    pub recut: bool,
    /// One slide for each stain.
    pub stains: Vec<String>,
    /// Why; needed.
    pub reason: String,
}

/// How a request ends before all of it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMore {
    /// It is not wanted any more.
    Cancelled,
    /// The block has no tissue left.
    NoTissueLeft,
}

/// Work that a laboratory still owes.
#[derive(Debug, Clone)]
pub struct ExtraWorkView {
    /// The request.
    pub work: WorkId,
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: String,
    /// `recut` or `stain`.
    pub kind: String,
    /// Why.
    pub reason: String,
    /// Who asked.
    pub requester: String,
    /// When.
    pub requested_at: Micros,
    /// When it becomes an alarm.
    pub deadline_at: Micros,
    /// Slides asked for.
    pub slides: i64,
    /// Slides that are scanned.
    pub here: i64,
}

impl Catalog {
    /// Orders recuts or stains for a case one holds; gives the request's id, under the same key the first one's.
    pub async fn request_extra_work(
        &self,
        new: ExtraWork,
        key: Option<&str>,
        by: &By,
    ) -> Result<WorkId, Error> {
        let invalid = |field, reason: &str| {
            Err(Error::Invalid {
                field,
                reason: reason.into(),
            })
        };
        if new.reason.trim().is_empty() {
            return invalid("reason", "say what it is for");
        }
        if !SLIDES.contains(&new.stains.len()) || new.stains.iter().any(|s| s.trim().is_empty()) {
            return invalid("stains", "name one to twenty stains, one for each slide");
        }
        let asks = by.clone();
        let about = format!(
            "extra_work {} {} {} {}",
            new.claim,
            new.block,
            new.recut,
            new.stains.join("+")
        );
        self.write_once(about, key, by, move |tx| {
            let (new, by) = (new.clone(), asks.clone());
            Box::pin(async move {
                request(tx, &new, &by).await?;
                Ok(new.work)
            })
        })
        .await
    }

    /// Ends a request whose slides will not come; the reason stays with the case.
    pub async fn end_extra_work(
        &self,
        work: WorkId,
        how: NoMore,
        reason: &str,
        by: &By,
    ) -> Result<(), Error> {
        Error::unless_said("reason", reason, "say why it is not waited for")?;
        let (by, reason) = (by.clone(), reason.to_owned());
        self.write(move |tx| {
            let (by, reason) = (by.clone(), reason.clone());
            Box::pin(async move { end(tx, work, how, &reason, &by).await })
        })
        .await
    }

    /// Who asked for it, and whose case it is.
    pub async fn extra_work_of(
        &self,
        work: WorkId,
    ) -> Result<(PathologistId, OrganisationId), Error> {
        let found = self
            .read(move |tx| Box::pin(async move { tx.first(&sql::WORK_FIND, args![work]).await }));
        let row = found.await?.ok_or(Error::NotFound("extra work"))?;
        Ok((
            row.parsed("pathologist_id")?,
            row.parsed("organisation_id")?,
        ))
    }

    /// What a laboratory still owes, the most urgent first; at most 200.
    pub async fn open_extra_work(
        &self,
        organisation: OrganisationId,
    ) -> Result<Vec<ExtraWorkView>, Error> {
        let found = self.read(move |tx| {
            Box::pin(async move { tx.all(&sql::WORK_OPEN, args![organisation]).await })
        });
        found.await?.iter().map(view).collect()
    }
}

fn view(row: &Row) -> Result<ExtraWorkView, Error> {
    Ok(ExtraWorkView {
        work: row.parsed("work_id")?,
        case: row.parsed("case_id")?,
        number: row.text("number")?,
        kind: row.text("kind")?,
        reason: row.text("reason")?,
        requester: row.text("name")?,
        requested_at: Micros(row.int("requested_at")?),
        deadline_at: Micros(row.int("deadline_at")?),
        slides: row.int("slides")?,
        here: row.int("here")?,
    })
}

async fn request(tx: &mut Tx, new: &ExtraWork, by: &By) -> Result<(), Error> {
    let mut held = find(tx, new.claim, new.fence).await?;
    let block = tx
        .first(&sql::WORK_BLOCK, args![held.case, &new.block])
        .await?
        .ok_or(Error::NotFound("block of this case"))?;
    let numbers = free_numbers(tx, &block, new.stains.len()).await?;
    let version = next_version(tx, held.case, by).await?;
    let now = tx.now().await?;
    let deadline = now + i64::from(tx.limits().extra_work_hours) * 3_600_000_000;
    let kind = if new.recut { "recut" } else { "stain" };
    let row = args![
        new.work,
        held.organisation,
        held.case,
        held.reading,
        held.pathologist,
        kind,
        &new.reason,
        version,
        now,
        deadline
    ];
    tx.run(&sql::WORK_REQUEST, row).await?;
    for (stain, (name, container)) in new.stains.iter().zip(&numbers) {
        expect(
            tx,
            &held,
            (new.work, version),
            (&block, stain, name, container),
        )
        .await?;
    }
    work_on(tx, &mut held).await?;
    let about = About::reading(held.case, held.reading);
    audit(tx, by, "request_extra_work", about, &new.reason).await?;
    let (owner, who) = (held.organisation, Some(held.pathologist));
    claim::tell(tx, owner, about, who, held.fence, "extra_work").await
}

/// Names and container numbers of the block's next slides, locked before the case is.
async fn free_numbers(
    tx: &mut Tx,
    block: &Row,
    many: usize,
) -> Result<Vec<(String, Number)>, Error> {
    let (code, number) = (block.text("code")?, block.text("number")?);
    let issuer: Issuer = block.parsed("issuer")?;
    let mut free = Vec::new();
    let mut n = block.int("slides")?;
    while free.len() < many {
        n += 1;
        let value = Phi::new(format!("{number}-{code}-{n}"));
        matching::lock_container(tx, &issuer, &value).await?;
        let taken = args![issuer.as_str(), &value];
        if tx.first(&sql::SLIDE_BY_CONTAINER, taken).await?.is_none() {
            let container = Number::new(issuer.clone(), value.expose())
                .map_err(|e| Error::Corrupt(e.to_string()))?;
            free.push((format!("{code}-{n}"), container));
        }
    }
    Ok(free)
}

async fn expect(
    tx: &mut Tx,
    held: &Held,
    (work, version): (WorkId, i64),
    (block, stain, name, container): (&Row, &str, &str, &Number),
) -> Result<(), Error> {
    let (issuer, value) = (container.issuer().as_str(), container.value());
    let slide = SlideId(derived(
        held.case.0,
        "slide",
        &format!("{issuer} {}", value.expose()),
    ));
    let block: BlockId = block.parsed("block_id")?;
    let owner = held.organisation;
    let row = args![slide, owner, held.case, block, issuer, value, name, stain];
    tx.run(&sql::SLIDE_INSERT, row).await?;
    let row = args![held.case, version, slide, owner, "expected", "", ""];
    tx.run(&sql::MANIFEST_SLIDE, row).await?;
    tx.run(&sql::WORK_SLIDE, args![work, slide, owner]).await?;
    readiness::order_changed(tx, held.case, &format!("{name} {stain} is expected")).await
}

async fn end(tx: &mut Tx, work: WorkId, how: NoMore, reason: &str, by: &By) -> Result<(), Error> {
    let row = tx.first(&sql::WORK_FIND, args![work]).await?;
    let row = row.ok_or(Error::NotFound("extra work"))?;
    let case: CaseId = row.parsed("case_id")?;
    tx.one(&sql::CASE_LOCK, args![case]).await?;
    let word = match how {
        NoMore::Cancelled => "cancelled",
        NoMore::NoTissueLeft => "no_tissue_left",
    };
    let missing = tx.all(&sql::WORK_MISSING, args![work]).await?;
    close(tx, work, row.parsed("reading_id")?, (word, &by.subject)).await?;
    if !missing.is_empty() {
        let version = next_version(tx, case, by).await?;
        for slide in &missing {
            let id: SlideId = slide.parsed("slide_id")?;
            let row = args![case, version, id, reason, &by.subject];
            tx.run(&sql::MANIFEST_WAIVE, row).await?;
            let text = format!(
                "{} {} will not come",
                slide.text("name")?,
                slide.text("stain")?
            );
            readiness::order_changed(tx, case, &text).await?;
        }
    }
    audit(tx, by, word, About::case(case), reason).await?;
    readiness::settle(tx, case, by).await
}

/// A slide came: work that has all its slides now is done, and its case held anew.
pub(crate) async fn came(tx: &mut Tx, slide: SlideId) -> Result<(), Error> {
    for row in tx.all(&sql::WORK_CAME, args![slide]).await? {
        let work: WorkId = row.parsed("work_id")?;
        close(tx, work, row.parsed("reading_id")?, ("done", "scanner")).await?;
    }
    Ok(())
}

async fn close(
    tx: &mut Tx,
    work: WorkId,
    reading: ReadingId,
    (how, who): (&str, &str),
) -> Result<(), Error> {
    let now = tx.now().await?;
    if tx.run(&sql::WORK_CLOSE, args![work, now, who, how]).await? == 0 {
        return Err(Error::Conflict("this extra work has ended already".into()));
    }
    go_on(tx, reading).await
}
