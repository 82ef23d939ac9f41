//! Does a slide's format close: are all the files and bytes there that its structure speaks of?

use std::future::Future;
use std::path::Path;
use std::pin::Pin;

use sandbox::{Member, MemberAccess, Refusal, Sandbox};

use crate::files::{SlideFile, files_of};

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
            let path = path.to_owned();
            let files = tokio::task::spawn_blocking(move || files_of(&path)).await;
            let Ok(Ok(files)) = files else {
                // It changed a moment ago: the copy will say so.
                return Ok(Closing::Closes);
            };
            let members: Vec<_> = files.into_iter().map(member).collect();
            match walk(self, &members).await {
                Ok(()) => Ok(Closing::Closes),
                Err(sandbox::Error::Refused { kind, .. }) => Ok(of_refusal(kind)),
                Err(why) if why.is_poison() => Ok(Closing::NoSlide),
                Err(why) => Err(why),
            }
        })
    }
}

fn member(file: SlideFile) -> Member {
    Member {
        name: file.name,
        access: MemberAccess::Path(file.path),
    }
}

/// Reads the structure and the place of every tile; none may lie beyond the end.
async fn walk(sandbox: &Sandbox, members: &[Member]) -> Result<(), sandbox::Error> {
    let mut child = sandbox.open(members).await?;
    let levels: Vec<_> = child
        .inspected()
        .levels
        .iter()
        .map(|level| (level.image, level.level))
        .collect();
    for (image, level) in levels {
        child.extents(image, level, |_| {}).await?;
    }
    Ok(())
}

const fn of_refusal(kind: Refusal) -> Closing {
    match kind {
        Refusal::Truncated | Refusal::Empty => Closing::EndsEarly,
        _ => Closing::NoSlide,
    }
}
