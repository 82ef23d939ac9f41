//! What happens in an organisation now and since the start of its day. No patient data.

use std::collections::BTreeMap;

use pathology::case::Micros;
use pathology::ids::OrganisationId;

use crate::engine::{Row, Tx, args};
use crate::{Catalog, Error, sql};

const HOUR: i64 = 3_600_000_000;

/// What happens now.
#[derive(Debug, Clone, Default)]
pub struct Measures {
    /// The database's time.
    pub now: Micros,
    /// The start of the day.
    pub since: Micros,
    /// Deliveries since then, refused ones included.
    pub delivered: u64,
    /// Scans published since then.
    pub published: u64,
    /// Entries of trays that wait for a person.
    pub in_trays: u64,
    /// Cases without a slide here.
    pub accessioned: u64,
    /// Cases with some of their slides here.
    pub partial: u64,
    /// Readings that wait.
    pub waiting: u64,
    /// Readings that are held.
    pub claimed: u64,
    /// Cases signed out since then.
    pub signed_out: u64,
    /// Since when the oldest waiting reading waits.
    pub oldest_waiting: Option<Waiting>,
    /// Open cases past their due time.
    pub late: u64,
    /// Hour by hour, only hours in which something happened.
    pub per_hour: Vec<Hour>,
    /// By specialty key.
    pub by_specialty: Vec<SpecialtyMeasure>,
    /// The scanners.
    pub scanners: Vec<ScannerMeasure>,
}

/// The oldest of what waits.
#[derive(Debug, Clone, Copy)]
pub struct Waiting {
    /// Since when.
    pub since: Micros,
    /// For how many seconds.
    pub seconds: i64,
}

/// What happened in an hour.
#[derive(Debug, Clone, Default)]
pub struct Hour {
    /// Its start.
    pub hour: Micros,
    /// Scans stored.
    pub delivered: u64,
    /// Scans published.
    pub published: u64,
    /// Cases signed out.
    pub signed_out: u64,
}

/// A specialty now.
#[derive(Debug, Clone, Default)]
pub struct SpecialtyMeasure {
    /// Its key.
    pub specialty: String,
    /// Readings that wait.
    pub waiting: u64,
    /// Readings that are held.
    pub claimed: u64,
    /// Cases signed out since the start of the day.
    pub signed_out: u64,
    /// For how long the oldest waits.
    pub oldest_seconds: Option<i64>,
}

/// A scanner today.
#[derive(Debug, Clone)]
pub struct ScannerMeasure {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub site: String,
    /// Scans stored since the start of the day.
    pub delivered: u64,
    /// When the last one was.
    pub last_at: Option<Micros>,
}

impl Catalog {
    /// What happens in an organisation, with its day starting at `since`.
    pub async fn measures(&self, of: OrganisationId, since: Micros) -> Result<Measures, Error> {
        self.read(move |tx| Box::pin(async move { measures(tx, of, since).await }))
            .await
    }
}

async fn measures(tx: &mut Tx, of: OrganisationId, since: Micros) -> Result<Measures, Error> {
    let now = tx.now().await?;
    let row = tx
        .one(&sql::VIEWS_MEASURES, args![of, since.0, now])
        .await?;
    let mut view = totals(&row)?;
    (view.now, view.since) = (Micros(now), since);
    let mut specialties = BTreeMap::new();
    for row in tx.all(&sql::VIEWS_MEASURES_WAITING, args![of]).await? {
        let (key, readings) = (row.text("specialty")?, row.count("readings")?);
        let oldest = row.opt_micros("oldest_at")?;
        view.wait(oldest, readings);
        let one: &mut SpecialtyMeasure = specialties.entry(key).or_default();
        one.waiting = readings;
        one.oldest_seconds = oldest.map(|oldest| Micros(now).seconds_since(oldest));
    }
    for row in tx.all(&sql::VIEWS_MEASURES_CLAIMED, args![of]).await? {
        let readings = row.count("readings")?;
        view.claimed += readings;
        specialties
            .entry(row.text("specialty")?)
            .or_default()
            .claimed = readings;
    }
    for row in tx
        .all(&sql::VIEWS_MEASURES_SIGNED, args![of, since.0])
        .await?
    {
        let cases = row.count("cases")?;
        specialties
            .entry(row.text("specialty")?)
            .or_default()
            .signed_out = cases;
    }
    view.by_specialty = named(specialties);
    view.per_hour = hours(
        &tx.all(&sql::VIEWS_MEASURES_HOURS, args![of, since.0])
            .await?,
    )?;
    let scanners = tx
        .all(&sql::VIEWS_MEASURES_SCANNERS, args![of, since.0])
        .await?;
    view.scanners = scanners.iter().map(scanner).collect::<Result<_, _>>()?;
    Ok(view)
}

impl Measures {
    fn wait(&mut self, oldest: Option<Micros>, readings: u64) {
        self.waiting += readings;
        let Some(since) = oldest else { return };
        if self.oldest_waiting.is_none_or(|known| since < known.since) {
            let seconds = self.now.seconds_since(since);
            self.oldest_waiting = Some(Waiting { since, seconds });
        }
    }
}

fn totals(row: &Row) -> Result<Measures, Error> {
    Ok(Measures {
        delivered: row.count("delivered")?,
        published: row.count("published")?,
        in_trays: row.count("in_trays")?,
        accessioned: row.count("accessioned")?,
        partial: row.count("partial")?,
        signed_out: row.count("signed_out")?,
        late: row.count("late")?,
        ..Measures::default()
    })
}

fn named(specialties: BTreeMap<String, SpecialtyMeasure>) -> Vec<SpecialtyMeasure> {
    let named = |(specialty, one)| SpecialtyMeasure { specialty, ..one };
    specialties.into_iter().map(named).collect()
}

fn hours(rows: &[Row]) -> Result<Vec<Hour>, Error> {
    let mut hours: BTreeMap<i64, Hour> = BTreeMap::new();
    for row in rows {
        let number = row.int("hour")?;
        let hour = hours.entry(number).or_default();
        hour.hour = Micros(number * HOUR);
        let happened = row.count("happened")?;
        match row.text("what")?.as_str() {
            "delivered" => hour.delivered = happened,
            "published" => hour.published = happened,
            _ => hour.signed_out = happened,
        }
    }
    Ok(hours.into_values().collect())
}

fn scanner(row: &Row) -> Result<ScannerMeasure, Error> {
    Ok(ScannerMeasure {
        name: row.text("name")?,
        site: row.text("site_name")?,
        delivered: row.count("delivered")?,
        last_at: row.opt_micros("last_at")?,
    })
}
