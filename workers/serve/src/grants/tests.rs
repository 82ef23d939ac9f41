//! What a grant costs, and what ends it.

use std::sync::atomic::AtomicU32;

use pathology::ids::{AttemptId, OrganisationId, SiteId};
use pathology::tileset::Digest;
use uuid::Uuid;

use super::*;

const MINUTE: Duration = Duration::from_mins(1);

fn scan(n: u128) -> ScanId {
    ScanId(Uuid::from_u128(n))
}

fn case(n: u128) -> CaseId {
    CaseId(Uuid::from_u128(n))
}

fn who(n: u128) -> PathologistId {
    PathologistId(Uuid::from_u128(n))
}

fn grant(of: ScanId) -> Grant {
    Grant {
        since: 1,
        tileset: Tileset {
            scan: of,
            generation: 1,
            header_digest: Digest([0; 32]),
            header_length: 0,
            originals: Arc::new([]),
        },
        access: ScanAccess {
            scan: of,
            organisation: OrganisationId(Uuid::from_u128(1)),
            site: SiteId(Uuid::from_u128(2)),
            case: None,
            pixels: "published".to_owned(),
            generation: 1,
            published_generation: 1,
            attempt: AttemptId(Uuid::from_u128(3)),
            index: None,
            members: Vec::new(),
            images: Vec::new(),
        },
        case: Some(case(9)),
        pathologist: Some(who(5)),
    }
}

fn change(kind: Kind) -> Change {
    Change::new(kind, OrganisationId(Uuid::from_u128(1)), 0)
}

/// Asks for a grant and tells how often it was decided so far.
async fn decided(grants: &Grants, session: u64, of: ScanId, count: &AtomicU32) -> u32 {
    let decide = async {
        count.fetch_add(1, Ordering::SeqCst);
        Ok(grant(of))
    };
    grants.of(session, of, decide).await.unwrap();
    count.load(Ordering::SeqCst)
}

#[tokio::test]
async fn the_first_touch_decides_and_the_next_do_not() {
    let (grants, count) = (Grants::new(8, MINUTE), AtomicU32::new(0));
    for _ in 0..3 {
        assert_eq!(decided(&grants, 1, scan(1), &count).await, 1);
    }
    assert_eq!(
        decided(&grants, 2, scan(1), &count).await,
        2,
        "another session"
    );
    assert_eq!(
        decided(&grants, 1, scan(2), &count).await,
        3,
        "another scan"
    );
}

#[tokio::test]
async fn a_grant_of_no_duration_is_decided_every_time() {
    let (grants, count) = (Grants::new(8, Duration::ZERO), AtomicU32::new(0));
    for n in 1..4 {
        assert_eq!(decided(&grants, 1, scan(1), &count).await, n);
    }
}

#[tokio::test]
async fn changes_that_touch_it_end_it_and_others_do_not() {
    let ending = [
        change(Kind::Rights),
        change(Kind::Rights).of_pathologist(who(5)),
        change(Kind::Rights).of_case(case(9)),
        change(Kind::Worklist).of_case(case(9)),
        change(Kind::Case).of_case(case(9)),
        change(Kind::Scan).of_scan(scan(1)),
        change(Kind::Tray).of_scan(scan(1)),
    ];
    let others = [
        change(Kind::Rights).of_pathologist(who(6)),
        change(Kind::Worklist).of_case(case(8)),
        change(Kind::Case),
        change(Kind::Scan).of_scan(scan(2)),
        change(Kind::Job).of_scan(scan(1)),
    ];
    let ended = ending.iter().map(|change| (change, 2));
    for (change, expected) in ended.chain(others.iter().map(|change| (change, 1))) {
        let (grants, count) = (Grants::new(8, MINUTE), AtomicU32::new(0));
        decided(&grants, 1, scan(1), &count).await;
        grants.drop_touched(change);
        let now = decided(&grants, 1, scan(1), &count).await;
        assert_eq!(now, expected, "{change:?}");
    }
}

#[tokio::test]
async fn a_change_during_the_decision_is_not_outlived_by_it() {
    let (grants, count) = (Grants::new(8, MINUTE), AtomicU32::new(0));
    let decide = async {
        grants.drop_touched(&change(Kind::Worklist).of_case(case(9)));
        Ok(grant(scan(1)))
    };
    grants.of(1, scan(1), decide).await.unwrap();
    assert_eq!(
        decided(&grants, 1, scan(1), &count).await,
        1,
        "decided anew"
    );
}

#[tokio::test]
async fn a_refusal_is_not_kept() {
    let (grants, count) = (Grants::new(8, MINUTE), AtomicU32::new(0));
    let refuse = async { Err(Problem::not_found("scan")) };
    assert!(grants.of(1, scan(1), refuse).await.is_err());
    assert_eq!(decided(&grants, 1, scan(1), &count).await, 1);
}

#[tokio::test]
async fn an_ended_session_has_no_grant_and_their_number_is_bounded() {
    let (grants, count) = (Grants::new(3, MINUTE), AtomicU32::new(0));
    decided(&grants, 1, scan(1), &count).await;
    grants.end(1);
    assert_eq!(decided(&grants, 1, scan(1), &count).await, 2);
    for n in 2..50 {
        decided(&grants, 1, scan(n), &count).await;
        assert!(grants.lock().len() <= 3);
    }
}
