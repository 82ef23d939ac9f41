//! The instances of one delivery, sorted: what the levels are made of, and the pictures beside them.
//!
//! Whatever belongs to somebody or something else is found before any frame is.

use super::super::probe::Probe;
use super::super::raster::{Extent, bytes_of};
use super::super::{Error, Member};
use super::frames::{self, Located};
use super::instance::{self, Instance, Kind};
use super::parts::{self, Whole};
use std::collections::BTreeMap;

/// Bytes compared at a time.
const COMPARED_BYTES: usize = 64 << 10;

/// What a delivery holds.
#[derive(Debug)]
pub(super) struct Delivery {
    /// Images of the tissue, each whole.
    pub(super) volumes: Vec<Whole>,
    /// Label, macro and thumbnail by these names.
    pub(super) beside: Vec<(&'static str, Whole)>,
    /// What is not shown, a sentence each.
    pub(super) not_shown: Vec<String>,
}

/// Reads every instance and refuses what is no slide, or not one slide.
pub(super) fn read(probes: &[&Probe<'_>]) -> Result<Delivery, Error> {
    let members = probes.first().ok_or_else(nothing)?.members;
    let (mut instances, mut strangers) = (Vec::new(), Vec::new());
    for probe in probes {
        match instance::read(probe) {
            Ok(instance) => instances.push(instance),
            Err(why @ Error::NotASlide { .. }) => strangers.push(why),
            Err(why) => return Err(why),
        }
    }
    if instances.is_empty() {
        return Err(strangers.into_iter().next().unwrap_or_else(nothing));
    }
    of_one_slide(&instances)?;
    let instances = without_copies(members, instances)?;
    let (volumes, others): (Vec<_>, Vec<_>) = instances
        .into_iter()
        .partition(|one| one.kind == Kind::Volume);
    if volumes.is_empty() {
        return Err(without_levels(&others));
    }
    let reference = &volumes[0].owner.reference;
    if volumes.iter().any(|one| one.owner.reference != *reference) {
        return Err(Error::Strangers {
            what: "frames of reference",
        });
    }
    let mut not_shown = Vec::new();
    if !strangers.is_empty() {
        not_shown.push(format!(
            "{} DICOM objects that are no images of the slide",
            strangers.len()
        ));
    }
    let beside = beside(members, others, &mut not_shown)?;
    Ok(Delivery {
        volumes: parts::join(members, volumes)?,
        beside,
        not_shown,
    })
}

/// No file of the delivery is an image.
pub(super) fn nothing() -> Error {
    Error::damaged("it has no image")
}

/// Everything must be of one patient, study, series and container.
fn of_one_slide(instances: &[Instance]) -> Result<(), Error> {
    let first = &instances[0].owner;
    for Instance { owner, .. } in instances {
        let differs = [
            ("patients", owner.patient != first.patient),
            ("studies", owner.study != first.study),
            ("series", owner.series != first.series),
            ("containers", owner.container != first.container),
        ];
        if let Some((what, _)) = differs.into_iter().find(|(_, differs)| *differs) {
            return Err(Error::Strangers { what });
        }
    }
    Ok(())
}

/// Drops files that came twice: one UID, and the same pixels.
fn without_copies(
    members: &[Member<'_>],
    instances: Vec<Instance>,
) -> Result<Vec<Instance>, Error> {
    let mut kept: Vec<Instance> = Vec::with_capacity(instances.len());
    let mut by_uid: BTreeMap<String, usize> = BTreeMap::new();
    for instance in instances {
        let place = by_uid.get(&instance.uid).copied();
        let Some(held) = place.and_then(|place| kept.get(place)) else {
            if !instance.uid.is_empty() {
                by_uid.insert(instance.uid.clone(), kept.len());
            }
            kept.push(instance);
            continue;
        };
        let alike = (held.kind, held.grid, held.samples, &held.part)
            == (
                instance.kind,
                instance.grid,
                instance.samples,
                &instance.part,
            );
        let (a, b) = (
            frames::locate(members, held)?,
            frames::locate(members, &instance)?,
        );
        if !alike || !same_bytes(members, &a, &b)? {
            return Err(Error::damaged("two different images bear the same UID"));
        }
    }
    Ok(kept)
}

/// Whether two images have the same frames, byte by byte; reads each of them once at most.
pub(super) fn same_bytes(members: &[Member<'_>], a: &Located, b: &Located) -> Result<bool, Error> {
    if a.fragments.len() != b.fragments.len() {
        return Ok(false);
    }
    let mut held = (vec![0; COMPARED_BYTES], vec![0; COMPARED_BYTES]);
    for (one, other) in a.fragments.iter().zip(&b.fragments) {
        if one.length != other.length {
            return Ok(false);
        }
        let mut done = 0;
        while done < one.length {
            let count = (one.length - done).min(COMPARED_BYTES as u32);
            let read = |extent: &Extent, into: &mut [u8]| {
                let bytes = bytes_of(members, extent.member)?;
                bytes.read_exact_at(extent.offset + u64::from(done), into)?;
                Ok::<_, Error>(())
            };
            let (left, right) = (&mut held.0[..count as usize], &mut held.1[..count as usize]);
            read(one, left)?;
            read(other, right)?;
            if left != right {
                return Ok(false);
            }
            done += count;
        }
    }
    Ok(true)
}

/// What came instead of the slide.
fn without_levels(others: &[Instance]) -> Error {
    let only = |kind| others.iter().all(|one| one.kind == kind);
    let format = match () {
        () if only(Kind::Label) => "a DICOM label image alone",
        () if only(Kind::Overview) => "a DICOM overview image alone",
        () if only(Kind::Thumbnail) => "a DICOM thumbnail alone",
        () => "a DICOM series without the slide's own image",
    };
    Error::NotASlide {
        format,
        remedy: "send every instance of its series",
    }
}

/// The pictures beside the levels. Two different labels are two slides; of other pictures the largest counts.
fn beside(
    members: &[Member<'_>],
    mut others: Vec<Instance>,
    not_shown: &mut Vec<String>,
) -> Result<Vec<(&'static str, Whole)>, Error> {
    others.sort_by_key(|one| {
        std::cmp::Reverse(u64::from(one.grid.width) * u64::from(one.grid.height))
    });
    let mut beside: Vec<(&'static str, Whole)> = Vec::new();
    for mut instance in others {
        let name = match instance.kind {
            Kind::Label => "label",
            Kind::Overview => "macro",
            Kind::Thumbnail => "thumbnail",
            Kind::Volume | Kind::Other => {
                not_shown.push(String::from(
                    "an image that is neither slide, label, overview nor thumbnail",
                ));
                continue;
            }
        };
        // A picture in one frame is whole, whatever it says of a concatenation.
        instance.part = None;
        for whole in parts::join(members, vec![instance])? {
            let held = beside.iter().find(|(held, _)| *held == name);
            match held {
                None => beside.push((name, whole)),
                Some((_, held)) if same_bytes(members, &held.located, &whole.located)? => {}
                Some(_) if name == "label" => {
                    return Err(Error::Strangers { what: "labels" });
                }
                Some(_) => not_shown.push(format!("a second {name}")),
            }
        }
    }
    Ok(beside)
}
