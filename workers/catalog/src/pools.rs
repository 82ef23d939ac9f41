//! The pools a reading may wait in, opened when the first reading needs them.
//!
//! ```text
//!  (organisation, specialty, scope, key)    personal: one person · site: one site · organisation: without
//!                                           agreements · network: with them · on_call: also those on call
//! ```
//!
//! A pool of several specialties has them all in its key, `gastro+liver`. Opening a pool locks
//! whoever could read in it, in id order and before anything else, so that no right is missed.

use pathology::ids::{OrganisationId, PathologistId, SiteId};

use crate::engine::{Tx, args};
use crate::establish::lock;
use crate::{Change, Error, Kind, sql};

/// Where the readings of a case may wait.
pub(crate) struct Place<'a> {
    pub(crate) organisation: OrganisationId,
    pub(crate) site: SiteId,
    /// All that the pathologist needs, as [`key`] writes it.
    pub(crate) specialties: &'a str,
    /// Whom the reading names.
    pub(crate) people: &'a [PathologistId],
    /// Whether it is offered to its own site alone for a time.
    pub(crate) own_site: bool,
    /// Whether it stays in its organisation.
    pub(crate) own_only: bool,
}

/// The specialties of a pool as its key: in order, each once.
pub(crate) fn key<'a>(specialties: impl IntoIterator<Item = &'a str>) -> String {
    let all: std::collections::BTreeSet<&str> = specialties.into_iter().collect();
    all.into_iter().collect::<Vec<_>>().join("+")
}

/// Opens what is missing and gives everyone concerned their right to it.
pub(crate) async fn open(tx: &mut Tx, place: &Place<'_>) -> Result<(), Error> {
    let mut missing = Vec::new();
    for (scope, key) in wanted(place) {
        let row = args![place.organisation, place.specialties, scope, &key];
        if tx.first(&sql::POOL_FIND, row).await?.is_none() {
            missing.push((scope, key));
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let concerned = args![place.organisation, place.specialties];
    for row in tx.all(&sql::PATHOLOGIST_CONCERNED, concerned).await? {
        lock(tx, row.parsed("pathologist_id")?).await?;
    }
    for (scope, key) in missing {
        open_one(tx, place, scope, &key).await?;
    }
    Ok(())
}

fn wanted(place: &Place<'_>) -> Vec<(&'static str, String)> {
    let mut scopes = vec![("network", String::new()), ("on_call", String::new())];
    if place.own_only {
        scopes.push(("organisation", String::new()));
    }
    if place.own_site {
        scopes.push(("site", place.site.to_string()));
    }
    let people = place.people.iter();
    scopes.extend(people.map(|who| ("personal", who.to_string())));
    scopes
}

async fn open_one(
    tx: &mut Tx,
    place: &Place<'_>,
    scope: &'static str,
    key: &str,
) -> Result<(), Error> {
    let count = place.specialties.split('+').count() as i64;
    let row = args![place.organisation, place.specialties, scope, key, count];
    let Some(opened) = tx.first(&sql::POOL_OPEN, row).await? else {
        return Ok(());
    };
    let (pool, now) = (opened.int("pool_id")?, tx.now().await?);
    tx.run(&sql::RIGHT_DERIVE_OWN_OF_POOL, args![pool, now])
        .await?;
    tx.run(&sql::RIGHT_DERIVE_AGREED_OF_POOL, args![pool, now])
        .await?;
    for row in tx.all(&sql::RIGHT_OF_POOL, args![pool]).await? {
        let who: PathologistId = row.parsed("pathologist_id")?;
        let owner = row.parsed("organisation_id")?;
        tx.tell(Change::new(Kind::Rights, owner, now).of_pathologist(who));
    }
    Ok(())
}
