//! Which directory holds which plane of which Image (OME-TIFF specification, "`TiffData`").
//!
//! Planes are counted in the Image's `DimensionOrder`. A `TiffData` without attributes means all planes, from the
//! file's first directory on; without any `TiffData` the directories follow one another.

use crate::formats::xml::Element;

/// Where one plane lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At {
    pub(super) z: u32,
    pub(super) c: u32,
    /// Its place in the main chain of directories.
    pub(super) directory: usize,
}

/// The planes of one Image at its first time.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Planes {
    pub(super) here: Vec<At>,
    /// Planes that lie in other files.
    pub(super) elsewhere: usize,
    pub(super) times: u32,
}

/// Every Image that has planes in this file. A directory is one plane: twice as many planes as
/// `directories` are looked at altogether, whatever the blocks count.
pub(super) fn of_images(
    root: &Element,
    samples: u32,
    directories: usize,
) -> Vec<(&Element, Planes)> {
    let mut next = 0;
    let mut chain = Chain {
        directories,
        left: directories * 2,
    };
    let mut images = Vec::new();
    for image in root.all("Image") {
        let Some(pixels) = image.child("Pixels") else {
            continue;
        };
        let sizes = Sizes::of(pixels, samples);
        let mut planes = Planes {
            times: sizes.t,
            ..Planes::default()
        };
        let mut blocks = pixels.all("TiffData").peekable();
        if blocks.peek().is_none() {
            planes.take(&sizes, (0, next), sizes.planes(), &mut chain);
        }
        for block in blocks {
            let number = |name| block.count(name);
            let first = sizes.place(
                number("FirstZ").unwrap_or(0),
                number("FirstC").unwrap_or(0),
                number("FirstT").unwrap_or(0),
            );
            let alone = if number("IFD").is_some() {
                1
            } else {
                sizes.planes()
            };
            let count = u64::from(number("PlaneCount").map_or(alone as u32, |count| count));
            if in_another_file(root, block) {
                planes.elsewhere += count.min(1 << 20) as usize;
            } else {
                let directory = number("IFD").unwrap_or(0) as usize;
                planes.take(&sizes, (first, directory), count, &mut chain);
            }
        }
        next += planes.here.len();
        if !planes.here.is_empty() {
            images.push((image, planes));
        }
    }
    images
}

/// Whether a block names another file than this one; files are told apart by their UUIDs, never by names.
fn in_another_file(root: &Element, block: &Element) -> bool {
    let this = root.attribute("UUID");
    let said = block.child("UUID").map(|uuid| uuid.text.trim());
    this.zip(said).is_some_and(|(this, said)| this != said)
}

impl Planes {
    /// Takes `count` planes from the one at `first` on, in directories from the one there on.
    fn take(
        &mut self,
        sizes: &Sizes,
        (first, directory): (u64, usize),
        count: u64,
        chain: &mut Chain,
    ) {
        let count = count.min(chain.left as u64);
        chain.left -= count as usize;
        for step in 0..count {
            let (z, c, t) = sizes.at(first.saturating_add(step));
            let directory = directory + step as usize;
            let known = self.here.iter().any(|at| (at.z, at.c) == (z, c));
            if t == 0 && z < sizes.z && c < sizes.c && !known && directory < chain.directories {
                self.here.push(At { z, c, directory });
            }
        }
    }
}

/// The main chain, and how many planes may still be looked at.
struct Chain {
    directories: usize,
    left: usize,
}

/// How many planes along each dimension, and which of them is counted first.
struct Sizes {
    z: u32,
    /// Channels as they are stored: red, green and blue together are one.
    c: u32,
    t: u32,
    order: [char; 3],
}

