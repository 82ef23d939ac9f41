//! A server of the storm: the catalogue behind a socket, a line of JSON each way, until it is killed.

use std::io::Write;
use std::time::Duration;

use catalog::{By, Catalog, ClaimOutcome, Error, Policy, SignOut};
use pathology::ids::{ClaimId, OrganisationId, PathologistId, ReportId};
use pathology::phi::Phi;
use pathology::routing::LeaseSettings;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What a server is told, by this variable: where its catalogue is.
pub(super) const URL: &str = "SLIDEWAY_TEST_STORM_URL";

/// What a client asks; asked again after silence, it is the same.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Ask {
    Claim {
        who: PathologistId,
        of: OrganisationId,
        claim: ClaimId,
    },
    Sign {
        who: PathologistId,
        of: OrganisationId,
        held: Held,
        report: ReportId,
    },
    Release {
        who: PathologistId,
        of: OrganisationId,
        held: Held,
    },
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Held {
    pub(super) claim: ClaimId,
    pub(super) case: pathology::ids::CaseId,
    pub(super) reading: pathology::ids::ReadingId,
    pub(super) fence: i64,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    Claimed(Held),
    Nothing,
    Done,
    /// The claim is another's by now.
    Lost,
    /// The database is away: ask again.
    Away,
    Wrong(String),
}

/// A claim lasts two seconds without its pathologist.
pub(super) fn policy() -> Policy {
    Policy {
        lease: LeaseSettings {
            lease_seconds: 1,
            grace_seconds: 1,
            ..LeaseSettings::default()
        },
        ..Policy::default()
    }
}

/// Serves until killed.
pub(super) async fn serve(url: &str) {
    let settings = catalog::Settings {
        url: url.to_owned(),
        connections: 8,
    };
    let catalog = loop {
        match Catalog::open(&settings, policy()).await {
            Ok(catalog) => break catalog,
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    };
    let sweeper = catalog.clone();
    tokio::spawn(async move {
        loop {
            let _told_again_next_time = sweeper.tell_before_it_moves(50).await;
            let _tried_again_next_time = sweeper.sweep_leases(50).await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let mut told = std::io::stdout();
    writeln!(told, "port {port}").expect("told");
    told.flush().expect("told");
    loop {
        let (line, _) = listener.accept().await.expect("a client");
        tokio::spawn(one_client(catalog.clone(), line));
    }
}

async fn one_client(catalog: Catalog, stream: TcpStream) {
    let (asked, mut answered) = stream.into_split();
    let mut lines = BufReader::new(asked).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let ask: Ask = serde_json::from_str(&line).expect("a question");
        let answer = answer(&catalog, ask).await.unwrap_or_else(|why| match why {
            Error::Unavailable(_) => Answer::Away,
            Error::ClaimLost { .. } => Answer::Lost,
            other => Answer::Wrong(other.to_string()),
        });
        let mut text = serde_json::to_string(&answer).expect("an answer");
        text.push('\n');
        if answered.write_all(text.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn answer(catalog: &Catalog, ask: Ask) -> Result<Answer, Error> {
    match ask {
        Ask::Claim { who, of, claim } => {
            let (by, key) = (By::pathologist(who, of), claim.to_string());
            let outcome = catalog.claim_next(claim, who, Some(&key), &by).await?;
            Ok(match outcome {
                ClaimOutcome::Claimed(given) => Answer::Claimed(Held {
                    claim: given.claim,
                    case: given.case,
                    reading: given.reading,
                    fence: given.fence,
                }),
                _ => Answer::Nothing,
            })
        }
        Ask::Release { who, of, held } => {
            let by = By::pathologist(who, of);
            catalog.release(held.claim, held.fence, "", &by).await?;
            Ok(Answer::Done)
        }
        Ask::Sign {
            who,
            of,
            held,
            report,
        } => {
            let by = By::pathologist(who, of);
            let case = catalog.to_sign(held.case).await?;
            let sign = SignOut {
                report,
                claim: held.claim,
                fence: held.fence,
                case_revision: case.revision,
                diagnosis: Phi::new("benign".to_owned()),
                seen: case.scans,
                acknowledged: case.missing,
                damage_reason: String::new().into(),
                diagnosis_code: String::new(),
                concordance: None,
            };
            let key = report.to_string();
            catalog.sign_out(sign, Some(&key), &by).await?;
            Ok(Answer::Done)
        }
    }
}
