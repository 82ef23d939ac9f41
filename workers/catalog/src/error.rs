//! What the catalogue can answer instead of a result; each variant is something a caller can act on.

use pathology::case::Micros;
use pathology::ids::{NotAnId, ScanId, SlideId};
use sqlx::migrate::MigrateError;

/// The catalogue's one error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database is away, full or restarting: try again later. Nothing was changed, unless it
    /// went away while it committed: sent again with the same idempotency key, a command is done once.
    #[error("the database is not available: {0}; try again")]
    Unavailable(String),
    /// Another process holds the data folder.
    #[error(
        "{0} is in use by another slideway process: stop it, or give it the slides through a scanner's folder"
    )]
    InUse(String),
    /// The database cannot be used as it is.
    #[error("this database cannot be used: {0}")]
    Unusable(String),
    /// The thing asked for is not there.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The request names something unknown or contradicts itself; `field` says where.
    #[error("{field}: {reason}")]
    Invalid {
        /// The field of the request.
        field: &'static str,
        /// What is wrong with it and what to do.
        reason: String,
    },
    /// A number of this issuer already belongs to something else.
    #[error("this number of issuer {issuer} already belongs to another {what}")]
    NumberTaken {
        /// The issuer of the number.
        issuer: String,
        /// What holds it.
        what: &'static str,
    },
    /// The worker's lease has ended and another one has the work; its result is dropped.
    #[error("another worker has taken over this work")]
    Superseded,
    /// The claim is over: another fence stands. A draft sent with it is kept.
    #[error("you no longer hold this case")]
    ClaimLost {
        /// Who holds it now.
        holder: Option<String>,
        /// When it ended.
        at: Micros,
    },
    /// They may not have this reading.
    #[error("they may not have this case: {}", why.join(" "))]
    NotEligible {
        /// Why not: sentences.
        why: Vec<String>,
    },
    /// The case is not what the signer saw (8.8).
    #[error("the case changed since you looked: it is at revision {revision}")]
    ChangedSinceYouLooked {
        /// Its revision now.
        revision: i64,
        /// What changed.
        changes: Vec<CaseChange>,
    },
    /// A slide of the case failed its verification.
    #[error("a slide of this case is damaged: sign-out is blocked")]
    DamagedSlide {
        /// Which scan.
        scan: ScanId,
    },
    /// Slides deferred to glass that nobody read yet.
    #[error("{} slides deferred to glass were not read yet", slides.len())]
    GlassUnread {
        /// Which.
        slides: Vec<SlideId>,
    },
    /// Slides that are not here must be acknowledged by name.
    #[error("{} slides are not here and were not acknowledged", needs.len())]
    MissingAcknowledgement {
        /// What to acknowledge: `expected:<slide id>`.
        needs: Vec<String>,
    },
    /// A tray entry, claim or order has changed meanwhile.
    #[error("{0}")]
    Conflict(String),
    /// A row does not have the form the schema promises.
    #[error("the catalogue holds an unreadable value in {0}")]
    Corrupt(String),
    /// Who asked may not; the refusal is in the audit.
    #[error(transparent)]
    Denied(#[from] pathology::access::Denied),
    /// A constraint of the schema refused the change.
    #[error("the schema refused the change: {0}")]
    Constraint(String),
}

/// One thing that changed in a case.
#[derive(Debug, Clone)]
pub struct CaseChange {
    /// For people: "A2-2 Ki-67 arrived".
    pub text: String,
    /// When.
    pub at: Micros,
    /// The scan concerned.
    pub scan: Option<ScanId>,
}

impl Error {
    /// Refuses a command whose reason or text was left empty; `remedy` says what to write.
    pub(crate) fn unless_said(field: &'static str, text: &str, remedy: &str) -> Result<(), Self> {
        if text.trim().is_empty() {
            let reason = remedy.to_owned();
            return Err(Self::Invalid { field, reason });
        }
        Ok(())
    }

    /// Whether the same request may succeed later.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl From<NotAnId> for Error {
    fn from(e: NotAnId) -> Self {
        Self::Corrupt(e.to_string())
    }
}

