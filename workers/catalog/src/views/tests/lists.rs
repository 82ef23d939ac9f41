//! Lists: who sees which rows, how many there are, and that every statement is understood.

use pathology::access::Action;
use pathology::case::Micros;
use pathology::ids::{OrganisationId, PathologistId, SiteId};

use super::world::{eve, id, ines, manager, omar, run, worlds};
use crate::Catalog;
use crate::views::{Asking, Counts, Part, Worklist, WorklistQuery};

async fn list(catalog: &Catalog, asking: &Asking, part: Part) -> Worklist {
    let query = WorklistQuery {
        part,
        specialty: None,
        site: None,
    };
    catalog.worklist(&asking.subject, &query).await.unwrap()
}

fn numbers(list: &Worklist) -> Vec<&str> {
    list.rows.iter().map(|row| row.number.as_str()).collect()
}

#[tokio::test]
async fn every_statement_is_understood() {
    for (catalog, _guard) in worlds().await {
        assert!(catalog.prepare_every_statement().await.unwrap() > 30);
    }
}

#[tokio::test]
async fn a_worklist_has_what_its_pathologist_may_read_and_nothing_else() {
    for (catalog, _guard) in worlds().await {
        let asking = ines(Action::ListWorklist);
        let mine = list(&catalog, &asking, Part::All).await;
        // Immediate first, then by key; what others hold comes last.
        assert_eq!(numbers(&mine), ["NG26-00103", "NG26-00101", "NG26-00102"]);
        let counts = Counts {
            mine: 0,
            waiting: 2,
            held_by_others: 1,
        };
        assert_eq!(mine.counts, counts);
        assert_eq!(mine.most_likely.as_ref().unwrap().number, "NG26-00103");
        let omar = list(&catalog, &omar(Action::ListWorklist), Part::MineAndWaiting).await;
        assert_eq!(numbers(&omar), ["NG26-00102", "NG26-00101"]);
        assert_eq!(omar.rows[0].why, ["Due first.", "Dermatology."]);
        assert!(omar.rows[0].mine && omar.rows[0].claim.is_some());
        let eve = list(&catalog, &eve(Action::ListWorklist), Part::All).await;
        assert_eq!(eve.rows.len(), 1);
        assert_eq!(eve.rows[0].organisation_name, "Hillview");
    }
}

#[tokio::test]
async fn a_row_counts_its_slides_and_names_its_specimen() {
    for (catalog, _guard) in worlds().await {
        let list = list(&catalog, &ines(Action::ListWorklist), Part::Waiting).await;
        let row = &list.rows[1];
        let slides = (row.slides_here, row.slides_expected, row.slides_waived);
        assert_eq!(slides, (1, 2, 1));
        assert_eq!((row.slides_in_tray, row.slides_damaged), (1, 0));
        assert_eq!(row.specimen, "Skin, left forearm, excision");
        assert_eq!(row.specimens, 1);
        assert_eq!(row.numbers.len(), 2);
    }
}

#[tokio::test]
async fn a_colleague_s_claim_is_not_handed_out() {
    for (catalog, _guard) in worlds().await {
        let list = list(&catalog, &ines(Action::ListWorklist), Part::HeldByOthers).await;
        assert!(list.rows[0].claim.is_none());
        let holder = list.rows[0].holder.as_ref().unwrap();
        assert_eq!(holder.0, "Dr SECOND Omar");
        assert_eq!(holder.1, "Hillview House");
    }
}

#[tokio::test]
async fn filters_narrow_rows_and_leave_counts() {
    for (catalog, _guard) in worlds().await {
        let subject = ines(Action::ListWorklist).subject;
        let mut query = WorklistQuery {
            part: Part::All,
            specialty: Some("renal".into()),
            site: None,
        };
        let renal = catalog.worklist(&subject, &query).await.unwrap();
        assert!(renal.rows.is_empty());
        assert_eq!(renal.counts.waiting, 2);
        query.specialty = None;
        query.site = Some(SiteId(id(12)));
        let there = catalog.worklist(&subject, &query).await.unwrap();
        assert!(there.rows.is_empty());
        assert_eq!(there.specialties[0].readings, 3);
    }
}

