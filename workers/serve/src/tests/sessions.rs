//! Who may sign in, and what a cookie is good for.

use axum::http::{Method, StatusCode, header};
use serde_json::json;

use super::site::{Ask, site, site_with};

fn sign_in(from: &str) -> Ask<'_> {
    Ask {
        from,
        ..Ask::post("/api/v1/session", "", json!({"persona": "ines"}))
    }
}

#[tokio::test]
async fn invented_people_sign_in_from_this_machine_only() {
    let site = site().await;
    for from in ["127.0.0.1:1", "[::1]:1", "[::ffff:127.0.0.1]:1"] {
        assert_eq!(
            site.send(sign_in(from)).await.status(),
            StatusCode::CREATED,
            "{from}"
        );
    }
    for from in ["192.168.0.7:1", "[2001:db8::1]:1", "[::ffff:10.0.0.1]:1"] {
        let (status, body) = site.json(sign_in(from)).await;
        assert_eq!(
            (status, &body["code"]),
            (StatusCode::FORBIDDEN, &json!("no_demo")),
            "{from}"
        );
        let personas = Ask {
            from,
            ..Ask::get("/api/v1/session/personas", "")
        };
        assert_eq!(site.send(personas).await.status(), StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn without_the_demo_nobody_signs_in() {
    let site = site_with(false).await;
    assert_eq!(
        site.send(sign_in("127.0.0.1:1")).await.status(),
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn who_serves_without_telling_the_peer_lets_nobody_in() {
    let site = site().await;
    let request = axum::http::Request::builder()
        .method(Method::POST)
        .uri("/api/v1/session")
        .header("x-slideway", "1")
        .header(header::CONTENT_TYPE, "application/json")
        .body(axum::body::Body::from(r#"{"persona":"ines"}"#))
        .unwrap();
    let answer = tower::ServiceExt::oneshot(site.router.clone(), request).await;
    assert_eq!(answer.unwrap().status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_name_that_is_pointed_at_this_machine_is_not_this_machine() {
    let site = site().await;
    for (host, status) in [
        ("127.0.0.1:8080", StatusCode::OK),
        ("evil.example", StatusCode::FORBIDDEN),
    ] {
        let mut request = axum::http::Request::builder()
            .uri("/api/v1/session/personas")
            .header(header::HOST, host)
            .body(axum::body::Body::empty())
            .unwrap();
        let peer: std::net::SocketAddr = super::site::FROM_HERE.parse().unwrap();
        let peer = axum::extract::ConnectInfo(peer);
        request.extensions_mut().insert(peer);
        let answer = tower::ServiceExt::oneshot(site.router.clone(), request).await;
        assert_eq!(answer.unwrap().status(), status, "{host}");
    }
}

#[tokio::test]
async fn what_changes_something_comes_from_our_pages() {
    let site = site().await;
    let cookie = site.become_one("ines").await;
    for (method, path) in [
        (Method::POST, "/api/v1/session"),
        (Method::DELETE, "/api/v1/session"),
        (Method::POST, "/api/v1/worklist/claim-next"),
        (Method::PUT, "/api/v1/pathologists/me/presence"),
    ] {
        let ask = Ask {
            method,
            ours: false,
            ..Ask::get(path, &cookie)
        };
        let (status, body) = site.json(ask).await;
        assert_eq!(
            (status, &body["code"]),
            (StatusCode::FORBIDDEN, &json!("foreign_page")),
            "{path}"
        );
    }
    let still = site.send(Ask::get("/api/v1/session", &cookie)).await;
    assert_eq!(still.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_session_says_who_one_is_and_ends_when_told() {
    let site = site().await;
    let cookie = site.become_one("ines").await;
    let (_, me) = site.json(Ask::get("/api/v1/session", &cookie)).await;
    assert_eq!(
        (&me["role"], &me["demo"]),
        (&json!("pathologist"), &json!(true))
    );
    assert_eq!(me["pathologist"]["presence"], "available");
    assert_eq!(me["pathologist"]["specialties"], json!(["skin"]));
    let end = Ask {
        method: Method::DELETE,
        ..Ask::get("/api/v1/session", &cookie)
    };
    let ended = site.send(end).await;
    assert_eq!(ended.status(), StatusCode::NO_CONTENT);
    let (status, _) = site.json(Ask::get("/api/v1/session", &cookie)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_unknown_persona_and_an_unreadable_request_are_told() {
    let site = site().await;
    let (status, _) = site
        .json(Ask::post("/api/v1/session", "", json!({"persona": "eve"})))
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, body) = site
        .json(Ask::post("/api/v1/session", "", json!({"person": 1})))
        .await;
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("invalid"))
    );
}
