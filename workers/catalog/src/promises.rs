//! The walk over every state that tests take after every test: what is broken is a sentence (P5, P6, I1–I9).
//!
//! Each row of `sql/promises/*.sql` counts what must not exist: two holders, a waiting reading in no
//! pool, a counter that is off, a thing that waits for nobody, a published scan without its index. A
//! state that stands in no table of `pathology::routing::waits` is broken, too, and so
//! is a claim whose kept facts, asked again of the rules, do not say what was said when it was made.

use crate::engine::{Tx, args};
use crate::overdue::unlisted;
use crate::views::{decision, said};
use crate::{Catalog, Error, sql};

impl Catalog {
    /// Names every promise that does not hold just now; empty when all do.
    pub async fn broken_promises(&self) -> Result<Vec<String>, Error> {
        self.read(|tx| {
            Box::pin(async move {
                let mut broken = Vec::new();
                for walk in [
                    &sql::PROMISES_HOLDERS,
                    &sql::PROMISES_NOTHING_STUCK,
                    &sql::PROMISES_SCANS,
                    &sql::PROMISES_DEADLINES,
                ] {
                    for row in tx.all(walk, args![]).await? {
                        let found = row.int("found")?;
                        if found != 0 {
                            broken.push(format!("{}: {found}", row.text("promise")?));
                        }
                    }
                }
                broken.extend(unlisted(tx).await?);
                broken.extend(undecided(tx).await?);
                Ok(broken)
            })
        })
        .await
    }
}

/// Claims that would be decided otherwise by their own facts; those of other rules are not judged.
async fn undecided(tx: &mut Tx) -> Result<Option<String>, Error> {
    let (mut after, mut found) = (String::new(), 0);
    loop {
        let page = tx.all(&sql::PROMISES_DECISIONS, args![&after]).await?;
        let Some(last) = page.last() else { break };
        after = last.text("claim_id")?;
        for row in &page {
            let (decision, said) = (decision(row)?, said(row)?);
            let stands = decision.and_then(|one| one.stands(&said));
            found += usize::from(stands == Some(false));
        }
    }
    let broken = format!("a claim is not what its facts decide: {found}");
    Ok((found > 0).then_some(broken))
}
