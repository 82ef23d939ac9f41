//! A refusal that says what to do, and does not say what the subject may not know.

use super::{Action, Ask, Purpose, Resource, Role};

/// A refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{title} {remedy}")]
pub struct Denied {
    /// What was asked for.
    pub action: Action,
    /// Whether it is shown as if the thing did not exist: it belongs to another organisation, and
    /// that it exists is nobody's business.
    pub shown_as_not_found: bool,
    /// What may not be done: one sentence.
    pub title: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

impl Denied {
    pub(super) fn of(ask: &Ask<'_>, resource: &Resource) -> Self {
        let own = resource.organisation() == Some(ask.subject.organisation);
        Self {
            action: ask.action,
            shown_as_not_found: !own,
            title: title(ask.action),
            remedy: remedy(ask, resource),
        }
    }
}

const fn title(action: Action) -> &'static str {
    use Action as A;
    match action {
        A::ListWorklist => "You may not see this worklist.",
        A::Claim => "You may not claim this case.",
        A::Heartbeat
        | A::SaveDraft
        | A::SignOut
        | A::Release
        | A::Accept
        | A::OrderWork
        | A::Correct => "This claim is not yours.",
        A::Offer => "You may not offer this laboratory's cases.",
        A::AccessionCase => "You may not register cases of this laboratory.",
        A::ViewCase | A::SearchCases => "You may not open this case.",
        A::ReadReport => "You may not read the reports of this case.",
        A::ViewScan | A::ViewTile | A::ViewLabel => "You may not open this slide.",
        A::ReadOriginal => "You may not fetch this slide's file.",
        A::SeeTrays | A::SettleTray => "You may not open this tray.",
        A::SeeAlarms | A::AcknowledgeAlarm => "You may not see these alarms.",
        A::SteerCase => "You may not move this case.",
        A::RecordRota | A::SeeCoverage => "You may not see or change this rota.",
        A::SeeMeasures => "You may not see these measures.",
        A::SeePeople | A::SeeAgreements => "You may not see this organisation.",
        A::SetAbsence => "You may not say that this pathologist is away.",
        A::SetPresence => "You may not change this pathologist's presence.",
        A::SeeAudit => "You may not see this audit.",
        A::FollowChanges => "You may not follow these changes.",
    }
}

const fn remedy(ask: &Ask<'_>, resource: &Resource) -> &'static str {
    use Purpose as P;
    match (ask.purpose, ask.subject.role, resource) {
        (P::Teaching | P::Research | P::Analysis, ..) => {
            "This purpose needs consent or de-identified slides. Ask your information governance lead."
        }
        (_, Role::Pathologist(_), Resource::Case { .. } | Resource::Scan { .. }) => {
            "You do not read it, and no agreement offers it to you. Ask your manager."
        }
        (_, _, Resource::Claim { .. }) => {
            "Claim the case yourself, or ask its holder to hand it over."
        }
        (_, _, Resource::UnmatchedScan { .. } | Resource::Tray { .. }) => {
            "It belongs to the laboratory that scanned it. Ask an operator there."
        }
        _ => "Your role does not include it. Ask your manager.",
    }
}
