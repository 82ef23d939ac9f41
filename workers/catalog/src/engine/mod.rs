//! The only place that knows which database there is.
//!
//! ```text
//!  verb ─▶ Catalog::write(|tx| …) ─┬─ SQLite: one writer, ≤ 64 requests or 1 ms into one COMMIT
//!                                  └─ PostgreSQL: one transaction each, retried on 40001 / 40P01
//!  verb ─▶ Catalog::read(|tx| …)  ─── a snapshot of either
//! ```
//!
//! A transaction is a function that may be run again, so it has no effect but through its [`Tx`].
//! Changes told in it are written as events with it, and reach the feed after COMMIT, never before.

pub(crate) mod postgres;
pub(crate) mod row;
pub(crate) mod sqlite;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::future::BoxFuture;
pub(crate) use row::{Arg, Row, args, list};
use sqlx::{Postgres, Sqlite, SqliteConnection, Transaction};

use crate::feed::Change;
use crate::feed::told::Told;
use crate::{Error, Limits, Policy};

/// One statement: its name (the file) and its text in both languages.
pub(crate) struct Sql {
    pub(crate) name: &'static str,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

impl Sql {
    pub(crate) fn for_sqlite(&self) -> &'static str {
        self.altered(self.sqlite)
    }

    pub(crate) fn for_postgres(&self) -> &'static str {
        self.altered(self.postgres)
    }

    /// The text, with the error that a test puts into it: `name¦from¦to`, with `→` for `->`.
    fn altered(&self, text: &'static str) -> &'static str {
        let statement = self.name;
        fail::fail_point!("catalog::sql", |change: Option<String>| {
            let change = change.unwrap_or_default().replace('→', "->");
            let mut parts = change.splitn(3, '¦');
            match (parts.next(), parts.next(), parts.next()) {
                (Some(name), Some(from), Some(to)) if name == statement => {
                    assert!(text.contains(from), "{name} does not say {from}");
                    Box::leak(text.replacen(from, to, 1).into_boxed_str())
                }
                _ => text,
            }
        });
        let _ = statement;
        text
    }
}

/// A unit of work. It may be run more than once; only the run that commits counts.
pub(crate) type Work<T> =
    dyn for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<T, Error>> + Send + Sync;

pub(crate) enum Engine {
    Sqlite(sqlite::Store),
    Postgres(postgres::Store),
}

impl Engine {
    /// Runs the work on one snapshot.
    pub(crate) async fn read<T>(&self, work: &Work<T>) -> Result<T, Error> {
        match self {
            Self::Sqlite(store) => store.read(work).await,
            Self::Postgres(store) => store.read(work).await,
        }
    }
}

enum Connection {
    Writer(Box<SqliteConnection>),
    Reader(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// An open transaction of either database.
pub(crate) struct Tx {
    connection: Connection,
    now: Option<i64>,
    pub(crate) told: Told,
    shared: Shared,
}

/// What every transaction of a catalogue shares: its policy and the count of statements.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) policy: Arc<Policy>,
    pub(crate) statements: Arc<AtomicU64>,
}

impl Tx {
    fn new(connection: Connection, shared: Shared) -> Self {
        Self {
            connection,
            now: None,
            told: Told::default(),
            shared,
        }
    }

    /// How long people have.
    pub(crate) fn limits(&self) -> Limits {
        self.shared.policy.limits
    }

    /// What the laboratory decided.
    pub(crate) fn policy(&self) -> Arc<Policy> {
        self.shared.policy.clone()
    }

    /// The database's time plus the offset of tests and demo, one reading a transaction.
    pub(crate) async fn now(&mut self) -> Result<i64, Error> {
        if let Some(now) = self.now {
            return Ok(now);
        }
        let row = self.one(&crate::sql::CLOCK_NOW, args![]).await?;
        let now = row.int("now_us")?;
        self.now = Some(now);
        Ok(now)
    }

    /// Statements of the follower are nobody's request: they are not counted.
    pub(crate) fn uncounted(&mut self) {
        self.shared.statements = Arc::default();
    }

    /// The time once locks are held, which may have been waited for: what is recorded from now on is
    /// later than what was committed under them before.
    pub(crate) async fn now_under_locks(&mut self) -> Result<i64, Error> {
        self.now = None;
        self.now().await
    }

    /// The same, where a statement has read it already.
    pub(crate) fn is_now(&mut self, now: i64) {
        self.now = Some(now);
    }

    /// Tells the feed, once the transaction has committed.
    pub(crate) fn tell(&mut self, change: Change) {
        self.told.changes.push(change);
    }

    /// Runs a statement; gives the number of rows it touched.
    pub(crate) async fn run(&mut self, sql: &'static Sql, args: &[Arg]) -> Result<u64, Error> {
        self.shared.statements.fetch_add(1, Ordering::Relaxed);
        match &mut self.connection {
            Connection::Writer(c) => sqlite::run(c, sql, args).await,
            Connection::Reader(c) => sqlite::run(c, sql, args).await,
            Connection::Postgres(c) => postgres::run(c, sql, args).await,
        }
    }

    /// All rows of a statement; the statement itself bounds their number.
    pub(crate) async fn all(&mut self, sql: &'static Sql, args: &[Arg]) -> Result<Vec<Row>, Error> {
        self.shared.statements.fetch_add(1, Ordering::Relaxed);
        match &mut self.connection {
            Connection::Writer(c) => sqlite::all(c, sql, args).await,
            Connection::Reader(c) => sqlite::all(c, sql, args).await,
            Connection::Postgres(c) => postgres::all(c, sql, args).await,
        }
    }

    /// The first row, if there is one.
    pub(crate) async fn first(
        &mut self,
        sql: &'static Sql,
        args: &[Arg],
    ) -> Result<Option<Row>, Error> {
        Ok(self.all(sql, args).await?.into_iter().next())
    }

    /// The one row that must be there.
    pub(crate) async fn one(&mut self, sql: &'static Sql, args: &[Arg]) -> Result<Row, Error> {
        self.first(sql, args)
            .await?
            .ok_or_else(|| Error::Corrupt(format!("{}: no row", sql.name)))
    }
}
