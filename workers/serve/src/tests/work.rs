//! A case from accession to the worklist and back, through the doors.

use axum::http::{Method, StatusCode, header};
use catalog::By;
use futures::StreamExt;
use pathology::ids::{CaseId, OrganisationId, SlideId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::site::{Ask, Site, new_case, site};

/// Registers a case and waives its slide, so that it waits.
pub(super) async fn waiting_case(site: &Site, number: &str) -> Value {
    let dana = site.become_one("dana").await;
    let (status, case) = site
        .json(Ask::post("/api/v1/cases", &dana, new_case(number)))
        .await;
    assert_eq!(status, StatusCode::CREATED, "{case}");
    let slide = &case["specimens"][0]["blocks"][0]["slides"][0]["id"];
    let of = |value: &Value| value.as_str().unwrap().parse::<Uuid>().unwrap();
    let by = By::operator("dana", OrganisationId(Uuid::from_u128(1)));
    let (id, slide) = (CaseId(of(&case["id"])), SlideId(of(slide)));
    let waived = site.door.catalog().waive_slide(id, slide, "broken", &by);
    waived.await.unwrap();
    case
}

pub(super) async fn claimed(site: &Site, cookie: &str) -> Value {
    let ask = Ask::post("/api/v1/worklist/claim-next", cookie, json!({}));
    let (status, claim) = site.json(ask).await;
    assert_eq!(status, StatusCode::CREATED, "{claim}");
    claim
}

#[tokio::test]
async fn a_case_is_registered_once_and_other_content_is_refused() {
    let site = site().await;
    let dana = site.become_one("dana").await;
    let send = async |body| site.json(Ask::post("/api/v1/cases", &dana, body)).await;
    let (status, case) = send(new_case("NG26-1")).await;
    assert_eq!(
        (status, &case["state"]),
        (StatusCode::CREATED, &json!("accessioned"))
    );
    assert_eq!(case["patient"]["name"], "TESTPATIENT Anna");
    assert_eq!(case["content"]["copy_to"], json!(["Dr COPY"]));
    assert_eq!(
        case["specimens"][0]["blocks"][0]["slides"][0]["name"],
        "A1-1"
    );
    assert_eq!(case["banner"][0]["title"], "1 slide is still expected.");
    let (status, same) = send(new_case("NG26-1")).await;
    assert_eq!((status, &same["id"]), (StatusCode::OK, &case["id"]));
    let mut other = new_case("NG26-1");
    other["patient"]["family"] = json!("TESTOTHER");
    let (status, refused) = send(other).await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::CONFLICT, &json!("number_taken"))
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_new_case_is_named() {
    let site = site().await;
    let dana = site.become_one("dana").await;
    let wrong = [
        ("/priority", json!("soon"), "priority"),
        ("/received_at", json!("yesterday"), "received_at"),
        ("/specialty", json!("Skin!"), "specialty"),
        ("/site", json!("Elsewhere"), "site"),
        ("/numbers/0/issuer", json!("nobody"), "numbers.issuer"),
        ("/numbers/0/role", json!("referring"), "numbers"),
        ("/patient/numbers/0/value", json!(""), "patient.numbers"),
        (
            "/content/named_pathologist",
            json!("Ines"),
            "content.named_pathologist",
        ),
    ];
    for (place, value, field) in wrong {
        let mut case = new_case("NG26-2");
        case["content"]["named_pathologist"] = Value::Null;
        *case.pointer_mut(place).unwrap() = value;
        let (status, refused) = site.json(Ask::post("/api/v1/cases", &dana, case)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{place}");
        assert_eq!(refused["field"], field, "{refused}");
    }
}

#[tokio::test]
async fn who_does_not_register_cases_or_read_them_is_refused() {
    let site = site().await;
    let ines = site.become_one("ines").await;
    let (status, body) = site
        .json(Ask::post("/api/v1/cases", &ines, new_case("NG26-3")))
        .await;
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::FORBIDDEN, &json!("not_entitled"))
    );
    let dana = site.become_one("dana").await;
    let (status, _) = site
        .json(Ask::post("/api/v1/worklist/claim-next", &dana, json!({})))
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (_, case) = site
        .json(Ask::post("/api/v1/cases", &dana, new_case("NG26-3")))
        .await;
    let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
    // Not waiting yet: Ines has no relation to it.
    let (status, _) = site.json(Ask::get(&path, &ines)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_waiting_case_is_listed_claimed_drafted_and_signed() {
    let site = site().await;
    waiting_case(&site, "NG26-4").await;
    let ines = site.become_one("ines").await;
    let (_, list) = site.json(Ask::get("/api/v1/worklist", &ines)).await;
    assert_eq!(
        (&list["counts"]["waiting"], &list["rows"][0]["number"]),
        (&json!(1), &json!("NG26-4"))
    );
    assert_eq!(list["most_likely"]["number"], "NG26-4");
    assert_eq!(
        list["rows"][0]["why"][1],
        "Dermatology: you are credentialed."
    );
    assert_eq!(list["specialties"][0]["name"], "Dermatology");
    let claim = claimed(&site, &ines).await;
    assert_eq!(claim["number"], "NG26-4");
    let at = |verb: &str| format!("/api/v1/claims/{}/{verb}", claim["id"].as_str().unwrap());
    let (draft, sign_out) = (at("draft"), at("sign-out"));
    let body = json!({"fence": claim["fence"], "text": "Naevus."});
    let (status, _) = site.json(Ask::post(&draft, &ines, body)).await;
    assert_eq!(status, StatusCode::OK);
    let path = format!("/api/v1/cases/{}", claim["case"].as_str().unwrap());
    let (_, case) = site.json(Ask::get(&path, &ines)).await;
    assert_eq!(
        (&case["draft"]["text"], &case["draft"]["mine"]),
        (&json!("Naevus."), &json!(true))
    );
    assert_eq!(case["readings"][0]["claim"]["begun"], true);
    let mut signature = json!({"fence": claim["fence"], "case_revision": case["revision"], "diagnosis": "Naevus.", "seen": []});
    let (status, refused) = site
        .json(Ask::post(&sign_out, &ines, signature.clone()))
        .await;
    if status == StatusCode::UNPROCESSABLE_ENTITY {
        signature["acknowledged"] = refused["needs"].clone();
        let (status, signed) = site.json(Ask::post(&sign_out, &ines, signature)).await;
        assert_eq!(status, StatusCode::CREATED, "{signed}");
    } else {
        assert_eq!(status, StatusCode::CREATED, "{refused}");
    }
    let (_, case) = site.json(Ask::get(&path, &ines)).await;
    assert_eq!(
        (&case["state"], &case["reports"][0]["text"]),
        (&json!("signed_out"), &json!("Naevus."))
    );
}

#[tokio::test]
async fn a_lost_claim_says_so_and_a_manager_reads_the_audit_but_no_report() {
    let site = site().await;
    waiting_case(&site, "NG26-5").await;
    let ines = site.become_one("ines").await;
    let claim = claimed(&site, &ines).await;
    let at = |verb: &str| format!("/api/v1/claims/{}/{verb}", claim["id"].as_str().unwrap());
    let (release, heartbeat) = (at("release"), at("heartbeat"));
    let body = json!({"fence": claim["fence"], "reason": ""});
    let answer = site.send(Ask::post(&release, &ines, body)).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let body = json!({"fence": claim["fence"]});
    let (status, lost) = site.json(Ask::post(&heartbeat, &ines, body)).await;
    assert_eq!(
        (status, &lost["code"]),
        (StatusCode::CONFLICT, &json!("claim_lost"))
    );
    let tess = site.become_one("tess").await;
    let path = format!("/api/v1/audit?case={}", claim["case"].as_str().unwrap());
    let (_, lines) = site.json(Ask::get(&path, &tess)).await;
    let actions: Vec<&str> = lines
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|line| line["action"].as_str())
        .collect();
    assert!(
        actions.contains(&"view_case") && actions.len() >= 3,
        "{actions:?}"
    );
    let refused = site.send(Ask::get(&path, &ines)).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);

    let path = path.replace("audit", "decisions");
    let (_, decided) = site.json(Ask::get(&path, &tess)).await;
    let one = &decided[0];
    assert_eq!(
        (&one["state"], &one["said"], &one["stands"]),
        (&json!("released"), &claim["why"], &json!(true))
    );
    assert_eq!(one["again"], one["said"]);
    assert_eq!(one["facts"]["reading"]["id"], one["reading"]);
    let refused = site.send(Ask::get(&path, &ines)).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let none = site.send(Ask::get("/api/v1/decisions", &tess)).await;
    assert_eq!(none.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn nothing_to_read_is_no_content_and_away_is_told() {
    let site = site().await;
    let ines = site.become_one("ines").await;
    let next = || Ask::post("/api/v1/worklist/claim-next", &ines, json!({}));
    assert_eq!(site.send(next()).await.status(), StatusCode::NO_CONTENT);
    let away = Ask {
        method: Method::PUT,
        ..Ask::post(
            "/api/v1/pathologists/me/presence",
            &ines,
            json!({"presence": "away"}),
        )
    };
    assert_eq!(site.send(away).await.status(), StatusCode::OK);
    let (status, body) = site.json(next()).await;
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::CONFLICT, &json!("away"))
    );
}

