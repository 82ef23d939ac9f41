//! Identity: which slide a scan shows. It counts sources, not copies.
//!
//! ```text
//! A  one reading of the label's code (picture, embedded header, file name: copies of one source)
//! H  a person with a handheld scanner reads the glass again: an event of its own
//! B  the manifest expects this container, of this issuer, and has no scan of it
//!
//! A + B, nothing against it                ─▶ attach
//! no code, H + B                           ─▶ attach (one person)
//! sources contradict, 2 × H agree, + B     ─▶ attach (two people; immediate: one, to be checked again)
//! anything else                            ─▶ a tray, with the reason and a best guess
//! ```
//!
//! The verdict does not depend on the order of the evidence. Codes are compared as printed, never
//! re-cased. Same-stain glass swapped under right labels cannot be seen here.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Expectation, Issuer, Priority, TrayCode, TrayKind};
use crate::ids::SlideId;
use crate::phi::Phi;
use crate::words::words;

/// Where a code was read. A person's scan of the glass names the person, so that the same person
/// twice counts once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The picture of the label.
    LabelPicture,
    /// A field of the scanner's file.
    EmbeddedHeader,
    /// The name of the file.
    FileName,
    /// A person (their login) with a handheld scanner at the glass.
    Handheld(String),
}

/// A container number as read somewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeReading {
    /// Where.
    pub origin: Origin,
    /// The container number cut out of it ([`CodePattern`](super::CodePattern)).
    pub code: Phi<String>,
}

/// A registered slide whose container number is one of those read, of an issuer of the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The slide.
    pub slide: SlideId,
    /// Who gave its container number.
    pub issuer: Issuer,
    /// Its container number.
    pub container: Phi<String>,
    /// Whether the current manifest expects it; `None` when it does not list it.
    pub expectation: Option<Expectation>,
    /// Whether it has a current scan with other bytes.
    pub scanned: bool,
    /// Whether a person asked for another scan of it.
    pub rescan_requested: bool,
    /// The priority of its case.
    pub priority: Priority,
}

/// All that is known about one scan.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// Every code read, in any order. None when no code could be read.
    pub readings: &'a [CodeReading],
    /// Every slide with one of these container numbers, in any order.
    pub candidates: &'a [Candidate],
}

words! {
    /// An independent source of identity.
    Source, "source of identity" {
        /// The label's code, wherever it was read by a machine.
        Label = "label",
        /// The manifest expects the container.
        Manifest = "manifest",
        /// One person scanned the glass.
        OnePerson = "one_person",
        /// Two people scanned the glass.
        TwoPeople = "two_people",
    }
}

/// What becomes of a scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It joins this slide.
    Attach {
        /// The slide.
        slide: SlideId,
        /// The sources that agree, in the order of [`Source::ALL`].
        sources: Vec<Source>,
        /// A contradiction was released by one person because the case is immediate: show
        /// "identity single-checked" and ask for a second check within 12 hours.
        single_checked: bool,
    },
    /// A person must look.
    Tray {
        /// In which tray.
        kind: TrayKind,
        /// Why.
        code: TrayCode,
        /// The one slide it most likely is.
        best_guess: Option<SlideId>,
    },
}

/// Decides which slide a scan shows.
pub fn verdict(evidence: &Evidence<'_>) -> Verdict {
    let codes = Codes::of(evidence.readings);
    let settled = match codes.settled(evidence.candidates) {
        Ok(settled) => settled,
        Err(code) => return tray(code, codes.guess(evidence.candidates)),
    };
    match the_one(evidence.candidates, settled.code) {
        Err(code) => tray(code, None),
        Ok(candidate) => match objection(candidate) {
            Some(code) => tray(code, Some(candidate.slide)),
            None => settled.attach(candidate),
        },
    }
}

fn tray(code: TrayCode, best_guess: Option<SlideId>) -> Verdict {
    Verdict::Tray {
        kind: code.kind(),
        code,
        best_guess,
    }
}

