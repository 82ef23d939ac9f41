//! Growing and shrinking what a case should bring: a new version each time, with a name and a reason (8.5).

use pathology::ids::{CaseId, OrganisationId, SlideId, derived};

use crate::accession::NewSlide;
use crate::audit::{About, By, audit};
use crate::engine::{Tx, args};
use crate::{Catalog, Error, matching, readiness, sql};

impl Catalog {
    /// Decides not to wait for a slide: broken, exhausted, glass only. The reason stays with the case.
    pub async fn waive_slide(
        &self,
        case: CaseId,
        slide: SlideId,
        reason: &str,
        by: &By,
    ) -> Result<(), Error> {
        Error::unless_said("reason", reason, "say why this slide is not waited for")?;
        let (by, reason) = (by.clone(), reason.to_owned());
        self.write(move |tx| {
            let (by, reason) = (by.clone(), reason.clone());
            Box::pin(async move {
                let version = next_version(tx, case, &by).await?;
                if tx
                    .run(
                        &sql::MANIFEST_WAIVE,
                        args![case, version, slide, &reason, &by.subject],
                    )
                    .await?
                    == 0
                {
                    return Err(Error::NotFound("expected slide of this case"));
                }
                audit(tx, &by, "waive_slide", About::case(case), &reason).await?;
                readiness::order_changed(tx, case, "a slide was waived").await?;
                readiness::settle(tx, case, &by).await
            })
        })
        .await
    }

    /// Expects more slides: extra levels, further stains.
    pub async fn expect_slides(
        &self,
        case: CaseId,
        slides: Vec<NewSlide>,
        by: &By,
    ) -> Result<(), Error> {
        let by = by.clone();
        self.write(move |tx| {
            let (by, slides) = (by.clone(), slides.clone());
            Box::pin(async move { expect(tx, case, &slides, &by).await })
        })
        .await
    }
}

async fn expect(tx: &mut Tx, case: CaseId, slides: &[NewSlide], by: &By) -> Result<(), Error> {
    // Lock order, everywhere: the containers, then the case.
    for new in slides {
        let (issuer, value) = (new.container.issuer(), new.container.value());
        matching::lock_container(tx, issuer, value).await?;
    }
    let version = next_version(tx, case, by).await?;
    for new in slides {
        add(tx, case, version, new).await?;
        let text = format!("{} {} is expected", new.name, new.stain);
        readiness::order_changed(tx, case, &text).await?;
        matching::look_again(tx, &new.container, by).await?;
    }
    let more = format!("{} more", slides.len());
    audit(tx, by, "expect_slides", About::case(case), &more).await?;
    readiness::settle(tx, case, by).await
}

/// One more slide of the case, expected by this version of its manifest.
async fn add(tx: &mut Tx, case: CaseId, version: i64, new: &NewSlide) -> Result<(), Error> {
    let organisation: OrganisationId = tx
        .one(&sql::CASE_LOCK, args![case])
        .await?
        .parsed("organisation_id")?;
    let (issuer, value) = (new.container.issuer().as_str(), new.container.value());
    let name = format!("{issuer} {}", value.expose());
    let slide = SlideId(derived(case.0, "slide", &name));
    let row = args![
        slide,
        organisation,
        case,
        issuer,
        value,
        &new.name,
        &new.stain
    ];
    tx.run(&sql::SLIDE_ADD, row).await?;
    let row = args![case, version, slide, organisation, "expected", "", ""];
    tx.run(&sql::MANIFEST_SLIDE, row).await?;
    Ok(())
}

/// Copies the manifest into a new version and makes that one current.
pub(crate) async fn next_version(tx: &mut Tx, case: CaseId, by: &By) -> Result<i64, Error> {
    let now = tx.now().await?;
    tx.first(&sql::CASE_LOCK, args![case])
        .await?
        .ok_or(Error::NotFound("case"))?;
    let version = tx
        .one(&sql::MANIFEST_NEXT, args![case])
        .await?
        .int("manifest_version")?;
    tx.run(&sql::MANIFEST_COPY, args![case, version, now, &by.subject])
        .await?;
    tx.run(&sql::MANIFEST_COPY_SLIDES, args![case, version])
        .await?;
    Ok(version)
}
