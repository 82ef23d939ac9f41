//! One fresh database a test, and a second connection that looks into it as it is.
//!
//! The PostgreSQL server is named by `SLIDEWAY_TEST_POSTGRES`; without it the test fails, it is
//! never skipped.

use std::sync::OnceLock;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, Executor, Row};
use tempfile::TempDir;

use super::{Engine, fresh};

pub(crate) struct Scratch {
    place: Place,
    look: OnceLock<Look>,
}

enum Place {
    Sqlite(TempDir),
    Postgres { server: String, name: String },
}

enum Look {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// The server whose databases tests make and remove.
#[expect(
    clippy::disallowed_methods,
    reason = "the test's server is named by the environment"
)]
fn server() -> String {
    std::env::var("SLIDEWAY_TEST_POSTGRES").expect(
        "no PostgreSQL to test on: run tests/run, or set SLIDEWAY_TEST_POSTGRES to postgres://user@host:port/postgres",
    )
}

impl Scratch {
    pub(crate) async fn make(engine: Engine) -> Self {
        match engine {
            Engine::Postgres => Self::on(&server()).await,
            Engine::Sqlite => Self {
                place: Place::Sqlite(tempfile::tempdir().expect("a folder")),
                look: OnceLock::new(),
            },
        }
    }

    /// A database of this PostgreSQL server.
    pub(crate) async fn on(server: &str) -> Self {
        let name = format!("slideway_{}", fresh().simple());
        on_server(server, &format!("CREATE DATABASE {name}")).await;
        let server = server.to_owned();
        Self {
            place: Place::Postgres { server, name },
            look: OnceLock::new(),
        }
    }

    pub(crate) fn engine(&self) -> Engine {
        match self.place {
            Place::Sqlite(_) => Engine::Sqlite,
            Place::Postgres { .. } => Engine::Postgres,
        }
    }

    /// As the catalogue's settings name it.
    pub(crate) fn url(&self) -> String {
        match &self.place {
            Place::Sqlite(folder) => format!("sqlite:{}", folder.path().display()),
            Place::Postgres { server, name } => {
                let (base, _) = server.rsplit_once('/').expect("a database in the address");
                format!("{base}/{name}")
            }
        }
    }

    /// Connects beside the catalogue, once it has made the tables.
    pub(crate) async fn look_in(&self) {
        let look = match &self.place {
            Place::Sqlite(folder) => {
                let file = folder.path().join("catalogue.sqlite");
                let options = SqliteConnectOptions::new().filename(file);
                let pool = SqlitePoolOptions::new().max_connections(2);
                Look::Sqlite(pool.connect_with(options).await.expect("the file"))
            }
            Place::Postgres { .. } => {
                let options: PgConnectOptions = self.url().parse().expect("an address");
                let pool = PgPoolOptions::new().max_connections(2);
                Look::Postgres(pool.connect_with(options).await.expect("the database"))
            }
        };
        assert!(self.look.set(look).is_ok(), "looked in twice");
    }

    fn look(&self) -> &Look {
        self.look.get().expect("looked in at the start")
    }

    pub(crate) async fn count(&self, sql: &str) -> i64 {
        let text = AssertSqlSafe(sql.to_owned());
        match self.look() {
            Look::Sqlite(pool) => sqlx::query_scalar(text).fetch_one(pool).await,
            Look::Postgres(pool) => sqlx::query_scalar(text).fetch_one(pool).await,
        }
        .unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let text = AssertSqlSafe(sql.to_owned());
        match self.look() {
            Look::Sqlite(pool) => sqlx::query_scalar(text).fetch_all(pool).await,
            Look::Postgres(pool) => sqlx::query_scalar(text).fetch_all(pool).await,
        }
        .unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    /// How SQLite goes about a statement, a line a step.
    pub(crate) async fn plan(&self, sql: &str) -> Vec<String> {
        let Look::Sqlite(pool) = self.look() else {
            panic!("only the plans of SQLite are its own: it keeps no statistics");
        };
        let text = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
        let steps = sqlx::query(text).fetch_all(pool).await.expect("a plan");
        steps.iter().map(|step| step.get("detail")).collect()
    }

    pub(crate) async fn execute(&self, sql: &str) -> Result<(), String> {
        let text = AssertSqlSafe(sql.to_owned());
        let done = match self.look() {
            Look::Sqlite(pool) => pool.execute(text).await.map(|_| ()),
            Look::Postgres(pool) => pool.execute(text).await.map(|_| ()),
        };
        done.map_err(|e| e.to_string())
    }

    /// Removes the database; a failed test leaves its own for whoever looks why.
    pub(crate) async fn remove(&self) {
        match self.look() {
            Look::Sqlite(pool) => pool.close().await,
            Look::Postgres(pool) => pool.close().await,
        }
        if let Place::Postgres { server, name } = &self.place {
            on_server(server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

async fn on_server(server: &str, sql: &str) {
    let options: PgConnectOptions = server
        .parse()
        .expect("SLIDEWAY_TEST_POSTGRES is an address");
    let pool = PgPoolOptions::new().max_connections(1);
    let pool = pool
        .connect_with(options)
        .await
        .expect("SLIDEWAY_TEST_POSTGRES names a running server");
    pool.execute(AssertSqlSafe(sql.to_owned()))
        .await
        .unwrap_or_else(|e| panic!("{sql}: {e}"));
    pool.close().await;
}
