//! Handing over, offering, asking, being away, correcting: through the doors.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::site::{Ask, Site, site};
use super::work::{claimed, waiting_case};

const INES: &str = "00000000-0000-0000-0000-000000000015";

fn at(claim: &Value, verb: &str) -> String {
    format!("/api/v1/claims/{}/{verb}", claim["id"].as_str().unwrap())
}

async fn reading_of(site: &Site, cookie: &str, case: &Value) -> String {
    let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
    let (_, case) = site.json(Ask::get(&path, cookie)).await;
    case["readings"][0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_case_is_handed_over_by_its_holder_to_who_may_have_it() {
    let site = site().await;
    waiting_case(&site, "NG26-1").await;
    let (ines, dana) = (site.become_one("ines").await, site.become_one("dana").await);
    let claim = claimed(&site, &ines).await;
    let body =
        |to: &str, reason: &str| json!({"fence": claim["fence"], "to": to, "reason": reason});
    let path = at(&claim, "hand-over");
    let send = async |cookie: &str, body| site.json(Ask::post(&path, cookie, body)).await;
    let (status, _) = send(&dana, body(INES, "leave")).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "it is not Dana's");
    let (status, refused) = send(&ines, body(INES, "leave")).await;
    assert_eq!(
        (status, &refused["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("to"))
    );
    let (status, refused) = send(&ines, body(&"1".repeat(32), "")).await;
    assert_eq!(
        (status, &refused["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("reason"))
    );
    let (status, _) = send(&ines, body("00000000-0000-0000-0000-000000000099", "leave")).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "nobody of that id");
}

#[tokio::test]
async fn who_may_read_it_is_told_to_who_could_give_it_away() {
    let site = site().await;
    let case = waiting_case(&site, "NG26-1").await;
    let (ines, tess) = (site.become_one("ines").await, site.become_one("tess").await);
    let reading = reading_of(&site, &tess, &case).await;
    let path = format!("/api/v1/readings/{reading}/eligibility");
    let (status, told) = site.json(Ask::get(&path, &tess)).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let ines_there = |told: &Value| {
        let people = told["people"].as_array().expect("people");
        let hers = people.iter().find(|one| one["pathologist"] == INES);
        hers.expect("Ines could").clone()
    };
    assert_eq!(ines_there(&told)["may"], json!(true));
    assert_eq!(told["rules"], json!(1));
    let (status, _) = site.json(Ask::get(&path, &ines)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let held = claimed(&site, &ines).await;
    let path = at(&held, "eligibility");
    let (status, told) = site.json(Ask::get(&path, &ines)).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let people = told["people"].as_array().expect("colleagues");
    assert!(people.iter().all(|one| one["pathologist"] != INES));
    let (status, _) = site.json(Ask::get(&path, &tess)).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_offer_is_a_managers_and_becomes_a_claim_when_it_is_accepted() {
    let site = site().await;
    let case = waiting_case(&site, "NG26-1").await;
    let (ines, tess) = (site.become_one("ines").await, site.become_one("tess").await);
    let reading = reading_of(&site, &tess, &case).await;
    let path = format!("/api/v1/readings/{reading}/offer");
    let offer = async |cookie: &str, seconds: u32| {
        let body = json!({"pathologist": INES, "seconds": seconds});
        site.json(Ask::post(&path, cookie, body)).await
    };
    assert_eq!(offer(&ines, 60).await.0, StatusCode::FORBIDDEN);
    assert_eq!(offer(&tess, 59).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, offered) = offer(&tess, 60).await;
    assert_eq!(status, StatusCode::CREATED, "{offered}");
    assert_eq!(offer(&tess, 60).await.0, StatusCode::CONFLICT);
    let urgent = "/api/v1/worklist/urgent";
    let (status, calls) = site.json(Ask::get(urgent, &ines)).await;
    assert_eq!((status, &calls["waiting"]), (StatusCode::OK, &json!([])));
    assert_eq!(calls["offered"][0]["claim"], offered["claim"]);
    assert_eq!(calls["offered"][0]["number"], "NG26-1");
    let (status, _) = site.json(Ask::get(urgent, &tess)).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "nothing calls a manager");
    let (_, list) = site.json(Ask::get("/api/v1/worklist", &ines)).await;
    assert_eq!(list["rows"][0]["claim"]["offer_until"], offered["until"]);
    let offered = json!({"id": offered["claim"], "fence": offered["fence"]});
    let fence = json!({"fence": offered["fence"]});
    let path = at(&offered, "heartbeat");
    let beat = Ask::post(&path, &ines, fence.clone());
    assert_eq!(
        site.json(beat).await.0,
        StatusCode::CONFLICT,
        "not accepted yet"
    );
    let (status, claim) = site
        .json(Ask::post(&at(&offered, "accept"), &ines, fence.clone()))
        .await;
    assert_eq!(
        (status, &claim["number"]),
        (StatusCode::OK, &json!("NG26-1"))
    );
    let beat = Ask::post(&path, &ines, fence);
    assert_eq!(site.json(beat).await.0, StatusCode::OK);
}

#[tokio::test]
async fn an_absence_is_previewed_and_said_by_oneself_or_a_manager() {
    let site = site().await;
    waiting_case(&site, "NG26-1").await;
    let (ines, tess) = (site.become_one("ines").await, site.become_one("tess").await);
    let dana = site.become_one("dana").await;
    claimed(&site, &ines).await;
    let body = |to: &str| json!({"pathologist": INES, "deputy": null, "from": "2020-01-01T00:00:00Z", "to": to, "reason": "leave"});
    let ask = async |path: &str, cookie: &str, to: &str| {
        site.json(Ask::post(path, cookie, body(to))).await
    };
    let (preview, record) = ("/api/v1/absences/preview", "/api/v1/absences");
    let later = "2999-01-01T00:00:00Z";
    assert_eq!(ask(preview, &dana, later).await.0, StatusCode::FORBIDDEN);
    let (status, refused) = ask(preview, &tess, "soon").await;
    assert_eq!(
        (status, &refused["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("to"))
    );
    let (status, shown) = ask(preview, &tess, later).await;
    assert_eq!(status, StatusCode::OK, "{shown}");
    assert_eq!(shown["moves"][0]["becomes"], "waits");
    assert_eq!(shown["moves"][0]["number"], "NG26-1");
    let (status, done) = ask(record, &ines, later).await;
    assert_eq!(
        (status, &done["applied"]),
        (StatusCode::CREATED, &json!(true))
    );
    let next = Ask::post("/api/v1/worklist/claim-next", &ines, json!({}));
    let (status, refused) = site.json(next).await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::CONFLICT, &json!("away"))
    );
    let cancel = format!("{record}/{}/cancel", done["absence"].as_str().unwrap());
    let ended = async |cookie: &str| site.json(Ask::post(&cancel, cookie, json!({}))).await.0;
    let listed = async |cookie: &str| site.json(Ask::get(record, cookie)).await.1;
    for cookie in [&ines, &tess] {
        let one = listed(cookie).await;
        assert_eq!(
            (&one[0]["id"], one[1].is_null()),
            (&done["absence"], true),
            "{one}"
        );
        assert_eq!(
            (&one[0]["begun"], &one[0]["to"]),
            (&json!(true), &json!(later))
        );
    }
    assert_eq!(listed(&dana).await, json!([]), "not theirs to set");
    assert_eq!(ended(&dana).await, StatusCode::FORBIDDEN);
    assert_eq!(ended(&tess).await, StatusCode::NO_CONTENT);
    assert_eq!(listed(&ines).await, json!([]));
    assert_eq!(ended(&tess).await, StatusCode::CONFLICT);
}

#[tokio::test]
async fn glass_and_opinions_are_ordered_by_the_holder_and_the_laboratory_sees_what_it_owes() {
    let site = site().await;
    let case = waiting_case(&site, "NG26-1").await;
    let (ines, dana) = (site.become_one("ines").await, site.become_one("dana").await);
    let claim = claimed(&site, &ines).await;
    let order = async |verb: &str, cookie: &str, body: Value| {
        let mut body = body;
        body["fence"] = claim["fence"].clone();
        let path = at(&claim, verb);
        site.json(Ask::post(&path, cookie, body)).await
    };
    let work = json!({"block": "A1", "stains": ["Ki-67"], "reason": "grade"});
    let (status, _) = order("extra-work", &dana, work.clone()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, asked) = order("extra-work", &ines, work).await;
    assert_eq!(status, StatusCode::CREATED, "{asked}");
    let (_, owed) = site.json(Ask::get("/api/v1/extra-work", &dana)).await;
    assert_eq!(
        (&owed[0]["number"], &owed[0]["here"]),
        (&json!("NG26-1"), &json!(0))
    );
    let end = format!("/api/v1/extra-work/{}/end", asked["work"].as_str().unwrap());
    let body = json!({"no_tissue_left": true, "reason": "exhausted"});
    let (status, _) = site.json(Ask::post(&end, &dana, body)).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let slide = &case["specimens"][0]["blocks"][0]["slides"][0]["id"];
    let glass = json!({"slide": slide, "reason": "polarise"});
    assert_eq!(
        order("glass-read", &ines, glass.clone()).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        order("defer-to-glass", &ines, glass.clone()).await.0,
        StatusCode::NO_CONTENT
    );
    let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
    let (_, now) = site.json(Ask::get(&path, &ines)).await;
    let sign = json!({"case_revision": now["revision"], "diagnosis": "Naevus.", "seen": []});
    let (status, refused) = order("sign-out", &ines, sign.clone()).await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::CONFLICT, &json!("glass_unread"))
    );
    assert_eq!(
        order("glass-read", &ines, glass).await.0,
        StatusCode::NO_CONTENT
    );
    let panel = json!({"ask": "panel", "opinions": 1, "question": "invasive?"});
    assert_eq!(
        order("ask", &ines, panel).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let consult = json!({"ask": "consult", "question": "invasive?"});
    assert_eq!(order("ask", &ines, consult).await.0, StatusCode::CREATED);
    assert_eq!(order("sign-out", &ines, sign).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn what_is_signed_is_corrected_by_its_signer_alone() {
    let site = site().await;
    let case = waiting_case(&site, "NG26-1").await;
    let (ines, dana) = (site.become_one("ines").await, site.become_one("dana").await);
    let claim = claimed(&site, &ines).await;
    let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
    let (_, now) = site.json(Ask::get(&path, &ines)).await;
    let sign = json!({"fence": claim["fence"], "case_revision": now["revision"], "diagnosis": "Naevus.", "seen": []});
    let path = at(&claim, "sign-out");
    let (_, signed) = site.json(Ask::post(&path, &ines, sign)).await;
    let report = format!("/api/v1/reports/{}", signed["report"].as_str().unwrap());
    let (recall, correct) = (format!("{report}/recall"), format!("{report}/correct"));
    let why = json!({"reason": "typo"});
    let (status, _) = site.json(Ask::post(&recall, &dana, why.clone())).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = site.json(Ask::post(&recall, &ines, why.clone())).await;
    assert_eq!(status, StatusCode::CONFLICT, "it is released");
    let body = |changes: &str| json!({"amends": true, "text": "Melanoma in situ.", "changes": changes, "case_revision": now["revision"], "seen": []});
    let (status, _) = site
        .json(Ask::post(&correct, &dana, body("the diagnosis")))
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = site.json(Ask::post(&correct, &ines, body(""))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, corrected) = site
        .json(Ask::post(&correct, &ines, body("the diagnosis")))
        .await;
    assert_eq!(
        (status, &corrected["version"]),
        (StatusCode::CREATED, &json!(2))
    );
    let (status, open) = site.json(Ask::get("/api/v1/incidents", &ines)).await;
    assert_eq!((status, &open), (StatusCode::OK, &json!([])));
    let none = "/api/v1/incidents/77/no-change";
    assert_eq!(
        site.json(Ask::post(none, &ines, why)).await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn what_can_be_said_already_is_reported_while_glass_is_waited_for() {
    let site = site().await;
    let case = waiting_case(&site, "NG26-1").await;
    let (ines, dana) = (site.become_one("ines").await, site.become_one("dana").await);
    let claim = claimed(&site, &ines).await;
    let order = async |verb: &str, cookie: &str, mut body: Value| {
        body["fence"] = claim["fence"].clone();
        site.json(Ask::post(&at(&claim, verb), cookie, body)).await
    };
    let work = json!({"block": "A1", "stains": ["Ki-67"], "reason": "grade"});
    let (status, _) = order("extra-work", &ines, work).await;
    assert_eq!(status, StatusCode::CREATED);
    let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
    let (_, now) = site.json(Ask::get(&path, &ines)).await;
    let mut said =
        json!({"case_revision": now["revision"], "diagnosis": "Grade follows.", "seen": []});
    let (status, blind) = order("interim", &ines, said.clone()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{blind}");
    said["acknowledged"] = blind["needs"].clone();
    let (status, _) = order("interim", &dana, said.clone()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, interim) = order("interim", &ines, said).await;
    assert_eq!(status, StatusCode::CREATED, "{interim}");
    let (_, now) = site.json(Ask::get(&path, &ines)).await;
    assert_eq!(
        (&now["reports"][0]["kind"], &now["reports"][0]["text"]),
        (&json!("interim"), &json!("Grade follows."))
    );
}
