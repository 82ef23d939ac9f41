//! Values that several views read from their rows.

use pathology::case::Micros;
use pathology::phi::Phi;

use crate::Error;
use crate::engine::Row;

/// A number with who gave it and, for a case, what it is to that laboratory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberView {
    /// Who gave it.
    pub issuer: String,
    /// The number as printed.
    pub value: Phi<String>,
    /// `owning`, `referring` or `performing`; empty for a record number.
    pub role: String,
}

/// Who the patient is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientView {
    /// Family name.
    pub family: Phi<String>,
    /// Given names.
    pub given: Phi<String>,
    /// Date of birth, `YYYY-MM-DD`.
    pub born: Phi<String>,
    /// Sex as registered.
    pub sex: String,
    /// The first record number, if there is one.
    pub record: Option<NumberView>,
    /// The national number; only a case shows it.
    pub national_number: Option<Phi<String>>,
}

impl PatientView {
    pub(super) fn of(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            family: row.text("family")?.into(),
            given: row.text("given")?.into(),
            born: row.text("born")?.into(),
            sex: row.text("sex")?,
            record: row.opt_text("record")?.and_then(|text| record(&text)),
            national_number: None,
        })
    }
}

/// `issuer value`: issuers have no space.
fn record(text: &str) -> Option<NumberView> {
    let (issuer, value) = text.split_once(' ')?;
    Some(NumberView {
        issuer: issuer.to_owned(),
        value: value.to_owned().into(),
        role: String::new(),
    })
}

/// Lines of `role issuer value`; numbers have no line breaks.
pub(super) fn numbers(row: &Row) -> Result<Vec<NumberView>, Error> {
    let text = row.opt_text("numbers")?.unwrap_or_default();
    let line = |line: &str| {
        let (role, rest) = line.split_once(' ')?;
        record(rest).map(|number| NumberView {
            role: role.to_owned(),
            ..number
        })
    };
    Ok(text.lines().filter_map(line).collect())
}

/// The lines of an assignment's `why`: a JSON list, or text line by line.
pub(super) fn why(text: Option<String>) -> Vec<String> {
    let text = text.unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_else(|_| text.lines().map(str::to_owned).collect())
}

impl Row {
    pub(super) fn micros(&self, column: &str) -> Result<Micros, Error> {
        Ok(Micros(self.int(column)?))
    }

    pub(super) fn opt_micros(&self, column: &str) -> Result<Option<Micros>, Error> {
        Ok(self.opt_int(column)?.map(Micros))
    }

    /// A count or size, which is never negative.
    pub(super) fn count(&self, column: &str) -> Result<u64, Error> {
        u64::try_from(self.int(column)?).map_err(|_| Error::Corrupt(column.to_owned()))
    }
}
