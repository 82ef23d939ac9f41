//! Servers are killed and the database falls over while sixteen pathologists work: nothing acknowledged is lost,
//! nobody holds what another holds, nobody gets what they may not read, no case is lost, and ages stay.
//!
//! On PostgreSQL four servers share a database of this test's own, which is ended as by a power cut and started
//! again; on SQLite one server has its file. 20 kills; 200 in a long run, each in the middle of work: not before the
//! clients were told of some more claims and signatures. Each client writes what it was told to a file of its own,
//! flushed before it goes on.

mod client;
mod server;

use std::io::BufRead;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pathology::staff::Tier;
use tokio::task::JoinSet;

use client::{Addresses, Client, Day};

use crate::world::database::Scratch;
use crate::world::{Engine, World, person};

const CLIENTS: usize = 16;
/// So many for each kill, that there is work until the last.
const CASES: usize = 6;
/// What the clients must have been told since the kill before.
const TOLD: usize = 8;

#[test]
fn four_servers_and_their_database_are_killed() {
    let cluster = Cluster::start();
    let scratch = |url: String| async move { Scratch::on(&url).await };
    run(4, Some(&cluster), scratch(cluster.url.clone()));
}

#[test]
fn one_server_is_killed_over_sqlite() {
    run(1, None, Scratch::make(Engine::Sqlite));
}

fn run(servers: usize, cluster: Option<&Cluster>, scratch: impl Future<Output = Scratch>) {
    let runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = { runtime }
        .worker_threads(4)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let world = World::in_scratch(server::policy(), scratch.await).await;
        let mut people = Vec::new();
        for n in 0..CLIENTS {
            let reads: &[(&str, Tier)] = match n % 4 {
                0 => &[("renal", Tier::Specialist)],
                _ => &[("skin", Tier::Specialist)],
            };
            people.push(
                person(
                    &world.catalog,
                    &world.northgate,
                    &format!("Reader {n}"),
                    reads,
                    2,
                )
                .await,
            );
        }
        world.ready_cases(&world.northgate, cases()).await;
        let scratch = world.leave().await;
        let logs = tempfile::tempdir().expect("a folder");
        storm(&scratch.url(), (servers, cluster), people, logs.path()).await;
        check(&scratch, logs.path()).await;
        scratch.remove().await;
    });
}

/// Everybody works while one server after the other is killed; then all that is left is signed out.
async fn storm(
    url: &str,
    (servers, cluster): (usize, Option<&Cluster>),
    people: Vec<crate::world::Person>,
    logs: &Path,
) {
    let addresses: Addresses = Arc::new(Mutex::new(vec![None; servers]));
    let day = Arc::new(Day::default());
    let mut running: Vec<Server> = Vec::new();
    for n in 0..servers {
        running.push(Server::start(url));
        addresses.lock().expect("sound")[n] = Some(running[n].at);
    }
    let mut clients = JoinSet::new();
    for (n, who) in people.into_iter().enumerate() {
        let log = logs.join(format!("client-{n}"));
        clients.spawn(Client::new(who, addresses.clone(), day.clone(), &log).work());
    }
    for kill in 0..kills() {
        day.goes_on(TOLD).await;
        tokio::time::sleep(Duration::from_millis(67 * (kill as u64 % 5))).await;
        let n = kill % servers;
        addresses.lock().expect("sound")[n] = None;
        running[n].kill();
        if let (Some(cluster), 0) = (cluster, kill % 5) {
            cluster.fall();
        }
        running[n] = Server::start(url);
        addresses.lock().expect("sound")[n] = Some(running[n].at);
    }
    day.calm.store(true, Ordering::Relaxed);
    while let Some(ended) = clients.join_next().await {
        ended.expect("a client ends well");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the length of a run is named by the environment"
)]
fn kills() -> usize {
    if std::env::var("SLIDEWAY_LONG").is_ok() {
        200
    } else {
        20
    }
}

fn cases() -> i64 {
    (CASES * kills()) as i64
}