/// Source B: the manifest expects it and nothing with other bytes stands in its place.
fn objection(candidate: &Candidate) -> Option<TrayCode> {
    match candidate.expectation {
        None => Some(TrayCode::NotExpected),
        Some(Expectation::Waived) => Some(TrayCode::Waived),
        Some(Expectation::Expected) if candidate.scanned && !candidate.rescan_requested => {
            Some(TrayCode::TwoSlidesOneBarcode)
        }
        Some(Expectation::Expected) => None,
    }
}

/// The one slide with this container number; two issuers may have given the same number.
fn the_one<'a>(candidates: &'a [Candidate], code: &str) -> Result<&'a Candidate, TrayCode> {
    let mut with_code = candidates
        .iter()
        .filter(|one| one.container.expose() == code);
    let Some(first) = with_code.next() else {
        return Err(TrayCode::NoCase);
    };
    if with_code.any(|other| other.slide != first.slide) {
        return Err(TrayCode::TwoIssuers);
    }
    Ok(first)
}

/// The codes read, by machine and by which person.
struct Codes<'a> {
    machine: BTreeSet<&'a str>,
    people: BTreeSet<(&'a str, &'a str)>,
}

/// The code that counts, and who vouches for it.
struct Settled<'a> {
    code: &'a str,
    sources: Vec<Source>,
    single_checked: bool,
}

impl<'a> Codes<'a> {
    fn of(readings: &'a [CodeReading]) -> Self {
        let (mut machine, mut people) = (BTreeSet::new(), BTreeSet::new());
        for reading in readings {
            let code = reading.code.expose().as_str();
            match &reading.origin {
                Origin::Handheld(person) => people.insert((code, person.as_str())),
                _ => machine.insert(code),
            };
        }
        Self { machine, people }
    }

    fn all(&self) -> BTreeSet<&'a str> {
        let scanned = self.people.iter().map(|&(code, _)| code);
        self.machine.iter().copied().chain(scanned).collect()
    }

    /// The code that counts, or why there is none.
    fn settled(&self, candidates: &[Candidate]) -> Result<Settled<'a>, TrayCode> {
        let all = self.all();
        match (all.first(), all.len()) {
            (None, _) => Err(TrayCode::Unreadable),
            (Some(code), 1) => Ok(self.agreed(code)),
            _ => self.released(candidates).ok_or(TrayCode::Contradiction),
        }
    }

    /// Every source that spoke says the same.
    fn agreed(&self, code: &'a str) -> Settled<'a> {
        let mut sources = Vec::with_capacity(3);
        if !self.machine.is_empty() {
            sources.push(Source::Label);
        }
        sources.push(Source::Manifest);
        match self.people.len() {
            0 => {}
            1 => sources.push(Source::OnePerson),
            _ => sources.push(Source::TwoPeople),
        }
        Settled {
            code,
            sources,
            single_checked: false,
        }
    }

    /// Machines and people contradict each other: people who agree among themselves release it.
    fn released(&self, candidates: &[Candidate]) -> Option<Settled<'a>> {
        let &(code, _) = self.people.first()?;
        if self.people.iter().any(|&(other, _)| other != code) {
            return None;
        }
        let immediate = the_one(candidates, code)
            .is_ok_and(|candidate| candidate.priority == Priority::Immediate);
        let (person, single_checked) = match self.people.len() {
            1 if immediate => (Source::OnePerson, true),
            1 => return None,
            _ => (Source::TwoPeople, false),
        };
        Some(Settled {
            code,
            sources: vec![Source::Manifest, person],
            single_checked,
        })
    }

    /// When the codes contradict each other: the only one of them that is expected.
    fn guess(&self, candidates: &[Candidate]) -> Option<SlideId> {
        let all = self.all();
        let mut fitting = candidates
            .iter()
            .filter(|one| all.contains(one.container.expose().as_str()) && objection(one).is_none())
            .map(|one| one.slide)
            .collect::<BTreeSet<_>>();
        fitting.pop_first().filter(|_| fitting.is_empty())
    }
}

impl Settled<'_> {
    fn attach(self, candidate: &Candidate) -> Verdict {
        Verdict::Attach {
            slide: candidate.slide,
            sources: self.sources,
            single_checked: self.single_checked,
        }
    }
}

#[cfg(test)]
mod tests;
