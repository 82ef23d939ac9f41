//! The rows of a new case that are tissue: specimens, blocks and the slides cut from them.

use pathology::case::Number;
use pathology::ids::{BlockId, SlideId, SpecimenId, derived};

use super::{NewCase, NewSlide, belongs_to};
use crate::engine::{Tx, args};
use crate::{Error, sql};

/// A slide of the new case, as the manifest and the matcher want it.
pub(super) struct Cut {
    pub(super) slide: SlideId,
    pub(super) container: Number,
}

pub(super) async fn insert_specimens(tx: &mut Tx, new: &NewCase) -> Result<Vec<Cut>, Error> {
    let mut cut = Vec::new();
    for s in &new.specimens {
        let specimen = SpecimenId(derived(new.case.0, "specimen", &s.part));
        let row = args![
            specimen,
            new.organisation,
            new.case,
            &s.part,
            &s.specimen_type,
            &s.body_site,
            &s.macroscopic,
            &s.fixation,
            s.decalcified
        ];
        tx.run(&sql::SPECIMEN_INSERT, row).await?;
        for b in &s.blocks {
            let block = BlockId(derived(new.case.0, "block", &b.code));
            let row = args![
                block,
                new.organisation,
                new.case,
                specimen,
                &b.code,
                &b.body_site,
                b.pieces
            ];
            tx.run(&sql::BLOCK_INSERT, row).await?;
            for slide in &b.slides {
                cut.push(insert_slide(tx, new, block, slide).await?);
            }
        }
    }
    Ok(cut)
}

async fn insert_slide(
    tx: &mut Tx,
    new: &NewCase,
    block: BlockId,
    cut: &NewSlide,
) -> Result<Cut, Error> {
    let issuer = cut.container.issuer();
    belongs_to(tx, issuer, new.organisation).await?;
    let taken = tx
        .first(
            &sql::SLIDE_BY_CONTAINER,
            args![issuer.as_str(), cut.container.value()],
        )
        .await?
        .is_some();
    if taken {
        return Err(Error::NumberTaken {
            issuer: issuer.as_str().into(),
            what: "slide",
        });
    }
    let slide = SlideId(derived(
        new.case.0,
        "slide",
        &format!("{} {}", issuer.as_str(), cut.container.value().expose()),
    ));
    let row = args![
        slide,
        new.organisation,
        new.case,
        block,
        issuer.as_str(),
        cut.container.value(),
        &cut.name,
        &cut.stain
    ];
    tx.run(&sql::SLIDE_INSERT, row).await?;
    Ok(Cut {
        slide,
        container: cut.container.clone(),
    })
}
