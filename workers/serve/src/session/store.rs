//! The sessions there are: at most 1,024, each until nobody has used it for a while.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::{Persona, SessionSubject};

/// Sessions at most.
const MOST: usize = 1024;

/// A session.
#[derive(Debug)]
pub(crate) struct Session {
    /// Its number; never reused while the process runs.
    pub(crate) id: u64,
    /// Who signed in.
    pub(crate) persona: Persona,
    /// As whom they act.
    pub(crate) acting: SessionSubject,
}

/// Sessions with their last use, by the digest of their token.
type Open = HashMap<[u8; 32], (Arc<Session>, Instant)>;

/// Every session of this process, found by the digest of its token.
pub(crate) struct Sessions {
    idle: Duration,
    next: AtomicU64,
    open: Mutex<Open>,
}

impl Sessions {
    pub(crate) fn new(idle: Duration) -> Self {
        Self {
            idle,
            next: AtomicU64::new(1),
            open: Mutex::default(),
        }
    }

    /// Opens a session; the token is told once. None when there are too many.
    pub(crate) fn open(&self, persona: Persona, now: Instant) -> Option<(String, Arc<Session>)> {
        let token = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        let session = Arc::new(Session {
            id: self.next.fetch_add(1, Ordering::Relaxed),
            acting: persona.acting(),
            persona,
        });
        let mut open = self.lock();
        open.retain(|_, (_, used)| now.duration_since(*used) < self.idle);
        if open.len() >= MOST {
            return None;
        }
        open.insert(digest(&token), (session.clone(), now));
        Some((token, session))
    }

    /// The session of a token, which counts as use.
    pub(crate) fn find(&self, token: &str, now: Instant) -> Option<Arc<Session>> {
        let mut open = self.lock();
        let (session, used) = open.get_mut(&digest(token))?;
        if now.duration_since(*used) >= self.idle {
            open.remove(&digest(token));
            return None;
        }
        *used = now;
        Some(session.clone())
    }

    /// Whether a session is still open, without using it: a page left alone does not keep it.
    pub(crate) fn lives(&self, id: u64, now: Instant) -> bool {
        let open = self.lock();
        let mut all = open.values();
        all.any(|(session, used)| session.id == id && now.duration_since(*used) < self.idle)
    }

    /// Ends a session.
    pub(crate) fn end(&self, token: &str) {
        self.lock().remove(&digest(token));
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn digest(token: &str) -> [u8; 32] {
    *blake3::hash(token.as_bytes()).as_bytes()
}

#[cfg(test)]
mod tests {
    use pathology::access::{Role, Subject};
    use pathology::ids::OrganisationId;

    use super::*;

    const IDLE: Duration = Duration::from_mins(1);

    fn persona() -> Persona {
        Persona {
            key: "dana".into(),
            name: "OPERATOR Dana".into(),
            subject: Subject {
                organisation: OrganisationId(Uuid::from_u128(1)),
                site: None,
                role: Role::Operator,
            },
            organisation: "Northgate".into(),
            site: "Northgate General".into(),
            specialties: Vec::new(),
            note: String::new(),
        }
    }

    #[test]
    fn a_session_ends_when_nobody_uses_it() {
        let (sessions, start) = (Sessions::new(IDLE), Instant::now());
        let (token, session) = sessions.open(persona(), start).unwrap();
        assert_eq!(session.acting.audited_as, "operator:dana");
        assert!(sessions.find(&token, start + IDLE / 2).is_some());
        assert!(sessions.lives(session.id, start + IDLE));
        assert!(
            sessions.find(&token, start + IDLE).is_some(),
            "use prolongs it"
        );
        assert!(sessions.find(&token, start + IDLE * 3).is_none());
        assert!(
            sessions.find(&token, start).is_none(),
            "what ended stays ended"
        );
    }

    #[test]
    fn an_ended_or_invented_token_opens_nothing() {
        let (sessions, now) = (Sessions::new(IDLE), Instant::now());
        let (token, session) = sessions.open(persona(), now).unwrap();
        assert!(sessions.find("0", now).is_none());
        sessions.end(&token);
        assert!(sessions.find(&token, now).is_none() && !sessions.lives(session.id, now));
    }

    #[test]
    fn there_are_at_most_1024_and_idle_ones_make_room() {
        let (sessions, now) = (Sessions::new(IDLE), Instant::now());
        let tokens: Vec<_> = (0..MOST).map(|_| sessions.open(persona(), now)).collect();
        assert!(tokens.iter().all(Option::is_some));
        assert!(sessions.open(persona(), now).is_none());
        assert!(sessions.open(persona(), now + IDLE).is_some());
    }
}
