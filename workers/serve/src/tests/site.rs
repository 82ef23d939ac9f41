//! A small laboratory: Northgate with Ines (pathologist), Dana (operator), Tess (manager).

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, Response, StatusCode, header};
use catalog::{Catalog, NewCredential, NewIssuer, NewPathologist, NewSite, Policy};
use pathology::access::{Role, Subject};
use pathology::case::{NoManifest, ReportOfRecord};
use pathology::ids::{OrganisationId, PathologistId, SiteId};
use pathology::staff::{Presence, Tier};
use sandbox::Sandbox;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use uuid::Uuid;

use crate::{Door, Keepers, Persona, Settings, router};

pub(super) const FROM_HERE: &str = "127.0.0.1:50000";

pub(super) struct Site {
    pub(super) router: Router,
    pub(super) door: Door,
    _folder: tempfile::TempDir,
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

pub(super) async fn site() -> Site {
    site_with(true).await
}

pub(super) async fn site_with(demo: bool) -> Site {
    let folder = tempfile::tempdir().unwrap();
    let catalog = catalog::Settings {
        url: format!("sqlite:{}", folder.path().display()),
        connections: 2,
    };
    let catalog = Catalog::open(&catalog, Policy::default()).await.unwrap();
    establish(&catalog).await;
    let settings = archive::Settings {
        url: "memory:".into(),
        ..archive::Settings::default()
    };
    let archive = archive::Archive::open(&settings).await.unwrap();
    let tilesets = archive::Tilesets::new(&archive, &settings);
    let sandbox = Sandbox::new(sandbox::Settings::of_program("/nonexistent")).unwrap();
    let keepers = Keepers {
        catalog,
        archive,
        tilesets,
        sandbox,
    };
    let settings = Settings {
        demo,
        personas: personas(),
        ..Settings::default()
    };
    let door = Door::open(settings, keepers, CancellationToken::new());
    Site {
        router: router(door.clone()),
        door,
        _folder: folder,
    }
}

async fn establish(catalog: &Catalog) {
    let organisation = OrganisationId(id(1));
    let done = catalog.register_organisation(organisation, "Northgate");
    done.await.unwrap();
    let site = NewSite {
        id: SiteId(id(11)),
        organisation,
        name: "Northgate General".into(),
    };
    catalog.register_site(site).await.unwrap();
    for issuer in ["northgate-lab", "northgate-pas"] {
        let issuer = NewIssuer {
            issuer: issuer.into(),
            organisation,
            code_pattern: String::new(),
            no_manifest: NoManifest::Hold,
            report_of_record: ReportOfRecord::Slideway,
        };
        catalog.register_issuer(issuer).await.unwrap();
    }
    let credential = NewCredential::consultant("skin", Tier::Specialist);
    let ines = NewPathologist {
        id: PathologistId(id(21)),
        organisation,
        site: SiteId(id(11)),
        name: "Dr TESTDOCTOR Ines".into(),
        max_active: 6,
        max_points: 100,
        credentials: vec![credential],
    };
    catalog.register_pathologist(ines).await.unwrap();
    let by = catalog::By::pathologist(PathologistId(id(21)), organisation);
    let available = catalog.set_presence(PathologistId(id(21)), Presence::Available, &by);
    available.await.unwrap();
}

fn personas() -> Vec<Persona> {
    let persona = |key: &str, role| Persona {
        key: key.into(),
        name: key.to_uppercase(),
        subject: Subject {
            organisation: OrganisationId(id(1)),
            site: Some(SiteId(id(11))),
            role,
        },
        organisation: "Northgate".into(),
        site: "Northgate General".into(),
        specialties: Vec::new(),
        note: String::new(),
    };
    vec![
        persona("ines", Role::Pathologist(PathologistId(id(21)))),
        persona("dana", Role::Operator),
        persona("tess", Role::Manager),
    ]
}

/// One request; `cookie` as given by [`Site::become_one`].
pub(super) struct Ask<'a> {
    pub(super) method: Method,
    pub(super) path: &'a str,
    pub(super) cookie: &'a str,
    pub(super) body: Value,
    pub(super) from: &'a str,
    pub(super) ours: bool,
}

impl<'a> Ask<'a> {
    pub(super) fn get(path: &'a str, cookie: &'a str) -> Self {
        Self {
            method: Method::GET,
            path,
            cookie,
            body: Value::Null,
            from: FROM_HERE,
            ours: true,
        }
    }

    pub(super) fn post(path: &'a str, cookie: &'a str, body: Value) -> Self {
        Self {
            method: Method::POST,
            body,
            ..Self::get(path, cookie)
        }
    }
}

impl Site {
    pub(super) async fn send(&self, ask: Ask<'_>) -> Response<Body> {
        let mut request = Request::builder().method(ask.method).uri(ask.path);
        if ask.ours {
            request = request.header("x-slideway", "1");
        }
        let request = request
            .header(header::COOKIE, ask.cookie)
            .header(header::CONTENT_TYPE, "application/json");
        let body = match ask.body {
            Value::Null => Body::empty(),
            body => Body::from(body.to_string()),
        };
        let mut request = request.body(body).unwrap();
        let peer: SocketAddr = ask.from.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Status and JSON of an answer.
    pub(super) async fn json(&self, ask: Ask<'_>) -> (StatusCode, Value) {
        let answer = self.send(ask).await;
        let status = answer.status();
        let bytes = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (
            status,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }

    /// Signs in; the cookie.
    pub(super) async fn become_one(&self, key: &str) -> String {
        let ask = Ask::post("/api/v1/session", "", json!({"persona": key}));
        let answer = self.send(ask).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }
}

/// A case with one slide, received a moment ago.
pub(super) fn new_case(number: &str) -> Value {
    json!({
        "numbers": [{"issuer": "northgate-lab", "value": number, "role": "owning"}],
        "site": "Northgate General",
        "patient": {"numbers": [{"issuer": "northgate-pas", "value": "ZZ-000-417"}], "national_number": null,
            "family": "TESTPATIENT", "given": "Anna", "born": "1961-03-14", "sex": "female"},
        "specialty": "skin", "priority": "urgent", "received_at": "2026-11-23T09:00:00Z",
        "content": {"requester": "Dr FICTIVE Ola", "copy_to": ["Dr COPY"], "clinical_details": "mole"},
        "specimens": [{"part": "A", "specimen_type": "excision", "site": "Skin, left forearm", "macroscopic": "",
            "fixation": "formalin", "decalcified": false,
            "blocks": [{"code": "A1", "site": "centre", "pieces": 1, "slides": [
                {"issuer": "northgate-lab", "container": format!("{number}-A1-1"), "stain": "H&E"}]}]}],
    })
}
