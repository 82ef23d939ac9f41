//! A first look at a member: its first bytes, and its directories when it is a TIFF.

use super::raster::bytes_of;
use super::tiff::{self, Directory, Tiff, tag};
use super::{Error, Member, ReadAt};

/// Bytes looked at to recognise a format.
const HEAD: u64 = 4_096;

/// What the first look shows.
pub(crate) struct Probe<'a> {
    /// All members of the delivery.
    pub(crate) members: &'a [Member<'a>],
    /// Which of them this one is.
    pub(crate) member: u16,
    pub(crate) bytes: &'a dyn ReadAt,
    /// The first 4 KiB, or all there is.
    pub(crate) head: Vec<u8>,
    /// The directories; none when it is no TIFF; the reason when it is a TIFF that cannot be walked.
    pub(crate) tiff: Result<Option<Tiff>, Error>,
    /// Image description of the first directory.
    pub(crate) description: String,
    /// Software of the first directory.
    pub(crate) software: String,
}

impl<'a> Probe<'a> {
    /// Looks at a member; fails only when the bytes cannot be read.
    pub(crate) fn look(members: &'a [Member<'a>], member: u16) -> Result<Self, Error> {
        let bytes = bytes_of(members, member)?;
        let mut head = vec![0; HEAD.min(bytes.size()) as usize];
        bytes.read_exact_at(0, &mut head)?;
        let tiff = if tiff::starts(&head) {
            Tiff::walk(bytes).map(Some)
        } else {
            Ok(None)
        };
        let mut probe = Self {
            members,
            member,
            bytes,
            head,
            tiff,
            description: String::new(),
            software: String::new(),
        };
        probe.description = probe.text(tag::DESCRIPTION);
        probe.software = probe.text(tag::SOFTWARE);
        Ok(probe)
    }

    /// The TIFF, when it is one that could be walked.
    pub(crate) fn walked(&self) -> Option<&Tiff> {
        self.tiff.as_ref().ok().and_then(Option::as_ref)
    }

    /// The first directory.
    pub(crate) fn first(&self) -> Option<&Directory> {
        self.walked().and_then(|tiff| tiff.directories.first())
    }

    /// A text of the first directory; empty when it is missing or unreadable, which recognises nothing.
    fn text(&self, tag: u16) -> String {
        let text = self.first().map(|first| first.text(self.bytes, tag));
        text.and_then(Result::ok).unwrap_or_default()
    }
}
