//! One error after the other is put into the statements; the lives must find each.
//!
//! Each error has a process of its own, this program started again: statements are shared by all tests of a process.

use std::process::{Command, Output};

use super::lives;
use crate::world::Engine;

/// What the process is told: the number of its error, and the database.
const NUMBER: &str = "SLIDEWAY_TEST_MUTANT";
const ON_POSTGRES: &str = "SLIDEWAY_TEST_MUTANT_POSTGRES";

/// Said instead of a number where nothing is wrong.
const SOUND: &str = "none";

/// What is wrong, the statement, and what it says instead of what.
type Mutant = (&'static str, &'static str, &'static str, &'static str);

/// Errors in statements that both databases share, or whose texts agree there.
const SHARED: &[Mutant] = &[
    (
        "a release leaves the reading with its holder",
        "reading/give_back",
        "state = 'waiting'",
        "state = state",
    ),
    (
        "a case that comes back has lost its age",
        "reading/give_back",
        "fence = fence + 1",
        "fence = fence + 1, vkey = vkey + 90000000000",
    ),
    (
        "a case that comes back is in no pool",
        "reading/enter_pool",
        "r.reading_id = $1 AND",
        "r.fence = 0 AND r.reading_id = $1 AND",
    ),
    (
        "a place is not given back",
        "pathologist/hold_one_less",
        "active = active - 1",
        "active = active",
    ),
    (
        "the claim before is not ended",
        "assignment/end",
        "AND state = 'active'",
        "AND state = 'moved'",
    ),
    (
        "who declined may have it again at once",
        "exclusion/add",
        "$4, $5)",
        "$4, 0)",
    ),
    (
        "a lease ends a minute late",
        "claim/silent",
        "lease_until <= $1",
        "lease_until <= $1 - 60000000",
    ),
    (
        "a silent page keeps its case",
        "claim/silent",
        "state = 'claimed' AND",
        "state = 'claimed' AND begun_at IS NOT NULL AND",
    ),
    (
        "a page that is only open keeps its case",
        "reading/renew",
        "activity_at = $4",
        "activity_at = $3",
    ),
    (
        "begun work is held for ever",
        "reading/renew",
        "hold_until = $6",
        "hold_until = NULL",
    ),
    (
        "begun work is forgotten",
        "reading/renew",
        "begun_at = $5",
        "begun_at = NULL",
    ),
    (
        "a signature leaves the reading claimed",
        "reading/sign_out",
        "state = 'signed_out'",
        "state = 'cancelled'",
    ),
    (
        "an accepted offer still ends",
        "offer/accept",
        "offer_until = NULL,",
        "",
    ),
    (
        "an offer is a claim from the start",
        "reading/give",
        "offer_until = $8",
        "offer_until = NULL",
    ),
    (
        "what is handed over is not held as begun",
        "reading/give",
        "begun_at = $6",
        "begun_at = NULL",
    ),
    (
        "who hands over keeps the case too",
        "reading/give",
        "pathologist_id = $2",
        "pathologist_id = COALESCE(pathologist_id, $2)",
    ),
];

/// Errors in what a batch of claims reads and writes on SQLite.
const SQLITE: &[Mutant] = &[
    (
        "the state is not looked at",
        "claim/look",
        "'state', r.state",
        "'state', 'waiting'",
    ),
    (
        "somebody away gets a case",
        "claim/look",
        "'away' ELSE p.presence",
        "'away' ELSE 'available'",
    ),
    (
        "nobody is ever full",
        "claim/look",
        "'active', p.active",
        "'active', 0",
    ),
    (
        "exclusions are skipped",
        "claim/facts",
        "e.pathologist_id = pair.p)",
        "e.pathologist_id = pair.p AND e.until = 0)",
    ),
    (
        "a withdrawn agreement counts",
        "claim/facts",
        "'revoked_at', a.revoked_at",
        "'revoked_at', NULL",
    ),
    (
        "credentials are somebody else's",
        "claim/facts",
        "WHERE c.pathologist_id IN (SELECT p FROM pair)",
        "WHERE c.pathologist_id NOT IN (SELECT p FROM pair)",
    ),
    (
        "the fence does not rise",
        "claim/write",
        "fence = j.value →> 'f'",
        "fence = fence",
    ),
    (
        "what is claimed still waits in its pools",
        "claim/write",
        "DELETE FROM reading_pool WHERE reading_id IN (SELECT value →> 'r' FROM json_each($1))",
        "DELETE FROM reading_pool WHERE reading_id = ''",
    ),
    (
        "a claim takes no place",
        "claim/write",
        "active = active + (j.value →> 'n')",
        "active = active",
    ),
    (
        "a claim is recorded under another case",
        "claim/write",
        "value →> 'r', value →> 'k', value →> 'p'",
        "value →> 'r', value →> 'r', value →> 'p'",
    ),
    (
        "the index orders backwards",
        "feed/readings_of",
        "min(vkey) AS vkey",
        "0 - min(vkey) AS vkey",
    ),
];