/// What went wrong below, sorted by what can be done about it.
pub(crate) enum Below {
    Retry(String),
    Final(Error),
}

/// By SQLSTATE or by SQLite's result code.
fn sort_code(code: &str, text: String) -> Below {
    match (code, sqlite_primary(code)) {
        // Serialisation failure, deadlock, unique and key races.
        ("40001" | "40P01" | "23505" | "2067" | "1555", _) => Below::Retry(text),
        ("53100", _) | (_, Some(13)) => Below::Final(full(&text)),
        // Out of memory, input or output, shutting down, too many connections. SQLite: busy, locked,
        // out of memory, input or output, cannot open its file.
        ("53200" | "58030" | "57P01" | "57P02" | "57P03" | "53300", _)
        | (_, Some(5 | 6 | 7 | 10 | 14)) => Below::Final(Error::Unavailable(text)),
        // What PostgreSQL cannot hold: a zero character, a name too long for an index.
        ("22021" | "54000", _) => Below::Final(Error::Invalid {
            field: "text",
            reason: "a text holds a zero character, or is far too long to be a name: correct it"
                .into(),
        }),
        (_, Some(19)) => Below::Final(Error::Constraint(text)),
        _ if code.starts_with("23") => Below::Final(Error::Constraint(text)),
        _ => Below::Final(Error::Unusable(format!("{text} ({code})"))),
    }
}

pub(crate) fn sort(e: sqlx::Error) -> Below {
    match e {
        sqlx::Error::Database(db) => {
            let code = db.code().unwrap_or_default().into_owned();
            let text = db.message().to_owned();
            sort_code(&code, text)
        }
        sqlx::Error::ColumnDecode { index, .. } => Below::Final(Error::Corrupt(index)),
        sqlx::Error::ColumnNotFound(name) => Below::Final(Error::Corrupt(name)),
        other => Below::Final(Error::Unavailable(other.to_string())),
    }
}

/// The primary code in SQLite's extended one (sqlite.org/rescode.html): its low byte. PostgreSQL's
/// codes have five characters, SQLite's at most four.
fn sqlite_primary(code: &str) -> Option<u32> {
    (code.len() < 5)
        .then(|| code.parse().ok())?
        .map(|code: u32| code & 0xFF)
}

fn full(text: &str) -> Error {
    Error::Unavailable(format!("{text}: free space on the catalogue's disk"))
}

/// A schema that could not be brought up to date: for want of the database, or for good.
pub(crate) fn not_migrated(e: MigrateError) -> Error {
    let text = e.to_string();
    match e {
        MigrateError::Execute(e) | MigrateError::ExecuteMigration(e, _) => match sort(e) {
            Below::Final(away @ Error::Unavailable(_)) => away,
            _ => Error::Unusable(text),
        },
        _ => Error::Unusable(text),
    }
}

impl From<sqlx::Error> for Error {
    fn from(e: sqlx::Error) -> Self {
        match sort(e) {
            Below::Retry(text) => Self::Constraint(text),
            Below::Final(e) => e,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: &str) -> Error {
        match sort_code(code, String::new()) {
            Below::Final(e) => e,
            Below::Retry(text) => Error::Constraint(text),
        }
    }

    #[test]
    fn a_disk_that_fails_in_whatever_way_is_waited_for() {
        // FULL, IOERR_WRITE, IOERR_FSYNC, IOERR_SHMSIZE, BUSY_SNAPSHOT, CANTOPEN.
        for code in ["13", "778", "1034", "4874", "517", "14", "53100"] {
            assert!(error(code).is_transient(), "{code}");
        }
        // CORRUPT, NOTADB, an unknown table.
        for code in ["11", "26", "42P01"] {
            assert!(matches!(error(code), Error::Unusable(_)), "{code}");
        }
    }

    #[test]
    fn what_the_schema_refuses_is_no_outage() {
        // CHECK and FOREIGN KEY of both.
        for code in ["275", "787", "23514", "23503"] {
            assert!(matches!(error(code), Error::Constraint(_)), "{code}");
        }
        assert!(matches!(error("22021"), Error::Invalid { .. }));
    }
}