#[tokio::test]
async fn a_manager_sees_the_organisation_without_restricted_records() {
    for (catalog, _guard) in worlds().await {
        let list = list(&catalog, &manager(Action::ListWorklist), Part::All).await;
        assert_eq!(numbers(&list), ["NG26-00101", "NG26-00102"]);
        assert_eq!(list.counts.held_by_others, 1);
    }
}

#[tokio::test]
async fn a_search_finds_only_what_may_be_viewed() {
    for (catalog, _guard) in worlds().await {
        let search = async |asking: Asking, text: &str| {
            let hits = catalog.search(&asking, text).await.unwrap();
            hits.into_iter().map(|hit| hit.case.0).collect::<Vec<_>>()
        };
        let tess = || manager(Action::SearchCases);
        assert_eq!(search(tess(), "NG26-00101").await, [id(101)]);
        assert_eq!(search(tess(), "NG26-00101-A1").await, [id(101)]);
        assert_eq!(search(tess(), "testpat").await.len(), 2);
        assert!(search(tess(), "TESTSTAFF").await.is_empty(), "restricted");
        assert!(search(tess(), "%%").await.is_empty() && search(tess(), "G26-").await.is_empty());
        assert_eq!(
            search(eve(Action::SearchCases), "NG26-00101").await,
            [id(104)]
        );
        assert_eq!(search(ines(Action::SearchCases), "HV 7").await, [id(101)]);
        let refused = catalog.search(&tess(), " N ").await;
        assert!(refused.is_err());
    }
}

#[tokio::test]
async fn measures_add_up_and_stay_inside_the_organisation() {
    for (catalog, _guard) in worlds().await {
        run(
            &catalog,
            "UPDATE cases SET state = 'signed_out', signed_out_at = 4500 WHERE case_id = #103",
        )
        .await;
        let of = OrganisationId(id(1));
        let view = catalog.measures(of, Micros(2500)).await.unwrap();
        assert_eq!((view.delivered, view.published, view.in_trays), (2, 2, 1));
        assert_eq!((view.waiting, view.claimed, view.signed_out), (2, 1, 1));
        assert_eq!((view.accessioned, view.partial, view.late), (0, 1, 2));
        assert_eq!(view.oldest_waiting.unwrap().since, Micros(2000));
        assert_eq!(view.per_hour.len(), 1);
        assert_eq!(view.per_hour[0].delivered, 2);
        assert_eq!(view.by_specialty[0].specialty, "skin");
        assert_eq!(view.by_specialty[0].signed_out, 1);
        assert_eq!(view.scanners[0].delivered, 2);
        let other = catalog.measures(OrganisationId(id(2)), Micros(0)).await;
        assert_eq!(other.unwrap().delivered, 0);
    }
}

#[tokio::test]
async fn a_tray_names_its_best_guess() {
    for (catalog, _guard) in worlds().await {
        let of = OrganisationId(id(1));
        let entries = catalog.tray("unmatched", of, None).await.unwrap();
        let guess = entries[0].best_guess.as_ref().unwrap();
        assert_eq!((guess.name.as_str(), guess.is_scanned), ("A1-2", false));
        assert_eq!(entries[0].file_name.as_ref().unwrap().expose(), "b.svs");
        assert_eq!(entries[0].scanner.as_deref(), Some("GT450-1"));
        let elsewhere = catalog.tray("unmatched", of, Some(SiteId(id(12)))).await;
        assert!(elsewhere.unwrap().is_empty());
    }
}

#[tokio::test]
async fn people_are_listed_with_what_they_may_read_now() {
    for (catalog, _guard) in worlds().await {
        let of = OrganisationId(id(2));
        let people = catalog.pathologists(of).await.unwrap();
        assert_eq!(people.len(), 2);
        let omar = catalog
            .pathologist(of, PathologistId(id(22)))
            .await
            .unwrap();
        assert_eq!(omar.specialties, ["skin"]);
        assert_eq!((omar.held, omar.capacity), (1, 6));
        assert!(
            catalog
                .pathologist(of, PathologistId(id(21)))
                .await
                .is_err()
        );
        assert_eq!(catalog.agreements(of).await.unwrap().len(), 1);
        assert_eq!(catalog.sites(of).await.unwrap()[0].name, "Hillview House");
        let site = catalog.site_named(of, "Hillview House").await.unwrap();
        assert_eq!(site, SiteId(id(12)));
        assert!(catalog.site_named(of, "Northgate General").await.is_err());
    }
}
