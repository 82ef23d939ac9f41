//! What was stored: scan, members, receipt, machine job and audit in one transaction.
//!
//! The bytes are durable before this runs, and nothing was acknowledged before it has committed
//! (P1). The same bytes pushed again are the same scan with a new receipt (P7); a code they bring that
//! was not known is looked at, and what was turned away is tried again.

use pathology::case::Issuer;
use pathology::ids::{
    AttemptId, DeliveryId, JobId, OrganisationId, ReceiptId, ScanId, ScannerId, SiteId, derived,
};
use pathology::phi::Phi;

use crate::audit::{About, By, audit};
use crate::engine::{Tx, args};
use crate::{Catalog, Change, Error, Kind, matching, sql};

/// Longer codes hold no container number.
const LONGEST_CODE_BYTES: usize = 1024;

/// Where a code was read, and what it says, uncut.
#[derive(Debug, Clone)]
pub struct Code {
    /// `label_picture`, `embedded`, `file_name`, `operator` or `handheld`.
    pub origin: &'static str,
    /// As read.
    pub value: Phi<String>,
}

/// One file of a delivery.
#[derive(Debug, Clone)]
pub struct ArrivedMember {
    /// Its place in the original.
    pub n: u16,
    /// The name it came under.
    pub name: Phi<String>,
    /// Its size.
    pub size_bytes: u64,
    /// Its digest.
    pub blake3: [u8; 32],
}

/// A delivery whose bytes are durable.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The scan it becomes, unless its bytes are known already.
    pub scan: ScanId,
    /// The attempt under which the bytes lie.
    pub attempt: AttemptId,
    /// The receipt to give.
    pub receipt: ReceiptId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Where it came in.
    pub site: SiteId,
    /// Which scanner made it, if one did.
    pub scanner: Option<ScannerId>,
    /// Whose container numbers its label carries.
    pub issuer: Issuer,
    /// `inbox`, `command` …
    pub door: &'static str,
    /// Machine work's rank: 0 immediate, 1 urgent, 2 routine.
    pub urgency: i64,
    /// Its files.
    pub members: Vec<ArrivedMember>,
    /// BLAKE3 of the sorted member digests.
    pub digest: [u8; 32],
    /// Codes known at the door.
    pub codes: Vec<Code>,
    /// The folder entry it came from, to be marked as stored.
    pub delivery: Option<DeliveryId>,
}

/// Proof that a delivery is stored.
#[derive(Debug, Clone, Copy)]
pub struct Receipt {
    /// Its number.
    pub receipt: ReceiptId,
    /// The scan, old or new.
    pub scan: ScanId,
    /// Whether the bytes were here before; then the new copy is not needed.
    pub already: bool,
}

impl Catalog {
    /// Records a delivery and gives its receipt: the scanner may forget it from now on.
    pub async fn record_arrival(&self, arrival: Arrival, by: &By) -> Result<Receipt, Error> {
        let by = by.clone();
        self.write(move |tx| {
            let (arrival, by) = (arrival.clone(), by.clone());
            Box::pin(async move {
                fail::fail_point!("catalog::arrival::begin");
                let receipt = store(tx, &arrival, &by).await?;
                fail::fail_point!("catalog::arrival::before_commit");
                Ok(receipt)
            })
        })
        .await
    }
}

async fn store(tx: &mut Tx, arrival: &Arrival, by: &By) -> Result<Receipt, Error> {
    let now = tx.now().await?;
    let (scan, new) = store_scan(tx, arrival).await?;
    if new {
        store_members(tx, arrival).await?;
        queue_job(tx, "tile", scan, arrival.organisation, arrival.urgency).await?;
    }
    let again = !new && try_again(tx, arrival, scan, by).await?;
    let unheard = record_codes(tx, scan, arrival.organisation, &arrival.codes, by).await?;
    if !new && unheard > 0 {
        matching::match_scan(tx, scan, by).await?;
    }
    give_receipt(tx, arrival, scan).await?;
    end_delivery(tx, arrival, scan, by).await?;
    let outcome = match (new, again) {
        (true, _) => "stored",
        (false, true) => "same bytes again, tried again",
        (false, false) => "same bytes again",
    };
    audit(tx, by, "record_arrival", About::scan(scan), outcome).await?;
    tx.tell(Change::new(Kind::Scan, arrival.organisation, now).of_scan(scan));
    Ok(Receipt {
        receipt: arrival.receipt,
        scan,
        already: !new,
    })
}

