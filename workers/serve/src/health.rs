//! Whether this process lives, and whether it can be asked for work.

use axum::extract::State;

use crate::door::Door;
use crate::problem::Problem;

/// Lives: it answers.
pub(crate) async fn lives() -> &'static str {
    "ok"
}

/// Ready: the catalogue answers and the process is not ending.
pub(crate) async fn ready(State(door): State<Door>) -> Result<&'static str, Problem> {
    if door.shutdown.is_cancelled() {
        return Err(Problem::busy("The server is ending."));
    }
    door.catalog().now().await?;
    Ok("ready")
}
