//! The network as the routing sees it: sites, pathologists and agreements with ids, and who may read what.
//!
//! Ids follow from names as in a real installation. Who may read a pool is asked of
//! [`eligible`], once at the start, with everybody present and free.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::network::{Agreement, Network, Off, Site, SpecialtyMix};
use crate::access::Purpose;
use crate::case::{Micros, Priority, ReadingKind};
use crate::ids::{AgreementId, OrganisationId, PathologistId, ReadingId, SiteId, derived};
use crate::routing::{Reading, Rules, Stage, eligible};
use crate::staff::{
    self, Coverage, Credential, Opens, Pathologist, Practice, Presence, Profession, Specialty, Tier,
};

/// Everyone and everything of a network.
#[derive(Debug)]
pub(super) struct Roster {
    /// Sites, in the order of the configuration.
    pub(super) sites: Vec<Place>,
    /// Specialties, in the order of the configuration.
    pub(super) specialties: Vec<Specialty>,
    /// Pathologists, in the order of the configuration.
    pub(super) people: Vec<Person>,
    /// Agreements in force throughout.
    pub(super) agreements: Vec<staff::Agreement>,
    /// By pool: who may read it, at any site.
    readers: Vec<Vec<usize>>,
}

/// A site.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) id: SiteId,
    pub(super) name: String,
    organisation: OrganisationId,
    organisation_name: String,
    send_out: Option<String>,
}

/// A pathologist with their hours.
#[derive(Debug)]
pub(super) struct Person {
    /// As the routing sees them: away, holding nothing.
    pub(super) pathologist: Pathologist,
    /// Index of their site.
    pub(super) site: usize,
    /// Index of their shift.
    pub(super) shift: usize,
    /// How fast they read.
    pub(super) pace: f64,
    /// When they are away whatever their shift says.
    pub(super) off: Vec<(Micros, Micros)>,
}

impl Roster {
    /// Of a checked network, with what a question changes.
    pub(super) fn of(network: &Network, more: Option<&Agreement>, off: Option<&Off>) -> Self {
        let specialty = |mix: &SpecialtyMix| Specialty::new(&mix.key).ok();
        let agreements = network.agreements.iter().chain(more);
        let mut roster = Self {
            sites: network.sites.iter().map(place).collect(),
            specialties: network.specialties.iter().filter_map(specialty).collect(),
            people: people(network, off),
            agreements: agreements.map(agreement).collect(),
            readers: Vec::new(),
        };
        let pools = 0..roster.pools();
        roster.readers = pools.map(|pool| roster.may_read(pool)).collect();
        roster
    }

    /// How many pools there are: every specialty of every site.
    pub(super) const fn pools(&self) -> usize {
        self.sites.len() * self.specialties.len()
    }

    /// The pool of a site's specialty.
    pub(super) const fn pool(&self, site: usize, specialty: usize) -> usize {
        site * self.specialties.len() + specialty
    }

    /// What a pool is called.
    pub(super) fn pool_name(&self, pool: usize) -> String {
        let (site, specialty) = self.of_pool(pool);
        let (place, name) = (&self.sites[site].name, self.specialties[specialty].name());
        format!("{name} of {place}")
    }

    const fn of_pool(&self, pool: usize) -> (usize, usize) {
        (pool / self.specialties.len(), pool % self.specialties.len())
    }

    /// Who may read a pool, at any site.
    pub(super) fn readers(&self, pool: usize) -> &[usize] {
        &self.readers[pool]
    }

