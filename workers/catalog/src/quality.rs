//! What a scan is like, and what a person decides about a flagged one.
//!
//! ```text
//!  measured ─▶ good
//!     └──────▶ flagged ─▶ passed | rescan (asked of the scanner's people)
//!                 └─ deadline of its priority ─▶ released: readable all the while, with a badge
//! ```
//! A flag withholds nothing: the scan is published, its case may be ready, and no clock is moved. The
//! heat map of a flagged scan is kept with the facts, because it is the evidence of a decision, small
//! (256 KiB at most) and backed up with them; the cells of every other scan are in its measures.

use pathology::case::{Priority, TrayCode};
use pathology::ids::{
    CaseId, JobId, OrganisationId, ScanId, ScannerId, SiteId, SlideId, TrayId, derived,
};
use pathology::pyramid::geometry::Region;

use crate::audit::{About, By, Event, audit, record};
use crate::engine::{Row, Tx, args};
use crate::publication::end_job;
use crate::{Catalog, Change, Error, Kind, sql};

/// How far behind tiling the work ranks that no reading waits for.
const LATER: i64 = 10;
/// Most bytes of a heat map.
const HEAT_MAP_BYTES: usize = 256 << 10;

/// What a worker measured.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The work that measured it.
    pub job: JobId,
    /// Its fence.
    pub fence: i64,
    /// The scan.
    pub scan: ScanId,
    /// The measures as JSON.
    pub measures: String,
    /// Why a person should look, the gravest first.
    pub flags: Vec<TrayCode>,
    /// The flags in words with their figures; no patient data.
    pub detail: String,
    /// The heat map as a PNG file; kept when there are flags.
    pub heat_map: Vec<u8>,
}

/// What a person decides about a flagged scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It can be read.
    Pass,
    /// The glass is to be scanned again, with an eye on this part, in level-0 pixels.
    Rescan(Option<Region>),
}

impl Decision {
    const fn word(self) -> (&'static str, &'static str) {
        match self {
            Self::Pass => ("passed", "pass"),
            Self::Rescan(_) => ("rescan", "rescan"),
        }
    }
}

impl Catalog {
    /// Records what a scan is like; a flagged one enters the quality tray.
    pub async fn record_quality(&self, measured: Measured, by: &By) -> Result<(), Error> {
        let by = by.clone();
        self.write(move |tx| {
            let (m, by) = (measured.clone(), by.clone());
            Box::pin(async move {
                end_job(tx, m.job, m.fence, "done").await?;
                let place = Place::of(tx, m.scan).await?;
                let verdict = if m.flags.is_empty() {
                    "good"
                } else {
                    "flagged"
                };
                let words = words(&m.flags);
                let kept = !m.flags.is_empty() && m.heat_map.len() <= HEAT_MAP_BYTES;
                let heat_map = kept.then(|| m.heat_map.clone());
                let now = tx.now().await?;
                let row = args![
                    m.scan,
                    place.organisation,
                    verdict,
                    &words,
                    &m.measures,
                    heat_map,
                    "",
                    now
                ];
                tx.run(&sql::QUALITY_RECORD, row).await?;
                audit(tx, &by, "measure_quality", place.about(), &words).await?;
                if !m.flags.is_empty() {
                    ask(tx, &place, &m).await?;
                }
                tx.tell(place.change(Kind::Scan, now));
                Ok(())
            })
        })
        .await
    }

    /// Says that a scan could not be looked over; it stays readable, and the record says so.
    pub async fn quality_not_measured(
        &self,
        job: JobId,
        fence: i64,
        scan: ScanId,
        reason: &str,
        by: &By,
    ) -> Result<(), Error> {
        let (reason, by) = (reason.to_owned(), by.clone());
        self.write(move |tx| {
            let (reason, by) = (reason.clone(), by.clone());
            Box::pin(async move {
                end_job(tx, job, fence, "dead").await?;
                let place = Place::of(tx, scan).await?;
                let now = tx.now().await?;
                let (none, no_map) = (None::<String>, None::<Vec<u8>>);
                let row = args![
                    scan,
                    place.organisation,
                    "not_measured",
                    "",
                    none,
                    no_map,
                    &reason,
                    now
                ];
                tx.run(&sql::QUALITY_RECORD, row).await?;
                audit(tx, &by, "measure_quality", place.about(), "not measured").await
            })
        })
        .await
    }

