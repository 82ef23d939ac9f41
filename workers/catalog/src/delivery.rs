//! What a scanner's folder holds, as last seen: so that nothing is taken twice and nothing stays unseen.
//!
//! ```text
//!  seen ─▶ arriving ──ready──▶ stored (scan)
//!             │ └──no growth for too long──▶ stuck + tray ──grows again──▶ arriving
//!             └──can never be a slide──▶ refused + tray
//! ```

use pathology::case::TrayCode;
use pathology::ids::{DeliveryId, OrganisationId, ScanId, ScannerId, SiteId, TrayId, derived};
use pathology::phi::Phi;

use crate::engine::{Row, Tx, args};
use crate::{Catalog, Change, Error, Kind, sql};

/// A file or folder seen at a scanner's door.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// Which scanner.
    pub scanner: ScannerId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Its name inside the folder.
    pub name: Phi<String>,
    /// Its size now.
    pub size_bytes: u64,
    /// When it was last written, by the file system.
    pub modified_us: i64,
}

/// What is known of a delivery.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// `arriving`, `stuck`, `stored` or `refused`.
    pub state: String,
    /// When it last grew or changed, by the database's clock.
    pub changed_at: i64,
    /// Now, by the same clock.
    pub now: i64,
    /// The scan it became.
    pub scan: Option<ScanId>,
}

impl Catalog {
    /// Notes what is seen now; a changed size or time makes it arriving again.
    pub async fn see_delivery(&self, sighting: Sighting) -> Result<Delivery, Error> {
        self.write(move |tx| {
            let s = sighting.clone();
            Box::pin(async move {
                let now = tx.now().await?;
                let id = DeliveryId(derived(s.scanner.0, "delivery", s.name.expose()));
                let row = args![
                    id,
                    s.organisation,
                    s.scanner,
                    &s.name,
                    s.size_bytes,
                    s.modified_us,
                    now
                ];
                tx.run(&sql::DELIVERY_SEE, row).await?;
                let row = tx.one(&sql::DELIVERY_FIND, args![id]).await?;
                Ok(Delivery {
                    id,
                    state: row.text("state")?,
                    changed_at: row.int("changed_at")?,
                    now,
                    scan: row.opt_parsed("scan_id")?,
                })
            })
        })
        .await
    }

    /// The 200 oldest deliveries of a scanner that are arriving and have not changed for
    /// `minutes`: some may no longer be in the folder, and nobody would see them again.
    pub async fn unfinished_deliveries(
        &self,
        scanner: ScannerId,
        minutes: u32,
    ) -> Result<Vec<(DeliveryId, Phi<String>)>, Error> {
        let rows = self.read(move |tx| {
            Box::pin(async move {
                let before = tx.now().await? - i64::from(minutes) * 60_000_000;
                tx.all(&sql::DELIVERY_UNFINISHED, args![scanner, before])
                    .await
            })
        });
        let named = |row: &Row| Ok((row.parsed("delivery_id")?, row.text("name")?.into()));
        rows.await?.iter().map(named).collect()
    }

    /// Says that a delivery does not come to its end, or can never be a slide, and asks a person.
    pub async fn hold_delivery(
        &self,
        id: DeliveryId,
        site: SiteId,
        code: TrayCode,
        reason: &str,
    ) -> Result<(), Error> {
        let reason = reason.to_owned();
        self.write(move |tx| {
            let reason = reason.clone();
            Box::pin(async move { hold(tx, id, site, code, &reason).await })
        })
        .await
    }
}

async fn hold(
    tx: &mut Tx,
    id: DeliveryId,
    site: SiteId,
    code: TrayCode,
    reason: &str,
) -> Result<(), Error> {
    let now = tx.now().await?;
    let deadline = now + tx.limits().tray_us();
    let Some(row) = tx
        .first(&sql::DELIVERY_HOLD, args![id, reason, now, deadline])
        .await?
    else {
        return Ok(());
    };
    let organisation: OrganisationId = row.parsed("organisation_id")?;
    let tray = TrayId(derived(id.0, "tray", &now.to_string()));
    let entry = args![
        tray,
        organisation,
        site,
        code.kind().as_str(),
        code.as_str(),
        reason,
        id,
        now,
        deadline
    ];
    tx.run(&sql::TRAY_OPEN_DELIVERY, entry).await?;
    tx.tell(Change::new(Kind::Tray, organisation, now));
    Ok(())
}
