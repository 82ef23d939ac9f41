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

use std::fs::{File, TryLockError};
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
use crate::error::not_migrated;
use crate::feed::Feed;
use crate::feed::told::record_changes;
use crate::{Error, migrations};

/// Requests of one COMMIT at most, and how long the first one waits for company.
const BATCH: usize = 64;
const COMPANY: Duration = Duration::from_millis(1);
/// Requests waiting for the writer at most; more wait in their own tasks.
const WAITING: usize = 256;
/// Pages in the log, 16 MiB, before the writer copies them into the file: what is changed again and again is copied once, and
/// nobody waits long for it.
const LOG_PAGES: u32 = 4_096;
/// How long a folder is waited for that another process holds, and how often it is looked whether it still does.
const PATIENCE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(20);
/// 3.51.3 is the first version without the WAL-reset defect.
const OLDEST: [u32; 3] = [3, 51, 3];

/// A unit of work, given a transaction or the reason why there is none.
type Job =
    Box<dyn for<'t> FnOnce(Result<&'t mut Tx, Error>) -> BoxFuture<'t, Option<Answer>> + Send>;
/// Called after COMMIT, or with the reason why the batch was lost.
type Answer = Box<dyn FnOnce(Result<(), Error>) + Send>;

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
        let lock = lock(folder).await?;
        let options = options(folder);
        let mut writer = options
            .clone()
            .pragma("wal_autocheckpoint", LOG_PAGES.to_string())
            .pragma("temp_store", "memory")
            .connect()
            .await?;
        check_version(&mut writer).await?;
        migrate(&mut writer).await?;
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
                let done = match tx {
                    Ok(tx) => recorded(&work, tx).await,
                    Err(why) => Err(why),
                };
                match done {
                    Ok(value) => Some(Box::new(move |kept: Result<(), Error>| {
                        let _gone = answer.send(kept.map(|()| value));
                    }) as Answer),
                    Err(e) => {
                        let _gone = answer.send(Err(e));
                        None
                    }
                }
            })
        });
        self.writer.send(job).await.map_err(|_| ended())?;
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

async fn recorded<T>(work: &Arc<Work<T>>, tx: &mut Tx) -> Result<T, Error> {
    let value = work(tx).await?;
    record_changes(tx).await?;
    Ok(value)
}

fn lost() -> Error {
    Error::Unavailable("the write was not committed".into())
}

/// The writer fell over: waiting does not help, and whoever looks after this process must know.
fn ended() -> Error {
    Error::Unusable("its writer has ended: start slideway again".into())
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

/// The operating system frees the lock when the process ends, however it ends; a child that it was about to start may
/// keep it for a moment longer.
async fn lock(folder: &Path) -> Result<File, Error> {
    let path = folder.join("catalogue.lock");
    let unusable = |e: std::io::Error| Error::Unusable(format!("{}: {e}", path.display()));
    let file = File::create(&path).map_err(unusable)?;
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(e)) => return Err(unusable(e)),
            Err(TryLockError::WouldBlock) if began.elapsed() >= PATIENCE => {
                return Err(Error::InUse(folder.display().to_string()));
            }
            Err(TryLockError::WouldBlock) => tokio::time::sleep(PAUSE).await,
        }
    }
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

/// All that is missing, or nothing: one transaction, and one flush.
async fn migrate(connection: &mut SqliteConnection) -> Result<(), Error> {
    let mut whole = connection.begin().await?;
    let run = migrations::sqlite().run(&mut *whole).await;
    run.map_err(not_migrated)?;
    Ok(whole.commit().await?)
}

async fn write_batches(
    connection: SqliteConnection,
    mut jobs: mpsc::Receiver<Job>,
    shared: Shared,
    feed: Feed,
) {
    let mut tx = Tx::new(Connection::Writer(Box::new(connection)), shared);
    while let Some(first) = jobs.recv().await {
        tx.now = None;
        let mut answers = Vec::with_capacity(BATCH);
        let kept = write_batch(&mut tx, first, &mut jobs, &mut answers).await;
        if kept.is_err() {
            let _already = say(&mut tx, "ROLLBACK").await;
        }
        let told = std::mem::take(&mut tx.told);
        if kept.is_ok() {
            feed.committed(told);
        }
        for answer in answers {
            answer(kept.as_ref().copied().map_err(again));
        }
    }
    if let Connection::Writer(connection) = tx.connection {
        let _closing = connection.close().await;
    }
}

/// One COMMIT; `answers` are of those who wait for it. An error loses the whole batch.
async fn write_batch(
    tx: &mut Tx,
    first: Job,
    jobs: &mut mpsc::Receiver<Job>,
    answers: &mut Vec<Answer>,
) -> Result<(), Error> {
    let started = Instant::now();
    if let Err(why) = say(tx, "BEGIN IMMEDIATE").await {
        first(Err(again(&why))).await;
        return Err(why);
    }
    let mut next = Some(first);
    while let Some(job) = next.take() {
        answers.extend(one(tx, job).await?);
        if answers.len() < BATCH && started.elapsed() < COMPANY {
            next = jobs.try_recv().ok();
        }
    }
    say(tx, "COMMIT").await
}

/// One unit of work inside its savepoint. What it told the feed is forgotten if it failed.
///
/// An error says that the transaction is not what it was: a full disk may end it as a whole, and a
/// savepoint would then begin another one, which commits by itself.
async fn one(tx: &mut Tx, job: Job) -> Result<Option<Answer>, Error> {
    let told = tx.told.mark();
    if let Err(why) = say(tx, "SAVEPOINT work").await {
        job(Err(again(&why))).await;
        return Err(why);
    }
    let Some(answer) = job(Ok(tx)).await else {
        tx.told.back_to(told);
        say(tx, "ROLLBACK TO work; RELEASE work").await?;
        return Ok(None);
    };
    match say(tx, "RELEASE work").await {
        Ok(()) => Ok(Some(answer)),
        Err(why) => {
            answer(Err(again(&why)));
            Err(why)
        }
    }
}

/// The same reason, for one more caller: to each of them the database was not available.
fn again(why: &Error) -> Error {
    match why {
        Error::Unavailable(text) | Error::Unusable(text) => Error::Unavailable(text.clone()),
        other => Error::Unavailable(other.to_string()),
    }
}

async fn say(tx: &mut Tx, word: &'static str) -> Result<(), Error> {
    match &mut tx.connection {
        Connection::Writer(c) => Ok(sqlx::raw_sql(word).execute(&mut **c).await.map(|_| ())?),
        Connection::Reader(_) | Connection::Postgres(_) => Ok(()),
    }
}

fn bound(sql: &'static Sql, args: &[Arg]) -> Query<'static, Sqlite, SqliteArguments> {
    args.iter()
        .cloned()
        .fold(sqlx::query(sql.for_sqlite()), |query, arg| match arg {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_folder_is_waited_for_while_its_process_ends_and_refused_while_it_runs() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = lock(folder.path()).await.expect("free");
        let Err(Error::InUse(named)) = lock(folder.path()).await else {
            panic!("two processes have one folder");
        };
        assert_eq!(named, folder.path().display().to_string());
        let ending = async {
            tokio::time::sleep(PAUSE).await;
            drop(first);
        };
        let (second, ()) = tokio::join!(lock(folder.path()), ending);
        second.expect("free by then");
    }
}
