//! Concatenations (PS3.3 C.7.6.16.2.2.4): one image in several instances, each with some of its frames.

use super::super::{Error, Member};
use super::attributes::{Place, too_many_frames};
use super::frames::{self, Located};
use super::instance::{Instance, Part};
use super::place::{self, Plane};
use super::{FRAMES, delivery};

/// An image with all its frames.
#[derive(Debug)]
pub(super) struct Whole {
    /// Its first part, which speaks for all of them.
    pub(super) instance: Instance,
    pub(super) located: Located,
    pub(super) planes: Vec<Plane>,
}

/// Joins the parts of concatenations; an instance that is no part is a whole of its own.
pub(super) fn join(members: &[Member<'_>], instances: Vec<Instance>) -> Result<Vec<Whole>, Error> {
    let (parts, single): (Vec<_>, Vec<_>) =
        instances.into_iter().partition(|one| one.part.is_some());
    let mut wholes = Vec::new();
    for instance in single {
        wholes.push(whole(members, vec![instance])?);
    }
    let mut parts: Vec<(Part, Instance)> = parts
        .into_iter()
        .filter_map(|instance| Some((instance.part.clone()?, instance)))
        .collect();
    parts.sort_by(|(a, _), (b, _)| (&a.of, a.number).cmp(&(&b.of, b.number)));
    while let Some((first, _)) = parts.first() {
        let of = first.of.clone();
        let rest = parts.split_off(parts.partition_point(|(part, _)| part.of <= of));
        let of_one = std::mem::replace(&mut parts, rest);
        wholes.push(concatenation(members, of_one)?);
    }
    Ok(wholes)
}

/// All parts are there, in order, and alike.
fn concatenation(members: &[Member<'_>], parts: Vec<(Part, Instance)>) -> Result<Whole, Error> {
    let mut frames = 0;
    for (number, (part, instance)) in (1..).zip(&parts) {
        let total = part.parts.is_none_or(|total| total as usize == parts.len());
        if part.number != number || part.first != frames || !total {
            return Err(Error::damaged("a part of a concatenation is missing"));
        }
        frames += instance.frames;
        if u64::from(frames) > FRAMES {
            return Err(too_many_frames());
        }
        let first = &parts[0].1;
        if (instance.grid, instance.samples, instance.full)
            != (first.grid, first.samples, first.full)
        {
            return Err(Error::damaged("the parts of a concatenation are not alike"));
        }
    }
    whole(
        members,
        parts.into_iter().map(|(_, instance)| instance).collect(),
    )
}

fn whole(members: &[Member<'_>], mut parts: Vec<Instance>) -> Result<Whole, Error> {
    let mut located = Located::default();
    let mut places: Vec<Place> = Vec::new();
    for part in &mut parts {
        located.append(frames::locate(members, part)?);
        places.append(&mut part.places);
    }
    let frames = located.frames() as u32;
    let mut parts = parts.into_iter();
    let mut instance = parts.next().ok_or_else(delivery::nothing)?;
    instance.frames = frames;
    let planes = place::planes(&instance, &places, frames)?;
    Ok(Whole {
        instance,
        located,
        planes,
    })
}
