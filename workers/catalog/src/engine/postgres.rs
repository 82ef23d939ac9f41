//! PostgreSQL: a pool, one transaction a unit of work, run again on 40001, 40P01 and unique races.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::postgres::{
    PgArguments, PgConnectOptions, PgConnection, PgListener, PgPool, PgPoolOptions,
};
use sqlx::query::Query;
use sqlx::{Connection as _, Postgres, Row as _};
use tokio::time::Instant;

use super::{Arg, Connection, Row, Shared, Sql, Tx, Work};
use crate::error::{Below, not_migrated, sort};
use crate::feed::Feed;
use crate::feed::told::record_changes;
use crate::{Error, migrations};

/// How often a unit of work is run again before the caller hears of it.
const ATTEMPTS: u32 = 8;
/// How long a connection is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// A connection that rested longer is asked whether it is still there before it is used.
const RESTED: Duration = Duration::from_millis(250);
/// Between two looks whether the server is there.
const PAUSE: Duration = Duration::from_millis(250);

pub(crate) struct Store {
    pool: PgPool,
    breaks: Breaks,
    shared: Shared,
}

/// When a connection was last found broken: whichever was opened by then may be broken with it, and is
/// asked before it is used, however short its rest; so is every other for a while.
#[derive(Clone, Default)]
struct Breaks(Arc<Mutex<Option<Instant>>>);

