//! Opening a case or a scan: who may, and what the audit says afterwards.

use pathology::access::{Action, Relation};
use pathology::ids::{CaseId, OrganisationId, ScanId, SlideId};
use pathology::phi::Phi;

use super::world::{asking, eve, id, ines, manager, omar, run, worlds};
use crate::Error;
use crate::views::{Asking, SlideView};

fn case(n: u128) -> CaseId {
    CaseId(id(n))
}

#[tokio::test]
async fn a_stranger_is_denied_as_if_it_were_not_there_and_the_audit_knows() {
    for (catalog, _guard) in worlds().await {
        let refused = catalog.touch_case(&eve(Action::ViewCase), case(101)).await;
        assert!(matches!(refused, Err(Error::Denied(denied)) if denied.shown_as_not_found));
        let lines = catalog.audit_of(OrganisationId(id(1)), case(101)).await;
        let lines = lines.unwrap();
        assert_eq!(lines.len(), 1);
        assert_eq!(
            (lines[0].outcome.as_str(), lines[0].basis.as_str()),
            ("denied", "")
        );
        assert_eq!(lines[0].subject, format!("pathologist:{}", id(23)));
        let other = catalog.audit_of(OrganisationId(id(2)), case(101)).await;
        assert!(other.unwrap().is_empty());
    }
}

#[tokio::test]
async fn an_unknown_case_or_scan_is_not_found() {
    for (catalog, _guard) in worlds().await {
        let refused = catalog.touch_case(&ines(Action::ViewCase), case(999)).await;
        assert!(matches!(refused, Err(Error::NotFound("case"))));
        let scan = ScanId(id(999));
        let refused = catalog.touch_scan(&ines(Action::ViewTile), scan).await;
        assert!(matches!(refused, Err(Error::NotFound("scan"))));
    }
}

async fn relation(catalog: &crate::Catalog, asking: &Asking, n: u128) -> Option<Relation> {
    let opened = catalog.touch_case(asking, case(n)).await;
    opened.ok().map(|opened| opened.get().relation)
}

#[tokio::test]
async fn the_strongest_relation_opens_the_case() {
    for (catalog, _guard) in worlds().await {
        let relation = async |asking: &Asking, n| relation(&catalog, asking, n).await;
        let (ines, omar) = (ines(Action::ViewCase), omar(Action::ViewCase));
        assert_eq!(relation(&omar, 102).await, Some(Relation::Holder));
        // The same patient's other case: its holder may look at it as a prior.
        assert_eq!(
            relation(&omar, 101).await,
            Some(Relation::PriorOfHeldPatient)
        );
        assert_eq!(relation(&ines, 101).await, Some(Relation::Claimable));
        assert_eq!(relation(&ines, 102).await, None);
        let mut with_reason = ines.clone();
        with_reason.reason = Some(Phi::new("asked by telephone".into()));
        assert_eq!(
            relation(&with_reason, 102).await,
            Some(Relation::OwnOrganisationSpecialist)
        );
        // Restricted: never outside its organisation, and inside it to who may claim it.
        assert_eq!(relation(&omar, 103).await, None);
        assert_eq!(relation(&ines, 103).await, Some(Relation::Claimable));
        assert_eq!(relation(&manager(Action::ViewCase), 103).await, None);
        assert_eq!(
            relation(&manager(Action::ViewCase), 101).await,
            Some(Relation::None)
        );
    }
}

