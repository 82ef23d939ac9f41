//! What the follower reads: whole tables in pages, then the events and whatever they concern.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Instant;

use pathology::case::Micros;
use pathology::ids::{PathologistId, ReadingId};
use pathology::routing::{Attendance, MatchingIndex, OrderKey, PoolId};

use super::Hints;
use crate::engine::{Engine, Row, Sql, Tx, Work, args, list};
use crate::feed::told::change_of;
use crate::{Change, Error, sql};

/// Events read in one look at most.
const PAGE: usize = 1_000;
/// Before every id.
const FIRST: &str = "";

/// Up to where events have been read: `floor` is below every event to come, the rest is the last one read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor {
    pub(super) floor: i64,
    position: i64,
    event: i64,
}

/// The feed as a snapshot shows it: below `low` all is there, from `high` on nothing had begun.
#[derive(Debug, Clone, Copy)]
pub(super) struct Position {
    pub(super) at: Instant,
    pub(super) low: i64,
    pub(super) high: i64,
    pub(super) last: i64,
}

impl Position {
    /// Where to follow from, when all that had begun at `self` has ended by `later`.
    pub(super) fn cursor(&self, later: &Self) -> Cursor {
        Cursor {
            floor: self.last,
            position: later.low,
            event: 0,
        }
    }
}

/// A waiting reading, as the index wants it.
pub(super) struct Placed(ReadingId, OrderKey, Vec<PoolId>);
struct Kept(ReadingId, PathologistId, Micros);
pub(super) struct Attending(PathologistId, Vec<PoolId>, Attendance);

/// What changed since a cursor, read on one snapshot.
pub(super) struct News {
    pub(super) position: Position,
    pub(super) cursor: Cursor,
    pub(super) now: i64,
    /// There is more to read.
    pub(super) more: bool,
    /// Each with the transaction that told it.
    pub(super) changes: Vec<(i64, Change)>,
    /// What this process claimed left the index then, and who claimed it is known.
    claimed: BTreeSet<ReadingId>,
    readings: BTreeSet<ReadingId>,
    placed: Vec<Placed>,
    kept: Vec<Kept>,
    people: Vec<Attending>,
}

impl News {
    /// Brings the index up to this snapshot, which may be older than these claims.
    pub(super) fn apply(&self, index: &mut MatchingIndex, later: &HashSet<ReadingId>) {
        for reading in self.claimed.iter().chain(&self.readings) {
            index.remove(*reading);
        }
        let placed = self.placed.iter().filter(|one| !later.contains(&one.0));
        for Placed(reading, key, pools) in placed {
            index.put(*reading, *key, pools);
        }
        for Kept(reading, who, until) in &self.kept {
            index.exclude(*reading, *who, Some(*until));
        }
        for Attending(who, pools, stands) in &self.people {
            index.subscribe(*who, pools, *stands);
        }
    }

    /// Those of them who were read here.
    pub(super) fn of(&self, people: &HashSet<PathologistId>) -> BTreeSet<PathologistId> {
        let read = self.people.iter().map(|one| one.0);
        read.filter(|who| people.contains(who)).collect()
    }
}

pub(super) async fn position(engine: &Engine) -> Result<Position, Error> {
    let read: &Work<_> = &|tx| Box::pin(position_in(tx));
    engine.read(read).await
}

async fn position_in(tx: &mut Tx) -> Result<Position, Error> {
    let at = Instant::now();
    tx.uncounted();
    let row = tx.one(&sql::FEED_POSITION, args![]).await?;
    Ok(Position {
        at,
        low: row.int("low")?,
        high: row.int("high")?,
        last: row.int("last")?,
    })
}

/// Reads what changed since `from`, and these people.
pub(super) async fn news(
    engine: &Engine,
    from: Cursor,
    again: &BTreeSet<PathologistId>,
    hints: &Arc<Hints>,
) -> Result<News, Error> {
    let (again, hints) = (again.clone(), hints.clone());
    let read: &Work<_> = &move |tx| Box::pin(news_in(tx, from, again.clone(), hints.clone()));
    engine.read(read).await
}

async fn news_in(
    tx: &mut Tx,
    mut cursor: Cursor,
    mut people: BTreeSet<PathologistId>,
    hints: Arc<Hints>,
) -> Result<News, Error> {
    let position = position_in(tx).await?;
    let row = args![cursor.floor, cursor.position, cursor.event, position.low];
    let rows = tx.all(&sql::FEED_EVENTS, row).await?;
    let (mut readings, mut claimed, mut changes) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for row in &rows {
        (cursor.position, cursor.event) = (row.int("position")?, row.int("event_id")?);
        let change = change_of(row)?;
        match change.reading {
            Some(one)
                if row.text("kind")? == "claimed" && hints.is_settled(one, row.int("fence")?) =>
            {
                claimed.insert(one);
            }
            one => {
                readings.extend(one);
                people.extend(change.pathologist);
            }
        }
        changes.push((cursor.position, change));
    }
    let now = tx.now().await?;
    let (mut placed, mut kept, mut attending) = (Vec::new(), Vec::new(), Vec::new());
    if !readings.is_empty() {
        let ids = list(&readings);
        placed = all(&tx.all(&sql::FEED_READINGS_OF, args![&ids]).await?, place)?;
        kept = all(
            &tx.all(&sql::FEED_EXCLUSIONS_OF, args![&ids, now]).await?,
            exclusion,
        )?;
    }
    if !people.is_empty() {
        let row = args![list(&people), now];
        attending = all(&tx.all(&sql::FEED_PEOPLE_OF, row).await?, person)?;
    }
    Ok(News {
        position,
        cursor,
        now,
        more: rows.len() == PAGE,
        changes,
        claimed,
        readings,
        placed,
        kept,
        people: attending,
    })
}

