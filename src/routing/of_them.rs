//! The reasons of the rules as somebody else reads them: of a colleague, not of oneself.

use super::Reason;

impl Reason {
    /// The sentence about the pathologist, for who is not the one.
    pub fn of_them(&self) -> String {
        match self {
            Self::Away => "They are away.".into(),
            Self::AtCapacity { active, max_active } => {
                format!("They hold {active} of {max_active} cases.")
            }
            Self::AtPoints { points, max_points } => {
                format!("They hold {points} of {max_points} points.")
            }
            Self::OwnSite(site) => format!("{site}: their own site, no agreement needed."),
            Self::OwnOrganisation(owner) => {
                format!("{owner}: their own organisation, no agreement needed.")
            }
            Self::Agreement { owner, specialty } => {
                format!("{owner}: an agreement covers {specialty} for them.")
            }
            Self::NoAgreement { owner, specialty } => {
                format!("No agreement covers {owner} {specialty} for them.")
            }
            Self::Credentialed(specialty) => format!("{specialty}: they are credentialed."),
            Self::NoCredential(specialty) => {
                format!("{specialty}: they hold no valid credential.")
            }
            Self::OutOfScope(specialty) => {
                format!("{specialty}: this kind of reading is outside their scope of practice.")
            }
            Self::ImmediateIgnoresCapacity => {
                "Immediate: it does not count against their capacity.".into()
            }
            Self::Excluded => "They declined this reading, or were excluded from it.".into(),
            Self::ReadBefore => {
                "They read this case already: this reading needs someone else.".into()
            }
            // What is said of the case is the same to everybody.
            Self::AgreementFails { .. }
            | Self::Restricted(_)
            | Self::NeedsSpecialist(_)
            | Self::NeedsSupervisor(_)
            | Self::OfferedToNamed
            | Self::OfferedToOwnSite
            | Self::NotOnCallYet(_)
            | Self::Objection => self.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staff::Why;

    #[test]
    fn nobody_is_spoken_to() {
        let word = || "Renal".to_owned();
        let all = [
            Reason::Away,
            Reason::AtCapacity {
                active: 2,
                max_active: 2,
            },
            Reason::AtPoints {
                points: 9,
                max_points: 8,
            },
            Reason::OwnSite(word()),
            Reason::OwnOrganisation(word()),
            Reason::Agreement {
                owner: word(),
                specialty: word(),
            },
            Reason::NoAgreement {
                owner: word(),
                specialty: word(),
            },
            Reason::Credentialed(word()),
            Reason::NoCredential(word()),
            Reason::OutOfScope(word()),
            Reason::ImmediateIgnoresCapacity,
            Reason::Excluded,
            Reason::ReadBefore,
            Reason::Restricted(word()),
            Reason::NeedsSpecialist(word()),
            Reason::NeedsSupervisor(word()),
            Reason::OfferedToNamed,
            Reason::OfferedToOwnSite,
            Reason::NotOnCallYet(word()),
            Reason::Objection,
            Reason::AgreementFails {
                owner: word(),
                why: Why::Revoked,
            },
        ];
        for reason in all {
            let said = reason.of_them().to_lowercase();
            let words: Vec<&str> = said.split(|c: char| !c.is_alphabetic()).collect();
            assert!(
                !words.contains(&"you") && !words.contains(&"your"),
                "{said}"
            );
        }
    }
}
