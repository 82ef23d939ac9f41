//! The invented people of the demo.

use pathology::access::{Role, Subject};

/// An invented person who may sign in to the demo.
#[derive(Debug, Clone)]
pub struct Persona {
    /// What the page sends to become them.
    pub key: String,
    /// Their name.
    pub name: String,
    /// What `decide` knows of them.
    pub subject: Subject,
    /// The name of their organisation.
    pub organisation: String,
    /// The name of their site.
    pub site: String,
    /// Specialty keys, for a pathologist.
    pub specialties: Vec<String>,
    /// One line about them.
    pub note: String,
}

/// Who acts in a session: enough to decide and to audit.
#[derive(Debug, Clone)]
pub struct SessionSubject {
    /// What `decide` knows of them.
    pub subject: Subject,
    /// Their name in the audit: `pathologist:<id>`, `operator:dana`.
    pub audited_as: String,
}

impl Persona {
    /// Who acts when this person has signed in.
    pub fn acting(&self) -> SessionSubject {
        let audited_as = match self.subject.role {
            Role::Pathologist(id) => format!("pathologist:{id}"),
            role => format!("{}:{}", role.as_str(), self.key),
        };
        SessionSubject {
            subject: self.subject,
            audited_as,
        }
    }
}
