//! Tests of identity: every way of being wrong ends in a tray, in whatever order the evidence comes.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const X: &str = "NG26-01742-A1-1";
const Y: &str = "NG26-01742-A1-2";

fn slide(n: u128) -> SlideId {
    SlideId(Uuid::from_u128(n))
}

fn read(origin: Origin, code: &str) -> CodeReading {
    CodeReading {
        origin,
        code: Phi::new(code.to_owned()),
    }
}

fn label(code: &str) -> CodeReading {
    read(Origin::LabelPicture, code)
}

fn name(code: &str) -> CodeReading {
    read(Origin::FileName, code)
}

fn by(person: &str, code: &str) -> CodeReading {
    read(Origin::Handheld(person.to_owned()), code)
}

fn expected(n: u128, container: &str) -> Candidate {
    Candidate {
        slide: slide(n),
        issuer: Issuer::new("northgate-lab").unwrap(),
        container: Phi::new(container.to_owned()),
        expectation: Some(Expectation::Expected),
        scanned: false,
        rescan_requested: false,
        priority: Priority::Routine,
    }
}

fn judge(readings: &[CodeReading], candidates: &[Candidate]) -> Verdict {
    verdict(&Evidence {
        readings,
        candidates,
    })
}

fn attached(n: u128, sources: &[Source]) -> Verdict {
    Verdict::Attach {
        slide: slide(n),
        sources: sources.to_vec(),
        single_checked: false,
    }
}

fn in_tray(code: TrayCode, guess: Option<u128>) -> Verdict {
    Verdict::Tray {
        kind: code.kind(),
        code,
        best_guess: guess.map(slide),
    }
}

#[test]
fn without_a_code_it_is_unreadable_however_much_is_expected() {
    assert_eq!(
        judge(&[], &[expected(1, X)]),
        in_tray(TrayCode::Unreadable, None)
    );
}

#[test]
fn a_code_nobody_registered_has_no_case() {
    assert_eq!(judge(&[label(X)], &[]), in_tray(TrayCode::NoCase, None));
    let re_cased = X.to_lowercase();
    assert_eq!(
        judge(&[label(&re_cased)], &[expected(1, X)]),
        in_tray(TrayCode::NoCase, None)
    );
}

#[test]
fn a_slide_the_manifest_does_not_wait_for_lies_in_the_tray() {
    let with = |expectation| Candidate {
        expectation,
        ..expected(1, X)
    };
    assert_eq!(
        judge(&[label(X)], &[with(None)]),
        in_tray(TrayCode::NotExpected, Some(1))
    );
    assert_eq!(
        judge(&[label(X)], &[with(Some(Expectation::Waived))]),
        in_tray(TrayCode::Waived, Some(1))
    );
}

#[test]
fn two_slides_with_one_barcode_are_never_a_rescan_by_themselves() {
    let scanned = Candidate {
        scanned: true,
        ..expected(1, X)
    };
    let everyone = [label(X), name(X), by("ola", X), by("tess", X)];
    for n in 1..=everyone.len() {
        assert_eq!(
            judge(&everyone[..n], std::slice::from_ref(&scanned)),
            in_tray(TrayCode::TwoSlidesOneBarcode, Some(1))
        );
    }
    let asked = Candidate {
        rescan_requested: true,
        ..scanned
    };
    assert_eq!(
        judge(&[label(X)], &[asked]),
        attached(1, &[Source::Label, Source::Manifest])
    );
}

#[test]
fn one_number_of_two_issuers_is_for_a_person_to_settle() {
    let other = Candidate {
        issuer: Issuer::new("hillview-lab").unwrap(),
        ..expected(2, X)
    };
    assert_eq!(
        judge(&[label(X)], &[expected(1, X), other]),
        in_tray(TrayCode::TwoIssuers, None)
    );
}

#[test]
fn copies_of_one_reading_are_one_source() {
    let copies = [label(X), name(X), read(Origin::EmbeddedHeader, X)];
    let once = attached(1, &[Source::Label, Source::Manifest]);
    for n in 1..=copies.len() {
        assert_eq!(judge(&copies[..n], &[expected(1, X)]), once);
    }
}

#[test]
fn a_contradiction_between_copies_is_held_with_the_only_fitting_guess() {
    let readings = [label(X), name(Y)];
    let neither = judge(&readings, &[]);
    let one = judge(&readings, &[expected(2, Y)]);
    let both = judge(&readings, &[expected(1, X), expected(2, Y)]);
    assert_eq!(neither, in_tray(TrayCode::Contradiction, None));
    assert_eq!(one, in_tray(TrayCode::Contradiction, Some(2)));
    assert_eq!(both, in_tray(TrayCode::Contradiction, None));
}

#[test]
fn one_person_settles_what_could_not_be_read() {
    assert_eq!(
        judge(&[by("ola", X)], &[expected(1, X)]),
        attached(1, &[Source::Manifest, Source::OnePerson])
    );
    assert_eq!(judge(&[by("ola", Y)], &[]), in_tray(TrayCode::NoCase, None));
}

