//! A way to PostgreSQL that can be cut: at once, or in the moment of a certain COMMIT.
//!
//! ```text
//!  catalogue ─▶ proxy ─▶ server        cut: every connection closes, new ones are closed at once
//!             ◀─      ◀─               trap: the transaction with these words ends in a cut
//! ```

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// When a trapped transaction is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// Its COMMIT does not reach the server.
    Commit,
    /// The server has committed; nobody hears of it.
    Answer,
}

/// The proxy; it ends with the runtime of its test.
#[derive(Clone)]
pub(super) struct Proxy {
    pub(super) address: SocketAddr,
    inside: Arc<Inside>,
}

struct Inside {
    server: String,
    away: watch::Sender<bool>,
    trap: Mutex<Option<(&'static str, Moment)>>,
    refused: AtomicU64,
}

impl Proxy {
    /// Before this server (`host:port`).
    pub(super) async fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let proxy = Self {
            address: listener.local_addr().expect("an address"),
            inside: Arc::new(Inside {
                server: server.to_owned(),
                away: watch::Sender::new(false),
                trap: Mutex::default(),
                refused: AtomicU64::new(0),
            }),
        };
        let inside = proxy.inside.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if inside.is_away() {
                    inside.refused.fetch_add(1, Ordering::SeqCst);
                } else {
                    tokio::spawn(inside.clone().carry(client));
                }
            }
        });
        proxy
    }

    pub(super) fn cut(&self) {
        self.inside.away.send_replace(true);
    }

    pub(super) fn restore(&self) {
        self.inside.away.send_replace(false);
    }

    /// Cuts in the given moment of the next transaction in which these words are sent. They are sent
    /// once a connection, where the statement is prepared.
    pub(super) fn trap(&self, words: &'static str, moment: Moment) {
        *self.inside.trap.lock().expect("sound") = Some((words, moment));
    }

    pub(super) fn is_away(&self) -> bool {
        self.inside.is_away()
    }

    /// Connections that were tried in vain.
    pub(super) fn refused(&self) -> u64 {
        self.inside.refused.load(Ordering::SeqCst)
    }
}

impl Inside {
    fn is_away(&self) -> bool {
        *self.away.borrow()
    }

    /// Carries one connection until it ends or is cut; both ends close when this returns.
    async fn carry(self: Arc<Self>, client: TcpStream) {
        let mut away = self.away.subscribe();
        tokio::select! {
            _ = away.wait_for(|away| *away) => {}
            _ended = self.pump(client) => {}
        }
    }

    async fn pump(&self, mut client: TcpStream) -> std::io::Result<()> {
        let mut server = TcpStream::connect(&self.server).await?;
        let (mut asks, mut answers) = (vec![0; 1 << 16], vec![0; 1 << 16]);
        let (mut asked, mut trapped) = (Vec::new(), None);
        loop {
            tokio::select! {
                n = client.read(&mut asks) => {
                    let piece = &asks[..n?];
                    if piece.is_empty() {
                        return Ok(());
                    }
                    asked.extend_from_slice(piece);
                    trapped = trapped.or_else(|| self.is_trap(&asked));
                    let commits = holds(&asked, b"COMMIT\0");
                    if commits && trapped == Some(Moment::Commit) {
                        return self.spring();
                    }
                    if commits && trapped.is_none() {
                        asked.clear();
                    }
                    server.write_all(piece).await?;
                }
                n = server.read(&mut answers) => {
                    let piece = &answers[..n?];
                    if piece.is_empty() {
                        return Ok(());
                    }
                    if trapped == Some(Moment::Answer) && holds(piece, b"COMMIT\0") {
                        return self.spring();
                    }
                    client.write_all(piece).await?;
                }
            }
        }
    }

    fn is_trap(&self, asked: &[u8]) -> Option<Moment> {
        let trap = *self.trap.lock().expect("sound");
        let (words, moment) = trap?;
        holds(asked, words.as_bytes()).then_some(moment)
    }

    #[expect(clippy::unnecessary_wraps, reason = "the way out of the pump")]
    fn spring(&self) -> std::io::Result<()> {
        *self.trap.lock().expect("sound") = None;
        self.away.send_replace(true);
        Ok(())
    }
}

fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}
