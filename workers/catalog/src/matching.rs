//! Which slide a scan shows: evidence is gathered here, `pathology::case::verdict` decides.
//!
//! Runs after publish, after accession (for scans that came first) and after a person's word. An
//! attached scan joins its slide, raises the case's revision and settles its readiness; anything
//! else opens a tray with an owner and a deadline. What arrives after sign-out is put to the signer.

use pathology::case::{
    Candidate, CodePattern, CodeReading, Evidence, IdentityState, Issuer, Number, Origin, Source,
    TrayCode, TrayKind, Verdict, verdict,
};
use pathology::ids::{CaseId, OrganisationId, ScanId, SiteId, SlideId, TrayId, derived};
use pathology::phi::Phi;

use crate::audit::{About, By, Event, audit, record};
use crate::engine::{Row, Tx, args};
use crate::{Change, Error, Kind, extra_work, incident, quality, readiness, sql};

/// A published scan that waits for its slide.
struct Unmatched {
    scan: ScanId,
    organisation: OrganisationId,
    site: SiteId,
    issuer: Issuer,
    stored_at: i64,
}

/// Decides about one published scan, if it is not matched yet.
pub(crate) async fn match_scan(tx: &mut Tx, scan: ScanId, by: &By) -> Result<IdentityState, Error> {
    let row = tx
        .first(&sql::SCAN_TO_MATCH, args![scan])
        .await?
        .ok_or(Error::NotFound("scan"))?;
    let identity: IdentityState = row.parsed("identity")?;
    if identity == IdentityState::Matched
        || row.text("pixels")? != "published" && row.text("pixels")? != "verified"
    {
        return Ok(identity);
    }
    let unmatched = Unmatched {
        scan,
        organisation: row.parsed("organisation_id")?,
        site: row.parsed("site_id")?,
        issuer: row.parsed("issuer")?,
        stored_at: row.int("stored_at")?,
    };
    let readings = read_codes(tx, &unmatched, &row.text("code_pattern")?).await?;
    let candidates = candidates(tx, &unmatched, &readings).await?;
    match verdict(&Evidence {
        readings: &readings,
        candidates: &candidates,
    }) {
        Verdict::Attach {
            slide,
            sources,
            single_checked,
        } => {
            let basis = words(&sources, single_checked);
            attach(tx, &unmatched, slide, &basis, by).await?;
            Ok(IdentityState::Matched)
        }
        Verdict::Tray {
            kind,
            code,
            best_guess,
        } => {
            open_tray(tx, &unmatched, code, best_guess).await?;
            Ok(if kind == TrayKind::Held {
                IdentityState::Held
            } else {
                IdentityState::Unmatched
            })
        }
    }
}

/// Until the transaction ends nobody else decides about this container: an order and a scan, or two
/// scans, that come in the same moment see each other.
pub(crate) async fn lock_container(
    tx: &mut Tx,
    issuer: &Issuer,
    container: &Phi<String>,
) -> Result<(), Error> {
    tx.run(&sql::CONTAINER_LOCK, args![issuer.as_str(), container])
        .await?;
    Ok(())
}

/// Looks again at scans that were read as this container before anyone knew it.
pub(crate) async fn look_again(tx: &mut Tx, container: &Number, by: &By) -> Result<(), Error> {
    lock_container(tx, container.issuer(), container.value()).await?;
    let rows = tx
        .all(
            &sql::SCAN_UNMATCHED_WITH,
            args![container.issuer().as_str(), container.value()],
        )
        .await?;
    for row in rows {
        match_scan(tx, row.parsed("scan_id")?, by).await?;
    }
    Ok(())
}

fn words(sources: &[Source], single_checked: bool) -> String {
    let mut words: Vec<&str> = sources.iter().map(|source| source.as_str()).collect();
    if single_checked {
        words.push("single_checked");
    }
    words.join(" + ")
}

/// Cuts container numbers out of what was read, by the pattern of the door's issuer.
async fn read_codes(
    tx: &mut Tx,
    scan: &Unmatched,
    pattern: &str,
) -> Result<Vec<CodeReading>, Error> {
    let pattern = match pattern {
        "" => None,
        text => Some(
            CodePattern::new(text)
                .map_err(|e| Error::Corrupt(format!("issuer.code_pattern: {e}")))?,
        ),
    };
    let mut readings = Vec::new();
    for row in tx.all(&sql::IDENTIFIER_OF_SCAN, args![scan.scan]).await? {
        let (value, origin) = (row.text("value")?, row.text("origin")?);
        let cut = match &pattern {
            Some(pattern) => pattern.cut(&value),
            None => vec![Phi::new(value.trim().to_owned())],
        };
        if let Some(first) = cut.first() {
            tx.run(
                &sql::IDENTIFIER_CUT,
                args![scan.scan, &origin, &value, first],
            )
            .await?;
        }
        for code in cut {
            readings.push(CodeReading {
                origin: origin_of(&row, &origin)?,
                code,
            });
        }
    }
    Ok(readings)
}