#[test]
fn a_contradiction_takes_two_people_and_one_person_twice_is_one() {
    let candidates = [expected(1, X), expected(2, Y)];
    let held = in_tray(TrayCode::Contradiction, None);
    let with = |people: &[CodeReading]| {
        let readings = [&[label(X), name(Y)], people].concat();
        judge(&readings, &candidates)
    };
    assert_eq!(with(&[by("ola", Y)]), held);
    assert_eq!(with(&[by("ola", Y), by("ola", Y)]), held);
    assert_eq!(with(&[by("ola", X), by("tess", Y)]), held);
    assert_eq!(with(&[by("ola", X), by("ola", Y), by("tess", Y)]), held);
    assert_eq!(
        with(&[by("ola", Y), by("tess", Y)]),
        attached(2, &[Source::Manifest, Source::TwoPeople])
    );
}

#[test]
fn two_people_cannot_release_onto_a_slide_that_is_not_waited_for() {
    let waived = Candidate {
        expectation: Some(Expectation::Waived),
        ..expected(1, X)
    };
    let readings = [label(Y), by("ola", X), by("tess", X)];
    assert_eq!(
        judge(&readings, &[waived]),
        in_tray(TrayCode::Waived, Some(1))
    );
}

#[test]
fn an_immediate_case_takes_one_person_and_says_so() {
    let immediate = Candidate {
        priority: Priority::Immediate,
        ..expected(2, Y)
    };
    let readings = [label(X), by("ola", Y)];
    let single = Verdict::Attach {
        slide: slide(2),
        sources: vec![Source::Manifest, Source::OnePerson],
        single_checked: true,
    };
    assert_eq!(judge(&readings, &[immediate]), single);
    assert_eq!(
        judge(&readings, &[expected(2, Y)]),
        in_tray(TrayCode::Contradiction, Some(2))
    );
}

fn any_reading() -> impl Strategy<Value = CodeReading> {
    let origin = prop_oneof![
        Just(Origin::LabelPicture),
        Just(Origin::EmbeddedHeader),
        Just(Origin::FileName),
        "[ab]".prop_map(Origin::Handheld),
    ];
    (origin, "[XYZ]").prop_map(|(origin, code)| read(origin, &code))
}

fn any_candidate() -> impl Strategy<Value = Candidate> {
    let expectation = prop_oneof![
        Just(None),
        Just(Some(Expectation::Expected)),
        Just(Some(Expectation::Waived)),
    ];
    let facts = (1_u128..4, "[XYZ]", expectation, any::<[bool; 3]>());
    facts.prop_map(
        |(n, container, expectation, [scanned, rescan, immediate])| Candidate {
            expectation,
            scanned,
            rescan_requested: rescan,
            priority: if immediate {
                Priority::Immediate
            } else {
                Priority::Routine
            },
            ..expected(n, &container)
        },
    )
}

/// A slide has one row, so a permutation cannot change which of two rows of it is looked at.
fn once_each(candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut seen = BTreeSet::new();
    let mut candidates = candidates;
    candidates.retain(|one| seen.insert(one.slide));
    candidates
}

fn people_for(readings: &[CodeReading], code: &str) -> usize {
    let people: BTreeSet<_> = readings
        .iter()
        .filter(|one| one.code.expose() == code)
        .filter_map(|one| match &one.origin {
            Origin::Handheld(person) => Some(person),
            _ => None,
        })
        .collect();
    people.len()
}

proptest! {
    #[test]
    fn the_order_of_the_evidence_does_not_matter(
        readings in prop::collection::vec(any_reading(), 0..6),
        candidates in prop::collection::vec(any_candidate(), 0..4),
        shuffled in any::<prop::sample::Index>(),
    ) {
        let candidates = once_each(candidates);
        let first = judge(&readings, &candidates);
        let (mut readings, mut candidates) = (readings, candidates);
        readings.reverse();
        candidates.reverse();
        prop_assert_eq!(&judge(&readings, &candidates), &first);
        if !readings.is_empty() {
            let by = shuffled.index(readings.len());
            readings.rotate_left(by);
        }
        prop_assert_eq!(&judge(&readings, &candidates), &first);
    }

    /// The rule of §8.2 said from the other side: whatever is attached was waited for, its code was
    /// read, and whoever contradicts was overruled by enough people.
    #[test]
    fn nothing_is_attached_on_less_than_two_sources(
        readings in prop::collection::vec(any_reading(), 0..6),
        candidates in prop::collection::vec(any_candidate(), 0..4),
    ) {
        let candidates = once_each(candidates);
        if let Verdict::Attach { slide, sources, single_checked } = judge(&readings, &candidates) {
            let candidate = candidates.iter().find(|one| one.slide == slide).unwrap();
            let code = candidate.container.expose();
            prop_assert_eq!(candidate.expectation, Some(Expectation::Expected));
            prop_assert!(!candidate.scanned || candidate.rescan_requested);
            prop_assert!(readings.iter().any(|one| one.code.expose() == code));
            prop_assert!(sources.len() >= 2 && sources.contains(&Source::Manifest));
            let contradicted = readings.iter().any(|one| one.code.expose() != code);
            let people = people_for(&readings, code);
            if contradicted {
                prop_assert!(people >= 2 || candidate.priority == Priority::Immediate);
            }
            prop_assert_eq!(single_checked, contradicted && people == 1);
        }
    }
}
