//! Alarms.

use catalog::views::AlarmView;
use pathology::routing::{Owner, Topic};
use schemars::JsonSchema;
use serde::Serialize;

use super::written;

/// What nobody has acknowledged.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Alarms")]
pub(crate) struct AlarmsJson {
    rows: Vec<AlarmJson>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Alarm")]
struct AlarmJson {
    id: i64,
    topic: String,
    sentence: String,
    owner_role: String,
    created_at: String,
    /// Ids and words: what it is about.
    facts: serde_json::Value,
    /// How many names were told before the present one.
    step: i64,
    /// When nobody further was left to tell: the printed list.
    printed_at: Option<String>,
    /// When the next name is told.
    escalates_at: Option<String>,
    /// Why the last try to send it failed, or why it was printed.
    error: String,
}

impl AlarmsJson {
    pub(crate) fn of(alarms: &[AlarmView]) -> Self {
        let rows = alarms.iter().map(row).collect();
        Self { rows }
    }
}

fn row(alarm: &AlarmView) -> AlarmJson {
    let topic: Option<Topic> = alarm.topic.parse().ok();
    let sentence = topic.map_or("Something waits for a person.", Topic::sentence);
    AlarmJson {
        id: alarm.id,
        topic: alarm.topic.clone(),
        sentence: sentence.to_owned(),
        owner_role: topic
            .map_or(Owner::Manager, Topic::owner)
            .as_str()
            .to_owned(),
        created_at: written(alarm.created_at),
        facts: serde_json::from_str(&alarm.body).unwrap_or_default(),
        step: alarm.step,
        printed_at: alarm.printed_at.map(written),
        escalates_at: alarm.escalate_at.map(written),
        error: alarm.error.clone(),
    }
}
