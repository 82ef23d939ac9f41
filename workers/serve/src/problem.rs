//! Every refusal in one place: what happened, what to do, a code to act on.
//!
//! The body is `application/problem+json` (RFC 9457) with `code` and the extra fields of that code.
//! What went wrong inside is logged here, once, without the words of the request.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pathology::access::{Action, Denied};
use serde_json::{Map, Value, json};

/// A refusal or failure, as the caller hears of it.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) title: String,
    pub(crate) detail: String,
    pub(crate) extra: Map<String, Value>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, title: &str, detail: &str) -> Self {
        Self {
            status,
            code,
            title: title.to_owned(),
            detail: detail.to_owned(),
            extra: Map::new(),
        }
    }

    pub(crate) fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(field.to_owned(), value.into());
        self
    }

    pub(crate) fn not_found(noun: &str) -> Self {
        let title = format!("There is no such {noun}.");
        let detail = "It does not exist, or it is not yours to see.";
        Self::new(StatusCode::NOT_FOUND, "not_found", &title, detail)
    }

    pub(crate) fn invalid(field: &str, reason: &str) -> Self {
        let title = "The request cannot be used as it is.";
        let detail = format!("{field}: {reason}");
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", title, &detail).with("field", field)
    }

    pub(crate) fn busy(what: &str) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            what,
            "Try again in a moment.",
        )
    }

    fn inside(what: &str) -> Self {
        tracing::error!(problem = what, "a request failed inside");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "The server could not do this.",
            "Nothing was changed. Tell who runs the installation.",
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = self.extra;
        body.insert("type".into(), json!(format!("/problems/{}", self.code)));
        body.insert("title".into(), json!(self.title));
        body.insert("status".into(), json!(self.status.as_u16()));
        body.insert("detail".into(), json!(self.detail));
        body.insert("code".into(), json!(self.code));
        let mut response = (self.status, Json(body)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            let wait = HeaderValue::from_static("1");
            response.headers_mut().insert(header::RETRY_AFTER, wait);
        }
        response
    }
}

/// What stands where no door is.
pub(crate) async fn no_such_page() -> Problem {
    Problem::not_found("page")
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        if denied.shown_as_not_found {
            return Self::not_found(noun(denied.action));
        }
        Self::new(
            StatusCode::FORBIDDEN,
            "not_entitled",
            denied.title,
            denied.remedy,
        )
    }
}

/// What the catalogue calls the thing that an action is about, when there is none: whether it is not
/// there or not theirs cannot be told from the answer.
const fn noun(action: Action) -> &'static str {
    match action {
        Action::Claim | Action::ViewCase | Action::ReadReport => "case",
        Action::ViewScan | Action::ViewTile | Action::ViewLabel | Action::ReadOriginal => "scan",
        Action::Heartbeat
        | Action::SaveDraft
        | Action::SignOut
        | Action::Release
        | Action::Accept
        | Action::OrderWork
        | Action::Correct => "claim",
        Action::SetAbsence | Action::SetPresence => "pathologist",
        Action::SeeTrays | Action::SettleTray => "tray entry",
        _ => "thing",
    }
}

impl From<catalog::Error> for Problem {
    fn from(error: catalog::Error) -> Self {
        use catalog::Error as E;
        match error {
            E::Denied(denied) => denied.into(),
            E::NotFound(noun) => Self::not_found(noun),
            E::Invalid { field, reason } => Self::invalid(field, &reason),
            E::Unavailable(_) => {
                tracing::warn!(problem = %error, "the catalogue is not available");
                Self::busy("The catalogue does not answer.")
            }
            E::InUse(_) | E::Unusable(_) | E::Corrupt(_) | E::Constraint(_) => {
                Self::inside(&error.to_string())
            }
            conflict => conflict_of(conflict),
        }
    }
}

fn conflict_of(error: catalog::Error) -> Problem {
    use catalog::Error as E;
    let detail = error.to_string();
    let of =
        |code, title: &str, detail: &str| Problem::new(StatusCode::CONFLICT, code, title, detail);
    match error {
        E::NumberTaken { issuer, what } => {
            let remedy = "The same number with other content is another case. Compare the two.";
            of("number_taken", "This number is taken.", remedy)
                .with("issuer", issuer)
                .with("what", what)
        }
        E::ClaimLost { holder, at } => {
            let kept = "Your draft is kept and read-only.";
            of("claim_lost", "You no longer hold this case.", kept)
                .with("holder", holder)
                .with("at", at.to_rfc3339())
        }
        E::ChangedSinceYouLooked { revision, changes } => {
            let change = |change: &catalog::CaseChange| json!({"text": change.text, "at": change.at.to_rfc3339(), "scan": change.scan});
            let changes: Vec<Value> = changes.iter().map(change).collect();
            of(
                "changed_since_you_looked",
                "Changed since you looked.",
                "Look at it, then sign again.",
            )
            .with("revision", revision)
            .with("changes", changes)
        }
        E::NotEligible { why } => of(
            "not_eligible",
            "They may not have this case.",
            &why.join(" "),
        )
        .with("why", why),
        E::GlassUnread { slides } => {
            let slides: Vec<String> = slides.iter().map(ToString::to_string).collect();
            let remedy = "Read the glass and say so, then sign.";
            of(
                "glass_unread",
                "Glass you deferred to was not read yet.",
                remedy,
            )
            .with("slides", slides)
        }
        E::DamagedSlide { scan } => {
            let blocked = "Sign-out is blocked until it is scanned again, or you give a reason to sign all the same.";
            of("damaged", "A part of a slide is damaged.", blocked).with("scan", scan.to_string())
        }
        E::MissingAcknowledgement { needs } => Problem {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            ..of(
                "missing_acknowledgement",
                "Slides that are not here must be acknowledged.",
                &detail,
            )
            .with("needs", needs)
        },
        _ => of("conflict", "Someone changed this a moment ago.", &detail),
    }
}

