//! A slide that must be read under the microscope before the case is signed.
//!
//! ```text
//!  deferred, with a deadline and an alarm ──read on glass──▶ the case can be signed; the report names the slide
//! ```

use pathology::ids::{ClaimId, ReportId, SlideId};

use crate::audit::{About, By, audit};
use crate::engine::{Tx, args};
use crate::lease::{Held, find, work_on};
use crate::{Catalog, Error, sql};

impl Catalog {
    /// Defers a slide of a case one holds to its glass.
    pub async fn defer_to_glass(
        &self,
        claim: ClaimId,
        fence: i64,
        slide: SlideId,
        reason: &str,
        by: &By,
    ) -> Result<(), Error> {
        Error::unless_said("reason", reason, "say why the picture is not enough")?;
        let (by, reason) = (by.clone(), reason.to_owned());
        self.write(move |tx| {
            let (by, reason) = (by.clone(), reason.clone());
            Box::pin(async move {
                let mut held = find(tx, claim, fence).await?;
                let row = tx.first(&sql::SLIDE_FIND, args![slide]).await?;
                let of = row.map(|row| row.parsed("case_id")).transpose()?;
                if of != Some(held.case) {
                    return Err(Error::NotFound("slide of this case"));
                }
                let now = tx.now().await?;
                let deadline = now + i64::from(tx.limits().glass_hours) * 3_600_000_000;
                let (owner, who) = (held.organisation, held.pathologist);
                let (reading, case) = (held.reading, held.case);
                let row = args![reading, slide, owner, case, who, &reason, now, deadline];
                tx.run(&sql::GLASS_DEFER, row).await?;
                work_on(tx, &mut held).await?;
                let about = About::reading(case, reading);
                audit(tx, &by, "defer_to_glass", about, &reason).await
            })
        })
        .await
    }

    /// Says that the glass was read.
    pub async fn glass_was_read(
        &self,
        claim: ClaimId,
        fence: i64,
        slide: SlideId,
        by: &By,
    ) -> Result<(), Error> {
        let by = by.clone();
        self.write(move |tx| {
            let by = by.clone();
            Box::pin(async move {
                let mut held = find(tx, claim, fence).await?;
                let now = tx.now().await?;
                let row = args![held.reading, slide, now, &by.subject];
                if tx.run(&sql::GLASS_READ, row).await? == 0 {
                    return Err(Error::NotFound("slide deferred to glass and not read yet"));
                }
                work_on(tx, &mut held).await?;
                let about = About::reading(held.case, held.reading);
                audit(tx, &by, "read_glass", about, &slide.to_string()).await
            })
        })
        .await
    }
}

/// `glass:<slide id>` for each slide read on glass; refused while one is not.
pub(crate) async fn read_for(tx: &mut Tx, held: &Held) -> Result<Vec<String>, Error> {
    let (mut read, mut unread) = (Vec::new(), Vec::new());
    for row in tx.all(&sql::GLASS_OF_READING, args![held.reading]).await? {
        let slide: SlideId = row.parsed("slide_id")?;
        match row.opt_int("read_at")? {
            Some(_) => read.push(format!("glass:{slide}")),
            None => unread.push(slide),
        }
    }
    if unread.is_empty() {
        Ok(read)
    } else {
        Err(Error::GlassUnread { slides: unread })
    }
}

/// The report names what was read on glass.
pub(crate) async fn sign(tx: &mut Tx, held: &Held, report: ReportId) -> Result<(), Error> {
    tx.run(&sql::GLASS_SIGN, args![held.reading, report])
        .await?;
    Ok(())
}
