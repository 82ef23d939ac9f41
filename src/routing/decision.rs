//! What a claim was decided by, kept with it for ever, so that the same rules can be asked again.
//!
//! ```text
//!  claim ─▶ facts under its locks ─▶ eligible ─▶ sentences      kept: the facts and the sentences
//!  years later:      the kept facts ─▶ eligible ─▶ sentences    the same, bit for bit, under the same rules
//! ```
//!
//! Only what the rules look at is kept: the agreements between the two organisations that speak of the
//! specialty, the objections of the case, the exclusions from the reading.

use serde::{Deserialize, Serialize};

use super::eligibility::{Eligibility, Exclusion, Rules, eligible};
use super::order::why_earlier;
use super::reading::Reading;
use crate::case::{Micros, Targets, boost};
use crate::staff::{Agreement, Coverage, Objection, Pathologist};

/// Counts up when the rules or their sentences change: a decision of other rules may read differently today.
pub const RULES: u16 = 1;

/// The facts of one decision, as the rules saw them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The rules it was made by.
    pub rules: u16,
    /// When.
    pub at: Micros,
    /// Who was to read.
    pub pathologist: Pathologist,
    /// What.
    pub reading: Reading,
    /// What permits other organisations.
    pub agreements: Vec<Agreement>,
    /// Whom the patient keeps away.
    pub objections: Vec<Objection>,
    /// Who is kept from the reading.
    pub exclusions: Vec<Exclusion>,
    /// By how many minutes its priority counts as earlier, where it was taken from the worklist.
    pub earlier: Option<u32>,
}

impl Decision {
    /// The facts of a decision made now.
    pub fn of(pathologist: Pathologist, reading: &Reading, rules: &Rules<'_>, at: Micros) -> Self {
        let speaks = |one: &&Agreement| match &one.specialties {
            Coverage::All => true,
            Coverage::These(these) => reading.needed().any(|needed| these.contains(needed)),
        };
        let mine = |one: &&Exclusion| one.pathologist == pathologist.id;
        Self {
            rules: RULES,
            at,
            reading: reading.clone(),
            agreements: rules.agreements.iter().filter(speaks).cloned().collect(),
            objections: rules.objections.to_vec(),
            exclusions: rules.exclusions.iter().filter(mine).copied().collect(),
            pathologist,
            earlier: None,
        }
    }

    /// The same, of a reading that was next on the worklist.
    #[must_use]
    pub fn in_order(mut self, targets: &Targets) -> Self {
        self.earlier = Some(boost(self.reading.priority, targets));
        self
    }

    /// Asks the rules of today about the facts of then.
    pub fn again(&self) -> Eligibility {
        let rules = Rules {
            agreements: &self.agreements,
            objections: &self.objections,
            exclusions: &self.exclusions,
        };
        eligible(&self.pathologist, &self.reading, &rules, self.at)
    }

    /// Its reasons, in words for people.
    pub fn sentences(&self) -> Vec<String> {
        let order = self.earlier;
        let order = order.map(|minutes| why_earlier(self.reading.priority, minutes));
        order.into_iter().chain(self.again().sentences()).collect()
    }

    /// What it reads like when the rules it was made by are asked again; `None`: there are others by now.
    pub fn replayed(&self) -> Option<Vec<String>> {
        (self.rules == RULES).then(|| self.sentences())
    }

    /// Whether that is what was `said` then, which may begin with what somebody added: "Handed over: …".
    pub fn stands(&self, said: &[String]) -> Option<bool> {
        let sentences = self.replayed()?;
        Some(self.again().is_yes() && said.ends_with(&sentences))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A decision as it was stored first; this file never changes.
    const STORED: &str = include_str!("../../tests/golden/decision-v1.json");

    fn stored() -> (Decision, Vec<String>) {
        let (decision, said): (Decision, Vec<String>) =
            serde_json::from_str(STORED).expect("a stored decision");
        (decision, said)
    }

    #[test]
    fn what_was_stored_first_is_decided_the_same_today() {
        let (decision, said) = stored();
        assert_eq!(decision.rules, RULES, "other rules: another file");
        assert_eq!(decision.sentences(), said);
        assert_eq!(decision.stands(&said), Some(true));
    }

    #[test]
    fn it_is_stored_as_it_was() {
        let (decision, said) = stored();
        let text = serde_json::to_string(&(decision, said)).expect("text");
        assert_eq!(text, STORED.trim_end());
    }

    #[test]
    fn every_fact_counts() {
        let (whole, said) = stored();
        let mut less = whole.clone();
        less.agreements.clear();
        assert_eq!(less.stands(&said), Some(false), "without its agreement");
        let mut less = whole.clone();
        less.pathologist.credentials.clear();
        assert_eq!(less.stands(&said), Some(false), "without a credential");
        let mut less = whole.clone();
        less.at = Micros(-1);
        assert_eq!(less.stands(&said), Some(false), "before all of it");
        let mut more = whole.clone();
        more.exclusions.push(Exclusion {
            reading: more.reading.id,
            pathologist: more.pathologist.id,
            until: None,
        });
        assert_eq!(more.stands(&said), Some(false), "with an exclusion");
        assert_eq!(whole.stands(&said[..1]), Some(false), "with less said");
    }

    #[test]
    fn what_somebody_added_does_not_count() {
        let (mut decision, said) = stored();
        decision.earlier = None;
        let mut handed = vec!["Handed over: her field".to_owned()];
        handed.extend_from_slice(&said[1..]);
        assert_eq!(decision.stands(&handed), Some(true));
    }

    #[test]
    fn other_rules_are_not_asked() {
        let (mut decision, said) = stored();
        decision.rules = RULES + 1;
        assert_eq!((decision.replayed(), decision.stands(&said)), (None, None));
    }
}