impl From<archive::Error> for Problem {
    fn from(error: archive::Error) -> Self {
        if error.is_transient() {
            tracing::warn!(problem = %error, "the archive is not available");
            return Self::busy("The archive does not answer.");
        }
        if error.is_damaged() {
            tracing::error!(problem = %error, "stored bytes are not what was published");
            return Self::new(
                StatusCode::BAD_GATEWAY,
                "damaged_tile",
                "A part of this slide is damaged.",
                "It cannot be shown. The laboratory must scan the glass again.",
            );
        }
        match error {
            archive::Error::Tileset { .. } => Self::not_found("tile"),
            other => Self::inside(&other.to_string()),
        }
    }
}

impl From<sandbox::Error> for Problem {
    fn from(error: sandbox::Error) -> Self {
        use sandbox::Refusal as R;
        match &error {
            sandbox::Error::Refused { kind, reason } => match kind {
                R::NoSuchTile | R::NoSuchImage => Self::not_found("picture"),
                R::EmptyRegion | R::TooLarge => Self::invalid("region", reason),
                _ => Self::new(
                    StatusCode::BAD_GATEWAY,
                    "damaged_slide",
                    "This picture cannot be made.",
                    reason,
                ),
            },
            // What the decoder was not given: the archive's own words tell why.
            sandbox::Error::Source(_) => match error {
                sandbox::Error::Source(source) => Self::unread(source),
                other => Self::inside(&other.to_string()),
            },
            poison if poison.is_poison() => {
                tracing::error!(problem = %error, "a decoder fell over");
                Self::new(
                    StatusCode::BAD_GATEWAY,
                    "damaged_slide",
                    "This picture cannot be made.",
                    "The decoder gave up on this slide. The bytes are kept.",
                )
            }
            _ => Self::inside(&error.to_string()),
        }
    }
}

impl Problem {
    /// Bytes of an original that could not be had, or were not those received.
    fn unread(source: std::io::Error) -> Self {
        match source.downcast::<archive::Error>() {
            Ok(refused) => refused.into(),
            Err(other) => Self::inside(&other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use pathology::access::{Action, Purpose, Resource, Role, Subject, decide};
    use pathology::ids::OrganisationId;
    use uuid::Uuid;

    use super::*;

    fn denied(owner: u128) -> Problem {
        let subject = Subject {
            organisation: OrganisationId(Uuid::from_u128(1)),
            site: None,
            role: Role::Operator,
        };
        let resource = Resource::Organisation(OrganisationId(Uuid::from_u128(owner)));
        let action = Action::SeeAudit;
        decide(&subject, action, Purpose::DirectCare, &resource)
            .unwrap_err()
            .into()
    }

    #[test]
    fn a_refusal_about_another_organisation_is_a_404() {
        assert_eq!(denied(1).status, StatusCode::FORBIDDEN);
        assert_eq!(denied(1).code, "not_entitled");
        assert_eq!(denied(2).status, StatusCode::NOT_FOUND);
    }

    #[test]
    fn conflicts_carry_what_the_page_acts_on() {
        let at = pathology::case::Micros(0);
        let lost: Problem = catalog::Error::ClaimLost {
            holder: Some("Dr SECOND".into()),
            at,
        }
        .into();
        assert_eq!(
            (lost.status, lost.code),
            (StatusCode::CONFLICT, "claim_lost")
        );
        assert_eq!(lost.extra["holder"], "Dr SECOND");
        let needs = vec!["expected:1".to_owned()];
        let missing: Problem = catalog::Error::MissingAcknowledgement { needs }.into();
        assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(missing.extra["needs"][0], "expected:1");
        let changes = Vec::new();
        let changed: Problem = catalog::Error::ChangedSinceYouLooked {
            revision: 15,
            changes,
        }
        .into();
        assert_eq!(
            (changed.code, &changed.extra["revision"]),
            ("changed_since_you_looked", &json!(15))
        );
    }

    #[test]
    fn what_broke_inside_is_not_told() {
        let broken: Problem = catalog::Error::Corrupt("cases.due_at".into()).into();
        assert_eq!(broken.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!format!("{broken:?}").contains("due_at"));
        let away: Problem = catalog::Error::Unavailable("disk full".into()).into();
        assert_eq!(
            (away.status, away.code),
            (StatusCode::SERVICE_UNAVAILABLE, "busy")
        );
    }
}
