//! Orders to accession: one specimen, one block, some slides.

use catalog::{NewBlock, NewCase, NewContent, NewPatient, NewRouting, NewSlide, NewSpecimen};
use pathology::case::{Micros, Number, NumberRole, Priority};
use pathology::ids::CaseId;
use pathology::phi::Phi;

use super::{Laboratory, World, fresh};

/// An order with what tests vary; the rest is the same for all.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) case: CaseId,
    pub(crate) at: Laboratory,
    pub(crate) number: String,
    pub(crate) specialty: &'static str,
    pub(crate) priority: Priority,
    pub(crate) slides: usize,
    pub(crate) received_at: i64,
    /// The patient's record number; the accession number's own if not set.
    pub(crate) record: Option<String>,
    pub(crate) born: &'static str,
    pub(crate) routing: NewRouting,
    /// Specimens beside part A, of which no slide is expected.
    pub(crate) more_parts: Vec<&'static str>,
    pub(crate) specimen_type: &'static str,
}

impl World {
    /// A routine skin case with one slide, received when the world began.
    pub(crate) fn order(&self, at: &Laboratory, number: &str) -> Order {
        Order {
            case: CaseId(fresh()),
            at: at.clone(),
            number: number.to_owned(),
            specialty: "skin",
            priority: Priority::Routine,
            slides: 1,
            received_at: self.began,
            record: None,
            born: "1961-04-12",
            routing: NewRouting::default(),
            more_parts: Vec::new(),
            specimen_type: "skin excision",
        }
    }
}

impl Order {
    pub(crate) fn of(mut self, specialty: &'static str) -> Self {
        self.specialty = specialty;
        self
    }

    pub(crate) fn priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    pub(crate) fn slides(mut self, slides: usize) -> Self {
        self.slides = slides;
        self
    }

    /// Received that many minutes after the world began: later ones are due later.
    pub(crate) fn minutes_later(mut self, minutes: i64) -> Self {
        self.received_at = Micros(self.received_at).plus_minutes(minutes).0;
        self
    }

    pub(crate) fn routed(mut self, routing: NewRouting) -> Self {
        self.routing = routing;
        self
    }

    pub(crate) fn patient(mut self, record: &str, born: &'static str) -> Self {
        self.record = Some(record.to_owned());
        self.born = born;
        self
    }

    /// The container number of its nth slide, from 1.
    pub(crate) fn container(&self, n: usize) -> String {
        format!("{}-A1-{n}", self.number)
    }

    fn number(&self, value: &str) -> Number {
        Number::new(self.at.issuer.clone(), value).expect("a number")
    }

    fn slide(&self, n: usize) -> NewSlide {
        NewSlide {
            container: self.number(&self.container(n)),
            name: format!("A1-{n}"),
            stain: "H&E".to_owned(),
        }
    }

    /// What the catalogue is given.
    pub(crate) fn new_case(&self) -> NewCase {
        let record = self
            .record
            .clone()
            .unwrap_or(format!("MRN-{}", self.number));
        let block = NewBlock {
            code: "A1".to_owned(),
            body_site: "forearm".to_owned(),
            pieces: 1,
            slides: (1..=self.slides).map(|n| self.slide(n)).collect(),
        };
        let specimen = NewSpecimen {
            part: "A".to_owned(),
            specimen_type: self.specimen_type.to_owned(),
            body_site: "forearm".to_owned(),
            macroscopic: Phi::new("an ellipse of skin".to_owned()),
            fixation: "formalin".to_owned(),
            decalcified: false,
            blocks: vec![block],
        };
        let mut specimens = vec![specimen.clone()];
        specimens.extend(self.more_parts.iter().map(|part| NewSpecimen {
            part: (*part).to_owned(),
            blocks: Vec::new(),
            ..specimen.clone()
        }));
        NewCase {
            case: self.case,
            organisation: self.at.organisation,
            site: self.at.site,
            numbers: vec![(self.number(&self.number), NumberRole::Owning)],
            patient: NewPatient {
                numbers: vec![self.number(&record)],
                national_number: None,
                family: Phi::new("TESTPATIENT".to_owned()),
                given: Phi::new("Anna".to_owned()),
                born: Phi::new(self.born.to_owned()),
                sex: "F".to_owned(),
            },
            specialty: self.specialty.to_owned(),
            priority: self.priority,
            received_at: Micros(self.received_at),
            collected_at: None,
            due_at: None,
            content: NewContent::default(),
            specimens,
            routing: self.routing.clone(),
        }
    }
}
