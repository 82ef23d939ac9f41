//! Many at once: tasks that begin in the same moment.

use std::sync::Arc;

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
