//! Values in and out of statements, in the three types both databases share: integer, text, bytes.

use std::str::FromStr;

use pathology::ids::{
    AbsenceId, AgreementId, AttachmentId, AttemptId, BlockId, CaseId, ClaimId, DeliveryId, JobId,
    OrganisationId, PathologistId, PatientId, ReadingId, ReceiptId, ReportId, ScanId, ScannerId,
    SiteId, SlideId, SpecimenId, TrayId, WorkId,
};
use pathology::phi::Phi;
use serde_json::{Map, Value};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use crate::Error;

/// A value for a placeholder; typed also when it is NULL, as PostgreSQL wants.
#[derive(Clone)]
pub(crate) enum Arg {
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

/// `args![a, b]`: the placeholders `$1, $2 …` in order.
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::engine::Arg::from($value)),*] };
}
pub(crate) use args;

macro_rules! from {
    ($($type:ty => $variant:ident, $value:ident => $make:expr;)*) => {$(
        impl From<$type> for Arg {
            fn from($value: $type) -> Self { Self::$variant(Some($make)) }
        }
        impl From<Option<$type>> for Arg {
            fn from(value: Option<$type>) -> Self { Self::$variant(value.map(|$value| $make)) }
        }
    )*};
}

from! {
    i64 => Int, v => v;
    i32 => Int, v => i64::from(v);
    u32 => Int, v => i64::from(v);
    u16 => Int, v => i64::from(v);
    u64 => Int, v => i64::try_from(v).unwrap_or(i64::MAX);
    bool => Int, v => i64::from(v);
    &str => Text, v => v.to_owned();
    String => Text, v => v;
    &String => Text, v => v.clone();
    &Phi<String> => Text, v => v.expose().clone();
    Vec<u8> => Bytes, v => v;
    &[u8] => Bytes, v => v.to_vec();
    [u8; 32] => Bytes, v => v.to_vec();
}

macro_rules! from_ids {
    ($($id:ident)*) => {$(
        impl From<$id> for Arg {
            fn from(id: $id) -> Self { Self::Text(Some(id.to_string())) }
        }
        impl From<Option<$id>> for Arg {
            fn from(id: Option<$id>) -> Self { Self::Text(id.map(|id| id.to_string())) }
        }
    )*};
}
from_ids! { AgreementId AttachmentId AttemptId BlockId CaseId ClaimId DeliveryId JobId OrganisationId PathologistId
PatientId ReadingId ReceiptId ReportId ScanId ScannerId SiteId SlideId SpecimenId TrayId WorkId AbsenceId }

/// Ids or texts as one value: a JSON array, which both databases read as a list.
pub(crate) fn list<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    serde_json::json!(items).to_string()
}

/// A row of either database, or one of many that a statement gives as JSON in a column.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
    Json(Map<String, Value>),
}

/// How a column of a row in JSON is read.
trait FromJson: Sized {
    fn from_json(value: &Value) -> Option<Self>;
}

impl FromJson for i64 {
    fn from_json(value: &Value) -> Option<Self> {
        value.as_i64()
    }
}

impl FromJson for String {
    fn from_json(value: &Value) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }
}

impl FromJson for Vec<u8> {
    /// JSON has no bytes: no statement puts them there.
    fn from_json(_: &Value) -> Option<Self> {
        None
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(value: &Value) -> Option<Self> {
        if value.is_null() {
            return Some(None);
        }
        T::from_json(value).map(Some)
    }
}

macro_rules! column {
    ($(#[$doc:meta])* $verb:ident -> $type:ty) => {
        $(#[$doc])*
        pub(crate) fn $verb(&self, column: &str) -> Result<$type, Error> {
            match self {
                Self::Sqlite(row) => row.try_get(column).map_err(|_| Error::Corrupt(column.to_owned())),
                Self::Postgres(row) => row.try_get(column).map_err(|_| Error::Corrupt(column.to_owned())),
                Self::Json(row) => row.get(column).and_then(FromJson::from_json).ok_or_else(|| Error::Corrupt(column.to_owned())),
            }
        }
    };
}

impl Row {
    column!(int -> i64);
    column!(opt_int -> Option<i64>);
    column!(text -> String);
    column!(opt_text -> Option<String>);
    column!(bytes -> Vec<u8>);

    /// A flag stored as 0 or 1.
    pub(crate) fn flag(&self, column: &str) -> Result<bool, Error> {
        Ok(self.int(column)? != 0)
    }

    /// The rows that a column holds as JSON; NULL: none.
    pub(crate) fn rows(&self, column: &str) -> Result<Vec<Self>, Error> {
        let Some(text) = self.opt_text(column)? else {
            return Ok(Vec::new());
        };
        let rows: Result<Vec<_>, _> = serde_json::from_str(&text);
        let rows = rows.map_err(|_| Error::Corrupt(column.to_owned()))?;
        Ok(rows.into_iter().map(Self::Json).collect())
    }

    /// A 32-byte digest.
    pub(crate) fn digest(&self, column: &str) -> Result<[u8; 32], Error> {
        self.bytes(column)?
            .try_into()
            .map_err(|_| Error::Corrupt(column.to_owned()))
    }

    /// A value with a text form: an id, a state, a kind.
    pub(crate) fn parsed<T: FromStr>(&self, column: &str) -> Result<T, Error> {
        self.text(column)?
            .parse()
            .map_err(|_| Error::Corrupt(column.to_owned()))
    }

    /// The same, where NULL means none.
    pub(crate) fn opt_parsed<T: FromStr>(&self, column: &str) -> Result<Option<T>, Error> {
        let Some(text) = self.opt_text(column)? else {
            return Ok(None);
        };
        text.parse()
            .map(Some)
            .map_err(|_| Error::Corrupt(column.to_owned()))
    }
}
