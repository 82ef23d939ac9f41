//! The people's door: pages, the JSON interface, tiles, and what changes as it happens.
//!
//! ```text
//!   cookie ─▶ session ─▶ policy of the route ─▶ decide + audit (one transaction) ─▶ Authorized<…> ─▶ view ─▶ JSON
//!   tile   ─▶ grant (≤ 60 s, dropped by changes) ─▶ archive: one range read, tag checked ─▶ bytes
//!                └ first touch: decide + audit
//! ```
//!
//! Invariants: [`routes`] is the one table of doors, and each names its policy; a handler gets a
//! case or a scan only inside an `Authorized`; after a scan's first touch its tiles need no
//! statement of the catalogue and no decoder; nothing here keeps patient data longer than a request,
//! except label pictures in a bounded cache that is asked only after deciding.

#![forbid(unsafe_code)]

mod api;
mod audience;
mod checked;
mod composed;
mod decoders;
mod deepzoom;
mod door;
mod grants;
mod health;
mod live;
mod openapi;
mod original;
mod pages;
mod pictures;
mod problem;
mod recent;
mod route;
mod session;
mod settings;
mod table;
mod tiles;
mod wire;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use door::{Door, Keepers};
pub use openapi::openapi;
pub use route::{Policy, Route};
pub use session::{Persona, SessionSubject};
pub use settings::Settings;
pub use table::routes;

/// Why the door cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address cannot be listened on.
    #[error("cannot listen on {listen}: {source}; choose another serve.listen or stop who has it")]
    Listen {
        /// The address of the settings.
        listen: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The listener failed later.
    #[error("serving ended: {0}")]
    Serve(std::io::Error),
}

/// Binds `settings.listen` and serves until `shutdown`.
pub async fn run(
    settings: Settings,
    keepers: Keepers,
    shutdown: CancellationToken,
) -> Result<(), Error> {
    let listen = settings.listen.clone();
    let bound = TcpListener::bind(&listen).await;
    let listener = bound.map_err(|source| Error::Listen { listen, source })?;
    run_on(listener, Door::open(settings, keepers, shutdown)).await
}

/// Serves on a listener that is bound already, so that its port is known.
pub async fn run_on(listener: TcpListener, door: Door) -> Result<(), Error> {
    let shutdown = door.shutdown.clone();
    let app = router(door).into_make_service_with_connect_info::<SocketAddr>();
    if let Ok(address) = listener.local_addr() {
        tracing::info!(serve.listen = %address, "the people's door is open");
    }
    axum::serve(listener, app)
        .with_graceful_shutdown(shutdown.cancelled_owned())
        .await
        .map_err(Error::Serve)
}

/// Every door with its guards, to be served alone or merged with others. Sessions are made only
/// for loopback, so whoever serves it passes on the peer's address (`ConnectInfo<SocketAddr>`).
pub fn router(door: Door) -> Router {
    let mut router = Router::new();
    for route in routes() {
        router = route.add_to(router);
    }
    router
        .fallback(problem::no_such_page)
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(axum::middleware::from_fn(session::refuse_foreign_pages))
        .layer(axum::middleware::from_fn(pages::careful_headers))
        .with_state(door)
}

/// Longest request.
const BODY_BYTES: usize = 1 << 20;
