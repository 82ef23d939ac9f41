//! Whatever changes a case one step before or after its signature is refused to the signer as "changed
//! since you looked" or put to them: never silent, in every order, one after the other and at once.
//!
//! ```text
//!  look ─ change ─ sign   409, and what changed is named        (the change before the signature)
//!  look ─ sign ─ change   an incident of the signer's, open     (the change after it)
//!  change ─ look ─ sign   seen: neither
//! ```

use catalog::{Claim, Error, NewContent, NewSlide, SignOut};
use pathology::case::{IdentityState, Number};
use pathology::phi::Phi;

use crate::world::{Order, World, on_both, together};

on_both!(
    in_every_order_a_change_is_seen_refused_or_put_to_the_signer,
    two_changes_around_a_signature_are_each_seen_refused_or_put,
    at_once_a_change_is_refused_or_put_to_the_signer,
    an_order_corrected_twice_under_one_key_is_corrected_once,
);

/// What may change a case under its signer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Late {
    /// A slide nobody has scanned yet, expected before.
    Slide,
    /// The same glass scanned again, as was asked for.
    Rescan,
    /// A scan is taken off its slide.
    Relink,
    /// A slide is waived.
    Waived,
    /// A further slide is expected.
    Expected,
    /// The words of the order.
    Words,
}

const ALL: [Late; 6] = [
    Late::Slide,
    Late::Rescan,
    Late::Relink,
    Late::Waived,
    Late::Expected,
    Late::Words,
];

/// A step of the signer's, or the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Look,
    Sign,
    Change(Late),
}

/// A claimed case with one slide here and one that may still come, acknowledged as missing.
async fn claimed(world: &World, n: usize) -> (Order, Claim) {
    let order = world.order(&world.northgate, &format!("S26-{n:05}"));
    world.ready(&order).await;
    let mine = world.claim(&world.ada).await;
    assert_eq!(mine.case, order.case);
    expect(world, &order, "A1-2").await;
    let slide = world.slide(&order.at, &order.container(1)).await;
    let asked = format!(
        "INSERT INTO rescan (slide_id, organisation_id, requested_by, requested_at, reason) SELECT slide_id, organisation_id, 'sam', 0, 'blurred' FROM slide WHERE slide_id = '{slide}'"
    );
    world.meddle(&asked).await.expect("asked for");
    (order, mine)
}

async fn expect(world: &World, order: &Order, name: &str) {
    let container = format!("{}-{name}", order.number);
    let more = vec![NewSlide {
        container: Number::new(order.at.issuer.clone(), &container).expect("a number"),
        name: name.to_owned(),
        stain: "Ki-67".to_owned(),
    }];
    let by = order.at.operator("sam");
    let expected = world.catalog.expect_slides(order.case, more, &by).await;
    expected.expect("expected");
}

/// Sees the case as it is, and says of each missing slide that it is missing.
async fn look(world: &World, claim: &Claim) -> SignOut {
    let missing = format!(
        "SELECT 'expected:' || m.slide_id FROM cases c JOIN manifest_slide m ON m.case_id = c.case_id AND m.version = c.manifest_version \
         JOIN slide g ON g.slide_id = m.slide_id WHERE c.case_id = '{}' AND m.expectation = 'expected' AND g.current_scan_id IS NULL",
        claim.case
    );
    SignOut {
        acknowledged: world.texts(&missing).await,
        ..world.signature(claim).await
    }
}

async fn change(world: &World, order: &Order, late: Late) {
    let by = order.at.operator("sam");
    match late {
        Late::Slide | Late::Rescan => {
            let label = match late {
                Late::Slide => format!("{}-A1-2", order.number),
                _ => order.container(1),
            };
            let bytes = format!("late {late:?} {label}");
            let came = world.deliver(&order.at, &bytes, &label).await;
            assert_eq!(came.identity, IdentityState::Matched, "{late:?}");
        }
        Late::Relink => {
            let scan = "SELECT current_scan_id FROM slide WHERE current_scan_id IS NOT NULL AND case_id = ";
            let scan = world
                .texts(&format!("{scan}'{}'", order.case))
                .await
                .remove(0);
            let scan = scan.parse().expect("an id");
            let off = world.catalog.unlink_scan(scan, "wrong glass", &by).await;
            off.expect("taken off");
        }
        Late::Waived => {
            let slide = world
                .slide(&order.at, &format!("{}-A1-2", order.number))
                .await;
            let waived = world
                .catalog
                .waive_slide(order.case, slide, "lost", &by)
                .await;
            waived.expect("waived");
        }
        Late::Expected => expect(world, order, "A1-3").await,
        Late::Words => {
            let content = NewContent {
                clinical_details: Phi::new("melanoma?".to_owned()),
                ..NewContent::default()
            };
            let corrected = world
                .catalog
                .correct_order(order.case, content, "misheard", None, &by);
            corrected.await.expect("corrected");
        }
    }
}

