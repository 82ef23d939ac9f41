//! What needs a person: attaching a scan by its glass, or putting an entry aside with a reason.
//!
//! ```text
//!  open ─▶ handheld scan agrees with an expected slide ─▶ attached      (contradiction: two people)
//!    └───▶ dismissed with a reason (rescan asked for, not one of ours, file sent again)
//! ```
//!
//! A handheld scan is one more code reading; `pathology::case::verdict` decides, as it does for
//! machines. Nothing is deleted: a dismissed scan keeps its original and its history.

use pathology::case::{IdentityState, TrayKind};
use pathology::ids::{OrganisationId, ScanId, SlideId, TrayId};
use pathology::phi::Phi;

use crate::arrival::{Code, record_codes};
use crate::audit::{About, By, audit};
use crate::engine::{Row, Tx, args};
use crate::{Catalog, Change, Error, Kind, matching, sql};

/// What became of a handheld scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attached {
    /// Whether the scan has joined its slide; if not, a second person must scan the glass too.
    pub matched: bool,
}

impl Catalog {
    /// A person scanned the glass with a handheld scanner: looks again with that.
    pub async fn attach(
        &self,
        tray: TrayId,
        handheld: Phi<String>,
        by: &By,
    ) -> Result<Attached, Error> {
        let by = by.clone();
        self.write(move |tx| {
            let (handheld, by) = (handheld.clone(), by.clone());
            Box::pin(async move {
                let entry = open_entry(tx, tray).await?;
                let scan: ScanId = entry.opt_parsed("scan_id")?.ok_or_else(|| {
                    Error::Conflict("this file never became a scan: send it again".into())
                })?;
                let attached = look_by_hand(tx, scan, handheld, &by).await?;
                if !attached.matched {
                    tx.run(&sql::TRAY_FIRST_RELEASE, args![tray, &by.subject])
                        .await?;
                }
                Ok(attached)
            })
        })
        .await
    }

    /// A person says which container a scan shows, wherever it lies: looks again with that.
    pub async fn attach_scan(
        &self,
        scan: ScanId,
        handheld: Phi<String>,
        by: &By,
    ) -> Result<Attached, Error> {
        let by = by.clone();
        self.write(move |tx| {
            let (handheld, by) = (handheld.clone(), by.clone());
            Box::pin(async move { look_by_hand(tx, scan, handheld, &by).await })
        })
        .await
    }

    /// Puts an entry aside with a reason; `rescan` asks the scanner's people for another scan.
    pub async fn dismiss(
        &self,
        tray: TrayId,
        reason: &str,
        rescan: bool,
        by: &By,
    ) -> Result<(), Error> {
        Error::unless_said("reason", reason, "say why this entry is put aside")?;
        let (by, reason) = (by.clone(), reason.to_owned());
        self.write(move |tx| {
            let (by, reason) = (by.clone(), reason.clone());
            Box::pin(async move { put_aside(tx, tray, &reason, rescan, &by).await })
        })
        .await
    }

    /// Raises an alarm for entries whose deadline has passed, once each.
    pub async fn alarm_trays(&self, limit: u32) -> Result<u64, Error> {
        self.write(move |tx| {
            Box::pin(async move {
                let now = tx.now().await?;
                let rows = tx.all(&sql::TRAY_ALARM, args![now, limit]).await?;
                for row in &rows {
                    let organisation: OrganisationId = row.parsed("organisation_id")?;
                    let body = format!(
                        "{{\"tray\":\"{}\",\"code\":\"{}\"}}",
                        row.text("tray_id")?,
                        row.text("code")?
                    );
                    // Where a case goes is a manager's decision, where a scan goes an operator's.
                    let topic = match row.parsed("kind")? {
                        TrayKind::Triage => "triage_overdue",
                        _ => "tray_overdue",
                    };
                    tx.run(&sql::OUTBOX_WRITE, args![organisation, topic, body, now])
                        .await?;
                }
                Ok(rows.len() as u64)
            })
        })
        .await
    }
}

pub(crate) async fn open_entry(tx: &mut Tx, tray: TrayId) -> Result<Row, Error> {
    let row = tx
        .first(&sql::TRAY_FIND, args![tray])
        .await?
        .ok_or(Error::NotFound("tray entry"))?;
    match row.opt_int("closed_at")? {
        None => Ok(row),
        Some(_) => Err(settled()),
    }
}

async fn look_by_hand(
    tx: &mut Tx,
    scan: ScanId,
    handheld: Phi<String>,
    by: &By,
) -> Result<Attached, Error> {
    let row = tx
        .first(&sql::SCAN_FIND, args![scan])
        .await?
        .ok_or(Error::NotFound("scan"))?;
    let code = Code {
        origin: "handheld",
        value: handheld,
    };
    record_codes(tx, scan, row.parsed("organisation_id")?, &[code], by).await?;
    audit(tx, by, "handheld_scan", About::scan(scan), "").await?;
    let identity = matching::match_scan(tx, scan, by).await?;
    Ok(Attached {
        matched: identity == IdentityState::Matched,
    })
}

fn settled() -> Error {
    Error::Conflict("this entry was settled meanwhile".into())
}

async fn put_aside(
    tx: &mut Tx,
    tray: TrayId,
    reason: &str,
    rescan: bool,
    by: &By,
) -> Result<(), Error> {
    let now = tx.now().await?;
    let entry = open_entry(tx, tray).await?;
    let (organisation, kind): (OrganisationId, TrayKind) =
        (entry.parsed("organisation_id")?, entry.parsed("kind")?);
    if kind == TrayKind::Quality {
        return Err(Error::Conflict(
            "a flagged scan is not put aside: let it pass or ask for a rescan".into(),
        ));
    }
    if kind == TrayKind::Triage {
        return Err(Error::Conflict(
            "a case for triage is not put aside: say which specialty it needs".into(),
        ));
    }
    let guess: Option<SlideId> = entry.opt_parsed("best_guess_slide_id")?;
    if let (true, Some(slide)) = (rescan, guess) {
        tx.run(
            &sql::RESCAN_REQUEST,
            args![organisation, slide, reason, now, &by.subject],
        )
        .await?;
    }
    let row = args![tray, now, &by.subject, reason];
    if tx.run(&sql::TRAY_CLOSE, row).await? == 0 {
        return Err(settled());
    }
    let about = About {
        scan: entry.opt_parsed("scan_id")?,
        ..About::default()
    };
    audit(tx, by, "dismiss_tray", about, &format!("{kind}: {reason}")).await?;
    let change = Change::new(Kind::Tray, organisation, now);
    tx.tell(match about.scan {
        Some(scan) => change.of_scan(scan),
        None => change,
    });
    Ok(())
}
