//! One error after the other is put into the statements; the lives, or the races, must find each.
//!
//! Each error has a process of its own, this program started again: statements are shared by all tests of a process.

use std::process::{Command, Output};

use super::{lives, races};
use crate::world::Engine;

/// What the process is told: the number of its error, and among which.
const NUMBER: &str = "SLIDEWAY_TEST_MUTANT";
const AMONG: &str = "SLIDEWAY_TEST_MUTANT_AMONG";

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

/// Errors in locks, which only two who meet can find; SQLite has one writer and needs none.
const LOCKS: &[Mutant] = &[
    (
        "who claims is only looked at",
        "pathologist/lock_all",
        " FOR UPDATE",
        "",
    ),
    (
        "who claims is locked, but not against others who do",
        "pathologist/lock_all",
        "FOR UPDATE",
        "FOR KEY SHARE",
    ),
    (
        "who is locked is passed over",
        "pathologist/lock_all",
        "FOR UPDATE",
        "FOR UPDATE SKIP LOCKED",
    ),
    (
        "what is claimed is only looked at",
        "claim/look",
        "ORDER BY r.reading_id FOR UPDATE",
        "ORDER BY r.reading_id",
    ),
    (
        "who is offered something is only looked at",
        "pathologist/lock",
        " FOR UPDATE",
        "",
    ),
];

#[test]
fn every_error_on_sqlite_is_found() {
    every_error_is_found(Among::Sqlite, 15);
}

#[test]
fn every_error_on_postgres_is_found() {
    every_error_is_found(Among::Postgres, 15);
}

#[test]
fn every_error_in_a_lock_is_found() {
    every_error_is_found(Among::Locks, LOCKS.len());
}

/// Which errors, and what finds them.
#[derive(Clone, Copy)]
enum Among {
    Sqlite,
    Postgres,
    Locks,
}

impl Among {
    fn mutants(self) -> Vec<Mutant> {
        match self {
            Self::Sqlite => [SHARED, SQLITE].concat(),
            Self::Postgres => [SHARED, POSTGRES].concat(),
            Self::Locks => LOCKS.to_vec(),
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Locks => "locks",
        }
    }

    fn of(word: &str) -> Self {
        let all = [Self::Sqlite, Self::Postgres, Self::Locks];
        let named = all.into_iter().find(|one| one.word() == word);
        named.expect("sqlite, postgres or locks")
    }

    /// Panics where something is wrong.
    fn look(self, an_error_is_known: bool) {
        match self {
            Self::Sqlite => lives::compare(Engine::Sqlite, an_error_is_known),
            Self::Postgres => lives::compare(Engine::Postgres, an_error_is_known),
            Self::Locks => races::all(),
        }
    }
}

fn every_error_is_found(among: Among, at_least: usize) {
    let mutants = among.mutants();
    assert!(mutants.len() >= at_least);
    let sound = life(among, SOUND);
    // A process in which no test of that name was found would end well too.
    let counted = String::from_utf8_lossy(&sound.stdout).contains("1 passed");
    assert!(
        sound.status.success() && counted,
        "no error, and yet: {sound:?}"
    );
    let mut survived = Vec::new();
    for (number, (what, ..)) in mutants.into_iter().enumerate() {
        let lived = life(among, &number.to_string());
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

fn life(among: Among, number: &str) -> Output {
    let program = std::env::current_exe().expect("this program");
    let mut command = Command::new(program);
    let name = "history::mutants::the_process_with_an_error";
    command.args(["--exact", name, "--nocapture"]);
    command.env(NUMBER, number).env(AMONG, among.word());
    command.output().expect("the process runs")
}

/// Not a test by itself: the process that the tests above start, each with one error.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "its orders come by the environment"
)]
fn the_process_with_an_error() {
    let (Ok(number), Ok(among)) = (std::env::var(NUMBER), std::env::var(AMONG)) else {
        return;
    };
    let among = Among::of(&among);
    if number != SOUND {
        let number: usize = number.parse().expect("a number");
        let (what, statement, from, to) = among.mutants()[number];
        eprintln!("an error is put in: {what}");
        let change = format!("{statement}¦{from}¦{to}").replace("->", "→");
        fail::cfg("catalog::sql", &format!("return({change})")).expect("a point");
    }
    among.look(number != SOUND);
}
