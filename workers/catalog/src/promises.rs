//! The walk over every state that tests take after every test: what is broken is a sentence (P5, P6, I1–I9).
//!
//! Each row of `sql/promises/*.sql` counts what must not exist: two holders, a waiting reading in no
//! pool, a counter that is off, a thing that waits for nobody, a published scan without its index. A
//! state that stands in no table of `pathology::routing::waits` is broken, too.

use crate::engine::args;
use crate::overdue::unlisted;
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
                Ok(broken)
            })
        })
        .await
    }
}
