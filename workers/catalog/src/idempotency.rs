//! A command sent twice is done once: the second gets the first one's answer.
//!
//! The answer is kept in the transaction of the command. Keys older than a week are swept.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::audit::By;
use crate::engine::{Tx, args};
use crate::{Catalog, Error, sql};

const WEEK_US: i64 = 7 * 24 * 3_600 * 1_000_000;

/// The kept answer of this command under this key, if it ran before.
pub(crate) async fn answered<T: DeserializeOwned>(
    tx: &mut Tx,
    by: &By,
    command: &str,
    key: Option<&str>,
) -> Result<Option<T>, Error> {
    let Some(key) = key else { return Ok(None) };
    let name = format!("{command} {}", by.subject);
    let row = tx
        .first(&sql::IDEMPOTENCY_FIND, args![by.organisation, name, key])
        .await?;
    row.map(|row| {
        serde_json::from_str(&row.text("answer")?).map_err(|e| Error::Corrupt(e.to_string()))
    })
    .transpose()
}

/// Keeps the answer for a second try.
pub(crate) async fn keep<T: Serialize>(
    tx: &mut Tx,
    by: &By,
    command: &str,
    key: Option<&str>,
    answer: &T,
) -> Result<(), Error> {
    let Some(key) = key else { return Ok(()) };
    let now = tx.now().await?;
    let name = format!("{command} {}", by.subject);
    let text = serde_json::to_string(answer).map_err(|e| Error::Corrupt(e.to_string()))?;
    tx.run(
        &sql::IDEMPOTENCY_KEEP,
        args![by.organisation, name, key, text, now],
    )
    .await?;
    Ok(())
}

impl Catalog {
    /// Forgets answers older than a week.
    pub async fn sweep_idempotency(&self) -> Result<u64, Error> {
        self.write(|tx| {
            Box::pin(async move {
                let now = tx.now().await?;
                tx.run(&sql::IDEMPOTENCY_SWEEP, args![now - WEEK_US]).await
            })
        })
        .await
    }
}