async fn incidents(world: &World, order: &Order) -> i64 {
    let sql = format!(
        "SELECT count(*) FROM incident WHERE closed_at IS NULL AND case_id = '{}'",
        order.case
    );
    world.count(&sql).await
}

/// Plays the steps in this order; each change must have been seen, refused or put to the signer.
async fn play(world: &World, n: usize, steps: &[Step]) {
    let (order, claim) = claimed(world, n).await;
    let (mut seen, mut since, mut after) = (None, 0_usize, 0_i64);
    let mut signed = false;
    for step in steps {
        match step {
            Step::Look => {
                seen = Some(look(world, &claim).await);
                since = 0;
            }
            Step::Change(late) => {
                change(world, &order, *late).await;
                since += 1;
                after += i64::from(signed);
            }
            Step::Sign => {
                let sign = seen.clone().expect("looked");
                match world.sign(&world.ada, sign).await {
                    Ok(_) => {
                        assert_eq!(since, 0, "{steps:?}: signed over a change nobody saw");
                        signed = true;
                    }
                    Err(Error::ChangedSinceYouLooked { changes, .. }) => {
                        assert!(since > 0, "{steps:?}: nothing had changed");
                        assert!(changes.len() >= since, "{steps:?}: each is named");
                    }
                    Err(other) => panic!("{steps:?}: {other:?}"),
                }
            }
        }
    }
    assert_eq!(
        incidents(world, &order).await,
        after,
        "{steps:?}: put to the signer"
    );
    if !signed {
        let again = look(world, &claim).await;
        world
            .sign(&world.ada, again)
            .await
            .expect("what was looked at again can be signed");
    }
}

async fn in_every_order_a_change_is_seen_refused_or_put_to_the_signer(world: World) {
    let mut n = 0;
    for late in ALL {
        for place in 0..3 {
            let mut steps = vec![Step::Look, Step::Sign];
            steps.insert(place, Step::Change(late));
            n += 1;
            play(&world, n, &steps).await;
        }
    }
}

async fn two_changes_around_a_signature_are_each_seen_refused_or_put(world: World) {
    let mut n = 100;
    for (first, second) in [
        (Late::Slide, Late::Rescan),
        (Late::Waived, Late::Words),
        (Late::Rescan, Late::Relink),
    ] {
        for (at, then) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)] {
            let mut steps = vec![Step::Look, Step::Sign];
            steps.insert(at, Step::Change(first));
            steps.insert(then, Step::Change(second));
            n += 1;
            play(&world, n, &steps).await;
        }
    }
}

async fn an_order_corrected_twice_under_one_key_is_corrected_once(world: World) {
    let (order, claim) = claimed(&world, 1).await;
    let sign = look(&world, &claim).await;
    world.sign(&world.ada, sign).await.expect("signed");
    let by = world.northgate.operator("manager");
    let correct = async |key, said: &str| {
        let content = NewContent {
            clinical_details: Phi::new(said.to_owned()),
            ..NewContent::default()
        };
        let done = { &world.catalog }.correct_order(order.case, content, "misheard", key, &by);
        done.await.expect("corrected");
    };
    correct(Some("k"), "melanoma?").await;
    correct(Some("k"), "melanoma?").await;
    let versions = "SELECT max(version) FROM case_content";
    assert_eq!(world.count(versions).await, 2);
    assert_eq!(incidents(&world, &order).await, 1, "put to the signer once");
    correct(Some("another"), "naevus?").await;
    assert_eq!(world.count(versions).await, 3);
}

async fn at_once_a_change_is_refused_or_put_to_the_signer(world: World) {
    for (n, late) in ALL.into_iter().cycle().take(18).enumerate() {
        let (order, claim) = claimed(&world, 200 + n).await;
        let sign = look(&world, &claim).await;
        let answers = together(2, |n| {
            let (world, order, sign) = (world.clone(), order.clone(), sign.clone());
            async move {
                if n == 0 {
                    change(&world, &order, late).await;
                    return None;
                }
                Some(world.sign(&world.ada, sign).await)
            }
        })
        .await;
        let signed = answers.into_iter().flatten().next().expect("an answer");
        let put = incidents(&world, &order).await;
        match signed {
            Ok(_) => assert_eq!(put, 1, "{late:?}: signed first, so it is put to the signer"),
            Err(Error::ChangedSinceYouLooked { .. }) => {
                assert_eq!(put, 0, "{late:?}: refused, so nobody is asked");
                let again = look(&world, &claim).await;
                world.sign(&world.ada, again).await.expect("looked again");
            }
            Err(other) => panic!("{late:?}: {other:?}"),
        }
    }
}
