//! Registering a case.

use catalog::{NewBlock, NewCase, NewContent, NewPatient, NewRouting, NewSlide, NewSpecimen};
use pathology::case::{Issuer, Micros, Number, NumberRole, Priority};
use pathology::ids::{CaseId, OrganisationId, PathologistId, SiteId};
use pathology::routing::Role;
use pathology::staff::Specialty;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::problem::Problem;

/// A case to register.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewCase")]
pub(crate) struct NewCaseJson {
    numbers: Vec<RoleNumber>,
    /// Id or name of a site.
    pub(crate) site: String,
    patient: NewPatientJson,
    specialty: String,
    priority: String,
    received_at: String,
    collected_at: Option<String>,
    due_at: Option<String>,
    #[serde(default)]
    content: NewContentJson,
    #[serde(default)]
    specimens: Vec<NewSpecimenJson>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RoleNumber {
    issuer: String,
    value: String,
    role: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PlainNumber {
    issuer: String,
    value: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewPatient")]
struct NewPatientJson {
    numbers: Vec<PlainNumber>,
    national_number: Option<String>,
    family: String,
    given: String,
    born: String,
    sex: String,
}

#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "NewContent")]
struct NewContentJson {
    requester: String,
    copy_to: Vec<String>,
    clinical_details: String,
    named_pathologist: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewSpecimen")]
struct NewSpecimenJson {
    part: String,
    #[serde(default)]
    specimen_type: String,
    #[serde(default)]
    site: String,
    #[serde(default)]
    macroscopic: String,
    #[serde(default)]
    fixation: String,
    #[serde(default)]
    decalcified: bool,
    #[serde(default)]
    blocks: Vec<NewBlockJson>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewBlock")]
struct NewBlockJson {
    code: String,
    #[serde(default)]
    site: String,
    #[serde(default)]
    pieces: u32,
    #[serde(default)]
    slides: Vec<NewSlideJson>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewSlide")]
struct NewSlideJson {
    issuer: String,
    container: String,
    /// As people name it in the case; without one, its block's code and its place there.
    name: Option<String>,
    stain: String,
}

/// The words of an order as they should have been.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CorrectOrder")]
pub(crate) struct CorrectOrderJson {
    #[serde(default)]
    requester: String,
    #[serde(default)]
    copy_to: Vec<String>,
    #[serde(default)]
    clinical_details: String,
    /// Why they were wrong.
    #[serde(default)]
    pub(crate) reason: String,
}

impl CorrectOrderJson {
    pub(crate) fn content(&self) -> NewContent {
        NewContent {
            requester: self.requester.clone().into(),
            copy_to: self.copy_to.iter().cloned().map(Into::into).collect(),
            clinical_details: self.clinical_details.clone().into(),
        }
    }
}

impl NewCaseJson {
    /// The number of the owning laboratory names the organisation that must own its issuer.
    pub(crate) fn owning_issuer(&self) -> Option<&str> {
        let owning = self.numbers.iter().find(|number| number.role == "owning");
        owning.map(|number| number.issuer.as_str())
    }

    pub(crate) fn case(
        self,
        case: CaseId,
        organisation: OrganisationId,
        site: SiteId,
    ) -> Result<NewCase, Problem> {
        let specialty = Specialty::new(&self.specialty).map_err(|e| refused("specialty", &e))?;
        let specimens = self.specimens.into_iter().map(NewSpecimenJson::specimen);
        let routing = self.content.routing()?;
        Ok(NewCase {
            case,
            organisation,
            site,
            numbers: self
                .numbers
                .iter()
                .map(RoleNumber::number)
                .collect::<Result<_, _>>()?,
            patient: self.patient.patient()?,
            specialty: specialty.as_str().to_owned(),
            priority: self
                .priority
                .parse::<Priority>()
                .map_err(|e| refused("priority", &e))?,
            received_at: moment("received_at", &self.received_at)?,
            collected_at: optional("collected_at", self.collected_at.as_deref())?,
            due_at: optional("due_at", self.due_at.as_deref())?,
            content: self.content.content(),
            specimens: specimens.collect::<Result<_, _>>()?,
            routing,
        })
    }
}

impl RoleNumber {
    fn number(&self) -> Result<(Number, NumberRole), Problem> {
        let role = self.role.parse().map_err(|e| refused("numbers.role", &e))?;
        Ok((number("numbers", &self.issuer, &self.value)?, role))
    }
}

impl NewPatientJson {
    fn patient(self) -> Result<NewPatient, Problem> {
        let numbers = self.numbers.iter();
        let numbers = numbers.map(|one| number("patient.numbers", &one.issuer, &one.value));
        Ok(NewPatient {
            numbers: numbers.collect::<Result<_, _>>()?,
            national_number: self.national_number.map(Into::into),
            family: self.family.into(),
            given: self.given.into(),
            born: self.born.into(),
            sex: self.sex,
        })
    }
}

impl NewContentJson {
    /// Whom the case is offered to first.
    fn routing(&self) -> Result<NewRouting, Problem> {
        let mut routing = NewRouting::default();
        if let Some(id) = &self.named_pathologist {
            let who: Result<PathologistId, _> = id.parse();
            let who = who.map_err(|e| refused("content.named_pathologist", &e))?;
            routing.named.push((Role::Named, who));
        }
        Ok(routing)
    }

    fn content(self) -> NewContent {
        NewContent {
            requester: self.requester.into(),
            copy_to: self.copy_to.into_iter().map(Into::into).collect(),
            clinical_details: self.clinical_details.into(),
        }
    }
}

impl NewSpecimenJson {
    fn specimen(self) -> Result<NewSpecimen, Problem> {
        let blocks = self.blocks.into_iter().map(NewBlockJson::block);
        Ok(NewSpecimen {
            part: self.part,
            specimen_type: self.specimen_type,
            body_site: self.site,
            macroscopic: self.macroscopic.into(),
            fixation: self.fixation,
            decalcified: self.decalcified,
            blocks: blocks.collect::<Result<_, _>>()?,
        })
    }
}

impl NewBlockJson {
    fn block(self) -> Result<NewBlock, Problem> {
        let code = self.code.clone();
        let slide = |(n, slide): (usize, NewSlideJson)| slide.slide(&code, n + 1);
        let slides = self.slides.into_iter().enumerate().map(slide);
        Ok(NewBlock {
            slides: slides.collect::<Result<_, _>>()?,
            code: self.code,
            body_site: self.site,
            pieces: self.pieces,
        })
    }
}

impl NewSlideJson {
    fn slide(self, block: &str, n: usize) -> Result<NewSlide, Problem> {
        Ok(NewSlide {
            container: number(
                "specimens.blocks.slides.container",
                &self.issuer,
                &self.container,
            )?,
            name: self.name.unwrap_or_else(|| format!("{block}-{n}")),
            stain: self.stain,
        })
    }
}

fn number(field: &str, issuer: &str, value: &str) -> Result<Number, Problem> {
    let issuer = Issuer::new(issuer).map_err(|e| refused(field, &e))?;
    Number::new(issuer, value).map_err(|e| refused(field, &e))
}

fn moment(field: &str, text: &str) -> Result<Micros, Problem> {
    text.to_owned().try_into().map_err(|e| refused(field, &e))
}

fn optional(field: &str, text: Option<&str>) -> Result<Option<Micros>, Problem> {
    text.map(|text| moment(field, text)).transpose()
}

fn refused(field: &str, reason: &impl std::fmt::Display) -> Problem {
    Problem::invalid(field, &reason.to_string())
}
