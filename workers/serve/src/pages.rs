//! The pages, as they were built: part of the program.

use axum::extract::{Path, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::problem::Problem;

/// What a page may load: its own, and nothing made up on the way. The hash is that of the one
/// inline style the viewer's library needs.
const POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self' 'sha256-9xTiqzfwFaL2SGb1rmr8gysEwVVjIvqWAgmZgqFqpEE='; img-src 'self' blob: data:; \
    connect-src 'self'; font-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Built;

pub(crate) async fn page() -> Result<Response, Problem> {
    let Some(page) = Built::get("index.html") else {
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "no_pages",
            "This program was built without its pages.",
            "Build web/ as its README says, then build the program again.",
        ));
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    Ok((headers, page.data).into_response())
}

/// A file with its digest in its name: it never changes.
pub(crate) async fn asset(
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let file = Built::get(&format!("assets/{name}")).ok_or_else(|| Problem::not_found("page"))?;
    let tag = etag(&file);
    let kept = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| *known == tag);
    let known = [
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ),
        (header::ETAG, tag),
        (header::CONTENT_TYPE, media_type(&name)),
    ];
    if kept {
        return Ok((StatusCode::NOT_MODIFIED, known).into_response());
    }
    Ok((known, file.data).into_response())
}

fn etag(file: &EmbeddedFile) -> HeaderValue {
    let [a, b, c, d, e, f, g, h, ..] = file.metadata.sha256_hash();
    let digest = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
    HeaderValue::try_from(format!("\"{digest:016x}\"")).expect("hexadecimal digits in quotes")
}

fn media_type(name: &str) -> HeaderValue {
    HeaderValue::from_static(
        match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
            "js" | "mjs" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "woff2" => "font/woff2",
            "json" => "application/json",
            _ => "application/octet-stream",
        },
    )
}

/// What every answer says: believe the media type, tell no other site where you come from, and keep
/// no copy unless this answer says so.
pub(crate) async fn careful_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let says = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in says {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let no_store = HeaderValue::from_static("no-store");
    headers.entry(header::CACHE_CONTROL).or_insert(no_store);
    response
}
