//! The states of a case, a scan, a reading and a report.
//!
//! ```text
//! pixels    arriving ─▶ stored ─▶ published ─▶ verified      identity  unmatched ─▶ matched
//!               │          │          └──▶ damaged ◀─┘                     └──▶ held
//!               └──────────┴──▶ refused | quarantined
//! reading   not_ready ⇄ waiting ⇄ claimed ─▶ signed_out      (any but signed_out ─▶ cancelled)
//! ```
//!
//! The two axes of a scan are independent: pixels never wait for identity. The words
//! stand here; the catalogue's statements make the moves.

use crate::words::words;

words! {
    /// How soon a case is wanted.
    Priority, "priority" {
        /// While the patient waits: a frozen section, a transplant. A class above all others.
        Immediate = "immediate",
        /// Ahead of the routine by a fixed boost.
        Urgent = "urgent",
        /// In the order of the due times.
        Routine = "routine",
    }
}

words! {
    /// Where a case stands.
    CaseState, "case state" {
        /// Registered; none of its slides is here.
        Accessioned = "accessioned",
        /// Some of its expected slides are here.
        Partial = "partial",
        /// Every expected slide is here, or a named person released it.
        Ready = "ready",
        /// Every blocking reading is signed out.
        SignedOut = "signed_out",
        /// No pool may take it: a person decides where it goes.
        Triage = "triage",
    }
}

words! {
    /// How far the pixels of a scan are.
    PixelState, "pixel state" {
        /// Bytes are coming in.
        Arriving = "arriving",
        /// Every byte is durable and digested; a receipt was given.
        Stored = "stored",
        /// Every tile can be read.
        Published = "published",
        /// Every tile was decoded once from what the store returned.
        Verified = "verified",
        /// A tile is not what was delivered.
        Damaged = "damaged",
        /// Not a slide, or not whole; the sender was told.
        Refused = "refused",
        /// Decoding failed too often; a person must look.
        Quarantined = "quarantined",
    }
}

impl PixelState {
    /// Whether tiles can be served. A damaged scan shows what is sound and hatches the rest.
    pub const fn is_readable(self) -> bool {
        matches!(self, Self::Published | Self::Verified | Self::Damaged)
    }
}

words! {
    /// Whether a scan has joined a slide.
    IdentityState, "identity state" {
        /// Not joined; it lies in its own site's tray.
        Unmatched = "unmatched",
        /// Joined on two independent sources that agree.
        Matched = "matched",
        /// Sources contradict each other; people must release it.
        Held = "held",
    }
}

words! {
    /// Why a pathologist examines the case.
    ReadingKind, "reading kind" {
        /// During the operation, by telephone.
        IntraOperative = "intra_operative",
        /// A first word, before the report.
        Interim = "interim",
        /// The diagnosis.
        Primary = "primary",
        /// A second pathologist before the report is released.
        SecondBeforeRelease = "second_before_release",
        /// The opinion of an expert.
        Consult = "consult",
        /// Blind, afterwards.
        Audit = "audit",
    }
}

impl ReadingKind {
    /// Whether a pathologist of another reading of the case is kept away from this one.
    pub const fn excludes_earlier_pathologists(self) -> bool {
        matches!(self, Self::SecondBeforeRelease | Self::Audit)
    }
}

words! {
    /// Where a reading stands.
    ReadingState, "reading state" {
        /// The case is not ready for it.
        NotReady = "not_ready",
        /// In the worklist.
        Waiting = "waiting",
        /// A pathologist has it.
        Claimed = "claimed",
        /// Signed out, once.
        SignedOut = "signed_out",
        /// Will not be read.
        Cancelled = "cancelled",
    }
}

words! {
    /// How far a report is on its way.
    ReportState, "report state" {
        /// Signed by its pathologist.
        Signed = "signed",
        /// Sent to the laboratory's system.
        Sent = "sent",
        /// That system answered that it has it.
        Acknowledged = "acknowledged",
        /// Authorised where the report of record is kept; turnaround stops.
        Authorised = "authorised",
    }
}

words! {
    /// What a report is to those before it.
    ReportKind, "report kind" {
        /// The first.
        Report = "report",
        /// Adds to it, changes no diagnosis.
        Addendum = "addendum",
        /// Changes it.
        Amendment = "amendment",
    }
}

words! {
    /// Which system keeps the one report that counts.
    ReportOfRecord, "report of record" {
        /// The laboratory's information system.
        Lis = "lis",
        /// This one.
        Slideway = "slideway",
    }
}

words! {
    /// What a clock of a case measures.
    ClockKind, "clock kind" {
        /// Frozen section: receipt to the word given to theatre.
        Frozen = "frozen",
        /// Receipt to a verbal result; never ends the report clock.
        Verbal = "verbal",
        /// Receipt to the authorised report.
        Report = "report",
        /// Referral to the breach date of the patient's pathway.
        Pathway = "pathway",
    }
}

words! {
    /// Whether a slide of the manifest must come.
    Expectation, "expectation" {
        /// It must come before the case is ready.
        Expected = "expected",
        /// A named person gave up waiting for it, with a reason.
        Waived = "waived",
    }
}

words! {
    /// Which tray something lies in.
    TrayKind, "tray" {
        /// A scan that has not joined a slide.
        Unmatched = "unmatched",
        /// A scan whose sources contradict each other.
        Held = "held",
        /// A file that could not be taken in.
        Quarantine = "quarantine",
        /// A published scan about whose quality somebody must decide.
        Quality = "quality",
        /// A case no pool may take until a person says which specialty it needs.
        Triage = "triage",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_second_and_audit_exclude_earlier_pathologists() {
        let excluding: Vec<_> = ReadingKind::ALL
            .iter()
            .filter(|kind| kind.excludes_earlier_pathologists())
            .map(|kind| kind.as_str())
            .collect();
        assert_eq!(excluding, ["second_before_release", "audit"]);
    }
}
