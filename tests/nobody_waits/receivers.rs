//! Who gets the alarms: a web server and a mail server on this machine, as small as they can be.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A server and what it got, each a head and a body.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    got: Arc<Mutex<Vec<(String, String)>>>,
    status: Arc<AtomicU16>,
}

/// What a web server answers when nothing is wrong.
const OK: u16 = 200;

impl Receiver {
    pub(crate) async fn web() -> Self {
        Self::serve(|receiver, stream| async move {
            let _gone = receiver.answer(stream).await;
        })
        .await
    }

    pub(crate) async fn mail() -> Self {
        Self::serve(|receiver, stream| async move {
            let _gone = receiver.take_mail(stream).await;
        })
        .await
    }

    pub(super) async fn serve<F>(with: impl Fn(Self, TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let receiver = Self {
            address: listener.local_addr().expect("bound"),
            got: Arc::default(),
            status: Arc::new(AtomicU16::new(OK)),
        };
        let here = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(with(here.clone(), stream));
            }
        });
        receiver
    }

    /// From now on a web server answers this.
    pub(crate) fn answers(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    /// Heads and bodies so far.
    pub(crate) fn got(&self) -> Vec<(String, String)> {
        self.got.lock().expect("one at a time").clone()
    }

    /// The bodies so far, as JSON.
    pub(crate) fn json(&self) -> Vec<Value> {
        let read = |(_, body): (String, String)| serde_json::from_str(&body).expect("JSON");
        self.got().into_iter().map(read).collect()
    }

    fn keep(&self, head: String, body: String) {
        self.got.lock().expect("one at a time").push((head, body));
    }

    async fn answer(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).await?;
            if line.trim().is_empty() {
                break;
            }
            let line = line.to_lowercase();
            if let Some(text) = line.strip_prefix("content-length:") {
                length = text.trim().parse().expect("a length");
            }
            head += &line;
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        let status = self.status.load(Ordering::SeqCst);
        if status == OK {
            self.keep(head, String::from_utf8(body).expect("text"));
        }
        let answer =
            format!("HTTP/1.1 {status} So\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        stream.write_all(answer.as_bytes()).await
    }

    async fn take_mail(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.write_all(b"220 here\r\n").await?;
        self.take_letters(stream).await
    }

    /// What follows the greeting, over whatever it comes.
    pub(super) async fn take_letters<S>(&self, stream: S) -> std::io::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut stream = BufReader::new(stream);
        let (mut envelope, mut line) = (String::new(), String::new());
        while stream.read_line(&mut line).await? > 0 {
            envelope += &line;
            let answer: &[u8] = match line.get(..4) {
                Some("DATA") => b"354 go on\r\n",
                Some("QUIT") => b"221 good bye\r\n",
                _ => b"250 well\r\n",
            };
            stream.write_all(answer).await?;
            if line.starts_with("DATA") {
                let mut letter = String::new();
                while !letter.ends_with("\r\n.\r\n") {
                    stream.read_line(&mut letter).await?;
                }
                self.keep(std::mem::take(&mut envelope), letter);
                stream.write_all(b"250 taken\r\n").await?;
            }
            line.clear();
        }
        Ok(())
    }
}

/// A header of a head.
pub(crate) fn header(head: &str, name: &str) -> String {
    let line = head.lines().find_map(|line| line.strip_prefix(name));
    let value = line.unwrap_or_else(|| panic!("no {name} in {head}"));
    value.trim_start_matches(':').trim().to_owned()
}

/// HMAC-SHA-256 as RFC 2104 writes it, for keys of up to 64 bytes.
pub(crate) fn hmac(key: &str, text: &str) -> String {
    let padded = |with: u8| -> Vec<u8> {
        let mut block = [with; 64];
        for (at, byte) in key.bytes().enumerate() {
            block[at] ^= byte;
        }
        block.to_vec()
    };
    let inner = Sha256::digest([padded(0x36), text.as_bytes().to_vec()].concat());
    let outer = Sha256::digest([padded(0x5c), inner.to_vec()].concat());
    blake3::Hash::from_bytes(outer.into()).to_hex().to_string()
}
