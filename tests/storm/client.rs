//! A pathologist of the storm: claims, signs, gives back or falls silent, and writes down what they were told.

use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pathology::ids::{ClaimId, ReportId};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::server::{Answer, Ask, Held};
use crate::world::{Person, fresh};

/// Where the servers are by now.
pub(super) type Addresses = Arc<Mutex<Vec<Option<SocketAddr>>>>;

/// What all clients share.
#[derive(Default)]
pub(super) struct Day {
    /// Nothing is killed any more: what is left is signed out.
    pub(super) calm: AtomicBool,
    /// Claims and signatures they were told of.
    told: AtomicUsize,
}

impl Day {
    /// Waits until the clients were told of so many more.
    pub(super) async fn goes_on(&self, more: usize) {
        let before = self.told.load(Ordering::Relaxed);
        let work = async {
            while self.told.load(Ordering::Relaxed) < before + more {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let within = Duration::from_mins(2);
        let worked = tokio::time::timeout(within, work).await;
        worked.expect(
            "nobody was told anything for two minutes: there is no work left, or nobody can do it",
        );
    }
}

pub(super) struct Client {
    pub(super) who: Person,
    pub(super) addresses: Addresses,
    pub(super) day: Arc<Day>,
    log: File,
    turn: u64,
}

impl Client {
    pub(super) fn new(who: Person, addresses: Addresses, day: Arc<Day>, log: &Path) -> Self {
        let log = File::create(log).expect("a log");
        Self {
            who,
            addresses,
            day,
            log,
            turn: 0,
        }
    }

    /// Works until all is calm and nothing waits.
    pub(super) async fn work(mut self) {
        let mut empty = 0;
        while empty < 20 {
            let calm = self.day.calm.load(Ordering::Relaxed);
            let claim = ClaimId(fresh());
            let (who, of) = (self.who.id, self.who.by.organisation);
            match self.ask(Ask::Claim { who, of, claim }).await {
                Answer::Claimed(held) => {
                    empty = 0;
                    self.note("claimed", &held);
                    self.decide(held, calm).await;
                }
                Answer::Nothing => {
                    empty += usize::from(calm);
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                other => panic!("a claim is answered {other:?}"),
            }
        }
    }

    /// An eighth is signed, a quarter forgotten, the rest given back; in the calm all is signed.
    async fn decide(&mut self, held: Held, calm: bool) {
        self.turn += 1;
        let (who, of) = (self.who.id, self.who.by.organisation);
        let chance = blake3::hash(format!("{who}{}", self.turn).as_bytes()).as_bytes()[0] % 8;
        let answer = match chance {
            _ if calm => self.sign(held).await,
            0 => self.sign(held).await,
            1 | 2 => return,
            _ => self.ask(Ask::Release { who, of, held }).await,
        };
        assert!(matches!(answer, Answer::Done | Answer::Lost), "{answer:?}");
    }

    async fn sign(&mut self, held: Held) -> Answer {
        let (who, of) = (self.who.id, self.who.by.organisation);
        let report = ReportId(fresh());
        let answer = self
            .ask(Ask::Sign {
                who,
                of,
                held,
                report,
            })
            .await;
        if matches!(answer, Answer::Done) {
            self.note("signed", &held);
        }
        answer
    }

    /// On the disk before anything else is done.
    fn note(&mut self, what: &str, held: &Held) {
        let line = format!("{what} {} {} {}\n", held.claim, held.reading, held.fence);
        self.log.write_all(line.as_bytes()).expect("noted");
        self.log.sync_data().expect("on the disk");
        self.day.told.fetch_add(1, Ordering::Relaxed);
    }

    /// Asks one server after the other, the same again, until one answers. What was answered after the first
    /// time may be the second time refused: then the first stood.
    async fn ask(&mut self, ask: Ask) -> Answer {
        let text = serde_json::to_string(&ask).expect("a question") + "\n";
        loop {
            self.turn += 1;
            let servers: Vec<SocketAddr> = self
                .addresses
                .lock()
                .expect("sound")
                .iter()
                .flatten()
                .copied()
                .collect();
            if let Some(at) = servers.get(self.turn as usize % servers.len().max(1)) {
                match tokio::time::timeout(Duration::from_secs(30), exchange(*at, &text)).await {
                    Ok(Ok(Answer::Away) | Err(_)) | Err(_) => {}
                    Ok(Ok(answer)) => return answer,
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn exchange(at: SocketAddr, text: &str) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect(at).await?;
    stream.write_all(text.as_bytes()).await?;
    let mut line = String::new();
    if BufReader::new(stream).read_line(&mut line).await? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    serde_json::from_str(&line).map_err(std::io::Error::other)
}