    /// Settles an entry of the quality tray: the scan passes, or its glass is scanned again.
    pub async fn decide_quality(
        &self,
        tray: TrayId,
        decision: Decision,
        reason: &str,
        by: &By,
    ) -> Result<(), Error> {
        if matches!(decision, Decision::Rescan(_)) {
            let remedy = "say what the scanner's people should look after";
            Error::unless_said("reason", reason, remedy)?;
        }
        let (reason, by) = (reason.trim().to_owned(), by.clone());
        self.write(move |tx| {
            let (reason, by) = (reason.clone(), by.clone());
            Box::pin(async move { decide(tx, tray, decision, &reason, &by).await })
        })
        .await
    }

    /// Releases flagged scans about which nobody decided in time, with a badge and an alarm.
    pub async fn release_overdue_quality(&self, limit: u32) -> Result<u64, Error> {
        self.write(move |tx| {
            Box::pin(async move {
                let now = tx.now().await?;
                let rows = tx.all(&sql::QUALITY_OVERDUE, args![now, limit]).await?;
                for row in &rows {
                    release(tx, row).await?;
                }
                Ok(rows.len() as u64)
            })
        })
        .await
    }
}

/// Where a scan belongs.
struct Place {
    scan: ScanId,
    organisation: OrganisationId,
    site: SiteId,
    scanner: Option<ScannerId>,
    slide: Option<SlideId>,
    case: Option<CaseId>,
    priority: Priority,
}

impl Place {
    async fn of(tx: &mut Tx, scan: ScanId) -> Result<Self, Error> {
        let row = tx
            .first(&sql::QUALITY_PLACE, args![scan])
            .await?
            .ok_or(Error::NotFound("scan"))?;
        let urgency = match row.int("urgency")? {
            0 => Priority::Immediate,
            1 => Priority::Urgent,
            _ => Priority::Routine,
        };
        Ok(Self {
            scan,
            organisation: row.parsed("organisation_id")?,
            site: row.parsed("site_id")?,
            scanner: row.opt_parsed("scanner_id")?,
            slide: row.opt_parsed("slide_id")?,
            case: row.opt_parsed("case_id")?,
            priority: row.opt_parsed("priority")?.unwrap_or(urgency),
        })
    }

    const fn about(&self) -> About {
        About {
            case: self.case,
            scan: Some(self.scan),
            reading: None,
        }
    }

    fn change(&self, kind: Kind, now: i64) -> Change {
        let change = Change::new(kind, self.organisation, now).of_scan(self.scan);
        match self.case {
            Some(case) => change.of_case(case),
            None => change,
        }
    }
}

/// Looking a scan over comes after all tiling, but for the immediate class, which goes first.
pub(crate) async fn queue(tx: &mut Tx, scan: ScanId) -> Result<(), Error> {
    let now = tx.now().await?;
    let place = Place::of(tx, scan).await?;
    let rank = match place.priority {
        Priority::Immediate => 0,
        Priority::Urgent => LATER + 1,
        Priority::Routine => LATER + 2,
    };
    let job = JobId(derived(scan.0, "job", "quality"));
    let row = args![job, place.organisation, "quality", scan, rank, now];
    tx.run(&sql::JOB_QUEUE, row).await?;
    tx.tell(place.change(Kind::Job, now));
    Ok(())
}

fn words(flags: &[TrayCode]) -> String {
    let words: Vec<&str> = flags.iter().map(|flag| flag.as_str()).collect();
    words.join(" ")
}

/// Puts a flagged scan into the tray.
async fn ask(tx: &mut Tx, place: &Place, measured: &Measured) -> Result<(), Error> {
    let now = tx.now().await?;
    let tray = TrayId(derived(place.scan.0, "quality", &now.to_string()));
    let deadline = now + tx.limits().quality_us(place.priority);
    let code = measured.flags.first().map_or("", |code| code.as_str());
    let row = args![
        tray,
        place.organisation,
        place.site,
        code,
        &measured.detail,
        place.scan,
        now,
        deadline
    ];
    tx.run(&sql::TRAY_OPEN_QUALITY, row).await?;
    let event = Event {
        organisation: place.organisation,
        kind: "quality_flagged",
        about: place.about(),
        pathologist: None,
        fence: 0,
        detail: code,
    };
    record(tx, event).await?;
    tx.tell(place.change(Kind::Tray, now));
    Ok(())
}

