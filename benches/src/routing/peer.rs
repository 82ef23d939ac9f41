//! A peer in the same server, with the same clients: a connection each up to 100, the generic plan that pooled drivers
//! come to. On SQLite all share one connection, which is the best that one writer allows.

use std::sync::Arc;

use serde_json::Value;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, SqliteConnection};
use tokio::sync::Mutex;

use super::laboratory::{Beside, Size, Who, what_waits};
use super::queue::{Asks, Bound, PEERS, parts, tries};
use super::storm::{Dice, storm};
use crate::Failure;

/// Connections of PostgreSQL at most; beyond, clients wait for one.
const CONNECTIONS: usize = 100;
const FILE: &str = "peer.sqlite";

#[derive(Clone)]
struct Client {
    claim: Arc<str>,
    asks: Asks,
    who: Who,
    server: Server,
}

#[derive(Clone)]
enum Server {
    Postgres(PgPool),
    Sqlite(Arc<Mutex<SqliteConnection>>),
}

pub(super) async fn measure(
    name: &str,
    url: &str,
    waiting: u64,
    clients: usize,
    who: Who,
) -> Result<Value, Failure> {
    let peer = PEERS
        .iter()
        .find(|peer| peer.name == name)
        .ok_or("there is no such peer")?;
    let text = match url.strip_prefix("sqlite:") {
        Some(_) => peer.sqlite.ok_or("SQLite has no such peer")?,
        None => peer.postgres,
    };
    let (make, claim) = parts(text).ok_or("a peer's file has two parts")?;
    let mut beside = Beside::connect(url, FILE).await?;
    beside
        .run("DROP TABLE IF EXISTS peer, peer_assignment", "SELECT 1")
        .await?;
    what_waits(&mut beside, &Size::new(waiting, super::laboratory::PEOPLE)).await?;
    beside.run(make, make).await?;
    beside
        .run("VACUUM ANALYZE peer", "PRAGMA wal_checkpoint(TRUNCATE)")
        .await?;
    let server = Server::connect(url, clients).await?;
    let client = Client {
        claim: claim.into(),
        asks: peer.asks,
        who,
        server,
    };
    let exhaust = matches!(who, Who::Tail(_));
    let told = storm(vec![client; clients], exhaust, |client, dice| {
        Box::pin(client.claim(dice))
    })
    .await?;
    beside
        .run(
            "DROP TABLE peer, peer_assignment",
            "DROP TABLE peer; DROP TABLE peer_assignment",
        )
        .await?;
    Ok(told)
}

impl Server {
    async fn connect(url: &str, clients: usize) -> Result<Self, Failure> {
        let Some(folder) = url.strip_prefix("sqlite:") else {
            let options: PgConnectOptions = url.parse()?;
            let options = options.options([
                ("plan_cache_mode", "force_generic_plan"),
                ("synchronous_commit", "on"),
            ]);
            let most = clients.min(CONNECTIONS) as u32;
            let pool = PgPoolOptions::new()
                .max_connections(most)
                .min_connections(most);
            let pool = pool.acquire_timeout(std::time::Duration::from_mins(2));
            return Ok(Self::Postgres(pool.connect_with(options).await?));
        };
        let options = SqliteConnectOptions::new()
            .filename(format!("{folder}/{FILE}"))
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        Ok(Self::Sqlite(Arc::new(Mutex::new(options.connect().await?))))
    }
}

impl Client {
    async fn claim(&self, dice: &mut Dice) -> Result<bool, Failure> {
        let person = self.who.next(dice);
        for bound in tries(self.asks, person, dice) {
            let taken = match &self.server {
                Server::Postgres(pool) => {
                    self.in_postgres(pool, bound, person.id().to_string())
                        .await?
                }
                Server::Sqlite(one) => {
                    self.in_sqlite(&mut *one.lock().await, bound, person.id().to_string())
                        .await?
                }
            };
            if taken {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn in_postgres(
        &self,
        pool: &PgPool,
        bound: Vec<Bound>,
        who: String,
    ) -> Result<bool, Failure> {
        let mut query = sqlx::query(AssertSqlSafe(self.claim.clone()));
        for one in bound {
            query = match one {
                Bound::Numbers(numbers) => query.bind(numbers),
                Bound::Text(text) => query.bind(text),
            };
        }
        Ok(query.bind(who).fetch_optional(pool).await?.is_some())
    }

    async fn in_sqlite(
        &self,
        one: &mut SqliteConnection,
        bound: Vec<Bound>,
        who: String,
    ) -> Result<bool, Failure> {
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *one).await?;
        let mut query = sqlx::query_scalar::<_, i64>(AssertSqlSafe(self.claim.clone()));
        for bound in bound {
            query = match bound {
                Bound::Numbers(numbers) => query.bind(serde_json::to_string(&numbers)?),
                Bound::Text(text) => query.bind(text),
            };
        }
        let task = query.bind(&who).fetch_optional(&mut *one).await?;
        if let Some(task) = task {
            let assign = sqlx::query(
                "INSERT INTO peer_assignment (task_id, pathologist_id) VALUES ($1, $2)",
            );
            assign.bind(task).bind(who).execute(&mut *one).await?;
        }
        sqlx::query("COMMIT").execute(&mut *one).await?;
        Ok(task.is_some())
    }
}
