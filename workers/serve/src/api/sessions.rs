//! Signing in and out.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use axum::Json;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::audience::{Given, SignedIn};
use crate::door::Door;
use crate::problem::Problem;
use crate::session::{Persona, cleared, given, token};
use crate::wire::{BecomeJson, PersonaJson, SessionJson};

/// Whether a request came from this machine, and meant this machine: a name that another site
/// points at us (DNS rebinding) is not ours.
pub(crate) struct FromHere(bool);

impl FromRequestParts<Door> for FromHere {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _door: &Door) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let near = peer.is_some_and(|peer| peer.0.ip().to_canonical().is_loopback());
        let host = parts.headers.get(header::HOST);
        let meant = host.is_none_or(|host| host.to_str().is_ok_and(is_this_machine));
        Ok(Self(near && meant))
    }
}

/// Whether `host:port` names the loopback.
fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

pub(crate) async fn personas(
    State(door): State<Door>,
    from: FromHere,
) -> Result<Json<Vec<PersonaJson>>, Problem> {
    only_the_demo(&door, from)?;
    Ok(Json(
        door.settings.personas.iter().map(PersonaJson::of).collect(),
    ))
}

pub(crate) async fn sign_in(
    State(door): State<Door>,
    from: FromHere,
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
fn only_the_demo(door: &Door, FromHere(here): FromHere) -> Result<(), Problem> {
    if door.settings.demo && here {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_the_loopback_are_this_machine() {
        for ours in [
            "localhost",
            "localhost:8080",
            "127.0.0.1:1",
            "[::1]:8080",
            "[::1]",
            "127.9.9.9",
        ] {
            assert!(is_this_machine(ours), "{ours}");
        }
        for other in [
            "slideway.example:8080",
            "192.168.0.7",
            "localhost.example",
            "",
            "[::2]:80",
        ] {
            assert!(!is_this_machine(other), "{other}");
        }
    }
}
