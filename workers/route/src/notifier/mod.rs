//! Somebody is told: what the catalogue wrote for others leaves the house here.
//!
//! ```text
//!  outbox ─take (leased)─▶ topic ─▶ owner role ─▶ its names ─▶ webhook | mail | text message
//!             ▲                                                  │
//!             └─ failed: later, twice as long; three times: an alarm over another channel
//!  not acknowledged in time ─▶ the next name ─▶ … ─▶ printed: it stands on the laboratory's page
//! ```
//!
//! A name that is a pathologist's is told of what waits for those on call only if the rota said so when it was written.
//!
//! Invariants: nothing leaves but ids and words; a message is taken by one process at a time, sent at
//! least once, and never given up: what cannot be sent is printed. A batch is sent at once, so a
//! receiver that does not answer delays nobody by more than its timeout.

mod channel;
mod message;
mod settings;

use catalog::{Catalog, DueMessage, Tried};
use channel::Channels;
use futures::future::join_all;
use message::Message;
use pathology::routing::{Owner, Topic, on_call};
pub use settings::{ChannelKind, Contact, NotifySettings, Security, SmtpSettings};
use tracing::{info, warn};

use crate::Error;

/// Seconds after which a message for a system that is not named is looked at again.
const PUT_OFF_SECONDS: u32 = 3600;

/// What one look sent.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Messages a channel took.
    pub sent: u64,
    /// Messages no channel took; they are tried again.
    pub failed: u64,
    /// Messages that nobody is left to be told of.
    pub printed: u64,
    /// Messages that went on to the next name.
    pub escalated: u64,
}

/// Sends what is due.
pub struct Notifier {
    settings: NotifySettings,
    channels: Channels,
}

impl Notifier {
    /// Checks the settings and opens the channels; connects to nobody yet.
    pub fn open(settings: NotifySettings) -> Result<Self, Error> {
        settings.check()?;
        let channels = Channels::open(&settings)?;
        Ok(Self { settings, channels })
    }

    /// Goes on to the next name where nobody acknowledged, then sends what is due: one batch.
    pub async fn look(&self, catalog: &Catalog) -> Result<Told, catalog::Error> {
        let settings = &self.settings;
        let escalated = catalog.escalate_messages(settings.batch).await?;
        let mut contacts = settings.contacts.iter();
        let for_systems = contacts.any(|one| one.role == Owner::Lis);
        let due = catalog
            .take_messages(settings.batch, settings.lease_seconds(), for_systems)
            .await?;
        let at = catalog.now().await?.0 / 1_000_000;
        let tried = join_all(due.iter().map(|one| self.tell(one, at))).await;
        let mut told = Told {
            escalated,
            ..Told::default()
        };
        for (message, tried) in due.iter().zip(tried) {
            match &tried {
                Tried::Sent => told.sent += 1,
                Tried::Failed { error, .. } => {
                    told.failed += 1;
                    warn!(alarm = message.id, error, "a message could not be sent");
                }
                Tried::Printed { why } => {
                    told.printed += 1;
                    info!(alarm = message.id, why, "an alarm is on the printed list");
                }
                Tried::PutOff { .. } => {}
            }
            let minutes = topic(message).is_none_or(Topic::wants_acknowledgement);
            let minutes = minutes.then_some(settings.escalate_minutes);
            catalog.message_tried(message, tried, minutes).await?;
        }
        Ok(told)
    }

    async fn tell(&self, due: &DueMessage, at: i64) -> Tried {
        let Some(message) = Message::of(due) else {
            let why = "it holds more than ids and words, so it does not leave".to_owned();
            return Tried::Printed { why };
        };
        let contact = match self.contact(due) {
            Ok(contact) => contact,
            Err(nobody) => return nobody,
        };
        match self.channels.send(contact, &message, at).await {
            Ok(()) => Tried::Sent,
            Err(error) => self.failed(due, contact.channel, error),
        }
    }

    /// The name whose turn it is, or what to do when there is none.
    fn contact(&self, due: &DueMessage) -> Result<&Contact, Tried> {
        let topic = topic(due);
        let role = topic.map_or(Owner::Manager, Topic::owner);
        let silent = (topic == Some(Topic::DeliveryFailed)).then(|| failed_channel(&due.body));
        let on_call = on_call(&due.body);
        let mut names = self.settings.contacts.iter().filter(|one| {
            one.role == role
                && (one.organisation.is_empty() || one.organisation == due.organisation_name)
                && one.pathologist.is_none_or(|who| on_call.contains(&who))
                && silent.as_deref() != Some(one.channel.as_str())
        });
        let turn = usize::try_from(due.step).unwrap_or(usize::MAX);
        names.nth(turn).ok_or_else(|| match role {
            Owner::Lis => Tried::PutOff {
                again_in_seconds: PUT_OFF_SECONDS,
            },
            _ => Tried::Printed {
                why: format!("nobody further is named for {role}"),
            },
        })
    }

    /// Tried again; an alarm that tells of a failure and fails is printed, or it would tell of itself.
    fn failed(&self, due: &DueMessage, channel: ChannelKind, error: String) -> Tried {
        if topic(due) == Some(Topic::DeliveryFailed) {
            return Tried::Printed { why: error };
        }
        let often = due.attempts == i64::from(self.settings.failed_after);
        Tried::Failed {
            error,
            again_in_seconds: self.settings.again_in(due.attempts),
            alarm: often.then(|| channel.as_str()),
        }
    }
}

fn topic(due: &DueMessage) -> Option<Topic> {
    due.topic.parse().ok()
}

fn failed_channel(body: &str) -> String {
    let facts: Option<serde_json::Value> = serde_json::from_str(body).ok();
    let channel = facts.and_then(|facts| Some(facts["channel"].as_str()?.to_owned()));
    channel.unwrap_or_default()
}
