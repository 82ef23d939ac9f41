//! What somebody is told, who that is, and in which words: one table.
//!
//! ```text
//!  topic ─▶ owner role ─▶ the names of that role, one after the other, until one acknowledges ─▶ printed list
//! ```
//!
//! A message leaves the house, so it holds ids and words and nothing of a patient ([`leaves`]).

use serde_json::Value;

use crate::ids::PathologistId;
use crate::words::words;

words! {
    /// Who is told.
    Owner, "owner role" {
        /// The pathologists on call.
        OnCall = "on_call",
        /// Who watches the flow.
        Manager = "manager",
        /// Who handles glass, scanners and trays.
        Operator = "operator",
        /// Who runs the service.
        Administrator = "administrator",
        /// The pathologist who holds or signed.
        Pathologist = "pathologist",
        /// The information system that keeps the report.
        Lis = "lis",
    }
}

words! {
    /// What happened.
    Topic, "topic" {
        /// A waiting reading is offered to those on call.
        PageOnCall = "page_on_call",
        /// Nobody took a waiting reading.
        NobodyTookIt = "nobody_took_it",
        /// Nobody of its own site may read a case any more.
        NobodyLeft = "nobody_left",
        /// Nobody settled an entry of a tray.
        TrayOverdue = "tray_overdue",
        /// Nobody said which specialty a case needs.
        TriageOverdue = "triage_overdue",
        /// A flagged scan was released because nobody decided.
        QualityReleased = "quality_released",
        /// A report was signed.
        ReportSigned = "report_signed",
        /// A signed report was completed.
        ReportAddendum = "report_addendum",
        /// A signed report was corrected.
        ReportCorrected = "report_corrected",
        /// Begun work will soon move to another pathologist.
        HoldEnds = "hold_ends",
        /// More glass was asked for and does not come.
        ExtraWorkOverdue = "extra_work_overdue",
        /// A slide deferred to glass was not read.
        GlassOverdue = "glass_overdue",
        /// A message could not be delivered.
        DeliveryFailed = "delivery_failed",
        /// A case is past its time and has no slides, or not all.
        CaseOverdue = "case_overdue",
        /// A reading is past its time and not signed.
        ReadingOverdue = "reading_overdue",
        /// Machine work that does not come to an end.
        WorkStuck = "work_stuck",
        /// A file that does not come to an end at its scanner.
        ArrivalStuck = "arrival_stuck",
        /// A glass that was to be scanned again and was not.
        RescanOverdue = "rescan_overdue",
        /// What arrived after sign-out was not answered.
        IncidentOverdue = "incident_overdue",
        /// Messages that wait and are not sent.
        MessageUnsent = "message_unsent",
    }
}

impl Topic {
    /// Who is told of it.
    pub const fn owner(self) -> Owner {
        match self {
            Self::PageOnCall => Owner::OnCall,
            Self::TrayOverdue
            | Self::QualityReleased
            | Self::RescanOverdue
            | Self::ExtraWorkOverdue => Owner::Operator,
            Self::ReportSigned | Self::ReportAddendum | Self::ReportCorrected => Owner::Lis,
            Self::DeliveryFailed | Self::WorkStuck | Self::ArrivalStuck | Self::MessageUnsent => {
                Owner::Administrator
            }
            Self::NobodyTookIt
            | Self::NobodyLeft
            | Self::TriageOverdue
            | Self::CaseOverdue
            | Self::ReadingOverdue
            | Self::HoldEnds
            | Self::GlassOverdue
            | Self::IncidentOverdue => Owner::Manager,
        }
    }

