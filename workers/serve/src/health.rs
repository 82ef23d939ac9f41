//! Whether this process lives, and whether it can be asked for work.

use axum::extract::State;
use sandbox::Enforced;

use crate::door::Door;
use crate::problem::Problem;

/// Lives: it answers.
pub(crate) async fn lives() -> &'static str {
    "ok"
}

/// Ready: the catalogue answers and the process is not ending. The second line says what the kernel holds
/// the decoding children to.
pub(crate) async fn ready(State(door): State<Door>) -> Result<String, Problem> {
    if door.shutdown.is_cancelled() {
        return Err(Problem::busy("The server is ending."));
    }
    door.catalog().now().await?;
    let decoding = decoding(door.keepers.sandbox.enforced());
    Ok(format!("ready\ndecoding: {decoding}\n"))
}

/// How far the decoding children are confined.
fn decoding(enforced: Option<Enforced>) -> String {
    match enforced {
        None => "not tried yet".to_owned(),
        Some(enforced) if enforced.is_full() => "confined by landlock and seccomp".to_owned(),
        Some(enforced) => format!("this kernel lacks {}", enforced.lacks().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_that_lacks_a_part_is_named() {
        let of = |landlock, seccomp| decoding(Some(Enforced { landlock, seccomp }));
        assert_eq!(of(6, true), "confined by landlock and seccomp");
        assert!(of(0, true).contains("landlock") && !of(0, true).contains("seccomp"));
        assert!(of(7, false).contains("lacks seccomp"));
        assert_eq!(decoding(None), "not tried yet");
    }
}
