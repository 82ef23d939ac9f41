//! Finding a case by what is written on a request or on the glass.
//!
//! A number or container by its beginning, in any case; a family name by its beginning, in open
//! cases. Every hit is decided as viewing the case; nobody learns of others. A beginning that very
//! many numbers share finds only some of them: type more of it.

use pathology::access::Authorized;
use pathology::ids::CaseId;

use super::access::{Asking, CaseAccess, asking_to_view, relation};
use super::decode::PatientView;
use crate::engine::{Row, Tx, args};
use crate::{Catalog, Error, sql};

/// Hits at most.
const MOST_HITS: usize = 20;
/// Shorter texts would find everything.
const SHORTEST: usize = 2;

/// A case that was found.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The case.
    pub case: CaseId,
    /// The owning laboratory's number.
    pub number: String,
    /// Who gave it.
    pub issuer: String,
    /// Where it stands.
    pub state: String,
    /// Who the patient is.
    pub patient: PatientView,
}

impl Catalog {
    /// At most 20 cases the one who asks may view. The caller audits it.
    pub async fn search(&self, asking: &Asking, text: &str) -> Result<Vec<Hit>, Error> {
        let text = text.trim().to_owned();
        if text.chars().count() < SHORTEST {
            let reason = "give at least 2 characters of a number or a family name".to_owned();
            return Err(Error::Invalid {
                field: "text",
                reason,
            });
        }
        let asking = asking.clone();
        self.read(move |tx| {
            let (asking, text) = (asking.clone(), text.clone());
            Box::pin(async move { search(tx, &asking, &text).await })
        })
        .await
    }
}

async fn search(tx: &mut Tx, asking: &Asking, text: &str) -> Result<Vec<Hit>, Error> {
    let beyond = format!("{text}\u{10FFFF}");
    let of = match asking.subject.role.pathologist() {
        Some(_) => String::new(),
        None => asking.subject.organisation.to_string(),
    };
    let wanted = args![text, beyond, text.to_lowercase(), of];
    let mut hits = Vec::new();
    for row in tx.all(&sql::VIEWS_SEARCH, wanted).await? {
        let case = row.parsed("case_id")?;
        let access = relation(tx, asking, case).await?;
        if Authorized::check(asking_to_view(asking), CaseAccess::resource, access).is_ok() {
            let row = tx.one(&sql::VIEWS_HIT, args![case]).await?;
            hits.push(hit(&row, case)?);
        }
        if hits.len() == MOST_HITS {
            break;
        }
    }
    Ok(hits)
}

fn hit(row: &Row, case: CaseId) -> Result<Hit, Error> {
    Ok(Hit {
        case,
        number: row.text("number")?,
        issuer: row.text("issuer")?,
        state: row.text("state")?,
        patient: PatientView::of(row)?,
    })
}
