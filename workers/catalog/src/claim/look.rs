//! What a batch decides by, read in one statement under the locks of its pathologists.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pathology::ids::{PathologistId, ReadingId};

use super::Wanted;
use crate::engine::{Row, Tx, args, list};
use crate::establish::{Locked, locked};
use crate::idempotency::{self, Answers};
use crate::{Error, sql};

/// Its pathologists, the readings it may take, now locked too, and what was answered before.
pub(super) struct Look {
    pub(super) people: BTreeMap<PathologistId, Locked>,
    pub(super) answers: Answers,
    /// The immediate readings in each one's pools, first things first: the index may not have heard of them.
    pub(super) immediate: HashMap<PathologistId, Vec<ReadingId>>,
    pub(super) readings: HashMap<ReadingId, Stands>,
}

/// A locked reading.
pub(super) struct Stands {
    pub(super) waits: bool,
    pub(super) fence: i64,
    pub(super) holder: Option<String>,
}

impl Look {
    /// Looks, and locks these readings, in order of id; with `immediate` also what is immediate.
    pub(super) async fn at(
        tx: &mut Tx,
        asked: &[Wanted],
        readings: &[ReadingId],
        immediate: bool,
    ) -> Result<Self, Error> {
        let people: BTreeSet<_> = asked.iter().map(|one| one.pathologist).collect();
        let keyed = asked.iter();
        let keyed = keyed.filter_map(|one| Some((&one.by, one.key.as_deref()?)));
        let keyed = idempotency::named("claim", &keyed.collect::<Vec<_>>());
        let row = args![list(&people), list(readings), immediate, keyed];
        let row = tx.one(&sql::CLAIM_LOOK, row).await?;
        Self::of(&row)
    }

    fn of(row: &Row) -> Result<Self, Error> {
        let people = row.rows("people")?;
        let people = people
            .iter()
            .map(|row| locked(row).map(|one| (one.id, one)));
        let mut immediate: HashMap<_, Vec<_>> = HashMap::new();
        for row in row.rows("urgent")? {
            let mine = immediate.entry(row.parsed("pathologist_id")?).or_default();
            mine.push(row.parsed("reading_id")?);
        }
        let readings = row.rows("readings")?;
        let readings = readings.iter().map(|row| {
            let stands = Stands {
                waits: row.text("state")? == "waiting",
                fence: row.int("fence")?,
                holder: row.opt_text("holder")?,
            };
            Ok((row.parsed("reading_id")?, stands))
        });
        Ok(Self {
            people: people.collect::<Result<_, _>>()?,
            answers: Answers::of("claim", &row.rows("answers")?)?,
            immediate,
            readings: readings.collect::<Result<_, Error>>()?,
        })
    }
}
