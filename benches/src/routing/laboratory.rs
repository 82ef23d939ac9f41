//! A laboratory of any size, made by SQL in the database that the catalogue has just opened (`load/*.sql`).
//!
//! 201 organisations of one site; 40 specialties; a pathologist reads two of them at 23 sites, which is 46 pools
//! in 300 profiles. The last two pathologists read one rare specialty at one site, and nothing.

use catalog::views::{Part, Worklist, WorklistQuery};
use catalog::{By, Catalog, Policy, Settings};
use pathology::access::{Role, Subject};
use pathology::ids::{OrganisationId, PathologistId};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};
use std::time::{Duration, Instant};
use uuid::Uuid;

use super::storm::Dice;
use crate::Failure;

/// Pathologists, where nothing else is said.
pub(super) const PEOPLE: u64 = 10_000;
/// Readings of the rare specialty, of which one pathologist lives.
const RARE: u64 = 500;
const SITES: u64 = 200;
const SPECIALTIES: u64 = 40;
const PROFILES: u64 = 300;
const AGREED: u64 = 22;
/// In no bench but `history` there are second readings.
const NEVER: u64 = 1_000_000_007;

/// How much there is of everything.
pub(super) struct Size {
    waiting: u64,
    people: u64,
    second_every: u64,
}

impl Size {
    pub(super) const fn new(waiting: u64, people: u64) -> Self {
        Self {
            waiting,
            people,
            second_every: NEVER,
        }
    }

    /// With a second reading before release in that many.
    pub(super) const fn with_second_readings(mut self, one_in: u64) -> Self {
        self.second_every = one_in;
        self
    }

    pub(super) fn filled_in(&self, text: &str) -> String {
        let every = (self.waiting / RARE).max(4);
        text.replace("{waiting}", &self.waiting.to_string())
            .replace("{every}", &every.to_string())
            .replace("{people}", &self.people.to_string())
            .replace("{second_every}", &self.second_every.to_string())
    }
}

/// Who claims.
#[derive(Clone, Copy)]
pub(super) enum Who {
    /// Anybody but the last two, by chance.
    Anyone(u64),
    /// The one pathologist of the rare specialty.
    Tail(u64),
}

impl Who {
    pub(super) fn of(word: &str, people: u64) -> Result<Self, Failure> {
        match word {
            "anyone" => Ok(Self::Anyone(people)),
            "tail" => Ok(Self::Tail(people)),
            _ => Err("it is anyone or tail".into()),
        }
    }

    pub(super) fn next(self, dice: &mut Dice) -> Person {
        match self {
            Self::Anyone(people) => Person {
                number: dice.below(people - 2),
                people,
            },
            Self::Tail(people) => Person::tail(people),
        }
    }
}

/// A pathologist by their number.
#[derive(Clone, Copy)]
pub(super) struct Person {
    number: u64,
    people: u64,
}

impl Person {
    pub(super) const fn tail(people: u64) -> Self {
        Self {
            number: people - 2,
            people,
        }
    }

    /// Who reads what nothing waits of.
    pub(super) const fn idle(people: u64) -> Self {
        Self {
            number: people - 1,
            people,
        }
    }

    pub(super) const fn numbered(number: u64, people: u64) -> Self {
        Self { number, people }
    }

    const fn site(self) -> u64 {
        if self.number + 2 >= self.people {
            SITES
        } else {
            self.number % PROFILES % SITES
        }
    }

    pub(super) fn id(self) -> PathologistId {
        PathologistId(numbered(4, self.number))
    }

    pub(super) fn organisation(self) -> OrganisationId {
        OrganisationId(numbered(1, self.site()))
    }

    pub(super) fn by(self) -> By {
        By::pathologist(self.id(), self.organisation())
    }

    /// Their own list and what waits for them, as their page asks for it.
    pub(super) async fn worklist(self, catalog: &Catalog) -> Result<Worklist, Failure> {
        let subject = Subject {
            organisation: self.organisation(),
            site: None,
            role: Role::Pathologist(self.id()),
        };
        let query = WorklistQuery {
            part: Part::MineAndWaiting,
            specialty: None,
            site: None,
        };
        Ok(catalog.worklist(&subject, &query).await?)
    }

