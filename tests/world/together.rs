//! Many at once: tasks that begin in the same moment, and waiting for what others do.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Barrier;

/// Runs `count` tasks that start together; their answers in the order of their numbers.
pub(crate) async fn together<F, T>(count: usize, task: impl Fn(usize) -> F) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let start = Arc::new(Barrier::new(count));
    let mut running = Vec::new();
    for n in 0..count {
        let (start, work) = (start.clone(), task(n));
        running.push(tokio::spawn(async move {
            start.wait().await;
            work.await
        }));
    }
    let mut answers = Vec::new();
    for one in running {
        answers.push(one.await.expect("a task ends"));
    }
    answers
}

/// Long enough for anything here on a busy machine; reached only by a test that fails.
const PATIENCE: Duration = Duration::from_mins(2);

/// Waits until something is so.
pub(crate) async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let waited = tokio::time::timeout(PATIENCE, async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    waited
        .await
        .unwrap_or_else(|_| panic!("waited in vain until {what}"));
}