/// The same on PostgreSQL.
const POSTGRES: &[Mutant] = &[
    (
        "the state is not looked at",
        "claim/look",
        "SELECT r.reading_id, r.state, r.fence, r.pathologist_id FROM reading r",
        "SELECT r.reading_id, 'waiting' AS state, r.fence, r.pathologist_id FROM reading r",
    ),
    (
        "nobody is ever full",
        "claim/look",
        "one.active,",
        "0 AS active,",
    ),
    (
        "exclusions are skipped",
        "claim/facts",
        "e.pathologist_id = pair.p OFFSET 0",
        "e.until = 0 OFFSET 0",
    ),
    (
        "a withdrawn agreement counts",
        "claim/facts",
        "a.valid_to, a.revoked_at",
        "a.valid_to, NULL AS revoked_at",
    ),
    (
        "the fence does not rise",
        "claim/write",
        "fence = one.f\n",
        "fence = fence\n",
    ),
    (
        "a claim takes no place",
        "claim/write",
        "active = active + j.n",
        "active = active",
    ),
    (
        "a claim is recorded under another case",
        "claim/write",
        "SELECT c, o, r, k, p",
        "SELECT c, o, r, r, p",
    ),
];

#[test]
fn every_error_on_sqlite_is_found() {
    every_error_is_found(false, &[SHARED, SQLITE].concat());
}

#[test]
fn every_error_on_postgres_is_found() {
    every_error_is_found(true, &[SHARED, POSTGRES].concat());
}

fn every_error_is_found(postgres: bool, mutants: &[Mutant]) {
    assert!(mutants.len() >= 15);
    let sound = life(postgres, SOUND);
    assert!(sound.status.success(), "no error, and yet: {sound:?}");
    let mut survived = Vec::new();
    for (number, (what, ..)) in mutants.iter().enumerate() {
        let lived = life(postgres, &number.to_string());
        let said = String::from_utf8_lossy(&lived.stderr).into_owned();
        assert!(
            said.contains("an error is put in: "),
            "{what} was not tried: {said}"
        );
        assert!(!said.contains("does not say"), "{what}: {said}");
        if lived.status.success() {
            survived.push(what);
        }
    }
    assert!(survived.is_empty(), "nobody noticed: {survived:?}");
}

fn life(postgres: bool, number: &str) -> Output {
    let program = std::env::current_exe().expect("this program");
    let mut command = Command::new(program);
    let name = "history::mutants::the_process_with_an_error";
    command.args(["--exact", name, "--nocapture"]);
    command.env(NUMBER, number);
    if postgres {
        command.env(ON_POSTGRES, "yes");
    }
    command.output().expect("the process runs")
}

/// Not a test by itself: the process that the tests above start, each with one error.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "its orders come by the environment"
)]
fn the_process_with_an_error() {
    let Ok(number) = std::env::var(NUMBER) else {
        return;
    };
    let postgres = std::env::var(ON_POSTGRES).is_ok();
    let (engine, own) = if postgres {
        (Engine::Postgres, POSTGRES)
    } else {
        (Engine::Sqlite, SQLITE)
    };
    if number != SOUND {
        let number: usize = number.parse().expect("a number");
        let (what, statement, from, to) = [SHARED, own].concat()[number];
        eprintln!("an error is put in: {what}");
        let change = format!("{statement}¦{from}¦{to}").replace("->", "→");
        fail::cfg("catalog::sql", &format!("return({change})")).expect("a point");
    }
    lives::compare(engine, number != SOUND);
}
