//! A published scan is looked over by a child: measures, flags and a heat map.

use archive::Archive;
use catalog::{Catalog, Job, Measured};
use pathology::case::TrayCode;
use pathology::pyramid::quality::{Flag, Thresholds};
use sandbox::Sandbox;

use crate::Failure;
use crate::stored::for_child;

/// Measures a scan; nothing is recorded yet.
pub(crate) async fn look_over(
    catalog: &Catalog,
    archive: &Archive,
    sandbox: &Sandbox,
    job: &Job,
    thresholds: &Thresholds,
) -> Result<Measured, Failure> {
    let stored = catalog.scan_for_tiling(job.scan).await;
    let stored = stored.map_err(|why| Failure::Later(why.to_string()))?;
    let mut child = sandbox.open(&for_child(archive, &stored)).await?;
    let (quality, heat_map) = child.quality(thresholds).await?;
    let measures =
        serde_json::to_string(&quality).map_err(|why| Failure::Later(why.to_string()))?;
    Ok(Measured {
        job: job.id,
        fence: job.fence,
        scan: job.scan,
        measures,
        flags: quality.flags.iter().copied().map(code).collect(),
        detail: quality.in_words(),
        heat_map,
    })
}

/// Pixels know nothing of trays: here a flag becomes a reason to ask a person.
const fn code(flag: Flag) -> TrayCode {
    match flag {
        Flag::OutOfFocus => TrayCode::OutOfFocus,
        Flag::TissueNotScanned => TrayCode::TissueNotScanned,
        Flag::BlankSlide => TrayCode::BlankSlide,
        Flag::PenMarks => TrayCode::PenMarks,
    }
}

#[cfg(test)]
mod tests {
    use pathology::case::TrayKind;

    use super::*;

    #[test]
    fn every_flag_has_a_reason_of_the_same_name_in_the_quality_tray() {
        for flag in Flag::ALL {
            let code = code(*flag);
            assert_eq!(code.as_str(), flag.as_str());
            assert_eq!(code.kind(), TrayKind::Quality);
        }
    }
}