    /// The sentence people read.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::PageOnCall => "A case waits for a pathologist on call.",
            Self::NobodyTookIt => "Nobody took a waiting case.",
            Self::NobodyLeft => "Nobody of its own site may read a case any more.",
            Self::TrayOverdue => "An entry of a tray is past its deadline.",
            Self::TriageOverdue => "Nobody said which specialty a case needs.",
            Self::QualityReleased => "A flagged scan was released: nobody decided in time.",
            Self::ReportSigned => "A report was signed.",
            Self::ReportAddendum => "A signed report was completed.",
            Self::ReportCorrected => "A signed report was corrected.",
            Self::HoldEnds => "Begun work will soon move to another pathologist.",
            Self::ExtraWorkOverdue => "More glass was asked for and does not come.",
            Self::GlassOverdue => "A slide to be read on glass was not read.",
            Self::DeliveryFailed => "A message could not be delivered.",
            Self::CaseOverdue => "A case is past its time and slides are missing.",
            Self::ReadingOverdue => "A case is past its time and not signed out.",
            Self::WorkStuck => "Work on a scan does not come to an end.",
            Self::ArrivalStuck => "A file at a scanner does not come to an end.",
            Self::RescanOverdue => "A glass was to be scanned again and was not.",
            Self::IncidentOverdue => "What arrived after sign-out was not answered.",
            Self::MessageUnsent => "Messages wait and are not sent.",
        }
    }

    /// Whether somebody must say that they saw it, or the next name is told.
    pub const fn wants_acknowledgement(self) -> bool {
        !matches!(self.owner(), Owner::Lis)
            && !matches!(self, Self::QualityReleased | Self::HoldEnds)
    }
}

/// What a page to those on call names them by: `on_call_1`, `on_call_2`, ….
pub const ON_CALL: &str = "on_call_";

/// Whom a message names as on call.
pub fn on_call(body: &str) -> Vec<PathologistId> {
    let Ok(Value::Object(facts)) = serde_json::from_str(body) else {
        return Vec::new();
    };
    let named = facts.iter().filter(|(key, _)| key.starts_with(ON_CALL));
    named
        .filter_map(|(_, who)| who.as_str()?.parse().ok())
        .collect()
}

/// Whether a message holds ids and words only: a flat object whose values are numbers or short words
/// of lower-case letters, digits and `_ - . :`. No name and no text of a person has that form whole.
pub fn leaves(body: &str) -> bool {
    let Ok(Value::Object(facts)) = serde_json::from_str(body) else {
        return false;
    };
    facts.iter().all(|(key, value)| {
        is_word(key)
            && match value {
                Value::Number(_) | Value::Bool(_) => true,
                Value::String(text) => is_word(text),
                Value::Null | Value::Array(_) | Value::Object(_) => false,
            }
    })
}

fn is_word(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-.:".contains(c);
    !text.is_empty() && text.len() <= 64 && text.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_words_leave_and_nothing_else() {
        let id = "0192e4a0-7b1c-7000-8000-000000000001";
        assert!(leaves(&format!(
            "{{\"tray\":\"{id}\",\"code\":\"no_code\",\"n\":3}}"
        )));
        assert!(leaves("{}"));
        for held_back in [
            "{\"name\":\"TESTPATIENT Anna\"}",
            "{\"number\":\"S26-00001\"}",
            "{\"detail\":\"benign naevus\"}",
            "{\"Dr Ada\":1}",
            "{\"list\":[\"a\"]}",
            "{\"none\":null}",
            "not json",
            "[]",
        ] {
            assert!(!leaves(held_back), "{held_back}");
        }
        let long = "a".repeat(65);
        assert!(!leaves(&format!("{{\"word\":\"{long}\"}}")));
    }

    #[test]
    fn a_page_names_those_on_call_and_leaves_with_their_ids() {
        let (who, reading) = (PathologistId(uuid::Uuid::from_u128(7)), "r");
        let body = format!("{{\"reading\":\"{reading}\",\"{ON_CALL}1\":\"{who}\"}}");
        assert!(leaves(&body));
        assert_eq!(on_call(&body), [who]);
        assert_eq!(on_call("{\"reading\":\"r\"}"), []);
        assert_eq!(on_call("not json"), []);
    }

    #[test]
    fn only_what_is_for_systems_or_for_information_needs_no_acknowledgement() {
        let quiet: Vec<_> = Topic::ALL
            .iter()
            .filter(|topic| !topic.wants_acknowledgement())
            .collect();
        let expected = [
            &Topic::QualityReleased,
            &Topic::ReportSigned,
            &Topic::ReportAddendum,
            &Topic::ReportCorrected,
            &Topic::HoldEnds,
        ];
        assert_eq!(quiet, expected);
    }
}
