//! Mail goes over TLS or not at all: to a server that the system trusts, by STARTTLS or from the first byte.
//!
//! Whom the system trusts is said by `SSL_CERT_FILE` when a process begins, so each trial is this program started again.
//! The certificates are made by `openssl`, for this test alone.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use pathology::routing::Owner;
use route::{ChannelKind, Notifier, NotifySettings, Security, SmtpSettings, Told};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::receivers::Receiver;
use super::{contact, look, minutes, transplant};
use crate::world::{Engine, World, try_out};

/// The folder with the certificates; set in the processes of the trials.
const PLACE: &str = "SLIDEWAY_TEST_CERTIFICATES";
const FILES: [&str; 2] = ["server.pem", "server.key"];

#[test]
fn mail_reaches_a_server_that_the_system_trusts() {
    let place = certificates();
    trial("mail_that_arrives", &place, Some("authority.pem"));
}

#[test]
fn mail_does_not_go_to_a_server_that_nobody_vouches_for() {
    let place = certificates();
    trial("mail_that_is_kept", &place, None);
}

/// An authority, and a server at 127.0.0.1 that it vouches for.
fn certificates() -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a folder");
    let new = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2";
    let authority = "-subj /CN=Test-Authority -keyout authority.key -out authority.pem -addext basicConstraints=critical,CA:TRUE";
    let server = "-subj /CN=127.0.0.1 -keyout server.key -out server.pem -CA authority.pem -CAkey authority.key \
        -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE";
    for what in [authority, server] {
        let mut openssl = Command::new("openssl");
        openssl
            .args(new.split_whitespace())
            .args(what.split_whitespace());
        let made = openssl.current_dir(place.path()).output();
        let made = made.expect("openssl: apt-get install openssl");
        assert!(made.status.success(), "{made:?}");
    }
    place
}

/// Runs a trial; one that there is not would end well too, so that it must have been counted.
fn trial(name: &str, place: &tempfile::TempDir, trusted: Option<&str>) {
    let program = std::env::current_exe().expect("this program");
    let mut command = Command::new(program);
    let test = format!("nobody_waits::secret_mail::{name}");
    command.args(["--exact", &test, "--nocapture"]);
    command.env(PLACE, place.path());
    if let Some(file) = trusted {
        command.env("SSL_CERT_FILE", place.path().join(file));
    }
    let tried = command.output().expect("the process runs");
    let counted = String::from_utf8_lossy(&tried.stdout).contains("1 passed");
    assert!(tried.status.success() && counted, "{tried:?}");
}

/// Not a test by itself: the process of a trial, which trusts the authority.
#[test]
fn mail_that_arrives() {
    in_trial(Security::Starttls, true, true);
    in_trial(Security::Tls, true, true);
    // Whoever cuts the offer of TLS out of the answer gets nothing.
    in_trial(Security::Starttls, false, false);
}

/// Not a test by itself: the process of a trial, which trusts nobody of ours.
#[test]
fn mail_that_is_kept() {
    in_trial(Security::Starttls, true, false);
    in_trial(Security::Tls, true, false);
}

/// In a process of a trial: a server that offers TLS or does not, and whether a letter arrives there.
#[expect(
    clippy::disallowed_methods,
    reason = "its orders come by the environment"
)]
fn in_trial(security: Security, offers: bool, arrives: bool) {
    let Ok(place) = std::env::var(PLACE) else {
        return;
    };
    let tls = acceptor(Path::new(&place));
    try_out(Engine::Sqlite, async |world| {
        let server = secret(&tls, security, offers).await;
        let told = tell(&world, &server, security).await;
        let expected = (u64::from(arrives), u64::from(!arrives));
        assert_eq!((told.sent, told.failed), expected, "{security:?}: {told:?}");
        let got = server.got();
        assert_eq!(got.len() as u64, told.sent);
        for (envelope, letter) in got {
            assert!(envelope.contains("manager@example.org"), "{envelope}");
            assert!(letter.contains("Nobody took a waiting case."), "{letter}");
        }
    });
}

fn acceptor(place: &Path) -> TlsAcceptor {
    let [certificate, key] = FILES.map(|file| place.join(file));
    let certificate = CertificateDer::from_pem_file(certificate).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(key).expect("a key");
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key);
    TlsAcceptor::from(Arc::new(config.expect("they belong together")))
}

/// A mail server that takes letters over TLS only.
async fn secret(tls: &TlsAcceptor, security: Security, offers: bool) -> Receiver {
    let tls = tls.clone();
    Receiver::serve(move |receiver, stream| {
        let tls = tls.clone();
        async move {
            let _gone = greet(&receiver, stream, &tls, security, offers).await;
        }
    })
    .await
}

async fn greet(
    receiver: &Receiver,
    stream: TcpStream,
    tls: &TlsAcceptor,
    security: Security,
    offers: bool,
) -> std::io::Result<()> {
    if security == Security::Tls {
        let mut stream = tls.accept(stream).await?;
        stream.write_all(b"220 here\r\n").await?;
        return receiver.take_letters(stream).await;
    }
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 here\r\n").await?;
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 && !line.starts_with("STARTTLS") {
        let answer: &[u8] = match (line.starts_with("EHLO"), offers) {
            (true, true) => b"250-here\r\n250 STARTTLS\r\n",
            (true, false) => b"250 here\r\n",
            _ => b"530 only over TLS\r\n",
        };
        stream.write_all(answer).await?;
        line.clear();
    }
    stream.write_all(b"220 go on\r\n").await?;
    receiver
        .take_letters(tls.accept(stream.into_inner()).await?)
        .await
}

/// A manager is told by mail of a transplant that nobody is there for.
async fn tell(world: &World, server: &Receiver, security: Security) -> Told {
    transplant(world).await;
    minutes(world, 61).await;
    let manager = contact(Owner::Manager, ChannelKind::Smtp, "manager@example.org");
    let settings = NotifySettings {
        smtp: SmtpSettings {
            host: "127.0.0.1".to_owned(),
            port: server.address.port(),
            security,
            from: "slideway@example.org".to_owned(),
            ..SmtpSettings::default()
        },
        contacts: vec![manager],
        ..NotifySettings::default()
    };
    let notifier = Notifier::open(settings).expect("sensible settings");
    look(&notifier, world).await
}
