//! A command sent twice is done once: the second gets the first one's answer.
//!
//! The answer is kept in the transaction of the command. Keys older than a week are swept.

use std::collections::HashMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::audit::By;
use crate::engine::{Row, Tx, args};
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
    /// Of these rows.
    pub(crate) fn of(command: &'static str, rows: &[Row]) -> Result<Self, Error> {
        let mut kept = HashMap::new();
        for row in rows {
            let name = (
                row.text("organisation_id")?,
                row.text("command")?,
                row.text("idempotency_key")?,
            );
            kept.insert(name, row.text("answer")?);
        }
        Ok(Self { command, kept })
    }

    /// The kept answer of the one under this key.
    pub(crate) fn get<T: DeserializeOwned>(&self, by: &By, key: &str) -> Option<Result<T, Error>> {
        let name = format!("{} {}", self.command, by.subject);
        let text = self
            .kept
            .get(&(by.organisation.to_string(), name, key.to_owned()))?;
        Some(serde_json::from_str(text).map_err(|e| Error::Corrupt(e.to_string())))
    }
}

/// The names of a batch of commands, as statements read them.
pub(crate) fn named(command: &str, keyed: &[(&By, &str)]) -> String {
    let row = |(by, key): &(&By, &str)| {
        let name = format!("{command} {}", by.subject);
        json!({"o": by.organisation, "c": name, "k": key})
    };
    Value::Array(keyed.iter().map(row).collect()).to_string()
}

/// The answers to keep for a second try, as statements read them.
pub(crate) fn to_keep<T: Serialize>(
    command: &str,
    answers: &[(&By, &str, T)],
) -> Result<String, Error> {
    let row = |(by, key, answer): &(&By, &str, T)| {
        let name = format!("{command} {}", by.subject);
        let text = serde_json::to_string(answer)?;
        Ok(json!({"o": by.organisation, "c": name, "k": key, "w": text}))
    };
    let all: Result<_, serde_json::Error> = answers.iter().map(row).collect();
    let all = all.map_err(|e| Error::Corrupt(e.to_string()))?;
    Ok(Value::Array(all).to_string())
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
    /// Runs a command in a transaction, once under its key: the second gets the first one's answer, also where
    /// it overtook the first and found its work done. The command's name says what it is about, so that a key used
    /// again for something else swallows nothing.
    pub(crate) async fn write_once<T>(
        &self,
        command: String,
        key: Option<&str>,
        by: &By,
        work: impl for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<T, Error>> + Send + Sync + 'static,
    ) -> Result<T, Error>
    where
        T: Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        let once = Arc::new((command, key.map(str::to_owned), by.clone()));
        let work = Arc::new(work);
        let named = once.clone();
        let done = self.write(move |tx| {
            let (named, work) = (named.clone(), work.clone());
            Box::pin(async move {
                let (command, key, by) = &*named;
                if let Some(before) = answered(tx, by, command, key.as_deref()).await? {
                    return Ok(before);
                }
                let answer = work(tx).await?;
                keep(tx, by, command, key.as_deref(), &answer).await?;
                Ok(answer)
            })
        });
        match done.await {
            Err(why) if key.is_some() => self.answered_meanwhile(once).await.ok_or(why),
            done => done,
        }
    }

    async fn answered_meanwhile<T: DeserializeOwned + Send + 'static>(
        &self,
        once: Arc<(String, Option<String>, By)>,
    ) -> Option<T> {
        let read = self.read(move |tx| {
            let once = once.clone();
            Box::pin(async move {
                let (command, key, by) = &*once;
                answered(tx, by, command, key.as_deref()).await
            })
        });
        read.await.ok().flatten()
    }

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
