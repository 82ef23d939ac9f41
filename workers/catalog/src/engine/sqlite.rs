//! SQLite: one writer for every write, many readers, one process a data folder.
//!
//! ```text
//!  write ─▶ channel (≤ 256 waiting) ─▶ writer: BEGIN IMMEDIATE
//!                                        SAVEPOINT, work, RELEASE   × ≤ 64 or until 1 ms has passed
//!                                      COMMIT (one fsync) ─▶ answers, then the feed
//! ```
//!
//! A unit of work that fails is rolled back to its savepoint and harms no neighbour. Nobody is
//! answered before the COMMIT that holds their work has been flushed (synchronous = FULL).

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use sqlx::query::Query;
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection as _, Row as _, Sqlite, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use super::{Arg, Connection, Row, Shared, Sql, Tx, Work};
use crate::feed::Feed;
use crate::{Error, migrations};

/// Requests of one COMMIT at most, and how long the first one waits for company.
const BATCH: usize = 64;
const COMPANY: Duration = Duration::from_millis(1);
/// Requests waiting for the writer at most; more wait in their own tasks.
const WAITING: usize = 256;
/// 3.51.3 is the first version without the WAL-reset defect.
const OLDEST: [u32; 3] = [3, 51, 3];

type Job = Box<dyn for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Option<Answer>> + Send>;
/// Called after COMMIT (`true`) or when the batch was lost (`false`).
type Answer = Box<dyn FnOnce(bool) + Send>;

pub(crate) struct Store {
    readers: SqlitePool,
    writer: mpsc::Sender<Job>,
    shared: Shared,
    _lock: File,
}

impl Store {
    /// Opens or makes `<folder>/catalogue.sqlite`, alone.
    pub(crate) async fn open(
        folder: &Path,
        readers: u32,
        shared: Shared,
        feed: Feed,
    ) -> Result<Self, Error> {
        std::fs::create_dir_all(folder)
            .map_err(|e| Error::Unusable(format!("{}: {e}", folder.display())))?;
        let lock = lock(folder)?;
        let options = options(folder);
        let mut writer = options.clone().connect().await?;
        check_version(&mut writer).await?;
        migrations::sqlite()
            .run(&mut writer)
            .await
            .map_err(|e| Error::Unusable(e.to_string()))?;
        let readers = SqlitePoolOptions::new()
            .max_connections(readers)
            .connect_with(options.read_only(true))
            .await?;
        let (sender, jobs) = mpsc::channel(WAITING);
        tokio::spawn(write_batches(writer, jobs, shared.clone(), feed));
        Ok(Self {
            readers,
            writer: sender,
            shared,
            _lock: lock,
        })
    }

    /// Queues the work for the writer and waits for the COMMIT that holds it.
    pub(crate) async fn write<T: Send + 'static>(&self, work: Arc<Work<T>>) -> Result<T, Error> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |tx| {
            Box::pin(async move {
                match work(tx).await {
                    Ok(value) => Some(Box::new(move |kept: bool| {
                        let _gone = answer.send(if kept { Ok(value) } else { Err(lost()) });
                    }) as Answer),
                    Err(e) => {
                        let _gone = answer.send(Err(e));
                        None
                    }
                }
            })
        });
        self.writer.send(job).await.map_err(|_| lost())?;
        answered.await.map_err(|_| lost())?
    }

    pub(crate) async fn read<T>(&self, work: &Work<T>) -> Result<T, Error> {
        let mut tx = Tx::new(
            Connection::Reader(self.readers.begin().await?),
            self.shared.clone(),
        );
        work(&mut tx).await
    }

    pub(crate) async fn prepare(&self, sql: &'static Sql) -> Result<(), Error> {
        use sqlx::{Executor, SqlSafeStr};
        let mut connection = self.readers.acquire().await?;
        connection.prepare(sql.sqlite.into_sql_str()).await?;
        Ok(())
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
    }
}

fn lost() -> Error {
    Error::Unavailable("the write was not committed".into())
}

