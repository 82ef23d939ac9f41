//! The peers: a queue in a table, as laboratories and libraries build them, one claim a COMMIT (benches/peers/routing).

use super::laboratory::Person;
use super::storm::Dice;

/// What a peer's statement is asked with.
#[derive(Clone, Copy)]
pub(super) enum Asks {
    /// The specialties and the sites of the pathologist.
    Skills,
    /// The numbers of their pools.
    Pools,
    /// One pool as a JSON condition, one after the other.
    Condition,
    /// One pool as the name of a queue, one after the other.
    Queue,
}

pub(super) struct Peer {
    pub(super) name: &'static str,
    pub(super) asks: Asks,
    pub(super) postgres: &'static str,
    /// SQLite has no index for overlaps.
    pub(super) sqlite: Option<&'static str>,
}

macro_rules! text {
    ($name:literal) => {
        include_str!(concat!("../../peers/routing/", $name, ".sql"))
    };
}

pub(super) const PEERS: [Peer; 5] = [
    Peer {
        name: "naive",
        asks: Asks::Skills,
        postgres: text!("naive.postgres"),
        sqlite: Some(text!("naive.sqlite")),
    },
    Peer {
        name: "overlap",
        asks: Asks::Pools,
        postgres: text!("overlap.postgres"),
        sqlite: None,
    },
    Peer {
        name: "single",
        asks: Asks::Skills,
        postgres: text!("single.postgres"),
        sqlite: Some(text!("single.sqlite")),
    },
    Peer {
        name: "message",
        asks: Asks::Condition,
        postgres: text!("message.postgres"),
        sqlite: Some(text!("message.sqlite")),
    },
    Peer {
        name: "queues",
        asks: Asks::Queue,
        postgres: text!("queues.postgres"),
        sqlite: Some(text!("queues.sqlite")),
    },
];

/// The two parts of a peer's file: what makes its tables, and its claim.
pub(super) fn parts(text: &str) -> Option<(&str, &str)> {
    text.split_once("-- make\n")?.1.split_once("-- claim\n")
}

/// The pools of a pathologist as the peers know them, from one chosen by chance on.
pub(super) fn pools(person: Person, dice: &mut Dice) -> Vec<(i32, i32)> {
    let sites = person.sites();
    let of_site = |site: i32| {
        person
            .specialties()
            .into_iter()
            .map(move |specialty| (specialty, site))
    };
    let mut pools: Vec<_> = sites.into_iter().flat_map(of_site).collect();
    let first = dice.below(pools.len() as u64) as usize;
    pools.rotate_left(first);
    pools
}

/// What is bound to the peer's statement, each a try of its own.
pub(super) fn tries(asks: Asks, person: Person, dice: &mut Dice) -> Vec<Vec<Bound>> {
    let mut pools = || pools(person, dice);
    match asks {
        Asks::Skills => vec![vec![
            Bound::Numbers(person.specialties()),
            Bound::Numbers(person.sites()),
        ]],
        Asks::Pools => vec![vec![Bound::Numbers(numbers(pools()))]],
        Asks::Condition => {
            let condition =
                |(specialty, site)| format!(r#"{{"specialty": {specialty}, "site": {site}}}"#);
            pools()
                .into_iter()
                .map(|pool| vec![Bound::Text(condition(pool))])
                .collect()
        }
        Asks::Queue => {
            let queue = |number| vec![Bound::Text(format!("pool_{number}"))];
            numbers(pools()).into_iter().map(queue).collect()
        }
    }
}

fn numbers(pools: Vec<(i32, i32)>) -> Vec<i32> {
    pools
        .into_iter()
        .map(|(specialty, site)| site * 40 + specialty)
        .collect()
}

pub(super) enum Bound {
    Numbers(Vec<i32>),
    Text(String),
}