async fn decide(
    tx: &mut Tx,
    tray: TrayId,
    decision: Decision,
    reason: &str,
    by: &By,
) -> Result<(), Error> {
    let now = tx.now().await?;
    let entry = crate::tray::open_entry(tx, tray).await?;
    if entry.text("kind")? != "quality" {
        return Err(Error::Conflict(
            "this entry is not about quality: attach it or put it aside".into(),
        ));
    }
    let scan: ScanId = entry
        .opt_parsed("scan_id")?
        .ok_or(Error::NotFound("scan"))?;
    let place = Place::of(tx, scan).await?;
    if let Decision::Rescan(region) = decision {
        ask_again(tx, &place, &entry, region, reason, by).await?;
    }
    let (verdict, resolution) = decision.word();
    tx.run(&sql::TRAY_CLOSE, args![tray, now, &by.subject, resolution])
        .await?;
    tx.run(
        &sql::QUALITY_DECIDE,
        args![scan, verdict, now, &by.subject, reason],
    )
    .await?;
    let detail = format!("{resolution}: {reason}");
    audit(tx, by, "decide_quality", place.about(), &detail).await?;
    tx.tell(place.change(Kind::Tray, now));
    tx.tell(place.change(Kind::Scan, now));
    Ok(())
}

/// The request names slide, scan, region and reason; it stays open until a new scan comes.
async fn ask_again(
    tx: &mut Tx,
    place: &Place,
    entry: &Row,
    region: Option<Region>,
    reason: &str,
    by: &By,
) -> Result<(), Error> {
    let now = tx.now().await?;
    let slide = place.slide.ok_or_else(|| {
        Error::Conflict(
            "nobody knows yet which slide this is: attach it first, then ask for a rescan".into(),
        )
    })?;
    let side = |side: fn(&Region) -> u32| region.as_ref().map(side);
    let row = args![
        place.organisation,
        slide,
        reason,
        now,
        &by.subject,
        place.scan,
        place.scanner,
        place.site,
        entry.text("code")?,
        side(|region| region.x),
        side(|region| region.y),
        side(|region| region.width),
        side(|region| region.height)
    ];
    tx.run(&sql::RESCAN_REQUEST_SCAN, row).await?;
    Ok(())
}

async fn release(tx: &mut Tx, entry: &Row) -> Result<(), Error> {
    let now = tx.now().await?;
    let scan: ScanId = entry
        .opt_parsed("scan_id")?
        .ok_or(Error::NotFound("scan"))?;
    let place = Place::of(tx, scan).await?;
    let by = By::system("route", place.organisation);
    let why = "nobody decided in time";
    tx.run(
        &sql::QUALITY_DECIDE,
        args![scan, "released", now, &by.subject, why],
    )
    .await?;
    let (tray, code) = (entry.text("tray_id")?, entry.text("code")?);
    let body = format!("{{\"tray\":\"{tray}\",\"scan\":\"{scan}\",\"code\":\"{code}\"}}");
    tx.run(
        &sql::OUTBOX_WRITE,
        args![place.organisation, "quality_released", body, now],
    )
    .await?;
    audit(tx, &by, "release_quality", place.about(), why).await?;
    tx.tell(place.change(Kind::Tray, now));
    tx.tell(place.change(Kind::Scan, now));
    Ok(())
}

/// A new scan of the slide has come: nobody need decide about the ones before.
pub(crate) async fn replaced(
    tx: &mut Tx,
    slide: SlideId,
    by: &By,
    new: ScanId,
) -> Result<(), Error> {
    let now = tx.now().await?;
    tx.run(
        &sql::TRAY_CLOSE_QUALITY_REPLACED,
        args![slide, new, now, &by.subject],
    )
    .await?;
    tx.run(&sql::QUALITY_REPLACED, args![slide, new]).await?;
    Ok(())
}
