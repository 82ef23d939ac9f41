//! Trays.

use catalog::views::{BestGuess, TrayView};
use pathology::case::TrayCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{shown, written};

/// A tray.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Tray")]
pub(crate) struct TrayJson {
    rows: Vec<EntryJson>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TrayEntry")]
struct EntryJson {
    id: Uuid,
    scan: Option<Uuid>,
    kind: String,
    code: String,
    title: String,
    text: String,
    site: String,
    scanner: Option<String>,
    file_name: Option<String>,
    opened_at: String,
    deadline_at: String,
    owner_role: String,
    best_guess: Option<GuessJson>,
    label: Option<String>,
    /// What is measured of a flagged scan.
    quality: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "BestGuess")]
struct GuessJson {
    slide: Uuid,
    name: String,
    case: Uuid,
    number: String,
    issuer: String,
    why: &'static str,
}

/// What the handheld scanner read off the glass.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Attach")]
pub(crate) struct AttachJson {
    /// The slide it is meant to be; the glass decides.
    #[serde(default)]
    #[expect(
        dead_code,
        reason = "part of the contract: what the page showed; the glass decides"
    )]
    pub(crate) slide: Option<Uuid>,
    pub(crate) handheld: String,
}

/// Whether the scan has joined its slide.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Attached")]
pub(crate) struct AttachedJson {
    pub(crate) matched: bool,
}

/// Why an entry is put aside.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Dismiss")]
pub(crate) struct DismissJson {
    pub(crate) reason: String,
    /// Whether the glass is to be scanned again.
    #[serde(default)]
    pub(crate) rescan: bool,
}

impl TrayJson {
    pub(crate) fn of(entries: &[TrayView]) -> Self {
        Self {
            rows: entries.iter().map(EntryJson::of).collect(),
        }
    }
}

impl EntryJson {
    fn of(entry: &TrayView) -> Self {
        let (title, text) = words(entry);
        let label = entry.scan.filter(|_| entry.has_label);
        let flagged = entry.scan.filter(|_| entry.kind == "quality");
        Self {
            id: entry.tray.0,
            scan: entry.scan.map(|scan| scan.0),
            kind: entry.kind.clone(),
            code: entry.code.clone(),
            title,
            text,
            site: entry.site.clone(),
            scanner: entry.scanner.clone(),
            file_name: entry.file_name.as_ref().map(shown),
            opened_at: written(entry.opened_at),
            deadline_at: written(entry.deadline_at),
            owner_role: entry.owner_role.clone(),
            best_guess: entry
                .best_guess
                .as_ref()
                .map(|guess| GuessJson::of(guess, flagged.is_some())),
            quality: flagged.map(|scan| format!("/api/v1/scans/{scan}/quality")),
            label: label.map(|scan| format!("/api/v1/scans/{scan}/associated/label")),
        }
    }
}

/// The words of its code, and what more is known of this entry.
fn words(entry: &TrayView) -> (String, String) {
    let detail = shown(&entry.detail);
    let (title, text) = match entry.code.parse::<TrayCode>() {
        Ok(code) => (code.reason().title, code.reason().text),
        Err(_) => ("Someone must look at this.", ""),
    };
    let second = "One person has scanned the glass; a second one must too.";
    let parts = [
        text,
        detail.as_str(),
        if entry.once_released { second } else { "" },
    ];
    let said: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    (title.to_owned(), said.join(" "))
}

impl GuessJson {
    fn of(guess: &BestGuess, known: bool) -> Self {
        Self {
            slide: guess.slide.0,
            name: guess.name.clone(),
            case: guess.case.0,
            number: guess.number.clone(),
            issuer: guess.issuer.clone(),
            why: if known {
                "The scan has joined this slide and can be read."
            } else if guess.is_scanned {
                "This slide has a scan already."
            } else {
                "This slide is registered and not yet scanned."
            },
        }
    }
}