#[tokio::test]
async fn a_search_is_a_body_and_finds_what_one_may_view() {
    let site = site().await;
    waiting_case(&site, "NG26-6").await;
    let find = async |who: &str| {
        let cookie = site.become_one(who).await;
        let ask = Ask::post("/api/v1/cases/search", &cookie, json!({"text": "ng26-6"}));
        let by_case = site.json(ask).await.1;
        let ask = Ask::post(
            "/api/v1/cases/search",
            &cookie,
            json!({"text": "NG26-6-A1"}),
        );
        (by_case, site.json(ask).await.1)
    };
    for who in ["ines", "tess"] {
        let (_, by_container) = find(who).await;
        assert_eq!(by_container["rows"][0]["number"], "NG26-6", "{who}");
    }
}

#[tokio::test]
async fn the_measures_count_what_is_there() {
    let site = site().await;
    waiting_case(&site, "NG26-7").await;
    let tess = site.become_one("tess").await;
    let (status, now) = site.json(Ask::get("/api/v1/measures/now", &tess)).await;
    assert_eq!(
        (status, &now["cases"]["waiting"]),
        (StatusCode::OK, &json!(1))
    );
    assert_eq!(now["by_specialty"][0]["name"], "Dermatology");
}

#[tokio::test]
async fn changes_are_told_to_who_may_know_them() {
    let site = site().await;
    // The first case of a specialty opens its pool, which is told as a change of rights.
    waiting_case(&site, "NG26-9").await;
    let ines = site.become_one("ines").await;
    let answer = site.send(Ask::get("/api/v1/changes", &ines)).await;
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut stream = answer.into_body().into_data_stream();
    let hello = stream.next().await.unwrap().unwrap();
    assert!(
        hello.starts_with(b"event: hello\ndata: {\"now\":"),
        "{hello:?}"
    );
    let case = waiting_case(&site, "NG26-8").await;
    let told = stream.next().await.unwrap().unwrap();
    let told = String::from_utf8(told.to_vec()).unwrap();
    assert!(
        told.contains("event: change") && told.contains(case["id"].as_str().unwrap()),
        "{told}"
    );
    assert!(!told.contains("NG26-8"), "ids only: {told}");
    site.door.shutdown.cancel();
    while let Some(rest) = stream.next().await {
        rest.unwrap();
    }
}
