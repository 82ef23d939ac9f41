//! Someone at the door: a session, and what they ask.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use futures::StreamExt;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::world::until;

pub(crate) struct Visitor {
    http: Client,
    base: String,
    cookie: String,
}

/// What the stream of changes has told so far.
#[derive(Clone, Default)]
pub(crate) struct Heard(Arc<Mutex<String>>);

impl Visitor {
    /// Nobody yet.
    pub(crate) fn at(address: SocketAddr) -> Self {
        let http = Client::builder().no_proxy().build().expect("a client");
        Self {
            http,
            base: format!("http://{address}"),
            cookie: String::new(),
        }
    }

    pub(crate) async fn sign_in(address: SocketAddr, persona: &str) -> Self {
        let mut visitor = Self::at(address);
        let ask = visitor.http.post(visitor.url("/api/v1/session"));
        let ask = ask.json(&json!({ "persona": persona }));
        let answer = visitor.send(ask).await;
        assert_eq!(answer.status(), 201, "{persona} signs in");
        let cookie = answer.headers()["set-cookie"].to_str().expect("text");
        visitor.cookie = cookie
            .split(';')
            .next()
            .map(str::to_owned)
            .expect("a cookie");
        visitor
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    async fn send(&self, ask: RequestBuilder) -> Response {
        let ask = ask.header("cookie", &self.cookie).header("x-slideway", "1");
        ask.send().await.expect("an answer")
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.send(self.http.get(self.url(path))).await
    }

    /// A part of something, as `Range` names it.
    pub(crate) async fn part(&self, path: &str, range: &str) -> Response {
        let ask = self.http.get(self.url(path)).header("range", range);
        self.send(ask).await
    }

    pub(crate) async fn status(&self, path: &str) -> u16 {
        self.get(path).await.status().as_u16()
    }

    /// The bytes of something that is there.
    pub(crate) async fn bytes(&self, path: &str) -> Vec<u8> {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.bytes().await.expect("a body").to_vec()
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        told(self.get(path).await).await.1
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let ask = self.http.post(self.url(path)).json(body);
        told(self.send(ask).await).await
    }

    /// Follows the changes from now on.
    pub(crate) async fn follow(&self) -> Heard {
        let heard = Heard::default();
        let answer = self.get("/api/v1/changes").await;
        assert_eq!(answer.status(), 200);
        let (mut stream, hears) = (answer.bytes_stream(), heard.clone());
        tokio::spawn(async move {
            while let Some(Ok(piece)) = stream.next().await {
                let text = String::from_utf8_lossy(&piece);
                hears.0.lock().expect("sound").push_str(&text);
            }
        });
        heard.until("event: hello").await;
        heard
    }
}

impl Heard {
    pub(crate) fn has(&self, words: &str) -> bool {
        self.0.lock().expect("sound").contains(words)
    }

    pub(crate) async fn until(&self, words: &str) {
        until("it is told", async || self.has(words)).await;
    }
}

/// Status and JSON; null without any.
async fn told(answer: Response) -> (u16, Value) {
    let status = answer.status().as_u16();
    let bytes = answer.bytes().await.expect("a body");
    let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    (status, json)
}
