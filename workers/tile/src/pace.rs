//! Reading no faster than so many bytes a second, so that people's reads go first.

use std::time::Duration;

use tokio::time::Instant;

/// The pace of one reader.
#[derive(Debug)]
pub(crate) struct Pace {
    /// 0 for as fast as it goes.
    bytes_per_second: u64,
    began: Instant,
    spent: u64,
}

impl Pace {
    /// So many bytes a second; 0 for as fast as it goes.
    pub(crate) fn new(bytes_per_second: u64) -> Self {
        Self {
            bytes_per_second,
            began: Instant::now(),
            spent: 0,
        }
    }

    /// Waits until these bytes may have been read.
    pub(crate) async fn spend(&mut self, bytes: u64) {
        if self.bytes_per_second == 0 {
            return;
        }
        self.spent += bytes;
        let due = self.spent as f64 / self.bytes_per_second as f64;
        let due = self.began + Duration::from_secs_f64(due);
        let now = Instant::now();
        if due > now {
            tokio::time::sleep_until(due).await;
        } else if now - due > Duration::from_secs(1) {
            // What was not used is not saved up for a burst.
            self.began = now;
            self.spent = 0;
        }
    }
}