impl Sizes {
    fn of(pixels: &Element, samples: u32) -> Self {
        let size = |name| pixels.count(name).unwrap_or(1).max(1);
        let described = pixels.all("Channel").count() as u32;
        let c = if described > 0 {
            described
        } else {
            (size("SizeC") / samples.max(1)).max(1)
        };
        let said = pixels.attribute("DimensionOrder").unwrap_or("XYCZT");
        let mut order = ['C', 'Z', 'T'];
        for (place, letter) in order.iter_mut().zip(said.chars().skip(2)) {
            *place = letter;
        }
        Self {
            z: size("SizeZ"),
            c,
            t: size("SizeT"),
            order,
        }
    }

    fn planes(&self) -> u64 {
        u64::from(self.z)
            .saturating_mul(self.c.into())
            .saturating_mul(self.t.into())
    }

    const fn along(&self, letter: char) -> u64 {
        match letter {
            'Z' => self.z as u64,
            'C' => self.c as u64,
            _ => self.t as u64,
        }
    }

    /// The place of a plane in the Image's order.
    fn place(&self, z: u32, c: u32, t: u32) -> u64 {
        let (mut place, mut each) = (0_u64, 1_u64);
        for letter in self.order {
            let value = match letter {
                'Z' => z,
                'C' => c,
                _ => t,
            };
            place = place.saturating_add(each.saturating_mul(value.into()));
            each = each.saturating_mul(self.along(letter));
        }
        place
    }

    /// The plane at a place in the Image's order.
    fn at(&self, mut place: u64) -> (u32, u32, u32) {
        let (mut z, mut c, mut t) = (0, 0, 0);
        for letter in self.order {
            let value = (place % self.along(letter)) as u32;
            place /= self.along(letter);
            match letter {
                'Z' => z = value,
                'C' => c = value,
                _ => t = value,
            }
        }
        (z, c, t)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::xml;
    use super::*;

    fn planes(pixels: &str) -> Planes {
        let document = format!("<OME UUID='a'><Image><Pixels {pixels}</Pixels></Image></OME>");
        let root = xml::parse(document.as_bytes()).unwrap();
        of_images(&root, 3, 20).remove(0).1
    }

    fn places(planes: &Planes) -> Vec<(u32, u32, usize)> {
        let places = planes.here.iter();
        places.map(|at| (at.z, at.c, at.directory)).collect()
    }

    #[test]
    fn planes_follow_the_order_of_their_dimensions() {
        let sizes = "SizeZ='2' SizeT='2' SizeC='2' ";
        let channels = "><Channel/><Channel/>";
        let zct = planes(&format!("{sizes} DimensionOrder='XYZCT'{channels}"));
        assert_eq!(places(&zct), [(0, 0, 0), (1, 0, 1), (0, 1, 2), (1, 1, 3)]);
        let tcz = planes(&format!(
            "{sizes} DimensionOrder='XYTCZ'{channels}<TiffData/>"
        ));
        assert_eq!(places(&tcz), [(0, 0, 0), (0, 1, 2), (1, 0, 4), (1, 1, 6)]);
        assert_eq!(tcz.times, 2);
    }

    #[test]
    fn a_block_says_where_its_planes_lie() {
        let blocks = "SizeZ='3' SizeC='3'><Channel/><TiffData IFD='7' FirstZ='1'/><TiffData IFD='2' FirstZ='0'/>\
                      <TiffData IFD='3' FirstZ='2' PlaneCount='9'><UUID>b</UUID></TiffData>";
        let planes = planes(blocks);
        assert_eq!(places(&planes), [(1, 0, 7), (0, 0, 2)]);
        assert_eq!(planes.elsewhere, 9);
    }

    #[test]
    fn counts_without_sense_are_bounded() {
        let planes = planes(
            "SizeZ='4294967295' SizeT='4294967295' SizeC='9'><TiffData IFD='3'/><TiffData IFD='4294967295' FirstZ='4294967295' \
             FirstT='4294967295' PlaneCount='4294967295'/><TiffData PlaneCount='4294967295'/>",
        );
        assert_eq!(places(&planes), [(0, 0, 3)]);
    }
}