fn origin_of(row: &Row, word: &str) -> Result<Origin, Error> {
    Ok(match word {
        "label_picture" => Origin::LabelPicture,
        "embedded" => Origin::EmbeddedHeader,
        "file_name" => Origin::FileName,
        _ => Origin::Handheld(row.text("recorded_by")?),
    })
}

async fn candidates(
    tx: &mut Tx,
    scan: &Unmatched,
    readings: &[CodeReading],
) -> Result<Vec<Candidate>, Error> {
    let mut codes: Vec<&Phi<String>> = readings.iter().map(|reading| &reading.code).collect();
    codes.sort();
    codes.dedup();
    let mut found = Vec::new();
    for code in codes {
        lock_container(tx, &scan.issuer, code).await?;
        let asked = args![scan.issuer.as_str(), code, scan.stored_at];
        for row in tx.all(&sql::SLIDE_CANDIDATE, asked).await? {
            let current: Option<ScanId> = row.opt_parsed("current_scan_id")?;
            found.push(Candidate {
                slide: row.parsed("slide_id")?,
                issuer: scan.issuer.clone(),
                container: code.clone(),
                expectation: row.opt_parsed("expectation")?,
                scanned: current.is_some_and(|current| current != scan.scan),
                rescan_requested: row.flag("rescan_requested")?,
                priority: row.parsed("priority")?,
            });
        }
    }
    Ok(found)
}

async fn attach(
    tx: &mut Tx,
    scan: &Unmatched,
    slide: SlideId,
    basis: &str,
    by: &By,
) -> Result<(), Error> {
    let now = tx.now().await?;
    let row = tx.one(&sql::SLIDE_FIND, args![slide]).await?;
    let case: CaseId = row.parsed("case_id")?;
    tx.one(&sql::CASE_LOCK, args![case]).await?;
    tx.run(
        &sql::SCAN_MATCH,
        args![
            scan.scan,
            slide,
            case,
            now,
            format!("{} by {}", basis, by.subject)
        ],
    )
    .await?;
    tx.run(&sql::SLIDE_SET_SCAN, args![slide, scan.scan])
        .await?;
    tx.run(&sql::RESCAN_FINISH, args![slide, now]).await?;
    extra_work::came(tx, slide).await?;
    close_tray_of(tx, scan.scan, &by.subject, "attached").await?;
    quality::replaced(tx, slide, by, scan.scan).await?;
    let about = About {
        case: Some(case),
        scan: Some(scan.scan),
        reading: None,
    };
    audit(tx, by, "match_scan", about, basis).await?;
    let text = format!("{} {} arrived", row.text("name")?, row.text("stain")?);
    readiness::changed(tx, case, Some(scan.scan), &text).await?;
    let code = "slide_after_sign_out";
    incident::put_to_signers(tx, case, Some(scan.scan), code).await?;
    let event = Event {
        organisation: scan.organisation,
        kind: "matched",
        about,
        pathologist: None,
        fence: 0,
        detail: basis,
    };
    record(tx, event).await?;
    tx.tell(
        Change::new(Kind::Scan, scan.organisation, now)
            .of_case(case)
            .of_scan(scan.scan),
    );
    readiness::settle(tx, case, by).await
}

async fn open_tray(
    tx: &mut Tx,
    scan: &Unmatched,
    code: TrayCode,
    guess: Option<SlideId>,
) -> Result<(), Error> {
    let kind = code.kind();
    let identity = if kind == TrayKind::Held {
        "held"
    } else {
        "unmatched"
    };
    tx.run(&sql::SCAN_SET_IDENTITY, args![scan.scan, identity])
        .await?;
    let now = tx.now().await?;
    let tray = TrayId(derived(scan.scan.0, "tray", &now.to_string()));
    let deadline = now + tx.limits().tray_us();
    let row = args![
        tray,
        scan.organisation,
        scan.site,
        kind.as_str(),
        code.as_str(),
        "",
        scan.scan,
        None::<pathology::ids::DeliveryId>,
        guess,
        now,
        deadline
    ];
    tx.run(&sql::TRAY_OPEN_SCAN, row).await?;
    tx.tell(Change::new(Kind::Tray, scan.organisation, now).of_scan(scan.scan));
    Ok(())
}

/// A scan whose links are lost lies in its site's tray: whoever looks decides, never this.
pub(crate) async fn wait_for_a_slide(tx: &mut Tx, scan: ScanId) -> Result<(), Error> {
    let row = tx.one(&sql::SCAN_TO_MATCH, args![scan]).await?;
    let scan = Unmatched {
        scan,
        organisation: row.parsed("organisation_id")?,
        site: row.parsed("site_id")?,
        issuer: row.parsed("issuer")?,
        stored_at: row.int("stored_at")?,
    };
    open_tray(tx, &scan, TrayCode::NoCase, None).await
}

/// Ends the open tray entry of a scan, if there is one.
pub(crate) async fn close_tray_of(
    tx: &mut Tx,
    scan: ScanId,
    who: &str,
    how: &str,
) -> Result<(), Error> {
    let now = tx.now().await?;
    tx.run(&sql::TRAY_CLOSE_SCAN, args![scan, now, who, how])
        .await?;
    Ok(())
}