    /// Who of one site may read a pool.
    pub(super) fn readers_at(&self, pool: usize, site: usize) -> impl Iterator<Item = usize> + '_ {
        let all = self.readers[pool].iter().copied();
        all.filter(move |one| self.people[*one].site == site)
    }

    /// Where a pool is read when sites read alone: at home, else at its partner, else where somebody may.
    pub(super) fn home(&self, pool: usize) -> usize {
        let (site, _) = self.of_pool(pool);
        let named = |name: &String| self.sites.iter().position(|one| one.name == *name);
        let partner = self.sites[site].send_out.as_ref().and_then(named);
        let mut places = [Some(site), partner]
            .into_iter()
            .flatten()
            .chain(0..self.sites.len());
        let can = |place: &usize| self.readers_at(pool, *place).next().is_some();
        places.find(can).unwrap_or(site)
    }

    /// A reading of a pool.
    pub(super) fn reading(&self, id: ReadingId, pool: usize, priority: Priority) -> Reading {
        let (site, specialty) = self.of_pool(pool);
        let place = &self.sites[site];
        Reading {
            id,
            owner: place.organisation,
            owner_name: place.organisation_name.clone(),
            site: place.id,
            site_name: place.name.clone(),
            specialty: self.specialties[specialty].clone(),
            also: Vec::new(),
            points: 1,
            stage: Stage::AllSites,
            named: Vec::new(),
            needs: Tier::Core,
            kind: ReadingKind::Primary,
            priority,
            restricted: false,
            others: Vec::new(),
        }
    }

    fn may_read(&self, pool: usize) -> Vec<usize> {
        let reading = self.reading(ReadingId(Uuid::nil()), pool, Priority::Routine);
        let rules = Rules {
            agreements: &self.agreements,
            ..Rules::default()
        };
        let may = |one: &Person| {
            let there = Pathologist {
                presence: Presence::Available,
                ..one.pathologist.clone()
            };
            there.max_active > 0 && eligible(&there, &reading, &rules, Micros(0)).is_yes()
        };
        let people = self.people.iter().enumerate();
        people.filter(|(_, one)| may(one)).map(|(n, _)| n).collect()
    }
}

impl Site {
    /// Its share of a specialty: its own, or the network's.
    pub(super) fn share_of(&self, mix: &SpecialtyMix) -> f64 {
        self.specialties
            .get(&mix.key)
            .copied()
            .unwrap_or(mix.cases_percent)
    }
}

fn place(site: &Site) -> Place {
    Place {
        id: SiteId(derived(Uuid::nil(), "site", &site.name)),
        name: site.name.clone(),
        organisation: organisation(&site.organisation),
        organisation_name: site.organisation.clone(),
        send_out: site.send_out.clone(),
    }
}

fn organisation(name: &str) -> OrganisationId {
    OrganisationId(derived(Uuid::nil(), "organisation", name))
}

fn people(network: &Network, off: Option<&Off>) -> Vec<Person> {
    let mut all = Vec::new();
    for team in &network.teams {
        let Some(site) = network.sites.iter().position(|one| one.name == team.site) else {
            continue;
        };
        let shift = network.shifts.iter().position(|one| one.name == team.shift);
        for name in &team.pathologists {
            let away = off.filter(|off| off.pathologists.contains(name));
            all.push(Person {
                pathologist: Pathologist {
                    id: PathologistId(derived(Uuid::nil(), "pathologist", name)),
                    name: name.clone(),
                    organisation: organisation(&network.sites[site].organisation),
                    site: SiteId(derived(Uuid::nil(), "site", &team.site)),
                    credentials: credentials(&team.specialties),
                    presence: Presence::Away,
                    active: 0,
                    max_active: team.capacity,
                    points: 0,
                    max_points: u32::MAX,
                },
                site,
                shift: shift.unwrap_or_default(),
                pace: team.pace,
                off: away.map(|off| (off.from, off.to)).into_iter().collect(),
            });
        }
    }
    all
}

fn credentials(keys: &[String]) -> Vec<Credential> {
    let keys: BTreeSet<Specialty> = keys
        .iter()
        .filter_map(|key| Specialty::new(key).ok())
        .collect();
    let credential = |specialty| Credential {
        specialty,
        tier: Tier::Specialist,
        profession: Profession::Consultant,
        practice: Practice::All,
        supervisor: None,
        valid_from: Micros(i64::MIN),
        valid_to: None,
    };
    keys.into_iter().map(credential).collect()
}

fn agreement(one: &Agreement) -> staff::Agreement {
    let all = one.specialties.iter().any(|key| key == "*");
    let these = one
        .specialties
        .iter()
        .filter_map(|key| Specialty::new(key).ok());
    let (owner, reading) = (organisation(&one.owner), organisation(&one.reading));
    staff::Agreement {
        id: AgreementId(derived(owner.0, "agreement", &one.reading)),
        owner,
        reading,
        specialties: if all {
            Coverage::All
        } else {
            Coverage::These(these.collect())
        },
        purposes: vec![Purpose::DirectCare],
        opens: Opens::Network,
        legal_basis: "simulated".to_owned(),
        valid_from: Micros(i64::MIN),
        valid_to: None,
        revoked_at: None,
    }
}
