//! Who asks, for what, and to what end.

use serde::{Deserialize, Serialize};

use crate::ids::{OrganisationId, PathologistId, ScannerId, SiteId};
use crate::words::words;

/// Whoever asks: a person, a laboratory's system or a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Who they belong to.
    pub organisation: OrganisationId,
    /// Where they work; `None`: at every site of their organisation.
    pub site: Option<SiteId>,
    /// What they are.
    pub role: Role,
}

/// What a subject is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A person who reads.
    Pathologist(PathologistId),
    /// A person who handles glass, scanners and trays.
    Operator,
    /// A person who watches the flow.
    Manager,
    /// A laboratory's information system.
    Laboratory,
    /// A scanner.
    Device(ScannerId),
}

impl Role {
    /// Its name: `pathologist`, `operator`, `manager`, `laboratory`, `device`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pathologist(_) => "pathologist",
            Self::Operator => "operator",
            Self::Manager => "manager",
            Self::Laboratory => "laboratory",
            Self::Device(_) => "device",
        }
    }

    /// Who it is, when it is a pathologist.
    pub const fn pathologist(self) -> Option<PathologistId> {
        match self {
            Self::Pathologist(id) => Some(id),
            _ => None,
        }
    }
}

impl Subject {
    /// The question whether this subject may do something.
    pub const fn asks(&self, action: Action, purpose: Purpose) -> Ask<'_> {
        Ask {
            subject: self,
            action,
            purpose,
        }
    }
}

/// A question: may this subject do that, to this end?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask<'a> {
    /// Who asks.
    pub subject: &'a Subject,
    /// For what.
    pub action: Action,
    /// To what end.
    pub purpose: Purpose,
}

words! {
    /// What can be asked for: one word a door. The comment names the kind of resource it wants.
    Action, "action" {
        /// See the worklist. Organisation.
        ListWorklist = "list_worklist",
        /// Claim a reading. Case.
        Claim = "claim",
        /// Keep a claim. Claim.
        Heartbeat = "heartbeat",
        /// Save a draft. Claim.
        SaveDraft = "save_draft",
        /// Sign out. Claim.
        SignOut = "sign_out",
        /// Release, decline or hand over. Claim.
        Release = "release",
        /// Accept what was offered. Claim.
        Accept = "accept",
        /// Order more glass, defer to glass, ask for another reading: claim. See and end what is owed: organisation.
        OrderWork = "order_work",
        /// Recall, add to or amend what one signed; answer what came after it. Claim.
        Correct = "correct",
        /// Offer a reading to somebody. Organisation.
        Offer = "offer",
        /// Say that somebody is away, and who stands in. Pathologist.
        SetAbsence = "set_absence",
        /// Register a case. Organisation that owns its issuer.
        AccessionCase = "accession_case",
        /// See a case's facts, slides and patient. Case.
        ViewCase = "view_case",
        /// Read reports and drafts of a case. Case.
        ReadReport = "read_report",
        /// See a scan's facts. Scan.
        ViewScan = "view_scan",
        /// See tissue: tiles, regions, thumbnails. Scan.
        ViewTile = "view_tile",
        /// See the picture of the label. Scan.
        ViewLabel = "view_label",
        /// Fetch the scanner's bytes. Scan.
        ReadOriginal = "read_original",
        /// See what lies in a tray. Tray.
        SeeTrays = "see_trays",
        /// Attach or dismiss it. Tray.
        SettleTray = "settle_tray",
        /// See counts and times, without patient data. Organisation.
        SeeMeasures = "see_measures",
        /// See pathologists and sites. Organisation.
        SeePeople = "see_people",
        /// Say whether a pathologist is available. Pathologist.
        SetPresence = "set_presence",
        /// See agreements. Organisation, one of the two.
        SeeAgreements = "see_agreements",
        /// Search; every hit is decided again as `view_case`. Organisation.
        SearchCases = "search_cases",
        /// See who did what. Organisation.
        SeeAudit = "see_audit",
        /// See what somebody must acknowledge. Organisation.
        SeeAlarms = "see_alarms",
        /// Say that one has seen an alarm. Organisation.
        AcknowledgeAlarm = "acknowledge_alarm",
        /// Move a case in its order, say which specialty it needs, pause its clocks. Case.
        SteerCase = "steer_case",
        /// Record the rota. Organisation.
        RecordRota = "record_rota",
        /// See where the rota leaves nobody. Organisation.
        SeeCoverage = "see_coverage",
        /// Be told of changes; each is decided again. Organisation.
        FollowChanges = "follow_changes",
    }
}

words! {
    /// To what end.
    Purpose, "purpose" {
        /// The patient's own diagnosis.
        DirectCare = "direct_care",
        /// An opinion asked for.
        Consult = "consult",
        /// A multidisciplinary meeting.
        Mdt = "mdt",
        /// Checking readings afterwards.
        Audit = "audit",
        /// Teaching.
        Teaching = "teaching",
        /// Research.
        Research = "research",
        /// Analysis by machines.
        Analysis = "analysis",
    }
}
