//! Growing and shrinking what a case should bring: a new version each time, with a name and a reason (8.5).

use pathology::ids::{CaseId, OrganisationId, SlideId, derived};

use crate::accession::NewSlide;
use crate::audit::{About, By, audit};
use crate::engine::{Tx, args};
use crate::{Catalog, Error, readiness, sql};

impl Catalog {
    /// Decides not to wait for a slide: broken, exhausted, glass only. The reason stays with the case.
    pub async fn waive_slide(
        &self,
        case: CaseId,
        slide: SlideId,
        reason: &str,
        by: &By,
    ) -> Result<(), Error> {
        if reason.trim().is_empty() {
            return Err(Error::Invalid {
                field: "reason",
                reason: "say why this slide is not waited for".into(),
            });
        }
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
                readiness::changed(tx, case, None, "a slide was waived").await?;
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
            Box::pin(async move {
                let version = next_version(tx, case, &by).await?;
                let organisation: OrganisationId = tx
                    .one(&sql::CASE_LOCK, args![case])
                    .await?
                    .parsed("organisation_id")?;
                for new in &slides {
                    let (issuer, value) = (new.container.issuer().as_str(), new.container.value());
                    let slide = SlideId(derived(
                        case.0,
                        "slide",
                        &format!("{issuer} {}", value.expose()),
                    ));
                    tx.run(
                        &sql::SLIDE_ADD,
                        args![
                            slide,
                            organisation,
                            case,
                            issuer,
                            value,
                            &new.name,
                            &new.stain
                        ],
                    )
                    .await?;
                    tx.run(
                        &sql::MANIFEST_SLIDE,
                        args![case, version, slide, organisation, "expected", "", ""],
                    )
                    .await?;
                    readiness::changed(
                        tx,
                        case,
                        None,
                        &format!("{} {} is expected", new.name, new.stain),
                    )
                    .await?;
                    crate::matching::look_again(tx, &new.container, &by).await?;
                }
                audit(
                    tx,
                    &by,
                    "expect_slides",
                    About::case(case),
                    &format!("{} more", slides.len()),
                )
                .await?;
                readiness::settle(tx, case, &by).await
            })
        })
        .await
    }
}

/// Copies the manifest into a new version and makes that one current.
async fn next_version(tx: &mut Tx, case: CaseId, by: &By) -> Result<i64, Error> {
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
