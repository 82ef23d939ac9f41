//! Claims by the catalogue: rights checked in the transaction, answered after the flush that holds them.

use catalog::{Catalog, ClaimOutcome};
use pathology::ids::ClaimId;
use serde_json::{Value, json};
use uuid::Uuid;

use super::laboratory::{Who, ready};
use super::storm::{Dice, storm};
use crate::Failure;

pub(super) async fn measure(url: &str, clients: usize, who: Who) -> Result<Value, Failure> {
    let catalog = ready(url).await?;
    let before = catalog.statements_run();
    let each = vec![catalog.clone(); clients];
    let exhaust = matches!(who, Who::Tail(_));
    let mut told = storm(each, exhaust, move |catalog, dice| {
        Box::pin(claim(catalog, who, dice))
    })
    .await?;
    let statements = catalog.statements_run() - before;
    told["statements"] = json!(statements);
    catalog.close().await;
    Ok(told)
}

async fn claim(catalog: &Catalog, who: Who, dice: &mut Dice) -> Result<bool, Failure> {
    let person = who.next(dice);
    let claim = ClaimId(Uuid::now_v7());
    match catalog
        .claim_next(claim, person.id(), None, &person.by())
        .await?
    {
        ClaimOutcome::Claimed(_) => Ok(true),
        ClaimOutcome::Nothing => Ok(false),
        other => Err(format!("a claim went wrong: {other:?}").into()),
    }
}
