//! What is said: one message in the words of each channel. Ids and words only.

use std::fmt::Write as _;

use catalog::DueMessage;
use pathology::routing::{Topic, leaves};
use serde_json::{Value, json};

/// A message ready to leave.
pub(crate) struct Message {
    /// The same at every try: who gets it twice may drop the second.
    pub(crate) name: String,
    pub(crate) sentence: &'static str,
    facts: Value,
    alarm: i64,
    topic: String,
    organisation: String,
    created_at: String,
}

impl Message {
    /// `None` if it holds more than ids and words: it must not leave.
    pub(crate) fn of(due: &DueMessage) -> Option<Self> {
        if !leaves(&due.body) {
            return None;
        }
        let topic: Option<Topic> = due.topic.parse().ok();
        Some(Self {
            name: format!("{}-{}", due.id, due.step),
            sentence: topic.map_or("Something waits for a person.", Topic::sentence),
            facts: serde_json::from_str(&due.body).ok()?,
            alarm: due.id,
            topic: due.topic.clone(),
            organisation: due.organisation.to_string(),
            created_at: due.created_at.to_rfc3339(),
        })
    }

    /// The body of a webhook.
    pub(crate) fn json(&self) -> String {
        json!({
            "id": self.name,
            "alarm": self.alarm,
            "topic": self.topic,
            "organisation": self.organisation,
            "sentence": self.sentence,
            "created_at": self.created_at,
            "facts": self.facts,
        })
        .to_string()
    }

    /// The body for the gateway of text messages.
    pub(crate) fn sms(&self, to: &str) -> String {
        let text = format!("Slideway: {} Alarm {}.", self.sentence, self.alarm);
        json!({"id": self.name, "to": to, "text": text}).to_string()
    }

    /// The subject of a mail.
    pub(crate) fn subject(&self) -> String {
        format!("Slideway alarm {}: {}", self.alarm, self.sentence)
    }

    /// The text of a mail.
    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "{}\n\nalarm: {}\ntopic: {}\nsince: {}\n",
            self.sentence, self.alarm, self.topic, self.created_at
        );
        for (key, value) in self.facts.as_object().into_iter().flatten() {
            let value = value.as_str().map_or(value.to_string(), str::to_owned);
            let _written = writeln!(text, "{key}: {value}");
        }
        text.push_str("\nAcknowledge it on the laboratory's page, or the next name is told.\n");
        text
    }
}
