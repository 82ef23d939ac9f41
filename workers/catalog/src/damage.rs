//! A scan whose stored bytes are not those that were published.
//!
//! Its sound tiles are still shown and the rest refused; sign-out of its case blocks until it is scanned again.

use pathology::ids::ScanId;

use crate::audit::{About, By, Event, audit, record};
use crate::engine::args;
use crate::{Catalog, Change, Error, Kind, sql};

impl Catalog {
    /// Says that a readable scan is damaged; `false` where it was so already, or is not readable. `reason`
    /// is for people and holds no patient data.
    pub async fn mark_damaged(&self, scan: ScanId, reason: &str, by: &By) -> Result<bool, Error> {
        let (reason, by) = (reason.to_owned(), by.clone());
        self.write(move |tx| {
            let (reason, by) = (reason.clone(), by.clone());
            Box::pin(async move {
                let now = tx.now().await?;
                let marked = tx.first(&sql::SCAN_DAMAGE, args![scan, &reason]).await?;
                let Some(row) = marked else {
                    return Ok(false);
                };
                let organisation = row.parsed("organisation_id")?;
                let event = Event {
                    organisation,
                    kind: "damaged",
                    about: About::scan(scan),
                    pathologist: None,
                    fence: 0,
                    detail: &reason,
                };
                record(tx, event).await?;
                audit(
                    tx,
                    &by,
                    "mark_damaged",
                    About::scan(scan),
                    "digest_mismatch",
                )
                .await?;
                tx.tell(Change::new(Kind::Scan, organisation, now).of_scan(scan));
                Ok(true)
            })
        })
        .await
    }
}