fn options(folder: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(folder.join("catalogue.sqlite"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .statement_cache_capacity(400)
}

/// The operating system frees the lock when the process ends, however it ends.
fn lock(folder: &Path) -> Result<File, Error> {
    let path = folder.join("catalogue.lock");
    let file =
        File::create(&path).map_err(|e| Error::Unusable(format!("{}: {e}", path.display())))?;
    file.try_lock()
        .map_err(|_| Error::InUse(folder.display().to_string()))?;
    Ok(file)
}

async fn check_version(connection: &mut SqliteConnection) -> Result<(), Error> {
    let version: String = sqlx::query("SELECT sqlite_version()")
        .fetch_one(connection)
        .await?
        .try_get(0)?;
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let found = [(); 3].map(|()| parts.next().unwrap_or(0));
    if found < OLDEST {
        return Err(Error::Unusable(format!(
            "SQLite {version} can corrupt its log: 3.51.3 or newer is needed"
        )));
    }
    Ok(())
}

async fn write_batches(
    connection: SqliteConnection,
    mut jobs: mpsc::Receiver<Job>,
    shared: Shared,
    feed: Feed,
) {
    let mut tx = Tx::new(Connection::Writer(Box::new(connection)), shared);
    while let Some(first) = jobs.recv().await {
        let started = Instant::now();
        tx.now = None;
        if begin(&mut tx, "BEGIN IMMEDIATE").await.is_err() {
            continue; // the job is dropped, its caller hears that nothing was changed
        }
        let mut answers = Vec::with_capacity(BATCH);
        let mut next = Some(first);
        while let Some(job) = next.take() {
            answers.extend(one(&mut tx, job).await);
            if answers.len() < BATCH && started.elapsed() < COMPANY {
                next = jobs.try_recv().ok();
            }
        }
        let kept = begin(&mut tx, "COMMIT").await.is_ok();
        if !kept {
            let _already = begin(&mut tx, "ROLLBACK").await;
        }
        let changes = std::mem::take(&mut tx.changes);
        for answer in answers {
            answer(kept);
        }
        if kept {
            feed.publish(changes);
        }
    }
    if let Connection::Writer(connection) = tx.connection {
        let _closing = connection.close().await;
    }
}

/// One unit of work inside its savepoint. What it told the feed is forgotten if it failed.
async fn one(tx: &mut Tx, job: Job) -> Option<Answer> {
    let told = tx.changes.len();
    if begin(tx, "SAVEPOINT work").await.is_err() {
        return None;
    }
    let answer = job(tx).await;
    let end = if answer.is_some() {
        "RELEASE work"
    } else {
        "ROLLBACK TO work; RELEASE work"
    };
    if answer.is_none() {
        tx.changes.truncate(told);
    }
    if begin(tx, end).await.is_err() {
        return None;
    }
    answer
}

async fn begin(tx: &mut Tx, word: &'static str) -> Result<(), Error> {
    match &mut tx.connection {
        Connection::Writer(c) => Ok(sqlx::raw_sql(word).execute(&mut **c).await.map(|_| ())?),
        Connection::Reader(_) | Connection::Postgres(_) => Ok(()),
    }
}

fn bound(sql: &'static Sql, args: &[Arg]) -> Query<'static, Sqlite, SqliteArguments> {
    args.iter()
        .cloned()
        .fold(sqlx::query(sql.sqlite), |query, arg| match arg {
            Arg::Int(v) => query.bind(v),
            Arg::Text(v) => query.bind(v),
            Arg::Bytes(v) => query.bind(v),
        })
}

pub(crate) async fn run(
    c: &mut SqliteConnection,
    sql: &'static Sql,
    args: &[Arg],
) -> Result<u64, Error> {
    Ok(bound(sql, args).execute(c).await?.rows_affected())
}

pub(crate) async fn all(
    c: &mut SqliteConnection,
    sql: &'static Sql,
    args: &[Arg],
) -> Result<Vec<Row>, Error> {
    Ok(bound(sql, args)
        .fetch_all(c)
        .await?
        .into_iter()
        .map(Row::Sqlite)
        .collect())
}
