//! A manager steers the flow through the doors; others may not, and nothing foreign is reached.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::site::{Ask, Site, site};
use super::work::waiting_case;

async fn post(site: &Site, cookie: &str, path: &str, body: Value) -> (StatusCode, Value) {
    site.json(Ask::post(path, cookie, body)).await
}

async fn get(site: &Site, cookie: &str, path: &str) -> Value {
    let (status, body) = site.json(Ask::get(path, cookie)).await;
    assert_eq!(status, StatusCode::OK, "{path} {body}");
    body
}

#[tokio::test]
async fn a_manager_moves_a_case_and_its_age_stays() {
    let site = site().await;
    let case = waiting_case(&site, "NG26-1").await;
    let other = waiting_case(&site, "NG26-2").await;
    let (tess, dana) = (site.become_one("tess").await, site.become_one("dana").await);
    let path = |what: &str| format!("/api/v1/cases/{}/{what}", case["id"].as_str().unwrap());
    let bump = |of: &Value, minutes: i32| json!({"reading": of["readings"][0]["id"], "minutes": minutes, "reason": "clinic today"});
    let (status, moved) = post(&site, &tess, &path("bump"), bump(&case, 600)).await;
    assert_eq!(status, StatusCode::OK, "{moved}");
    let (_, later) = post(&site, &tess, &path("bump"), bump(&case, -600)).await;
    let at = |json: &Value| json["as_if_due_at"].as_str().unwrap().to_owned();
    assert!(at(&moved) < at(&later), "sooner sorts before later");
    let (status, refused) = post(&site, &tess, &path("bump"), bump(&case, 50_000)).await;
    assert_eq!(
        (status, &refused["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("minutes")),
        "{refused}"
    );
    let (status, _) = post(&site, &tess, &path("bump"), bump(&other, 1)).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "a reading of another case");
    let (status, _) = post(&site, &dana, &path("bump"), bump(&case, 1)).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "an operator");
}

