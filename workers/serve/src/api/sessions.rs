//! Signing in and out.

use std::net::SocketAddr;
use std::time::Instant;

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::audience::{Given, SignedIn};
use crate::door::Door;
use crate::problem::Problem;
use crate::session::{Persona, cleared, given, token};
use crate::wire::{BecomeJson, PersonaJson, SessionJson};

/// Where a request came from; none when whoever serves did not say.
type From = Option<axum::Extension<ConnectInfo<SocketAddr>>>;

pub(crate) async fn personas(
    State(door): State<Door>,
    from: From,
) -> Result<Json<Vec<PersonaJson>>, Problem> {
    only_the_demo(&door, from)?;
    Ok(Json(
        door.settings.personas.iter().map(PersonaJson::of).collect(),
    ))
}

pub(crate) async fn sign_in(
    State(door): State<Door>,
    from: From,
    Given(wanted): Given<BecomeJson>,
) -> Result<Response, Problem> {
    only_the_demo(&door, from)?;
    let mut personas = door.settings.personas.iter();
    let persona = personas.find(|persona| persona.key == wanted.persona);
    let persona = persona.ok_or_else(|| Problem::not_found("persona"))?;
    let json = described(&door, persona).await?;
    let opened = door.sessions.open(persona.clone(), Instant::now());
    let (token, _session) =
        opened.ok_or_else(|| Problem::busy("Too many people are signed in."))?;
    Ok((
        StatusCode::CREATED,
        [(header::SET_COOKIE, given(&token))],
        Json(json),
    )
        .into_response())
}

pub(crate) async fn current(
    State(door): State<Door>,
    SignedIn(session): SignedIn,
) -> Result<Json<SessionJson>, Problem> {
    Ok(Json(described(&door, &session.persona).await?))
}

pub(crate) async fn end(
    State(door): State<Door>,
    SignedIn(session): SignedIn,
    headers: HeaderMap,
) -> Response {
    if let Some(token) = token(&headers) {
        door.sessions.end(token);
    }
    door.grants.end(session.id);
    (StatusCode::NO_CONTENT, [(header::SET_COOKIE, cleared())]).into_response()
}

/// Invented people sign in from this machine only, and only where the demo said so.
fn only_the_demo(door: &Door, from: From) -> Result<(), Problem> {
    let loopback = from.is_some_and(|peer| peer.0.0.ip().to_canonical().is_loopback());
    if door.settings.demo && loopback {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "no_demo",
        "Nobody can sign in here.",
        "Invented people sign in to the demo, from the machine it runs on.",
    ))
}

async fn described(door: &Door, persona: &Persona) -> Result<SessionJson, Problem> {
    let oneself = match persona.subject.role.pathologist() {
        Some(id) => Some(
            door.catalog()
                .pathologist(persona.subject.organisation, id)
                .await?,
        ),
        None => None,
    };
    let now = door.catalog().now().await?;
    Ok(SessionJson::of(persona, oneself, now))
}
