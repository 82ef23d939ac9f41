//! Who gets which case, and how fast: the index in memory, claims that stand, and what a laboratory would use instead.
//!
//! ```text
//!  laboratory URL WAITING PEOPLE      fills an empty database: what waits, who reads
//!  hint WAITING                       the index alone, in memory
//!  claims URL CLIENTS WHO             Catalog::claim_next by that many clients at once
//!  record URL BATCH PEOPLE            what such a claim writes, and nothing else
//!  peer NAME URL WAITING              a table of its own beside it: `queue::PEERS`
//!  empty, start, offered, history   what one process sees of such a database
//! ```
//!
//! Nothing is given back: a run claims out of a stock that is far larger than what it takes.

mod claims;
mod empty;
mod hint;
mod history;
mod laboratory;
mod offered;
mod peer;
mod queue;
mod record;
mod start;
mod storm;

use serde_json::Value;

use crate::Failure;

pub(crate) const USAGE: &str = "laboratory URL WAITING PEOPLE | hint WAITING | claims URL CLIENTS anyone|tail PEOPLE \
     | record URL BATCH PEOPLE \
     | peer NAME URL WAITING CLIENTS anyone|tail | empty URL PEOPLE | start URL | offered URL PEOPLE \
     | history SHORT_URL LONG_URL";

/// Answers a question about routing; `None`: it is not one.
pub(crate) fn answer(words: &[&str]) -> Option<Result<Value, Failure>> {
    let answer = match words {
        ["hint", waiting] => waiting.parse().map_err(Into::into).map(hint::measure),
        [
            "laboratory" | "claims" | "record" | "peer" | "empty" | "start" | "offered" | "history",
            ..,
        ] => threads()
            .map_err(Into::into)
            .and_then(|threads| threads.block_on(asked(words))),
        _ => return None,
    };
    Some(answer)
}

/// Clients and what they ask run on all processors, as a server does.
fn threads() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
}

async fn asked(words: &[&str]) -> Result<Value, Failure> {
    match words {
        ["laboratory", url, waiting, people] => {
            laboratory::fill(
                url,
                &laboratory::Size::new(waiting.parse()?, people.parse()?),
            )
            .await
        }
        ["claims", url, clients, who, people] => {
            claims::measure(
                url,
                clients.parse()?,
                laboratory::Who::of(who, people.parse()?)?,
            )
            .await
        }
        ["record", url, batch, people] => {
            record::measure(url, batch.parse()?, people.parse()?).await
        }
        ["peer", name, url, waiting, clients, who] => {
            let who = laboratory::Who::of(who, laboratory::PEOPLE)?;
            peer::measure(name, url, waiting.parse()?, clients.parse()?, who).await
        }
        ["empty", url, people] => empty::measure(url, people.parse()?).await,
        ["start", url] => start::measure(url).await,
        ["offered", url, people] => offered::measure(url, people.parse()?).await,
        ["history", short, long] => history::measure(short, long).await,
        _ => Err(USAGE.into()),
    }
}
