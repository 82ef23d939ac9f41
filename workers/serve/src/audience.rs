//! From a request to someone who was decided upon.
//!
//! ```text
//!  cookie ─▶ SignedIn ─ policy of the route ─▶ Caller ─▶ Own: their organisation as a whole
//!                                                 └────▶ Opened<CaseAccess | ScanAccess>: decided and audited
//! ```

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use catalog::By;
use catalog::views::{Asking, CaseAccess, ClaimAccess, ScanAccess, TrayPlace};
use pathology::access::{Authorized, Relation, Resource};
use pathology::ids::OrganisationId;
use serde::de::DeserializeOwned;

use crate::door::Door;
use crate::problem::Problem;
use crate::route::Policy;
use crate::session::{Session, token};

/// Longest reason a caller may give.
const REASON_CHARS: usize = 500;

/// Whoever has a session.
pub(crate) struct SignedIn(pub(crate) Arc<Session>);

impl FromRequestParts<Door> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, door: &Door) -> Result<Self, Problem> {
        let found =
            token(&parts.headers).and_then(|token| door.sessions.find(token, Instant::now()));
        found.map(Self).ok_or_else(|| {
            Problem::new(
                StatusCode::UNAUTHORIZED,
                "no_session",
                "You are not signed in.",
                "Choose who you are.",
            )
        })
    }
}

/// Whoever has a session, asking for what the route's policy names.
pub(crate) struct Caller {
    pub(crate) session: Arc<Session>,
    pub(crate) asking: Asking,
    pub(crate) key: Option<String>,
}

impl FromRequestParts<Door> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, door: &Door) -> Result<Self, Problem> {
        let SignedIn(session) = SignedIn::from_request_parts(parts, door).await?;
        let Some(Policy::Asks { action, purpose }) = parts.extensions.get().copied() else {
            return Err(Problem::not_found("door"));
        };
        let asking = Asking {
            subject: session.acting.subject,
            name: session.acting.audited_as.clone(),
            action,
            purpose,
            reason: header(parts, "x-slideway-reason").map(Into::into),
        };
        let key = header(parts, "idempotency-key");
        Ok(Self {
            session,
            asking,
            key,
        })
    }
}

fn header(parts: &Parts, name: &str) -> Option<String> {
    let text = parts.headers.get(name)?.to_str().ok()?.trim();
    (!text.is_empty()).then(|| text.chars().take(REASON_CHARS).collect())
}

impl Caller {
    /// As whom the catalogue writes down an act, and what permitted it.
    pub(crate) fn by(&self, basis: &str) -> By {
        By {
            subject: self.asking.name.clone(),
            organisation: self.asking.subject.organisation,
            purpose: self.asking.purpose.as_str().to_owned(),
            basis: basis.to_owned(),
        }
    }

    /// Decides on something the caller found without opening it.
    pub(crate) fn decide<T>(
        &self,
        resource: impl FnOnce(&T) -> Resource,
        value: T,
    ) -> Result<Authorized<T>, Problem> {
        Ok(Authorized::check(self.asking.ask(), resource, value)?)
    }

    /// Decides whether the caller claims cases at all; which ones, the claiming transaction decides.
    pub(crate) fn claims(&self) -> Result<Authorized<OrganisationId>, Problem> {
        let claimable = |owner: &OrganisationId| Resource::Case {
            owner: *owner,
            relation: Relation::Claimable,
            restricted: false,
        };
        self.decide(claimable, self.asking.subject.organisation)
    }

    /// Decides on a claim.
    pub(crate) fn holds(&self, claim: ClaimAccess) -> Result<Authorized<ClaimAccess>, Problem> {
        let of = |claim: &ClaimAccess| Resource::Claim {
            claimant: claim.claimant,
        };
        self.decide(of, claim)
    }

    /// Decides on an entry of a tray.
    pub(crate) fn settles(&self, place: TrayPlace) -> Result<Authorized<TrayPlace>, Problem> {
        let of = |place: &TrayPlace| Resource::Tray {
            organisation: place.organisation,
            site: place.site,
        };
        self.decide(of, place)
    }
}

/// A caller who may do this to their own organisation.
pub(crate) struct Own {
    pub(crate) caller: Caller,
    pub(crate) organisation: Authorized<OrganisationId>,
}

impl FromRequestParts<Door> for Own {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, door: &Door) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, door).await?;
        let own = caller.asking.subject.organisation;
        let organisation = caller.decide(|own| Resource::Organisation(*own), own)?;
        Ok(Self {
            caller,
            organisation,
        })
    }
}

impl Own {
    pub(crate) fn id(&self) -> OrganisationId {
        *self.organisation.get()
    }

    /// Writes down that a list is handed out.
    pub(crate) async fn audit(&self, door: &Door) -> Result<(), Problem> {
        let basis = self.organisation.basis().as_str();
        Ok(door
            .catalog()
            .audit_access(&self.caller.asking, basis)
            .await?)
    }
}

/// Something named in the path, decided upon and audited.
pub(crate) struct Opened<T> {
    pub(crate) caller: Caller,
    pub(crate) access: Authorized<T>,
}

/// What can be opened by a parameter of the path.
pub(crate) trait Openable: Sized + Send {
    fn open(
        door: &Door,
        asking: &Asking,
        named: &HashMap<String, String>,
    ) -> impl Future<Output = Result<Authorized<Self>, Problem>> + Send;
}

impl<T: Openable> FromRequestParts<Door> for Opened<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, door: &Door) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, door).await?;
        let named = Path::<HashMap<String, String>>::from_request_parts(parts, door).await;
        let Path(named) = named.map_err(|_| Problem::not_found("page"))?;
        let access = T::open(door, &caller.asking, &named).await?;
        Ok(Self { caller, access })
    }
}

impl Openable for CaseAccess {
    async fn open(
        door: &Door,
        asking: &Asking,
        named: &HashMap<String, String>,
    ) -> Result<Authorized<Self>, Problem> {
        if named.contains_key("slide") {
            let slide = parameter(named, "slide")?;
            return Ok(door.catalog().touch_case_of(asking, slide).await?);
        }
        let case = parameter(named, "case")?;
        Ok(door.catalog().touch_case(asking, case).await?)
    }
}

impl Openable for ScanAccess {
    async fn open(
        door: &Door,
        asking: &Asking,
        named: &HashMap<String, String>,
    ) -> Result<Authorized<Self>, Problem> {
        let scan = parameter(named, "scan")?;
        Ok(door.catalog().touch_scan(asking, scan).await?)
    }
}

fn parameter<T: FromStr>(named: &HashMap<String, String>, noun: &str) -> Result<T, Problem> {
    let text = named.get(noun).map_or("", String::as_str);
    text.parse().map_err(|_| Problem::not_found(noun))
}

/// A parameter of the path, or 404: what is not an id names nothing.
pub(crate) fn parsed<T: FromStr>(text: &str, noun: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::not_found(noun))
}

/// The body of a request: JSON of the form the door takes.
pub(crate) struct Given<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Door> for Given<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, door: &Door) -> Result<Self, Problem> {
        let read = axum::Json::<T>::from_request(request, door).await;
        let axum::Json(body) = read.map_err(|refused| {
            let status = refused.status();
            let invalid = Problem::invalid("body", &refused.body_text());
            if status.is_client_error() && status != StatusCode::BAD_REQUEST {
                return Problem { status, ..invalid };
            }
            invalid
        })?;
        Ok(Self(body))
    }
}
