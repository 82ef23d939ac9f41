//! From the order to the signature, by those who do it.

use catalog::NewSlide;
use pathology::case::Number;
use serde_json::{Value, json};

use super::house::House;
use super::visitor::Visitor;
use crate::world::{World, on_both};

on_both! {
    a_case_goes_from_its_order_to_its_signature,
    a_slide_that_comes_one_step_before_the_signature_is_looked_at_first,
}

async fn a_case_goes_from_its_order_to_its_signature(world: World) {
    let house = House::open(&world).await;
    let ada = house.visit("ada").await;
    let nothing = ada.post("/api/v1/worklist/claim-next", &json!({})).await;
    assert_eq!(nothing, (204, Value::Null), "nobody waits");
    let (case, glass) = house.ready(&world.northgate, "S26-00001", "skin").await;
    let list = ada.json("/api/v1/worklist").await;
    assert_eq!(list["rows"][0]["number"], "S26-00001", "{list}");

    let claim = claimed(&ada).await;
    assert_eq!(claim["case"], case["id"]);
    let (status, beat) = said(&ada, &claim, "heartbeat", json!({"active": true})).await;
    assert_eq!((status, &beat["begun"]), (200, &json!(false)), "{beat}");
    let text = json!({"text": "Naevus."});
    assert_eq!(said(&ada, &claim, "draft", text).await.0, 200);
    let shown = view(&ada, &claim).await;
    assert_eq!(shown["draft"]["text"], "Naevus.", "{shown}");
    let scan = &shown["specimens"][0]["blocks"][0]["slides"][0]["scan"];
    assert_eq!(scan["id"], glass.scan.to_string());

    let (status, signed) = said(&ada, &claim, "sign-out", signature(&shown)).await;
    assert_eq!(
        (status, &signed["state"]),
        (201, &json!("authorised")),
        "{signed}"
    );
    let shown = view(&ada, &claim).await;
    assert_eq!(shown["state"], "signed_out");
    assert_eq!(shown["reports"][0]["text"], "Naevus.");
    let (status, lost) = said(&ada, &claim, "heartbeat", json!({})).await;
    assert_eq!(
        (status, &lost["code"]),
        (409, &json!("claim_lost")),
        "{lost}"
    );
    let nothing = ada.post("/api/v1/worklist/claim-next", &json!({})).await;
    assert_eq!(nothing, (204, Value::Null), "nobody waits any more");
    house.close().await;
}

async fn a_slide_that_comes_one_step_before_the_signature_is_looked_at_first(world: World) {
    let house = House::open(&world).await;
    let ada = house.visit("ada").await;
    let (case, _) = house.ready(&world.northgate, "S26-00002", "skin").await;
    let claim = claimed(&ada).await;
    expect_another(&world, &case).await;
    let looked = view(&ada, &claim).await;
    let mut sign = signature(&looked);
    sign["acknowledged"] = json!([format!(
        "expected:{}",
        slides(&looked)[1]["id"].as_str().expect("an id")
    )]);

    let late = house.deliver(&world.northgate, "S26-00002-A1-2").await;
    let (status, refused) = said(&ada, &claim, "sign-out", sign).await;
    assert_eq!(
        (status, &refused["code"]),
        (409, &json!("changed_since_you_looked")),
        "{refused}"
    );
    let told = refused["changes"].as_array().expect("changes");
    let late = json!(late.scan.to_string());
    assert!(
        told.iter().any(|change| change["scan"] == late),
        "{refused}"
    );
    assert_eq!(world.count("SELECT count(*) FROM report").await, 0);

    let looked = view(&ada, &claim).await;
    assert_eq!(looked["revision"], refused["revision"]);
    assert_eq!(slides(&looked)[1]["scan"]["id"], late, "{looked}");
    let (status, signed) = said(&ada, &claim, "sign-out", signature(&looked)).await;
    assert_eq!(status, 201, "{signed}");
    let seen = "SELECT count(*) FROM report_scan";
    assert_eq!(world.count(seen).await, 2, "both slides are signed for");
    house.close().await;
}

/// The laboratory cuts another slide of the block while the case is read.
async fn expect_another(world: &World, case: &Value) {
    let at = &world.northgate;
    let number = Number::new(at.issuer.clone(), "S26-00002-A1-2").expect("a number");
    let another = NewSlide {
        container: number,
        name: "A1-2".to_owned(),
        stain: "Ki-67".to_owned(),
    };
    let case = case["id"].as_str().expect("an id").parse();
    let (case, by) = (case.expect("an id"), at.operator("desk"));
    let expected = world.catalog.expect_slides(case, vec![another], &by).await;
    expected.expect("expected");
}

/// The slides of a case: of its one block, and those that stand for themselves.
fn slides(case: &Value) -> Vec<&Value> {
    let of_block = &case["specimens"][0]["blocks"][0]["slides"];
    let lists = [of_block, &case["loose_slides"]];
    let lists = lists.into_iter().filter_map(Value::as_array);
    lists.flatten().collect()
}

async fn claimed(who: &Visitor) -> Value {
    let (status, claim) = who.post("/api/v1/worklist/claim-next", &json!({})).await;
    assert_eq!(status, 201, "{claim}");
    claim
}

/// Says something about a claim, with its fence.
async fn said(who: &Visitor, claim: &Value, verb: &str, mut body: Value) -> (u16, Value) {
    body["fence"] = claim["fence"].clone();
    let id = claim["id"].as_str().expect("an id");
    who.post(&format!("/api/v1/claims/{id}/{verb}"), &body)
        .await
}

async fn view(who: &Visitor, claim: &Value) -> Value {
    let case = claim["case"].as_str().expect("an id");
    who.json(&format!("/api/v1/cases/{case}")).await
}

/// A signature over the case as it was shown.
fn signature(shown: &Value) -> Value {
    let slides = slides(shown).into_iter();
    let scans = slides.map(|slide| &slide["scan"]);
    let seen = scans
        .filter(|scan| !scan.is_null())
        .map(|scan| json!({"scan": scan["id"], "generation": scan["generation"], "opened": true}));
    json!({
        "case_revision": shown["revision"],
        "diagnosis": "Naevus.",
        "seen": seen.collect::<Vec<Value>>(),
    })
}
