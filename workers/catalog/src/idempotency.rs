//! A command sent twice is done once: the second gets the first one's answer.
//!
//! The answer is kept in the transaction of the command. Keys older than a week are swept.

use std::collections::HashMap;

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

/// The kept answers of a batch of commands.
pub(crate) struct Answers {
    command: &'static str,
    kept: HashMap<(String, String, String), String>,
}

impl Answers {
    /// The kept answer of the one under this key.
    pub(crate) fn get<T: DeserializeOwned>(&self, by: &By, key: &str) -> Option<Result<T, Error>> {
        let name = format!("{} {}", self.command, by.subject);
        let text = self
            .kept
            .get(&(by.organisation.to_string(), name, key.to_owned()))?;
        Some(serde_json::from_str(text).map_err(|e| Error::Corrupt(e.to_string())))
    }
}

/// The kept answers of a command under many keys.
pub(crate) async fn answered_all(
    tx: &mut Tx,
    command: &'static str,
    keyed: Vec<(&By, &str)>,
) -> Result<Answers, Error> {
    let mut kept = HashMap::new();
    if !keyed.is_empty() {
        let row = |(by, key): &(&By, &str)| {
            let name = format!("{command} {}", by.subject);
            serde_json::json!({"o": by.organisation, "c": name, "k": key})
        };
        let all = serde_json::Value::Array(keyed.iter().map(row).collect());
        for row in tx
            .all(&sql::IDEMPOTENCY_FIND_ALL, args![all.to_string()])
            .await?
        {
            let name = (
                row.text("organisation_id")?,
                row.text("command")?,
                row.text("idempotency_key")?,
            );
            kept.insert(name, row.text("answer")?);
        }
    }
    Ok(Answers { command, kept })
}

/// Keeps the answers of a batch for a second try.
pub(crate) async fn keep_all<T: Serialize>(
    tx: &mut Tx,
    command: &str,
    answers: &[(&By, &str, T)],
) -> Result<(), Error> {
    if answers.is_empty() {
        return Ok(());
    }
    let row = |(by, key, answer): &(&By, &str, T)| {
        let name = format!("{command} {}", by.subject);
        let text = serde_json::to_string(answer)?;
        Ok(serde_json::json!({"o": by.organisation, "c": name, "k": key, "w": text}))
    };
    let all: Result<Vec<_>, serde_json::Error> = answers.iter().map(row).collect();
    let all = all.map_err(|e| Error::Corrupt(e.to_string()))?;
    let row = args![serde_json::Value::Array(all).to_string(), tx.now().await?];
    tx.run(&sql::IDEMPOTENCY_KEEP_ALL, row).await?;
    Ok(())
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
