//! A door: method, path, policy, what it takes and gives, and its handler.

use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};
use axum::{Extension, Router};
use pathology::access::{Action, Purpose};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::door::Door;

/// Who may come in, decided before the handler runs or inside the transaction that reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Anyone; with the reason why nobody is harmed by it.
    Open {
        /// The reason.
        because: &'static str,
    },
    /// Whoever has a session, about that session alone.
    OwnSession,
    /// Whoever `decide` permits this action, to this end.
    Asks {
        /// For what.
        action: Action,
        /// To what end.
        purpose: Purpose,
    },
}

impl Policy {
    /// This action, for the patient's own diagnosis.
    pub(crate) const fn asks(action: Action) -> Self {
        Self::Asks {
            action,
            purpose: Purpose::DirectCare,
        }
    }
}

/// One answer of a door, for the description.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its media type; empty without a body.
    pub media_type: &'static str,
    pub(crate) schema: Option<fn(&mut SchemaGenerator) -> Schema>,
}

/// A door.
#[derive(Clone)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, its parameters in braces.
    pub path: &'static str,
    /// Who may come in.
    pub policy: Policy,
    /// What it is for: one sentence.
    pub summary: &'static str,
    /// What it answers when all is well.
    pub answers: Vec<Answer>,
    pub(crate) request: Option<fn(&mut SchemaGenerator) -> Schema>,
    handler: MethodRouter<Door>,
}

impl Route {
    pub(crate) fn new<H, T>(method: Method, path: &'static str, policy: Policy, handler: H) -> Self
    where
        H: Handler<T, Door>,
        T: 'static,
    {
        let filter =
            MethodFilter::try_from(method.clone()).expect("the methods used here have one");
        Self {
            method,
            path,
            policy,
            summary: "",
            answers: Vec::new(),
            request: None,
            handler: on(filter, handler).layer(Extension(policy)),
        }
    }

    pub(crate) const fn told(mut self, summary: &'static str) -> Self {
        self.summary = summary;
        self
    }

    pub(crate) fn takes<T: JsonSchema>(mut self) -> Self {
        self.request = Some(SchemaGenerator::subschema_for::<T>);
        self
    }

    pub(crate) fn gives<T: JsonSchema>(self, status: u16) -> Self {
        self.answers(
            status,
            "application/json",
            Some(SchemaGenerator::subschema_for::<T>),
        )
    }

    pub(crate) fn sends(self, status: u16, media_type: &'static str) -> Self {
        self.answers(status, media_type, None)
    }

    fn answers(
        mut self,
        status: u16,
        media_type: &'static str,
        schema: Option<fn(&mut SchemaGenerator) -> Schema>,
    ) -> Self {
        self.answers.push(Answer {
            status,
            media_type,
            schema,
        });
        self
    }

    /// The path as callers write it: a generation stands behind a `g`.
    pub fn written(&self) -> String {
        self.path.replace("/{generation}/", "/g{generation}/")
    }

    pub(crate) fn add_to(self, router: Router<Door>) -> Router<Door> {
        router.route(self.path, self.handler)
    }
}

/// A door that is only read.
pub(crate) fn get<H, T>(path: &'static str, policy: Policy, handler: H) -> Route
where
    H: Handler<T, Door>,
    T: 'static,
{
    Route::new(Method::GET, path, policy, handler)
}

/// A door that changes something.
pub(crate) fn post<H, T>(path: &'static str, policy: Policy, handler: H) -> Route
where
    H: Handler<T, Door>,
    T: 'static,
{
    Route::new(Method::POST, path, policy, handler)
}