    pub(super) fn specialties(self) -> Vec<i32> {
        let first = self.number % PROFILES * 7;
        let reads = match self.number + 2 - self.people.min(self.number + 2) {
            0 if self.number + 2 == self.people => vec![41],
            1 => vec![42],
            _ => vec![first % SPECIALTIES + 1, (first + 13) % SPECIALTIES + 1],
        };
        reads.into_iter().map(|one| one as i32).collect()
    }

    pub(super) fn sites(self) -> Vec<i32> {
        if self.site() == SITES {
            return vec![SITES as i32];
        }
        (0..=AGREED)
            .map(|next| ((self.site() + next) % SITES) as i32)
            .collect()
    }
}

fn numbered(kind: u128, number: u64) -> Uuid {
    Uuid::from_u128((0x8000 << 64) | ((0x8000 | kind) << 48) | u128::from(number))
}

/// A connection beside the catalogue's.
pub(super) enum Beside {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Beside {
    /// Foreign keys are not asked: what is loaded is right by its making.
    pub(super) async fn connect(url: &str, file: &str) -> Result<Self, Failure> {
        let Some(folder) = url.strip_prefix("sqlite:") else {
            let mut connection = PgConnection::connect(url).await?;
            sqlx::raw_sql("SET session_replication_role = replica; SET synchronous_commit = off")
                .execute(&mut connection)
                .await?;
            return Ok(Self::Postgres(connection));
        };
        std::fs::create_dir_all(folder)?;
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(format!("{folder}/{file}"))
            .create_if_missing(true)
            .foreign_keys(false)
            .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
            .pragma("cache_size", "-200000")
            .synchronous(sqlx::sqlite::SqliteSynchronous::Off);
        Ok(Self::Sqlite(options.connect().await?))
    }

    /// The first of two texts on PostgreSQL, the second on SQLite.
    pub(super) async fn run(&mut self, postgres: &str, sqlite: &str) -> Result<(), Failure> {
        match self {
            Self::Postgres(one) => sqlx::raw_sql(AssertSqlSafe(postgres.to_owned()))
                .execute(one)
                .await
                .map(|_| ())?,
            Self::Sqlite(one) => sqlx::raw_sql(AssertSqlSafe(sqlite.to_owned()))
                .execute(one)
                .await
                .map(|_| ())?,
        }
        Ok(())
    }

    pub(super) async fn close(self) -> Result<(), Failure> {
        match self {
            Self::Postgres(one) => one.close().await?,
            Self::Sqlite(one) => one.close().await?,
        }
        Ok(())
    }
}

/// The view of what waits.
pub(super) async fn what_waits(beside: &mut Beside, size: &Size) -> Result<(), Failure> {
    let postgres = size.filled_in(include_str!("load/waiting.postgres.sql"));
    let sqlite = size.filled_in(include_str!("load/waiting.sqlite.sql"));
    beside.run(&postgres, &sqlite).await
}

/// Migrates an empty database and fills it.
pub(super) async fn fill(url: &str, size: &Size) -> Result<Value, Failure> {
    let began = Instant::now();
    open(url).await?.close().await;
    let mut beside = Beside::connect(url, "catalogue.sqlite").await?;
    what_waits(&mut beside, size).await?;
    let postgres = size.filled_in(include_str!("load/laboratory.postgres.sql"));
    let sqlite = size.filled_in(include_str!("load/laboratory.sqlite.sql"));
    beside
        .run(&postgres, &format!("BEGIN; {sqlite} COMMIT"))
        .await?;
    beside
        .run("VACUUM ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)")
        .await?;
    beside.close().await?;
    Ok(json!({ "seconds": began.elapsed().as_secs_f64() }))
}

/// The catalogue with its default settings.
pub(super) async fn open(url: &str) -> Result<Catalog, Failure> {
    let settings = Settings {
        url: url.to_owned(),
        ..Settings::default()
    };
    Ok(Catalog::open(&settings, Policy::default()).await?)
}

/// The catalogue, once its index is built.
pub(super) async fn ready(url: &str) -> Result<Catalog, Failure> {
    let catalog = open(url).await?;
    while catalog
        .feed_lag()
        .is_none_or(|lag| lag >= Duration::from_secs(1))
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(catalog)
}