impl Breaks {
    fn note<T>(&self, done: Result<T, Error>) -> Result<T, Error> {
        if let Err(Error::Unavailable(_)) = &done {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        done
    }

    fn within(&self, time: Duration) -> bool {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_some_and(|last| last.elapsed() <= time)
    }
}

impl Store {
    /// Connects, refuses a server that does not flush commits, migrates.
    pub(crate) async fn open(url: &str, connections: u32, shared: Shared) -> Result<Self, Error> {
        let options: PgConnectOptions = url
            .parse()
            .map_err(|e: sqlx::Error| Error::Unusable(e.to_string()))?;
        let options = options
            .statement_cache_capacity(400)
            // No statement here runs long enough to be worth compiling; a list that looks costly would take seconds.
            .options([("synchronous_commit", "on"), ("jit", "off")]);
        reach(&options).await?;
        let breaks = Breaks::default();
        let seen_breaks = breaks.clone();
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(PATIENCE)
            .test_before_acquire(false)
            .before_acquire(move |connection, rest| {
                let doubted =
                    rest.idle_for >= RESTED || seen_breaks.within(rest.idle_for + PATIENCE);
                Box::pin(async move {
                    if doubted {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options)
            .await?;
        let fsync: String = sqlx::query("SHOW fsync")
            .fetch_one(&pool)
            .await?
            .try_get(0)?;
        if fsync != "on" {
            return Err(Error::Unusable(
                "the server runs with fsync = off and would lose acknowledged work: set fsync = on"
                    .into(),
            ));
        }
        migrations::postgres()
            .run(&pool)
            .await
            .map_err(not_migrated)?;
        Ok(Self {
            pool,
            breaks,
            shared,
        })
    }

    /// Runs the work in a transaction of its own and tells the feed what it changed.
    pub(crate) async fn write<T>(&self, work: &Work<T>, feed: &Feed) -> Result<T, Error> {
        self.breaks.note(self.tried(work, feed).await)
    }

    async fn tried<T>(&self, work: &Work<T>, feed: &Feed) -> Result<T, Error> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let mut tx = Tx::new(
                Connection::Postgres(self.pool.begin().await?),
                self.shared.clone(),
            );
            let done = match work(&mut tx).await {
                Ok(value) => record_changes(&mut tx).await.map(|()| value),
                failed => failed,
            };
            let again = match done {
                Ok(value) => match commit(tx, feed).await {
                    Ok(()) => return Ok(value),
                    Err(below) => below,
                },
                Err(Error::Constraint(text)) => Below::Retry(text),
                Err(e) => return Err(e),
            };
            match again {
                Below::Retry(_) if attempt < ATTEMPTS => {}
                Below::Retry(text) => return Err(Error::Constraint(text)),
                Below::Final(e) => return Err(e),
            }
        }
    }

    /// Runs the work on one snapshot: what it reads first and last belongs together.
    pub(crate) async fn read<T>(&self, work: &Work<T>) -> Result<T, Error> {
        self.breaks.note(self.looked(work).await)
    }

    async fn looked<T>(&self, work: &Work<T>) -> Result<T, Error> {
        let snapshot = self
            .pool
            .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        let mut tx = Tx::new(Connection::Postgres(snapshot.await?), self.shared.clone());
        work(&mut tx).await
    }

    /// Wakes the followers of other processes; outside of every transaction, for a notification inside
    /// one holds a lock of the whole database until after its commit.
    pub(crate) async fn notify(&self) -> Result<(), Error> {
        sqlx::query("SELECT pg_notify('slideway', '')")
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// A connection that hears such notifications; `None` where the setting leaves none over.
    pub(crate) async fn listen(&self) -> Result<Option<PgListener>, Error> {
        if self.pool.options().get_max_connections() < 4 {
            return Ok(None);
        }
        let mut listener = PgListener::connect_with(&self.pool).await?;
        listener.listen("slideway").await?;
        Ok(Some(listener))
    }

    pub(crate) async fn prepare(&self, sql: &'static Sql) -> Result<(), Error> {
        use sqlx::{Executor, SqlSafeStr};
        let mut connection = self.pool.acquire().await?;
        connection.prepare(sql.postgres.into_sql_str()).await?;
        Ok(())
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Commits. When the answer is lost, the change may stand: whoever watches is told to look.
async fn commit(tx: Tx, feed: &Feed) -> Result<(), Below> {
    feed.committing(&tx.told);
    let committed = match tx.connection {
        Connection::Postgres(transaction) => transaction.commit().await.map_err(sort),
        Connection::Writer(_) | Connection::Reader(_) => Ok(()),
    };
    if matches!(committed, Ok(()) | Err(Below::Final(Error::Unavailable(_)))) {
        feed.committed(tx.told);
    }
    committed
}

/// Waits for a server that is starting; the pool would not say why there is none.
async fn reach(options: &PgConnectOptions) -> Result<(), Error> {
    let began = Instant::now();
    loop {
        let tried = tokio::time::timeout(PATIENCE, PgConnection::connect_with(options)).await;
        let why = match tried {
            Ok(Ok(connection)) => return Ok(connection.close().await?),
            Ok(Err(e)) => e.into(),
            Err(_) => Error::Unavailable("no answer".into()),
        };
        if !why.is_transient() || began.elapsed() >= PATIENCE {
            return Err(named(options, &why));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Which database it is, without its password, and what to do.
fn named(options: &PgConnectOptions, why: &Error) -> Error {
    let (host, port) = (options.get_host(), options.get_port());
    let database = options.get_database().unwrap_or(options.get_username());
    let told = |text: &str| {
        format!(
            "PostgreSQL database {database} at {host}:{port}: {text}: start it, or correct catalog.url"
        )
    };
    match why {
        Error::Unavailable(text) => Error::Unavailable(told(text)),
        Error::Unusable(text) => Error::Unusable(told(text)),
        other => Error::Unusable(told(&other.to_string())),
    }
}

fn bound(sql: &'static Sql, args: &[Arg]) -> Query<'static, Postgres, PgArguments> {
    args.iter()
        .cloned()
        .fold(sqlx::query(sql.for_postgres()), |query, arg| match arg {
            Arg::Int(v) => query.bind(v),
            Arg::Text(v) => query.bind(v),
            Arg::Bytes(v) => query.bind(v),
        })
}

pub(crate) async fn run(
    c: &mut PgConnection,
    sql: &'static Sql,
    args: &[Arg],
) -> Result<u64, Error> {
    Ok(bound(sql, args).execute(c).await?.rows_affected())
}

pub(crate) async fn all(
    c: &mut PgConnection,
    sql: &'static Sql,
    args: &[Arg],
) -> Result<Vec<Row>, Error> {
    Ok(bound(sql, args)
        .fetch_all(c)
        .await?
        .into_iter()
        .map(Row::Postgres)
        .collect())
}
