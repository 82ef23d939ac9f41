//! A small world to try the catalogue in: two trusts that share accession numbers, on either database.
//!
//! ```text
//!  northgate (report of record: slideway)        hillview (report of record: lis)
//!    ada   skin specialist, renal core   ◀─ no ─   cleo  skin specialist
//!    ben   renal specialist              ─ skin ▶  dev   neuro core
//! ```
//!
//! Northgate lets Hillview read its skin cases, and nothing else is agreed. Every test runs on
//! SQLite and on PostgreSQL, each with a database of its own, and every world ends with the walk
//! over all promises.

pub(crate) mod database;
pub(crate) mod intake;
mod laboratory;
mod order;
pub(crate) mod plain;
pub(crate) mod road;
pub(crate) mod storage;
mod together;

use std::sync::Arc;

use catalog::{Catalog, Policy, Settings};
use database::Scratch;
pub(crate) use laboratory::{Laboratory, Person, person};
pub(crate) use order::Order;
pub(crate) use road::{Delivered, Open};
pub(crate) use together::{together, until};
use uuid::Uuid;

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// A catalogue with its people, and a second way into its tables.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) catalog: Catalog,
    pub(crate) northgate: Laboratory,
    pub(crate) hillview: Laboratory,
    /// Northgate's agreement with Hillview about skin.
    pub(crate) agreement: pathology::ids::AgreementId,
    pub(crate) ada: Person,
    pub(crate) ben: Person,
    pub(crate) cleo: Person,
    pub(crate) dev: Person,
    /// When it began, by the database's clock.
    pub(crate) began: i64,
    scratch: Arc<Scratch>,
}

impl World {
    /// Opens a fresh database and registers everybody.
    pub(crate) async fn on(engine: Engine) -> Self {
        Self::under(Policy::default(), engine).await
    }

    /// The same under another policy than the default.
    pub(crate) async fn under(policy: Policy, engine: Engine) -> Self {
        Self::in_scratch(policy, Scratch::make(engine).await).await
    }

    /// The same in a database that is there already.
    pub(crate) async fn in_scratch(policy: Policy, scratch: Scratch) -> Self {
        let settings = Settings {
            url: scratch.url(),
            connections: 24,
        };
        let catalog = Catalog::open(&settings, policy)
            .await
            .expect("a fresh database opens");
        scratch.look_in().await;
        laboratory::populate(catalog, Arc::new(scratch)).await
    }

    /// Closes the catalogue and hands over the database, for another process.
    pub(crate) async fn leave(self) -> Arc<Scratch> {
        self.catalog.close().await;
        self.scratch
    }

    /// The walk after every test (P5, P6): nothing may be stuck, doubled or lost. Then all is removed.
    pub(crate) async fn finish(self) {
        self.everybody_is_told().await;
        let broken = self.catalog.broken_promises().await.expect("the walk");
        assert_eq!(broken, Vec::<String>::new(), "promises broken at the end");
        self.catalog.close().await;
        self.scratch.remove().await;
    }

    /// P5: after the route process has looked, nothing is past its deadline that nobody was told of.
    async fn everybody_is_told(&self) {
        let settings = route::Settings::default();
        let looks = async || {
            let ticked = route::tick(&settings, &self.catalog).await.expect("a look");
            (ticked.alarms, ticked.relaxed)
        };
        for _ in 0..50 {
            if looks().await == (0, 0) {
                break;
            }
        }
        let untold = self.catalog.untold().await.expect("the walk");
        assert_eq!(untold, Vec::<String>::new(), "nobody was told at the end");
    }

    /// The number a statement answers.
    pub(crate) async fn count(&self, sql: &str) -> i64 {
        self.scratch.count(sql).await
    }

    /// The texts of a statement's first column.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        self.scratch.texts(sql).await
    }

    /// How SQLite goes about a statement.
    pub(crate) async fn plan(&self, sql: &str) -> Vec<String> {
        self.scratch.plan(sql).await
    }

    /// Changes a row behind the catalogue's back; the database's answer if it refuses.
    pub(crate) async fn meddle(&self, sql: &str) -> Result<(), String> {
        self.scratch.execute(sql).await
    }

    /// Where the database is, as the catalogue's settings name it.
    pub(crate) fn url(&self) -> String {
        self.scratch.url()
    }

    /// Which database this is.
    pub(crate) fn engine(&self) -> Engine {
        self.scratch.engine()
    }
}

/// An id nobody has used.
pub(crate) fn fresh() -> Uuid {
    Uuid::now_v7()
}

/// Runs one test in a world of its own, on a runtime with more threads than this machine has.
pub(crate) fn try_out<F, Body>(engine: Engine, body: Body)
where
    F: Future<Output = ()>,
    Body: FnOnce(World) -> F,
{
    try_out_under(Policy::default(), engine, body);
}

/// The same under another policy than the default.
pub(crate) fn try_out_under<F, Body>(policy: Policy, engine: Engine, body: Body)
where
    F: Future<Output = ()>,
    Body: FnOnce(World) -> F,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(8)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let world = World::under(policy, engine).await;
        body(world.clone()).await;
        world.finish().await;
    });
}

/// Each named test, on both databases: `name::on_sqlite` and `name::on_postgres`.
macro_rules! on_both {
    (under $policy:ident: $($name:ident),* $(,)?) => {$(
        mod $name {
            #[test]
            fn on_sqlite() {
                crate::world::try_out_under(super::$policy(), crate::world::Engine::Sqlite, super::$name);
            }

            #[test]
            fn on_postgres() {
                crate::world::try_out_under(super::$policy(), crate::world::Engine::Postgres, super::$name);
            }
        }
    )*};
    ($($name:ident),* $(,)?) => {$(
        mod $name {
            #[test]
            fn on_sqlite() {
                crate::world::try_out(crate::world::Engine::Sqlite, super::$name);
            }

            #[test]
            fn on_postgres() {
                crate::world::try_out(crate::world::Engine::Postgres, super::$name);
            }
        }
    )*};
}
pub(crate) use on_both;
