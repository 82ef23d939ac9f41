//! Whether a case is ready: settled in the transaction of whatever changed it (publish, match, order).
//!
//! ```text
//! accessioned ──a scan is here──▶ partial ──all expected are here──▶ ready ──▶ its readings wait in their pool
//! ```
//!
//! Ready is reached once: what arrives later changes the revision, not the place in the worklist.

use pathology::case::{CaseState, Expected, Micros, NoManifest, Readiness, readiness};
use pathology::ids::{CaseId, OrganisationId, ReadingId, ScanId};

use crate::audit::{About, By, Event, audit, record};
use crate::engine::{Tx, args};
use crate::{Catalog, Change, Error, Kind, incident, sql, stage};

/// Counts what is here against what is expected, and lets the readings wait when all is.
pub(crate) async fn settle(tx: &mut Tx, case: CaseId, by: &By) -> Result<(), Error> {
    let row = tx
        .first(&sql::CASE_LOCK, args![case])
        .await?
        .ok_or(Error::NotFound("case"))?;
    let state: CaseState = row.parsed("state")?;
    // A case for triage has no reading yet: a person says first which specialty it needs.
    if matches!(
        state,
        CaseState::SignedOut | CaseState::Ready | CaseState::Triage
    ) {
        return Ok(());
    }
    let organisation: OrganisationId = row.parsed("organisation_id")?;
    let now = tx.now().await?;
    let next = match count(tx, case, now).await? {
        Readiness::Unknown | Readiness::Expected => state,
        Readiness::Partial { .. } => CaseState::Partial,
        Readiness::Ready => CaseState::Ready,
    };
    if next == state {
        return Ok(());
    }
    tx.run(
        &sql::CASE_SET_STATE,
        args![
            case,
            next.as_str(),
            (next == CaseState::Ready).then_some(now)
        ],
    )
    .await?;
    tx.tell(Change::new(Kind::Case, organisation, now).of_case(case));
    if next == CaseState::Ready {
        let event = Event {
            organisation,
            kind: "ready",
            about: About::case(case),
            pathologist: None,
            fence: 0,
            detail: "",
        };
        record(tx, event).await?;
        audit(tx, by, "case_ready", About::case(case), "").await?;
        let_wait(tx, case, organisation).await?;
    }
    Ok(())
}

async fn count(tx: &mut Tx, case: CaseId, now: i64) -> Result<Readiness, Error> {
    let mut manifest = Vec::new();
    for row in tx.all(&sql::MANIFEST_COUNT, args![case]).await? {
        manifest.push(Expected {
            slide: row.parsed("slide_id")?,
            expectation: row.parsed("expectation")?,
            here: row.flag("here")?,
        });
    }
    let rule = tx.one(&sql::CASE_RULE, args![case]).await?;
    let no_manifest = match rule.text("no_manifest")?.as_str() {
        "quiet" => NoManifest::Quiet {
            minutes: rule.int("quiet_minutes")? as u32,
        },
        _ => NoManifest::Hold,
    };
    let last = rule.opt_int("last_arrival")?.map(Micros);
    Ok(readiness(Some(&manifest), no_manifest, last, Micros(now)))
}

/// Lets the readings of a ready case wait, each as far as its stage says.
pub(crate) async fn let_wait(
    tx: &mut Tx,
    case: CaseId,
    organisation: OrganisationId,
) -> Result<(), Error> {
    let now = tx.now().await?;
    for row in tx.all(&sql::READING_LET_WAIT, args![case, now]).await? {
        let reading: ReadingId = row.parsed("reading_id")?;
        stage::look(tx, reading).await?;
        let event = Event {
            organisation,
            kind: "waiting",
            about: About::reading(case, reading),
            pathologist: None,
            fence: 0,
            detail: "",
        };
        record(tx, event).await?;
        tx.tell(
            Change::new(Kind::Worklist, organisation, now)
                .of_case(case)
                .of_reading(reading),
        );
    }
    Ok(())
}

/// Notes that the case is not what it was: a new revision, which a sign-out must have seen.
pub(crate) async fn changed(
    tx: &mut Tx,
    case: CaseId,
    scan: Option<ScanId>,
    text: &str,
) -> Result<i64, Error> {
    let row = tx.one(&sql::CASE_REVISE, args![case]).await?;
    let (revision, organisation) = (row.int("revision")?, row.parsed("organisation_id")?);
    let about = About {
        case: Some(case),
        scan,
        reading: None,
    };
    record(
        tx,
        Event {
            organisation,
            kind: "case_changed",
            about,
            pathologist: None,
            fence: revision,
            detail: text,
        },
    )
    .await?;
    let now = tx.now().await?;
    let change = Change::new(Kind::Case, organisation, now).of_case(case);
    tx.tell(scan.map_or(change.clone(), |scan| change.of_scan(scan)));
    Ok(revision)
}

/// The order is not what it was: a new revision, put to whoever signed the case before.
pub(crate) async fn order_changed(tx: &mut Tx, case: CaseId, text: &str) -> Result<(), Error> {
    changed(tx, case, None, text).await?;
    incident::put_to_signers(tx, case, None, "order_after_sign_out").await
}

impl Catalog {
    /// Settles cases whose issuer lets them be ready after a quiet time; at most `limit` at once.
    pub async fn settle_quiet_cases(&self, limit: u32) -> Result<u64, Error> {
        self.write(move |tx| {
            Box::pin(async move {
                let now = tx.now().await?;
                let rows = tx.all(&sql::CASE_QUIET, args![now, limit]).await?;
                for row in &rows {
                    let by = By::system("route", row.parsed("organisation_id")?);
                    settle(tx, row.parsed("case_id")?, &by).await?;
                }
                Ok(rows.len() as u64)
            })
        })
        .await
    }
}