#[tokio::test]
async fn an_objection_closes_a_prior_to_the_organisation_it_names() {
    for (catalog, _guard) in worlds().await {
        let omar = omar(Action::ViewCase);
        let prior = Some(Relation::PriorOfHeldPatient);
        assert_eq!(relation(&catalog, &omar, 101).await, prior);
        let objection = "INSERT INTO objection (case_id, excluded_organisation_id, organisation_id, recorded_at, recorded_by)
           VALUES (#101, #2, #1, 1, 'tess')";
        run(&catalog, objection).await;
        assert_eq!(relation(&catalog, &omar, 101).await, None);
    }
}

#[tokio::test]
async fn a_withdrawn_right_an_exclusion_and_an_objection_close_it_at_once() {
    let closings = [
        "UPDATE reading_right SET valid_to = 1 WHERE pathologist_id = #21",
        "INSERT INTO exclusion (reading_id, pathologist_id, organisation_id, reason, until)
           VALUES (#201, #21, #1, 'declined', 9000000000000000)",
        "INSERT INTO objection (case_id, excluded_organisation_id, organisation_id, recorded_at, recorded_by)
           VALUES (#101, #1, #1, 1, 'tess')",
    ];
    for closing in closings {
        for (catalog, _guard) in worlds().await {
            let asking = ines(Action::ViewTile);
            let scan = ScanId(id(71));
            assert!(catalog.touch_scan(&asking, scan).await.is_ok());
            run(&catalog, closing).await;
            let refused = catalog.touch_scan(&asking, scan).await;
            assert!(matches!(refused, Err(Error::Denied(_))), "{closing}");
        }
    }
}

#[tokio::test]
async fn an_opened_scan_carries_what_its_tiles_need() {
    for (catalog, _guard) in worlds().await {
        let asking = ines(Action::ViewTile);
        let opened = catalog.touch_scan(&asking, ScanId(id(71))).await.unwrap();
        let access = opened.get();
        assert_eq!((access.generation, access.members.len()), (1, 1));
        assert_eq!(access.index.map(|(_, length)| length), Some(200));
        let detail = catalog.scan(&opened).await.unwrap();
        assert_eq!(detail.scan.facts.levels.len(), 2);
        let scale = detail.scan.facts.levels[1].scale_in(detail.scan.facts.width);
        assert!((scale - 4.0).abs() < f64::EPSILON);
        assert_eq!(detail.scan.facts.microns_per_pixel(), Some(0.5));
    }
}

#[tokio::test]
async fn an_unmatched_scan_is_its_own_sites() {
    for (catalog, _guard) in worlds().await {
        let scan = ScanId(id(73));
        assert!(
            catalog
                .touch_scan(&ines(Action::ViewTile), scan)
                .await
                .is_err()
        );
        let tess = manager(Action::ViewTile);
        assert!(catalog.touch_scan(&tess, scan).await.is_ok());
        let mut elsewhere = tess.clone();
        elsewhere.subject.organisation = OrganisationId(id(2));
        assert!(catalog.touch_scan(&elsewhere, scan).await.is_err());
    }
}

#[tokio::test]
async fn a_case_shows_its_slides_where_they_belong() {
    for (catalog, _guard) in worlds().await {
        let asking = ines(Action::ViewCase);
        let opened = catalog.touch_case(&asking, case(101)).await.unwrap();
        let view = catalog.case(&opened).await.unwrap();
        assert_eq!((view.revision, view.numbers.len()), (7, 2));
        let referring = view.numbers.iter().find(|one| one.role == "referring");
        assert_eq!(referring.unwrap().value.expose(), "HV 7");
        let record = view.patient.record.as_ref().unwrap();
        assert_eq!(record.value.expose(), "ZZ 000 417");
        assert_eq!(view.specimens.len(), 1, "only the newest version of a part");
        assert_eq!(view.specimens[0].specimen_type, "excision");
        let slides = &view.specimens[0].blocks[0].slides;
        let states: Vec<_> = slides.iter().map(SlideView::expectation).collect();
        assert_eq!(states, ["here", "expected"]);
        assert!(slides[1].is_awaited());
        assert_eq!(slides[0].earlier_scans.len(), 1);
        assert_eq!(view.loose_slides[0].expectation(), "waived");
        assert_eq!(view.in_trays[0].slide, "A1-2");
        let slide = catalog.slide(&opened, SlideId(id(61))).await.unwrap();
        assert_eq!(slide.container.expose(), "NG26-00101-A1-1");
        assert!(catalog.slide(&opened, SlideId(id(999))).await.is_err());
        assert!(catalog.attachments(&opened).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn changes_are_told_to_who_lists_or_opens_the_case() {
    for (catalog, _guard) in worlds().await {
        let follows = async |asking: Asking, n| catalog.follows(&asking, case(n)).await.unwrap();
        assert!(follows(ines(Action::FollowChanges), 102).await);
        assert!(follows(omar(Action::FollowChanges), 101).await);
        assert!(!follows(eve(Action::FollowChanges), 101).await);
        assert!(!follows(asking(21, 1, Action::FollowChanges), 104).await);
    }
}