/// Reads everything that waits and everybody into a new index, page by page.
pub(super) async fn everything(engine: &Engine) -> Result<MatchingIndex, Error> {
    let mut index = MatchingIndex::new();
    let mut after = FIRST.to_owned();
    loop {
        let page = page(engine, &sql::FEED_PEOPLE, &after, FIRST).await?;
        let Some(last) = page.last() else { break };
        after = last.text("pathologist_id")?;
        for Attending(who, pools, stands) in all(&page, person)? {
            index.subscribe(who, &pools, stands);
        }
    }
    FIRST.clone_into(&mut after);
    loop {
        let page = page(engine, &sql::FEED_READINGS, &after, FIRST).await?;
        let Some(last) = page.last() else { break };
        after = last.text("reading_id")?;
        for Placed(reading, key, pools) in all(&page, place)? {
            index.put(reading, key, &pools);
        }
    }
    let mut beside = FIRST.to_owned();
    FIRST.clone_into(&mut after);
    loop {
        let page = page(engine, &sql::FEED_EXCLUSIONS, &after, &beside).await?;
        let Some(last) = page.last() else { break };
        (after, beside) = (last.text("reading_id")?, last.text("pathologist_id")?);
        for Kept(reading, who, until) in all(&page, exclusion)? {
            index.exclude(reading, who, Some(until));
        }
    }
    Ok(index)
}

async fn page(
    engine: &Engine,
    sql: &'static Sql,
    after: &str,
    beside: &str,
) -> Result<Vec<Row>, Error> {
    let (after, beside) = (after.to_owned(), beside.to_owned());
    let read: &Work<_> = &move |tx| Box::pin(page_in(tx, sql, after.clone(), beside.clone()));
    engine.read(read).await
}

async fn page_in(
    tx: &mut Tx,
    sql: &'static Sql,
    after: String,
    beside: String,
) -> Result<Vec<Row>, Error> {
    tx.uncounted();
    let now = tx.now().await?;
    match sql.name {
        "feed/readings" => tx.all(sql, args![after]).await,
        "feed/people" => tx.all(sql, args![after, now]).await,
        _ => tx.all(sql, args![after, beside, now]).await,
    }
}

/// Pools, how many wait in each, and the first: what the index must say too.
pub(super) async fn pools(
    engine: &Engine,
) -> Result<(Position, Vec<(PoolId, usize, ReadingId)>), Error> {
    let read: &Work<_> = &|tx| Box::pin(pools_in(tx));
    engine.read(read).await
}

async fn pools_in(tx: &mut Tx) -> Result<(Position, Vec<(PoolId, usize, ReadingId)>), Error> {
    let position = position_in(tx).await?;
    let count = |row: &Row| {
        let pool = PoolId(row.int("pool_id")?);
        Ok((pool, row.int("readings")? as usize, row.parsed("head")?))
    };
    let rows = tx.all(&sql::FEED_POOLS, args![]).await?;
    Ok((position, all(&rows, count)?))
}

fn all<T>(rows: &[Row], one: impl Fn(&Row) -> Result<T, Error>) -> Result<Vec<T>, Error> {
    rows.iter().map(one).collect()
}

fn place(row: &Row) -> Result<Placed, Error> {
    let key = OrderKey {
        class: row.int("class")? as u8,
        vkey: row.int("vkey")?,
    };
    Ok(Placed(row.parsed("reading_id")?, key, numbers(row)?))
}

fn exclusion(row: &Row) -> Result<Kept, Error> {
    let until = Micros(row.int("until")?);
    Ok(Kept(
        row.parsed("reading_id")?,
        row.parsed("pathologist_id")?,
        until,
    ))
}

fn person(row: &Row) -> Result<Attending, Error> {
    let stands = Attendance {
        available: row.text("presence")? == "available",
        room: row.int("active")? < row.int("max_active")?,
        load: row.int("held")? as u32,
        idle_since: Micros(row.int("idle_since")?),
    };
    Ok(Attending(
        row.parsed("pathologist_id")?,
        numbers(row)?,
        stands,
    ))
}

fn numbers(row: &Row) -> Result<Vec<PoolId>, Error> {
    let text = row.opt_text("pools")?.unwrap_or_default();
    let numbers = text.split(',').filter(|number| !number.is_empty());
    let parsed = numbers.map(|number| number.parse().map(PoolId));
    parsed
        .collect::<Result<_, _>>()
        .map_err(|_| Error::Corrupt("pools".into()))
}
