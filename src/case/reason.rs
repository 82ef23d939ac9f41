//! Why something lies in a tray: one table of codes and the words people read.
//!
//! The words name what happened first, then what to do, and hold no patient data: the page puts
//! the slide, the case and the file beside them.

use super::TrayKind::{self, Held, Quality, Quarantine, Triage, Unmatched};
use crate::words::words;

words! {
    /// Why something lies in a tray.
    TrayCode, "tray code" {
        /// No code could be read.
        Unreadable = "unreadable",
        /// The code is readable, but no slide has this container number.
        NoCase = "no_case",
        /// The slide is registered, but no manifest expects it.
        NotExpected = "not_expected",
        /// The slide was waived.
        Waived = "waived",
        /// The slide has a scan with other bytes and no rescan was asked for.
        TwoSlidesOneBarcode = "two_slides_one_barcode",
        /// Two issuers of this door gave the same container number.
        TwoIssuers = "two_issuers",
        /// Label, file name or person say different things.
        Contradiction = "contradiction",
        /// The file ends early.
        Truncated = "truncated",
        /// Files of a multi-file slide did not come.
        MembersMissing = "members_missing",
        /// Not a format we read.
        Unsupported = "unsupported",
        /// A format we read, but its structure is wrong.
        Malformed = "malformed",
        /// A slide we read, stored in a way no browser shows.
        NotServedYet = "not_served_yet",
        /// Larger than this site accepts.
        TooLarge = "too_large",
        /// Decoding failed too often.
        DecodingFailed = "decoding_failed",
        /// The store returned other bytes than were delivered.
        DigestMismatch = "digest_mismatch",
        /// Much of the tissue is blurred.
        OutOfFocus = "out_of_focus",
        /// Tissue on the glass lies outside the scanned area.
        TissueNotScanned = "tissue_not_scanned",
        /// Hardly any tissue was found.
        BlankSlide = "blank_slide",
        /// Ink lies on the glass.
        PenMarks = "pen_marks",
        /// The order names no specialty we know.
        SpecialtyUnmapped = "specialty_unmapped",
        /// The order names a specialty that may mean several.
        SpecialtyAmbiguous = "specialty_ambiguous",
    }
}

/// The words of a tray code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    /// The tray it lies in.
    pub kind: TrayKind,
    /// What happened: one sentence.
    pub title: &'static str,
    /// What is known and what to do.
    pub text: &'static str,
}

impl TrayCode {
    /// The tray it lies in.
    pub const fn kind(self) -> TrayKind {
        self.reason().kind
    }

    /// The words for people.
    pub const fn reason(self) -> Reason {
        REASONS[self as usize].1
    }
}

const fn row(
    code: TrayCode,
    kind: TrayKind,
    title: &'static str,
    text: &'static str,
) -> (TrayCode, Reason) {
    (code, Reason { kind, title, text })
}

/// The table, in the order of the codes.
#[rustfmt::skip]
const REASONS: [(TrayCode, Reason); TrayCode::ALL.len()] = [
    row(TrayCode::Unreadable, Unmatched,
        "Code cannot be read.",
        "Neither the label, the file nor its name shows a container number. Scan the glass to attach it."),
    row(TrayCode::NoCase, Unmatched,
        "No case has this number.",
        "The code can be read, but no registered slide has it. Register the case; the slide then attaches by itself."),
    row(TrayCode::NotExpected, Unmatched,
        "This slide is not expected.",
        "The slide is registered, but the list of expected slides does not name it. Add it to the list or ask who sent it."),
    row(TrayCode::Waived, Unmatched,
        "This slide was waived.",
        "Someone decided not to wait for it, yet it is here. Expect it again or put it aside."),
    row(TrayCode::TwoSlidesOneBarcode, Held,
        "Two slides, one barcode.",
        "This barcode was already scanned with other tissue, and no rescan was asked for. Compare them side by side."),
    row(TrayCode::TwoIssuers, Held,
        "Two laboratories use this number.",
        "This scanner serves both. Say whose slide it is by attaching it to one."),
    row(TrayCode::Contradiction, Held,
        "Label and file name disagree.",
        "What was read in one place contradicts another. Two people must scan the glass to release it."),
    row(TrayCode::Truncated, Quarantine,
        "The file ends early.",
        "Nothing was lost at the scanner. Send it again or ask for a rescan."),
    row(TrayCode::MembersMissing, Quarantine,
        "Files of this slide are missing.",
        "The slide consists of several files and not all of them came. Send the whole folder again."),
    row(TrayCode::Unsupported, Quarantine,
        "This is not a slide we can read.",
        "The format is not supported. Export it again in a supported format."),
    row(TrayCode::Malformed, Quarantine,
        "The file is damaged.",
        "Its structure contradicts itself. Send it again or ask for a rescan."),
    row(TrayCode::NotServedYet, Quarantine,
        "This slide cannot be shown yet.",
        "Its tiles are stored in a way this version does not show. Export it with JPEG tiles; the stored file is kept."),
    row(TrayCode::TooLarge, Quarantine,
        "The file is too large.",
        "It is larger than this site accepts. Ask who runs the installation to raise the limit, or scan a smaller area."),
    row(TrayCode::DecodingFailed, Quarantine,
        "The file could not be decoded.",
        "Several tries failed. The bytes are kept; nothing else is affected. Ask for a rescan or tell support."),
    row(TrayCode::DigestMismatch, Quarantine,
        "The stored bytes are not those delivered.",
        "The store returned something else. Keep the glass and the scanner's file, and tell who runs the installation."),
    row(TrayCode::OutOfFocus, Quality,
        "The scan is out of focus.",
        "Much of the tissue is blurred; the heat map shows where. Let it pass or ask for a rescan."),
    row(TrayCode::TissueNotScanned, Quality,
        "Not all tissue was scanned.",
        "The picture of the glass shows tissue outside the scanned area. Compare it with the glass, then let it pass or ask for a rescan."),
    row(TrayCode::BlankSlide, Quality,
        "The scan shows no tissue.",
        "Hardly anything lies on the scanned area. Look at the glass, then let it pass or ask for a rescan."),
    row(TrayCode::PenMarks, Quality,
        "There are pen marks on the glass.",
        "Ink covers a part of the scan. Wipe the glass and ask for a rescan, or let it pass."),
    row(TrayCode::SpecialtyUnmapped, Triage,
        "The specialty is not known.",
        "No pool takes this case, because nothing is known by the order's word. Say which specialty it needs; the case keeps its age."),
    row(TrayCode::SpecialtyAmbiguous, Triage,
        "The specialty may mean several.",
        "The order's word stands for more than one specialty. Say which it needs, or name several; the case keeps its age."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_a_sentence_and_says_what_to_do() {
        let mut titles = std::collections::BTreeSet::new();
        for (n, code) in TrayCode::ALL.iter().enumerate() {
            assert_eq!(
                REASONS[n].0, *code,
                "the table keeps the order of the codes"
            );
            let Reason { title, text, .. } = code.reason();
            assert!(titles.insert(title), "{code}: its title is used twice");
            assert!(title.ends_with('.') && text.ends_with('.'), "{code}");
            assert!(text.matches(". ").count() >= 1, "{code}: no remedy");
            for banned in ["!", "please", "oops", "reader"] {
                assert!(!text.to_lowercase().contains(banned), "{code}: {banned}");
            }
        }
    }
}