#[tokio::test]
async fn a_manager_sends_a_case_elsewhere_and_pauses_its_clocks() {
    let site = site().await;
    let case = waiting_case(&site, "NG26-1").await;
    let tess = site.become_one("tess").await;
    let path = |what: &str| format!("/api/v1/cases/{}/{what}", case["id"].as_str().unwrap());
    let wrong = json!({"specialties": ["Skin!"], "reason": "no"});
    let (status, _) = post(&site, &tess, &path("retriage"), wrong).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let renal = json!({"specialties": ["renal"], "reason": "a kidney"});
    let (status, said) = post(&site, &tess, &path("retriage"), renal).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{said}");

    let words = json!({"clinical_details": "melanoma?", "reason": "misheard"});
    let (status, said) = post(&site, &tess, &path("content"), words.clone()).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{said}");
    let dana = site.become_one("dana").await;
    let (status, _) = post(&site, &dana, &path("content"), words).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "an operator");
    let silent = json!({"clinical_details": "melanoma?"});
    let (status, _) = post(&site, &tess, &path("content"), silent).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "without a reason");

    let (status, _) = post(&site, &tess, &path("clocks/resume"), json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT, "it is not paused");
    let why = json!({"reason": "more tissue is awaited"});
    let (status, _) = post(&site, &tess, &path("clocks/pause"), why).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let clocks = get(&site, &tess, &path("clocks")).await;
    let figure = |name: &str| clocks["rows"][0][name].as_i64().unwrap();
    assert!(figure("published_seconds") >= figure("adjusted_seconds"));
    let (status, _) = post(&site, &tess, &path("clocks/resume"), json!({})).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_rota_is_sent_as_a_table_or_a_calendar_and_says_where_nobody_is() {
    let site = site().await;
    waiting_case(&site, "NG26-1").await;
    let (tess, ines) = (site.become_one("tess").await, site.become_one("ines").await);
    let who = "00000000-0000-0000-0000-000000000015";
    let asked = "/api/v1/rota/gaps?from=2030-12-03T08:00:00Z&to=2030-12-03T18:00:00Z";
    let skin = |gaps: &Value| -> Vec<Value> {
        let rows = gaps["rows"].as_array().unwrap();
        rows.iter()
            .filter(|row| row["specialty"] == "skin")
            .cloned()
            .collect()
    };
    let gaps = get(&site, &ines, asked).await;
    assert_eq!(skin(&gaps)[0]["from"], "2030-12-03T08:00:00Z", "{gaps}");
    let csv = format!(
        "pathologist,duty,from,to\n{who},reading,2030-12-03T08:00:00Z,2030-12-03T14:00:00Z\n"
    );
    let (status, said) = post(&site, &tess, "/api/v1/rota", json!({"csv": csv})).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{said}");
    let gaps = get(&site, &tess, asked).await;
    assert_eq!(skin(&gaps)[0]["from"], "2030-12-03T14:00:00Z");
    let text = "BEGIN:VEVENT\nDTSTART:20301203T140000Z\nDTEND:20301203T180000Z\nEND:VEVENT\n";
    let calendar = json!({"calendar": {"pathologist": who, "text": text}});
    let (status, said) = post(&site, &tess, "/api/v1/rota", calendar).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{said}");
    let gaps = get(&site, &tess, asked).await;
    assert_eq!(skin(&gaps), Vec::<Value>::new());
    let week = "from=2030-12-02T00:00:00Z&to=2030-12-09T00:00:00Z";
    let rota = get(&site, &tess, &format!("/api/v1/rota?{week}")).await;
    let shift = &rota["rows"][0];
    assert_eq!(rota["rows"].as_array().unwrap().len(), 2, "{rota}");
    assert_eq!(shift["pathologist"], who);
    assert_eq!(shift["duty"], "reading");
    assert_eq!(shift["from"], "2030-12-03T08:00:00Z");
    assert_eq!(shift["away"], false);
    let text = text.replace("DTEND", "RRULE:FREQ=HOURLY\nDTEND");
    let wrong = json!({"calendar": {"pathologist": who, "text": text}});
    let (status, refused) = post(&site, &tess, "/api/v1/rota", wrong).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.to_string().contains("line 3"), "{refused}");
    let people = get(&site, &tess, "/api/v1/pathologists").await;
    let is_ines = |one: &&Value| one["id"] == who;
    let name = &people.as_array().unwrap().iter().find(is_ines).unwrap()["name"];
    let csv = csv.replace(who, name.as_str().unwrap());
    let (status, said) = post(&site, &tess, "/api/v1/rota", json!({"csv": csv})).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "by name: {said}");
    let wrong = json!({"csv": "name,from,to\n"});
    let (status, refused) = post(&site, &tess, "/api/v1/rota", wrong).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.to_string().contains("line 1"), "{refused}");
    let (status, _) = post(&site, &ines, "/api/v1/rota", json!({"csv": csv})).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "a pathologist");
}

#[tokio::test]
async fn an_alarm_is_seen_and_acknowledged_through_the_door() {
    let site = site().await;
    waiting_case(&site, "NG26-1").await;
    let catalog = site.door.catalog();
    // Received long ago: it is past its time.
    catalog.move_clock(60 * 86_400 * 1_000_000).await.unwrap();
    assert!(catalog.raise_overdue(10).await.unwrap() > 0);
    assert_eq!(catalog.raise_overdue(10).await.unwrap(), 0, "once");
    let dana = site.become_one("dana").await;
    let alarms = get(&site, &dana, "/api/v1/alarms").await;
    let overdue = |alarms: &Value| {
        let rows = alarms["rows"].as_array().unwrap().clone();
        rows.into_iter()
            .find(|row| row["topic"] == "reading_overdue")
    };
    let row = overdue(&alarms).unwrap();
    assert_eq!(row["owner_role"], "manager");
    let path = format!("/api/v1/alarms/{}/acknowledge", row["id"]);
    let (status, _) = post(&site, &dana, &path, json!({})).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let alarms = get(&site, &dana, "/api/v1/alarms").await;
    assert_eq!(overdue(&alarms), None);
    let (status, _) = post(&site, &dana, "/api/v1/alarms/77/acknowledge", json!({})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
