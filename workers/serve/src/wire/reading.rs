//! The readings of a case.

use catalog::views::ReadingView;
use pathology::ids::PathologistId;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::shown;
use super::worklist::HeldJson;

/// One examination of a case by one pathologist.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Reading")]
pub(super) struct ReadingJson {
    id: Uuid,
    kind: String,
    /// Why there is this reading: `order`, `rule`, `asked`, `panel`, `sample` or `arbitration`.
    cause: String,
    /// What its holder was asked; empty for everybody else.
    question: String,
    state: String,
    holder: Option<ReadingHolder>,
    claim: Option<HeldJson>,
}

#[derive(Serialize, JsonSchema)]
struct ReadingHolder {
    name: String,
    mine: bool,
}

impl ReadingJson {
    /// A claim is shown to who made it only: with its fence one can write.
    pub(super) fn of(reading: &ReadingView, me: Option<PathologistId>) -> Self {
        let mine = |id: PathologistId| Some(id) == me;
        let holder = reading.holder.as_ref();
        let is_mine = holder.is_some_and(|(id, _)| mine(*id));
        let question = is_mine.then(|| shown(&reading.question));
        Self {
            id: reading.reading.0,
            kind: reading.kind.clone(),
            cause: reading.cause.clone(),
            question: question.unwrap_or_default(),
            state: reading.state.clone(),
            holder: holder.map(|(id, name)| ReadingHolder {
                name: name.clone(),
                mine: mine(*id),
            }),
            claim: reading.claim.as_ref().filter(|_| is_mine).map(HeldJson::of),
        }
    }
}