/// What the clients were told against what is on record.
async fn check(scratch: &Scratch, logs: &Path) {
    let settings = catalog::Settings {
        url: scratch.url(),
        connections: 4,
    };
    let catalog = catalog::Catalog::open(&settings, server::policy())
        .await
        .expect("it opens");
    let broken = catalog.broken_promises().await.expect("the walk");
    assert_eq!(broken, Vec::<String>::new());
    catalog.close().await;
    let (mut claims, mut signatures) = (0, 0);
    for entry in std::fs::read_dir(logs).expect("logs") {
        let log = std::fs::read_to_string(entry.expect("an entry").path()).expect("a log");
        for line in log.lines() {
            let [what, claim, reading, fence] = line
                .split(' ')
                .collect::<Vec<_>>()
                .try_into()
                .expect("four words");
            let row =
                format!("claim_id = '{claim}' AND reading_id = '{reading}' AND fence = {fence}");
            let signed = if what == "signed" {
                " AND state = 'signed_out'"
            } else {
                ""
            };
            let found = scratch
                .count(&format!(
                    "SELECT count(*) FROM assignment WHERE {row}{signed}"
                ))
                .await;
            assert_eq!(found, 1, "told and not on record: {line}");
            *(if what == "signed" {
                &mut signatures
            } else {
                &mut claims
            }) += 1;
        }
    }
    assert!(claims >= cases(), "only {claims} claims: nobody worked");
    assert!(signatures > 0, "nobody signed");
    for (what, sql) in NEVER {
        assert_eq!(scratch.count(sql).await, 0, "{what}");
    }
    assert_eq!(scratch.count("SELECT count(*) FROM cases").await, cases());
    let all = "SELECT count(*) FROM reading WHERE state = 'signed_out'";
    assert_eq!(
        scratch.count(all).await,
        cases(),
        "a case is lost, or nobody signed it"
    );
}

const NEVER: [(&str, &str); 5] = [
    (
        "two holders",
        "SELECT count(*) FROM (SELECT reading_id FROM assignment WHERE state = 'active' GROUP BY reading_id HAVING count(*) > 1) two",
    ),
    (
        "two signatures",
        "SELECT count(*) FROM (SELECT reading_id FROM assignment WHERE state = 'signed_out' GROUP BY reading_id HAVING count(*) > 1) two",
    ),
    (
        "a claim without the credential",
        "SELECT count(*) FROM assignment a JOIN reading r ON r.reading_id = a.reading_id WHERE NOT EXISTS (SELECT 1 FROM credential c WHERE c.pathologist_id = a.pathologist_id AND c.specialty = r.specialty)",
    ),
    (
        "an age that changed",
        "SELECT count(*) FROM reading r JOIN cases c ON c.case_id = r.case_id WHERE r.vkey <> c.vkey OR r.ready_at IS NULL",
    ),
    (
        "a fence that did not rise",
        "SELECT count(*) FROM assignment a JOIN reading r ON r.reading_id = a.reading_id WHERE a.fence > r.fence",
    ),
];

/// A process that serves.
struct Server {
    process: Child,
    at: SocketAddr,
}

impl Server {
    fn start(url: &str) -> Self {
        let mut process = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "storm::the_server_that_is_killed", "--nocapture"])
            .env(server::URL, url)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a process");
        let said = std::io::BufReader::new(process.stdout.take().expect("its words"));
        let port = said
            .lines()
            .find_map(|line| line.ok()?.split_once("port ")?.1.trim().parse().ok());
        let port: u16 = port.expect("it says its port");
        Self {
            process,
            at: SocketAddr::from(([127, 0, 0, 1], port)),
        }
    }

    fn kill(&mut self) {
        self.process.kill().expect("SIGKILL");
        self.process.wait().expect("it ended");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended_already = self.process.kill();
        let _ended_already = self.process.wait();
    }
}

/// A PostgreSQL of this test's own.
struct Cluster {
    url: String,
    folder: tempfile::TempDir,
}

impl Cluster {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = script("start", folder.path());
        Self {
            url: url.trim().to_owned(),
            folder,
        }
    }

    /// Ends as by a power cut, and comes back.
    fn fall(&self) {
        script("kill", self.folder.path());
        script("again", self.folder.path());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        script("stop", self.folder.path());
    }
}

fn script(what: &str, folder: &Path) -> String {
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/peers/postgres_alone.sh"
    );
    let done = Command::new("bash")
        .arg(script)
        .arg(what)
        .arg(folder)
        .stderr(Stdio::inherit())
        .output();
    let done = done.expect("bash");
    assert!(
        done.status.success() || std::thread::panicking(),
        "postgres_alone.sh {what}"
    );
    String::from_utf8_lossy(&done.stdout).into_owned()
}

/// Not a test by itself: the server that the tests above start and kill.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "its catalogue comes by the environment"
)]
fn the_server_that_is_killed() {
    let Ok(url) = std::env::var(server::URL) else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(server::serve(&url));
}
