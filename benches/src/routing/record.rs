//! What a claim leaves behind and nothing else: the catalogue's own statement that writes it, for readings and people
//! given to it, with no right asked and nothing locked before. No claim that writes its records so can be faster.
//!
//! Two connections, as the catalogue has two lanes, each with its own readings and its own people.

use catalog::By;
use serde_json::{Value, json};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection as _, Row as _};
use uuid::Uuid;

use super::laboratory::Person;
use super::storm::{Dice, storm};
use crate::Failure;

const WRITE: &str = include_str!("../../../workers/catalog/sql/claim/write.postgres.sql");
const LANES: u64 = 2;
/// Readings of a lane: more than are written in a run.
const STOCK: i64 = 150_000;
/// A lease is 90 seconds, and its length changes nothing here.
const LEASE_US: i64 = 90_000_000;
/// As long as most that are kept.
const DECISION: usize = 1_300;

struct Lane {
    number: u64,
    connection: PgConnection,
    readings: Vec<Reading>,
    batch: usize,
    people: u64,
}

struct Reading {
    id: String,
    case: String,
    organisation: String,
    fence: i64,
}

/// Claims a second, `batch` of them a COMMIT.
pub(super) async fn measure(url: &str, batch: usize, people: u64) -> Result<Value, Failure> {
    let mut lanes = Vec::new();
    for number in 0..LANES {
        lanes.push(Lane::begin(url, number, batch, people).await?);
    }
    let mut told = storm(lanes, false, |lane, dice| Box::pin(lane.write(dice))).await?;
    for name in ["claims", "claims_a_second"] {
        told[name] = json!(told[name].as_f64().unwrap_or_default() * batch as f64);
    }
    Ok(told)
}

impl Lane {
    async fn begin(url: &str, number: u64, batch: usize, people: u64) -> Result<Self, Failure> {
        let options: PgConnectOptions = url.parse()?;
        let options = options.options([("synchronous_commit", "on"), ("jit", "off")]);
        let mut connection = PgConnection::connect_with(&options).await?;
        let stock = "SELECT reading_id, case_id, organisation_id, fence FROM reading
            WHERE state = 'waiting' AND hashtext(reading_id) & 1 = $1 ORDER BY hashtext(case_id) LIMIT $2";
        let rows = sqlx::query(stock).bind(number as i32).bind(STOCK);
        let rows = rows.fetch_all(&mut connection).await?;
        let readings = rows.iter().map(|row| {
            Ok(Reading {
                id: row.try_get(0)?,
                case: row.try_get(1)?,
                organisation: row.try_get(2)?,
                fence: row.try_get(3)?,
            })
        });
        Ok(Self {
            number,
            connection,
            readings: readings.collect::<Result<_, sqlx::Error>>()?,
            batch,
            people,
        })
    }

    async fn write(&mut self, dice: &mut Dice) -> Result<bool, Failure> {
        let left = self.readings.len().checked_sub(self.batch);
        let taken = self
            .readings
            .split_off(left.ok_or("the stock was too small")?);
        let people: Vec<Person> = taken.iter().map(|_| self.somebody(dice)).collect();
        let rows = taken.iter().zip(&people).map(|(one, who)| row(one, *who));
        let rows = Value::Array(rows.collect()).to_string();
        let mut held: Vec<String> = people.iter().map(|who| who.id().to_string()).collect();
        held.sort();
        held.dedup();
        let held = held.iter().map(|who| json!({"p": who, "n": 1, "w": 1}));
        let held = Value::Array(held.collect()).to_string();
        let now = 1;
        let mut tx = self.connection.begin().await?;
        let written = sqlx::query(WRITE).bind(rows).bind(now).bind(now + LEASE_US);
        let written = written.bind(held).bind("[]").fetch_one(&mut *tx).await?;
        if written.try_get::<i64, _>(0)? != self.batch as i64 {
            return Err("a reading was not free".into());
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Of this lane's half.
    fn somebody(&self, dice: &mut Dice) -> Person {
        let number = dice.below(self.people / LANES) * LANES + self.number;
        Person::numbered(number, self.people)
    }
}

fn row(one: &Reading, who: Person) -> Value {
    let By {
        subject,
        organisation,
        purpose,
        basis,
    } = who.by();
    json!({
        "r": one.id, "p": who.id(), "c": Uuid::now_v7(), "f": one.fence + 1, "o": one.organisation, "k": one.case,
        "v": 1, "a": null, "x": 0, "w": r#"["The first case of yours by priority and age."]"#, "z": "x".repeat(DECISION),
        "q": organisation, "s": subject, "t": "claim", "u": purpose, "b": basis, "d": "",
    })
}
