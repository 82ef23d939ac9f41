//! Does a file's format close: are all the bytes there that its structure speaks of?

use std::future::Future;
use std::path::Path;
use std::pin::Pin;

use pathology::phi::Phi;
use sandbox::{Member, MemberAccess, Refusal, Sandbox};

/// What a look at a file's structure says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closing {
    /// Everything is there.
    Closes,
    /// It speaks of bytes that are not there, or not yet.
    EndsEarly,
    /// It will never be a slide, or cannot be read; the tiling will say why.
    NoSlide,
}

/// An answer under way.
pub(crate) type Answer<'a> =
    Pin<Box<dyn Future<Output = Result<Closing, sandbox::Error>> + Send + 'a>>;

/// Who looks at structures. An error says nothing about the file.
pub(crate) trait Closes: Send + Sync {
    fn closes<'a>(&'a self, path: &'a Path) -> Answer<'a>;
}

impl Closes for Sandbox {
    fn closes<'a>(&'a self, path: &'a Path) -> Answer<'a> {
        Box::pin(async move {
            let member = Member {
                name: Phi::new(crate::naming::shown(path.file_name().unwrap_or_default())),
                access: MemberAccess::Path(path.to_owned()),
            };
            match self.inspect(&[member]).await {
                Ok(_) => Ok(Closing::Closes),
                Err(sandbox::Error::Refused { kind, .. }) => Ok(of_refusal(kind)),
                Err(why) if why.is_poison() => Ok(Closing::NoSlide),
                Err(why) => Err(why),
            }
        })
    }
}

const fn of_refusal(kind: Refusal) -> Closing {
    match kind {
        Refusal::Truncated | Refusal::Empty => Closing::EndsEarly,
        _ => Closing::NoSlide,
    }
}
