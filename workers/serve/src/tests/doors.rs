//! Every door has a policy, is described, and says what every answer must say.

use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

use super::site::{Ask, FROM_HERE, site};
use crate::route::Policy;
use crate::routes;

/// A path of the table with ids in it.
fn example(path: &str) -> String {
    let id = "00000000-0000-0000-0000-000000000001";
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap();
        let value = match name {
            "generation" => "g1",
            "level" | "column" | "row" | "n" => "0",
            "kind" => "held",
            _ => id,
        };
        out += before;
        out += value;
        rest = after;
    }
    out + rest
}

#[tokio::test]
async fn a_door_that_is_not_open_wants_a_session() {
    let site = site().await;
    let mut guarded = 0;
    for route in routes() {
        if let Policy::Open { because } = route.policy {
            assert!(
                because.len() > 10,
                "{}: say why nobody is harmed",
                route.path
            );
            continue;
        }
        guarded += 1;
        let path = example(route.path);
        let ask = Ask {
            method: route.method.clone(),
            body: json!({}),
            ..Ask::get(&path, "slideway_session=invented")
        };
        let (status, body) = site.json(ask).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{} {path}", route.method);
        assert_eq!(body["code"], "no_session");
    }
    assert!(guarded > 30, "{guarded}");
}

#[test]
fn only_pages_health_and_signing_in_are_open() {
    let open = routes();
    let open = open
        .iter()
        .filter(|route| matches!(route.policy, Policy::Open { .. }));
    let open: Vec<_> = open
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    let expected = [
        "GET /",
        "GET /read/{case}",
        "GET /dashboard",
        "GET /lab",
        "GET /assets/{name}",
        "GET /livez",
        "GET /readyz",
        "GET /openapi.json",
        "GET /api/v1/session/personas",
        "POST /api/v1/session",
    ];
    assert_eq!(open, expected);
}

#[tokio::test]
async fn no_door_answers_a_signed_in_person_with_a_failure_of_its_own() {
    let site = site().await;
    for who in ["ines", "dana", "tess"] {
        let cookie = site.become_one(who).await;
        for route in routes().iter().filter(|route| route.method == Method::GET) {
            if route.path == "/api/v1/changes" {
                continue;
            }
            let path = example(route.path);
            let answer = site.send(Ask::get(&path, &cookie)).await;
            let status = answer.status();
            assert!(!status.is_server_error(), "{who} {path}: {status}");
        }
    }
}

#[tokio::test]
async fn what_does_not_exist_and_what_is_not_an_id_are_the_same_404() {
    let site = site().await;
    let cookie = site.become_one("ines").await;
    for path in [
        "/api/v1/cases/1",
        "/api/v1/scans/x/region",
        "/nothing",
        "/api/v1/trays/pending",
    ] {
        let (status, body) = site.json(Ask::get(path, &cookie)).await;
        assert_eq!(
            (status, &body["code"]),
            (StatusCode::NOT_FOUND, &json!("not_found")),
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_description_lists_every_door_with_its_action_and_every_shape() {
    let site = site().await;
    let (status, document) = site.json(Ask::get("/openapi.json", "")).await;
    assert_eq!(
        (status, &document["openapi"]),
        (StatusCode::OK, &json!("3.1.0"))
    );
    for route in routes() {
        let operation = &document["paths"][route.written()][route.method.as_str().to_lowercase()];
        assert_eq!(operation["summary"], route.summary, "{}", route.path);
        assert!(
            !route.summary.is_empty() && !route.answers.is_empty(),
            "{}",
            route.path
        );
        if let Policy::Asks { action, .. } = route.policy {
            assert_eq!(operation["x-slideway-action"], action.as_str());
        }
    }
    let mut wanted = Vec::new();
    references(&document, &mut wanted);
    assert!(wanted.len() > 30);
    for reference in wanted {
        let found = document.pointer(reference.trim_start_matches('#'));
        assert!(found.is_some(), "{reference} leads nowhere");
    }
}

fn references(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            into.extend(
                fields
                    .get("$ref")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            );
            fields.values().for_each(|value| references(value, into));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, into)),
        _ => {}
    }
}

#[tokio::test]
async fn every_answer_is_careful_and_a_page_says_what_it_may_load() {
    let site = site().await;
    for path in ["/livez", "/api/v1/session", "/nothing", "/"] {
        let answer = site.send(Ask::get(path, "")).await;
        let headers = answer.headers();
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        assert_eq!(headers[header::REFERRER_POLICY], "no-referrer");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    }
    for path in ["/", "/read/1", "/dashboard"] {
        let page = site.send(Ask::get(path, "")).await;
        assert_eq!(page.status(), StatusCode::OK);
        let policy = page.headers()[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; "),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
    }
}

#[tokio::test]
async fn a_part_of_the_pages_is_kept_for_ever_and_others_are_not_there() {
    let site = site().await;
    let page = site.send(Ask::get("/", "")).await;
    let page = axum::body::to_bytes(page.into_body(), 1 << 20)
        .await
        .unwrap();
    let page = String::from_utf8(page.to_vec()).unwrap();
    let start = page.find("/assets/").expect("the page loads its script");
    let path = page[start..].split('"').next().unwrap();
    let part = site.send(Ask::get(path, "")).await;
    assert_eq!(part.status(), StatusCode::OK);
    let kept = part.headers()[header::CACHE_CONTROL].to_str().unwrap();
    assert!(kept.contains("immutable"), "{kept}");
    for path in ["/assets/none.js", "/assets/..%2Findex.html"] {
        let missing = site.send(Ask::get(path, "")).await;
        assert_eq!(missing.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn ready_is_told_while_it_works_and_not_when_it_ends() {
    let site = site().await;
    assert_eq!(
        site.send(Ask::get("/readyz", "")).await.status(),
        StatusCode::OK
    );
    site.door.shutdown.cancel();
    let ending = site.send(Ask::get("/readyz", "")).await;
    assert_eq!(ending.status(), StatusCode::SERVICE_UNAVAILABLE);
    let lives = Ask {
        from: FROM_HERE,
        ..Ask::get("/livez", "")
    };
    assert_eq!(site.send(lives).await.status(), StatusCode::OK);
}
