//! Who may not see a case sees nothing of it, not even that it is there.

use serde_json::Value;

use super::house::{Glass, House};
use super::visitor::Visitor;
use crate::world::{World, fresh, on_both};

on_both! {
    another_trust_without_agreement_finds_nothing,
    a_withdrawn_agreement_ends_warm_tiles_and_the_case_at_once,
    nobody_is_told_of_cases_that_are_not_theirs,
    nobody_comes_in_without_a_session,
}

async fn another_trust_without_agreement_finds_nothing(world: World) {
    let house = House::open(&world).await;
    let (case, glass) = house.ready(&world.hillview, "S26-00001", "skin").await;
    let doors = doors(&house.visit("cleo").await, &case, &glass).await;
    // Hillview lets nobody read its cases; Dev is of Hillview, but does not read skin.
    let ada = house.visit("ada").await;
    for path in &doors {
        assert_eq!(ada.status(path).await, 404, "Ada got {path}");
    }
    // What is not there and what is not theirs look the same.
    for (path, id) in [(&doors[0], &case["id"]), (&doors[1], &glass_id(&glass))] {
        let nowhere = path.replace(id.as_str().expect("an id"), &fresh().to_string());
        assert_eq!(ada.json(path).await, ada.json(&nowhere).await, "{path}");
    }
    let dev = house.visit("dev").await;
    for path in &doors {
        assert!(
            [403, 404].contains(&dev.status(path).await),
            "Dev got {path}"
        );
    }
    house.close().await;
}

async fn a_withdrawn_agreement_ends_warm_tiles_and_the_case_at_once(world: World) {
    let house = House::open(&world).await;
    let (case, glass) = house.ready(&world.northgate, "S26-00001", "skin").await;
    let (ada, cleo) = (house.visit("ada").await, house.visit("cleo").await);
    let doors = doors(&cleo, &case, &glass).await;
    let seen = doors.iter().filter(|path| !path.contains("/original/"));
    for path in seen.clone() {
        assert_eq!(cleo.status(path).await, 200, "{path}");
    }
    let by = world.northgate.operator("manager");
    let withdrawn = world.catalog.withdraw_agreement(world.agreement, &by);
    withdrawn.await.expect("withdrawn");
    for path in seen.filter(|path| !path.contains("/tiles/")) {
        assert_eq!(cleo.status(path).await, 404, "{path}");
    }
    // The change was told before the withdrawal was answered; whoever ends grants hears it beside us.
    let mut asked = 0;
    while cleo.status(tile(&doors)).await != 404 {
        asked += 1;
        assert!(asked < 100, "the grant was not ended");
    }
    assert_eq!(ada.status(tile(&doors)).await, 200, "Ada reads on");
    house.close().await;
}

async fn nobody_is_told_of_cases_that_are_not_theirs(world: World) {
    let house = House::open(&world).await;
    let mut heard = Vec::new();
    for who in ["ada", "ben", "cleo", "dev"] {
        heard.push(house.visit(who).await.follow().await);
    }
    let [ada, ben, cleo, dev] = heard.try_into().ok().expect("four");
    let skin = house.ready(&world.northgate, "S26-00001", "skin").await;
    world.claim(&world.ada).await;
    let renal = house.ready(&world.northgate, "S26-00002", "renal").await;
    let neuro = house.ready(&world.hillview, "S26-00003", "neuro").await;
    let id = |(case, _): &(Value, Glass)| case["id"].as_str().expect("an id").to_owned();
    // Changes are told in their order: with the last one all before it have come, or never will.
    for (who, theirs) in [
        (&ada, &skin),
        (&ben, &renal),
        (&cleo, &skin),
        (&dev, &neuro),
    ] {
        who.until(&id(theirs)).await;
    }
    ada.until(&id(&renal)).await;
    world
        .catalog
        .set_presence(
            world.cleo.id,
            pathology::staff::Presence::Away,
            &world.cleo.by,
        )
        .await
        .expect("away");
    cleo.until("event: reload").await;
    let not_theirs = [
        (&ada, vec![&neuro]),
        (&ben, vec![&skin, &neuro]),
        (&cleo, vec![&renal, &neuro]),
        (&dev, vec![&skin, &renal]),
    ];
    for (n, (who, others)) in not_theirs.into_iter().enumerate() {
        for other in others {
            let (case, scan) = (id(other), other.1.scan.to_string());
            assert!(!who.has(&case), "person {n} heard of a case");
            assert!(!who.has(&scan), "person {n} heard of a scan");
        }
    }
    house.close().await;
}

async fn nobody_comes_in_without_a_session(world: World) {
    let house = House::open(&world).await;
    let (case, glass) = house.ready(&world.northgate, "S26-00001", "skin").await;
    let doors = doors(&house.visit("ada").await, &case, &glass).await;
    let stranger = house.stranger();
    for path in doors
        .iter()
        .map(String::as_str)
        .chain(["/api/v1/worklist", "/api/v1/changes"])
    {
        assert_eq!(stranger.status(path).await, 401, "{path}");
    }
    house.close().await;
}

/// Every door to a case and its slide: the case's own first, the scan's second, one tile last.
async fn doors(who: &Visitor, case: &Value, glass: &Glass) -> Vec<String> {
    let case_at = format!("/api/v1/cases/{}", case["id"].as_str().expect("an id"));
    let scan_at = format!("/api/v1/scans/{}", glass.scan);
    let slide = &case["specimens"][0]["blocks"][0]["slides"][0]["id"];
    let shown = who.json(&scan_at).await;
    let tiles = shown["tiles"].as_str();
    let tiles = tiles.unwrap_or_else(|| panic!("where are the tiles? {shown}"));
    vec![
        case_at.clone(),
        scan_at.clone(),
        format!("{case_at}/manifest"),
        format!("{case_at}/attachments"),
        format!("/api/v1/slides/{}", slide.as_str().expect("an id")),
        format!("{scan_at}/associated/label"),
        format!("{scan_at}/associated/macro"),
        format!("{scan_at}/associated/thumbnail"),
        format!("{scan_at}/region?x=0&y=0&w=16&h=16"),
        format!("{scan_at}/original/0"),
        format!("{tiles}/0/0/0"),
    ]
}

fn tile(doors: &[String]) -> &str {
    doors.last().expect("a tile")
}

fn glass_id(glass: &Glass) -> Value {
    Value::from(glass.scan.to_string())
}