/// The scan these bytes are, and whether they are new.
async fn store_scan(tx: &mut Tx, arrival: &Arrival) -> Result<(ScanId, bool), Error> {
    let now = tx.now().await?;
    let size: u64 = arrival.members.iter().map(|m| m.size_bytes).sum();
    let row = args![
        arrival.scan,
        arrival.organisation,
        arrival.site,
        arrival.scanner,
        arrival.issuer.as_str(),
        arrival.digest,
        size,
        arrival.attempt,
        arrival.urgency,
        now
    ];
    if tx.run(&sql::SCAN_STORE, row).await? == 1 {
        return Ok((arrival.scan, true));
    }
    let known = args![arrival.organisation, arrival.digest];
    let row = tx.one(&sql::SCAN_BY_DIGEST, known).await?;
    Ok((row.parsed("scan_id")?, false))
}

/// What was turned away is looked at anew when a person or a scanner brings it again: what it needed may be
/// there by now.
async fn try_again(tx: &mut Tx, arrival: &Arrival, scan: ScanId, by: &By) -> Result<bool, Error> {
    if tx.run(&sql::SCAN_TRY_AGAIN, args![scan]).await? == 0 {
        return Ok(false);
    }
    let now = tx.now().await?;
    tx.run(&sql::JOB_TRY_AGAIN, args![scan, now]).await?;
    tx.tell(Change::new(Kind::Job, arrival.organisation, now).of_scan(scan));
    let closed = args![scan, now, &by.subject, "brought again"];
    tx.run(&sql::TRAY_CLOSE_SCAN, closed).await?;
    Ok(true)
}

/// Queues machine work on a scan: once for each kind.
pub(crate) async fn queue_job(
    tx: &mut Tx,
    kind: &'static str,
    scan: ScanId,
    organisation: OrganisationId,
    urgency: i64,
) -> Result<(), Error> {
    let now = tx.now().await?;
    let job = JobId(derived(scan.0, "job", kind));
    let row = args![job, organisation, kind, scan, urgency, now];
    tx.run(&sql::JOB_QUEUE, row).await?;
    tx.tell(Change::new(Kind::Job, organisation, now).of_scan(scan));
    Ok(())
}

async fn give_receipt(tx: &mut Tx, arrival: &Arrival, scan: ScanId) -> Result<(), Error> {
    let now = tx.now().await?;
    let name = arrival.members.first().map(|m| m.name.expose().clone());
    let row = args![
        arrival.receipt,
        arrival.organisation,
        scan,
        arrival.door,
        name.unwrap_or_default(),
        now
    ];
    tx.run(&sql::RECEIPT_GIVE, row).await?;
    Ok(())
}

/// The folder entry has become a scan; a tray entry that waited for it is over.
async fn end_delivery(tx: &mut Tx, arrival: &Arrival, scan: ScanId, by: &By) -> Result<(), Error> {
    let now = tx.now().await?;
    let Some(delivery) = arrival.delivery else {
        return Ok(());
    };
    tx.run(&sql::DELIVERY_STORED, args![delivery, scan, now])
        .await?;
    let closed = args![delivery, now, &by.subject, "the file came"];
    tx.run(&sql::TRAY_CLOSE_DELIVERY, closed).await?;
    Ok(())
}

async fn store_members(tx: &mut Tx, arrival: &Arrival) -> Result<(), Error> {
    for m in &arrival.members {
        let row = args![
            arrival.scan,
            m.n,
            arrival.organisation,
            &m.name,
            m.size_bytes,
            m.blake3
        ];
        tx.run(&sql::MEMBER_STORE, row).await?;
    }
    Ok(())
}

/// Keeps what was read; the same code from the same place counts once. How many were not known.
pub(crate) async fn record_codes(
    tx: &mut Tx,
    scan: ScanId,
    organisation: OrganisationId,
    codes: &[Code],
    by: &By,
) -> Result<u64, Error> {
    let now = tx.now().await?;
    let mut unheard = 0;
    for code in codes {
        let Some(value) = storable(&code.value) else {
            continue;
        };
        let row = args![scan, code.origin, value, organisation, now, &by.subject];
        unheard += tx.run(&sql::IDENTIFIER_RECORD, row).await?;
    }
    Ok(unheard)
}

/// A code may hold anything a label can say. Zero characters, which PostgreSQL has no place for,
/// are marked, so that no number grows together around one; over 1,024 bytes it is no number
/// (`CodePattern`), nor a key for an index.
fn storable(value: &Phi<String>) -> Option<String> {
    let value = value.expose();
    (value.len() <= LONGEST_CODE_BYTES).then(|| value.replace('\0', "\u{FFFD}"))
}
