//! Whether the names of a configuration can mean what they say.
//!
//! Ids follow from names, so two of one name would be one: the second person would silently lend the
//! first their credentials. And a name that is written wrongly somewhere would mean nobody.

use std::collections::BTreeSet;

use pathology::case::{CodePattern, Issuer};
use pathology::staff::Specialty;

use super::{Laboratory, Organisation};

type Wrong = String;

impl Laboratory {
    /// Every name once, and every name that is used is somebody's.
    pub(crate) fn check(&self) -> Result<(), Wrong> {
        let all = &self.organisations;
        once("organisations.name", all.iter().map(|o| &o.name))?;
        once("sites", all.iter().flat_map(|o| &o.sites))?;
        let issuers = all.iter().flat_map(|o| &o.issuers);
        once("issuers.name", issuers.map(|issuer| &issuer.name))?;
        let people = all.iter().flat_map(|o| &o.pathologists);
        once("pathologists.name", people.map(|person| &person.name))?;
        for organisation in all {
            organisation.check()?;
        }
        for agreement in &self.agreements {
            for name in [&agreement.owner, &agreement.reading] {
                known("agreements", name, all.iter().map(|o| &o.name))?;
            }
            for specialty in agreement.specialties.iter().filter(|key| *key != "*") {
                Specialty::new(specialty).map_err(|e| wrong("agreements.specialties", &e))?;
            }
        }
        Ok(())
    }
}

impl Organisation {
    fn check(&self) -> Result<(), Wrong> {
        for issuer in &self.issuers {
            Issuer::new(&issuer.name).map_err(|e| wrong("issuers.name", &e))?;
            if !issuer.code_pattern.is_empty() {
                let pattern = CodePattern::new(&issuer.code_pattern);
                pattern.map_err(|e| wrong("issuers.code_pattern", &e))?;
            }
        }
        let places = self.scanners.iter().map(|s| (&s.site, &s.name));
        once(
            "scanners.name",
            places.map(|(site, name)| format!("{name} at {site}")),
        )?;
        for scanner in &self.scanners {
            known("scanners.site", &scanner.site, &self.sites)?;
            let own = self.issuers.iter().map(|issuer| &issuer.name);
            known("scanners.issuer", &scanner.issuer, own)?;
        }
        for person in &self.pathologists {
            known("pathologists.site", &person.site, &self.sites)?;
            for specialty in &person.specialties {
                Specialty::new(specialty).map_err(|e| wrong("pathologists.specialties", &e))?;
            }
        }
        Ok(())
    }
}

fn wrong(field: &str, why: &impl std::fmt::Display) -> Wrong {
    format!("laboratory.{field}: {why}")
}

fn once<T: Ord + std::fmt::Display>(
    field: &str,
    names: impl Iterator<Item = T>,
) -> Result<(), Wrong> {
    let mut seen = BTreeSet::new();
    for name in names {
        if seen.contains(&name) {
            let why =
                format!("{name} stands there twice and would be taken for one: tell them apart");
            return Err(wrong(field, &why));
        }
        seen.insert(name);
    }
    Ok(())
}

fn known<'a>(
    field: &str,
    name: &String,
    names: impl IntoIterator<Item = &'a String>,
) -> Result<(), Wrong> {
    if names.into_iter().any(|one| one == name) {
        return Ok(());
    }
    let why =
        format!("nothing of this organisation or network is called {name}: correct it, or add it");
    Err(wrong(field, &why))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: &str = r#"
        organisations = [
          { name = "North", sites = ["North site"], issuers = [{ name = "north-lab" }],
            scanners = [{ name = "GT 1", site = "North site", issuer = "north-lab", folder = "/in" }],
            pathologists = [{ name = "Dr Smith", site = "North site", capacity = 3, specialties = ["skin"] }] },
          { name = "South", sites = ["South site"], issuers = [{ name = "south-lab" }],
            pathologists = [{ name = "Dr Jones", site = "South site", capacity = 3, specialties = ["renal"] }] },
        ]
        agreements = [{ owner = "North", reading = "South", specialties = ["*"], legal_basis = "contract" }]
    "#;

    fn checked(changed: &str, into: &str) -> Result<(), Wrong> {
        assert!(RIGHT.contains(changed), "{changed}");
        let text = RIGHT.replace(changed, into);
        toml::from_str::<Laboratory>(&text).unwrap().check()
    }

    #[test]
    fn a_laboratory_whose_names_are_right_is_taken() {
        assert_eq!(checked("GT 1", "GT 2"), Ok(()));
    }

    #[test]
    fn two_people_of_one_name_are_not_taken_for_one() {
        let refused = checked("Dr Jones", "Dr Smith").unwrap_err();
        assert!(
            refused.contains("pathologists.name: Dr Smith stands there twice"),
            "{refused}"
        );
    }

    #[test]
    fn a_name_that_means_nobody_is_named() {
        for (changed, into, field) in [
            ("reading = \"South\"", "reading = \"Suoth\"", "agreements"),
            (
                "issuer = \"north-lab\"",
                "issuer = \"south-lab\"",
                "scanners.issuer",
            ),
            (
                "site = \"South site\", capacity",
                "site = \"North site\", capacity",
                "pathologists.site",
            ),
            ("name = \"South\"", "name = \"North\"", "organisations.name"),
        ] {
            let refused = checked(changed, into).unwrap_err();
            assert!(
                refused.starts_with(&format!("laboratory.{field}")),
                "{refused}"
            );
        }
    }
}
