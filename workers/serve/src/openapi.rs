//! The description of the interface, made from the one table of doors (`OpenAPI` 3.1).

use axum::Json;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::route::{Answer, Policy, Route};
use crate::routes;

/// What `GET /openapi.json` answers.
pub(crate) async fn document() -> Json<Value> {
    Json(openapi())
}

/// The description of the whole interface.
pub fn openapi() -> Value {
    described(&routes())
}

/// The description of these doors.
pub(crate) fn described(routes: &[Route]) -> Value {
    let at =
        |settings: &mut SchemaSettings| settings.definitions_path = "/components/schemas".into();
    let mut schemas = SchemaSettings::draft2020_12().with(at).into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for route in routes {
        let path = paths.entry(route.written()).or_insert_with(|| json!({}));
        path[route.method.as_str().to_lowercase()] = operation(route, &mut schemas);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Slideway",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Scans in, cases out. Not for clinical use. Every error is application/problem+json with a code. Requests that change something carry X-Slideway: 1.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas.take_definitions(true),
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "slideway_session"}},
        },
    })
}

fn operation(route: &Route, schemas: &mut SchemaGenerator) -> Value {
    let mut answers: Map<String, Value> = Map::new();
    for answer in &route.answers {
        answers.insert(answer.status.to_string(), described_answer(answer, schemas));
    }
    answers.insert(
        "default".into(),
        json!({"description": "a problem", "content": {"application/problem+json": {}}}),
    );
    let mut operation = json!({
        "summary": route.summary,
        "parameters": parameters(&route.written()),
        "responses": answers,
    });
    if let Policy::Asks { action, purpose } = route.policy {
        operation["x-slideway-action"] = json!(action.as_str());
        operation["x-slideway-purpose"] = json!(purpose.as_str());
    }
    if !matches!(route.policy, Policy::Open { .. }) {
        operation["security"] = json!([{"session": []}]);
    }
    if let Some(request) = route.request {
        let schema = request(schemas);
        operation["requestBody"] =
            json!({"required": true, "content": {"application/json": {"schema": schema}}});
    }
    operation
}

fn described_answer(answer: &Answer, schemas: &mut SchemaGenerator) -> Value {
    if answer.media_type.is_empty() {
        return json!({"description": "done"});
    }
    let mut content = json!({});
    if let Some(schema) = answer.schema {
        content["schema"] = json!(schema(schemas));
    }
    json!({"description": "the answer", "content": {(answer.media_type): content}})
}

fn parameters(path: &str) -> Vec<Value> {
    let named = path
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'));
    named
        .map(|(name, _)| {
            let name = name.trim_start_matches('*');
            json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}})
        })
        .collect()
}
