//! Who is signed in.
//!
//! ```text
//!  POST /api/v1/session {persona} ─ demo, from this machine ─▶ cookie ─▶ requests ─▶ idle or DELETE ─▶ gone
//! ```
//!
//! Until people sign in by their organisation's own identity provider there are only the invented
//! people of the demo, so a session is made only in the demo and only for loopback. The cookie is
//! `HttpOnly` and `SameSite=Strict`, the server keeps only its digest, and every request that
//! changes something carries the header `X-Slideway`, which another site's page cannot send.

mod cookie;
mod persona;
mod store;

use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

pub(crate) use cookie::{cleared, given, token};
pub use persona::{Persona, SessionSubject};
pub(crate) use store::{Session, Sessions};

use crate::problem::Problem;

/// Refuses what changes something unless a page of ours, or a program, sends it.
pub(crate) async fn refuse_foreign_pages(request: Request, next: Next) -> Response {
    let reads = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if reads || request.headers().contains_key("x-slideway") {
        return next.run(request).await;
    }
    Problem::new(
        StatusCode::FORBIDDEN,
        "foreign_page",
        "This request did not come from a page of Slideway.",
        "Send the header X-Slideway: 1 with every request that changes something.",
    )
    .into_response()
}
