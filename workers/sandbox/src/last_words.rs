//! What a child said on stderr while it ended: kept short, looked at for one thing, never logged.

use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::ChildStderr;
use tokio::task::JoinHandle;

/// Kept of what a child says; the rest is read and dropped, so that it never blocks.
const KEPT_BYTES: u64 = 4 << 10;
/// Rust's allocator says this before it aborts.
const NO_MEMORY: &[u8] = b"memory allocation of ";

/// The task that listens; it ends with the child, or with this handle.
#[derive(Debug)]
pub(crate) struct LastWords {
    listening: JoinHandle<Vec<u8>>,
}

impl LastWords {
    pub(crate) fn listen(mut words: ChildStderr) -> Self {
        let listening = tokio::spawn(async move {
            let mut kept = Vec::new();
            let mut first = (&mut words).take(KEPT_BYTES);
            if first.read_to_end(&mut kept).await.is_ok() {
                // Read on so that the child's pipe is never full; an error ends the reading as well.
                drop(tokio::io::copy(&mut words, &mut tokio::io::sink()).await);
            }
            kept
        });
        Self { listening }
    }

    /// Whether the child ended because it had no memory left. Call it once, after its end.
    pub(crate) async fn say_no_memory(&mut self) -> bool {
        let kept = tokio::time::timeout(Duration::from_secs(1), &mut self.listening).await;
        match kept {
            Ok(Ok(kept)) => kept
                .windows(NO_MEMORY.len())
                .any(|words| words == NO_MEMORY),
            _ => false,
        }
    }
}

impl Drop for LastWords {
    fn drop(&mut self) {
        self.listening.abort();
    }
}
