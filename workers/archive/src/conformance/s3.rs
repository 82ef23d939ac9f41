//! The S3 road against a small store in this process that speaks just enough of the protocol:
//! conditional PUT, ranges, HEAD, DELETE and multipart. Real stores are peers of the capability tests.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri};

use super::*;
use crate::{Credentials, S3};

#[derive(Clone, Default)]
struct Bucket {
    objects: Arc<Mutex<HashMap<String, Bytes>>>,
    parts: Arc<Mutex<BTreeMap<u32, Bytes>>>,
    /// Ignores If-None-Match, as some look-alikes do.
    careless: bool,
    /// Forgets the second half of what a multipart upload brought.
    forgetful: bool,
}

type Answer = Response<Body>;

fn answer(status: StatusCode, body: impl Into<Body>) -> Answer {
    let builder = Response::builder().status(status).header("ETag", "\"1\"");
    builder
        .header("Last-Modified", "Mon, 23 Nov 2026 09:00:00 GMT")
        .body(body.into())
        .unwrap()
}

async fn respond(
    State(bucket): State<Bucket>,
    (method, uri): (Method, Uri),
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let path = uri.path().to_owned();
    assert!(path.starts_with("/slides/lab/"), "{path}");
    assert!(headers.contains_key("authorization"));
    if query.contains_key("uploads") {
        bucket.parts.lock().unwrap().clear();
        let started =
            "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>";
        return answer(StatusCode::OK, started);
    }
    if query.contains_key("uploadId") {
        return bucket.multipart(&method, path, query.get("partNumber"), body);
    }
    let mut objects = bucket.objects.lock().unwrap();
    match method {
        Method::PUT => {
            let guarded = headers.contains_key("if-none-match") && !bucket.careless;
            if guarded && objects.contains_key(&path) {
                return answer(StatusCode::PRECONDITION_FAILED, "");
            }
            objects.insert(path, body);
            answer(StatusCode::OK, "")
        }
        Method::DELETE => {
            objects.remove(&path);
            answer(StatusCode::NO_CONTENT, "")
        }
        _ => match objects.get(&path) {
            None => answer(StatusCode::NOT_FOUND, ""),
            Some(object) => serve(object, headers.get("range").and_then(|r| r.to_str().ok())),
        },
    }
}

fn serve(object: &Bytes, range: Option<&str>) -> Answer {
    let Some(range) = range else {
        return answer(StatusCode::OK, object.clone());
    };
    let (start, last) = range
        .strip_prefix("bytes=")
        .unwrap()
        .split_once('-')
        .unwrap();
    let (start, last): (usize, usize) = (start.parse().unwrap(), last.parse().unwrap());
    if start >= object.len() {
        return answer(StatusCode::RANGE_NOT_SATISFIABLE, "");
    }
    let end = object.len().min(last + 1);
    let mut part = answer(StatusCode::PARTIAL_CONTENT, object.slice(start..end));
    let of = format!("bytes {start}-{}/{}", end - 1, object.len());
    part.headers_mut()
        .insert("content-range", of.parse().unwrap());
    part
}

impl Bucket {
    fn multipart(
        &self,
        method: &Method,
        path: String,
        part: Option<&String>,
        body: Bytes,
    ) -> Answer {
        let mut parts = self.parts.lock().unwrap();
        if let (&Method::PUT, Some(number)) = (method, part) {
            parts.insert(number.parse().unwrap(), body);
            return answer(StatusCode::OK, "");
        }
        let mut whole: Vec<u8> = parts.values().flatten().copied().collect();
        if self.forgetful {
            whole.truncate(whole.len() / 2);
        }
        self.objects.lock().unwrap().insert(path, whole.into());
        let done =
            "<CompleteMultipartUploadResult><ETag>\"1\"</ETag></CompleteMultipartUploadResult>";
        answer(StatusCode::OK, done)
    }

    /// Serves the bucket on a free loopback port for as long as the test's runtime lives.
    async fn settings(self, staging: &Path) -> Settings {
        let door = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", door.local_addr().unwrap());
        let limit = axum::extract::DefaultBodyLimit::disable();
        let router = Router::new()
            .fallback(respond)
            .layer(limit)
            .with_state(self);
        tokio::spawn(async move { axum::serve(door, router).await });
        Settings {
            url: "s3://slides/lab".into(),
            staging: Some(staging.to_owned()),
            s3: S3 {
                endpoint: Some(endpoint),
                allow_http: true,
                retry_seconds: 0,
                credentials: Some(Credentials {
                    access_key_id: "key".into(),
                    secret_access_key: "secret".into(),
                    session_token: None,
                }),
                ..S3::default()
            },
            ..Settings::default()
        }
    }
}

#[tokio::test]
async fn s3_conforms_and_uploads_large_originals_in_parts() {
    let staging = tempfile::tempdir().unwrap();
    let settings = Bucket::default().settings(staging.path()).await;
    let archive = Archive::open(&settings).await.unwrap();
    conformance(&archive).await;
    originals(&archive, (33 << 20) + 5).await;
    assert_eq!(fs::read_dir(staging.path()).unwrap().count(), 0);
    assert_eq!(archive.local_path(original(1)), None);
}

#[tokio::test]
async fn a_store_that_ignores_conditions_is_refused_at_start() {
    let staging = tempfile::tempdir().unwrap();
    let careless = Bucket {
        careless: true,
        ..Bucket::default()
    };
    let settings = careless.settings(staging.path()).await;
    let refused = Archive::open(&settings).await.unwrap_err();
    assert!(
        matches!(refused, Error::NotCreateOnly { .. }),
        "{refused:?}"
    );
    assert!(refused.to_string().contains("If-None-Match"), "{refused}");
}

#[tokio::test]
async fn an_upload_the_store_cut_short_is_not_done() {
    let staging = tempfile::tempdir().unwrap();
    let forgetful = Bucket {
        forgetful: true,
        ..Bucket::default()
    };
    let settings = forgetful.settings(staging.path()).await;
    let archive = Archive::open(&settings).await.unwrap();
    let sealed = seal(&archive, &noise(17 << 20)).await;
    for _ in 0..2 {
        let refused = archive.keep(&sealed, original(1)).await.unwrap_err();
        assert!(matches!(refused, Error::Conflict { .. }), "{refused:?}");
    }
}

#[tokio::test]
async fn a_silent_store_is_unavailable_and_may_be_tried_again() {
    let staging = tempfile::tempdir().unwrap();
    let mut settings = Bucket::default().settings(staging.path()).await;
    let archive = Archive::open(&settings).await.unwrap();
    assert!(archive.size(original(1)).await.is_err());
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    settings.s3.endpoint = Some(format!("http://{}", closed.local_addr().unwrap()));
    drop(closed);
    let refused = Archive::open(&settings).await.unwrap_err();
    assert!(refused.is_transient(), "{refused:?}");
}
