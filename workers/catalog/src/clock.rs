//! The one clock: the database's time plus an offset that only tests and the demo move.

use pathology::case::Micros;

use crate::engine::args;
use crate::{Catalog, Error, sql};

impl Catalog {
    /// The time by which everything is decided.
    pub async fn now(&self) -> Result<Micros, Error> {
        self.read(|tx| Box::pin(async move { Ok(Micros(tx.now().await?)) }))
            .await
    }

    /// Moves the clock, in tests and in the demo.
    pub async fn move_clock(&self, by_us: i64) -> Result<(), Error> {
        self.write(move |tx| {
            Box::pin(async move {
                tx.run(&sql::CLOCK_MOVE, args![by_us]).await?;
                Ok(())
            })
        })
        .await
    }
}
