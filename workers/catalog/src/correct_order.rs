//! What was said or linked wrongly is put right: the words of an order, a scan on the wrong slide.
//!
//! Each is a new version or a new place, a new revision of the case, and put to whoever signed it.

use pathology::case::{Issuer, Number};
use pathology::ids::{CaseId, OrganisationId, ScanId, SiteId, SlideId};
use pathology::phi::Phi;

use crate::accession::NewContent;
use crate::audit::{About, By, audit};
use crate::engine::{Tx, args};
use crate::{Catalog, Change, Error, Kind, idempotency, incident, matching, readiness, sql};

impl Catalog {
    /// Corrects the words of an order: a new version.
    pub async fn correct_order(
        &self,
        case: CaseId,
        content: NewContent,
        reason: &str,
        key: Option<&str>,
        by: &By,
    ) -> Result<(), Error> {
        let (by, reason, key) = (by.clone(), needed(reason)?, key.map(str::to_owned));
        self.write(move |tx| {
            let (by, reason, content) = (by.clone(), reason.clone(), content.clone());
            let key = key.clone();
            Box::pin(async move {
                let command = format!("correct_order {case}");
                tx.first(&sql::CASE_LOCK, args![case])
                    .await?
                    .ok_or(Error::NotFound("case"))?;
                if let Some(()) = idempotency::answered(tx, &by, &command, key.as_deref()).await? {
                    return Ok(());
                }
                correct(tx, case, &content, &by).await?;
                audit(tx, &by, "correct_order", About::case(case), &reason).await?;
                readiness::order_changed(tx, case, "the order was corrected").await?;
                idempotency::keep(tx, &by, &command, key.as_deref(), &()).await
            })
        })
        .await
    }

    /// Takes a scan off its slide: it lies in its site's tray again, and a person decides where it goes.
    pub async fn unlink_scan(&self, scan: ScanId, reason: &str, by: &By) -> Result<(), Error> {
        let (by, reason) = (by.clone(), needed(reason)?);
        self.write(move |tx| {
            let (by, reason) = (by.clone(), reason.clone());
            Box::pin(async move { unlink(tx, scan, &reason, &by).await })
        })
        .await
    }

    /// Where a matched scan was made.
    pub async fn scan_place(&self, scan: ScanId) -> Result<(OrganisationId, SiteId), Error> {
        let found = self
            .read(move |tx| Box::pin(async move { tx.first(&sql::SCAN_PLACE, args![scan]).await }));
        let row = found.await?.ok_or(Error::NotFound("matched scan"))?;
        Ok((row.parsed("organisation_id")?, row.parsed("site_id")?))
    }
}

fn needed(reason: &str) -> Result<String, Error> {
    Error::unless_said("reason", reason, "say why it was wrong")?;
    Ok(reason.to_owned())
}

/// The next version of the words beside the old ones.
async fn correct(tx: &mut Tx, case: CaseId, content: &NewContent, by: &By) -> Result<(), Error> {
    let next = tx.one(&sql::CASE_NEXT_CONTENT, args![case]).await?;
    let version = next.int("content_version")?;
    let copies = content.copy_to.iter().map(|one| one.expose().as_str());
    let copies = copies.collect::<Vec<_>>().join("\n");
    let now = tx.now().await?;
    let (asks, said) = (&content.requester, &content.clinical_details);
    let row = args![case, version, now, &by.subject, asks, copies, said];
    tx.run(&sql::CASE_CORRECT_CONTENT, row).await?;
    Ok(())
}

async fn unlink(tx: &mut Tx, scan: ScanId, reason: &str, by: &By) -> Result<(), Error> {
    let place = tx.first(&sql::SCAN_PLACE, args![scan]).await?;
    let place = place.ok_or(Error::NotFound("matched scan"))?;
    let (slide, case): (SlideId, CaseId) = (place.parsed("slide_id")?, place.parsed("case_id")?);
    let issuer: Issuer = place.parsed("issuer")?;
    let container = Number::new(issuer, &place.text("container")?)
        .map_err(|e| Error::Corrupt(e.to_string()))?;
    // Lock order, everywhere: the containers, then the case.
    let value: &Phi<String> = container.value();
    matching::lock_container(tx, container.issuer(), value).await?;
    tx.one(&sql::CASE_LOCK, args![case]).await?;
    if tx.run(&sql::SCAN_UNLINK, args![scan]).await? == 0 {
        return Err(Error::Conflict("the scan was taken off already".into()));
    }
    tx.run(&sql::SLIDE_SCAN_BEFORE, args![slide, scan]).await?;
    let about = About {
        case: Some(case),
        scan: Some(scan),
        reading: None,
    };
    audit(tx, by, "unlink_scan", about, reason).await?;
    let text = format!(
        "{} {} was taken off",
        place.text("name")?,
        place.text("stain")?
    );
    readiness::changed(tx, case, Some(scan), &text).await?;
    incident::put_to_signers(tx, case, Some(scan), "relinked").await?;
    let now = tx.now().await?;
    let owner: OrganisationId = place.parsed("organisation_id")?;
    tx.tell(
        Change::new(Kind::Scan, owner, now)
            .of_case(case)
            .of_scan(scan),
    );
    matching::wait_for_a_slide(tx, scan).await
}
