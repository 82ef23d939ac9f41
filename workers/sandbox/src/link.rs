//! The conversation with one child process: frames out, frames in, and how it ended.

use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use pathology::phi::Phi;
use rustix::process::Signal;
use tokio::io::AsyncWriteExt;
use tokio::process::{ChildStdin, ChildStdout};
use tokio::time::timeout;

use crate::child::UNRESTRICTED;
use crate::folder::Folder;
use crate::last_words::LastWords;
use crate::protocol::{
    Ask, Bytes, Heard, OpenAccess, OpenMember, PIECE_BYTES, Reply, VERSION, frame, hear,
};
use crate::source::{Member, MemberAccess};
use crate::starter::Place;
use crate::{Error, Settings, answers};

/// How long a child that hung up may take to end, before it is killed.
const ENDING: Duration = Duration::from_secs(1);

/// A child process and the parent's ends of its pipes.
#[derive(Debug)]
pub(crate) struct Link {
    process: tokio::process::Child,
    to: ChildStdin,
    from: ChildStdout,
    words: LastWords,
    members: Vec<Member>,
    /// How many of the members, the last ones, are no files of the slide.
    beside: u16,
    /// Processor time of the child's whole life.
    cpu_seconds: u64,
    /// An ask failed, or its future was dropped half-way: the conversation is out of step.
    spent: bool,
    settings: Arc<Settings>,
    /// Held while it serves; a warm child has none.
    place: Option<Arc<Place>>,
    /// Where the members stand under their names, while a reader that opens them by name needs it.
    folder: Option<Folder>,
}

/// Takes one reply: `true` when it was the last of the ask.
pub(crate) type Take<'a> = dyn FnMut(Reply) -> Result<bool, Error> + Send + 'a;

/// Why a conversation stopped before the ask was answered.
enum Stopped {
    /// The child said, or did, something that ends the ask.
    For(Error),
    /// The child hung up.
    HungUp,
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::For(error)
    }
}

impl Link {
    /// Takes over a process that was just started, once it has said that it runs.
    pub(crate) async fn greeted(
        settings: Arc<Settings>,
        mut process: tokio::process::Child,
    ) -> Result<Self, Error> {
        let pipes = (
            process.stdin.take(),
            process.stdout.take(),
            process.stderr.take(),
        );
        let (Some(to), Some(from), Some(words)) = pipes else {
            return Err(Error::Start(io::Error::other("a pipe is missing")));
        };
        let mut link = Self {
            process,
            to,
            from,
            words: LastWords::listen(words),
            members: Vec::new(),
            beside: 0,
            cpu_seconds: settings.cpu_seconds,
            spent: false,
            settings,
            place: None,
            folder: None,
        };
        link.greet().await?;
        Ok(link)
    }

    /// Gives the child its scan and the place it keeps while it lives.
    /// The last `beside` of the members are no files of the slide.
    pub(crate) fn serving(
        mut self,
        (members, beside): (&[Member], u16),
        cpu_seconds: u64,
        place: Arc<Place>,
    ) -> Self {
        self.members = members.to_vec();
        (self.beside, self.cpu_seconds) = (beside, cpu_seconds);
        self.place = Some(place);
        self
    }

    /// Has the child read its scan through OpenSlide, out of this folder.
    pub(crate) fn through(mut self, folder: Folder) -> Self {
        let files = self.members.len().saturating_sub(self.beside.into());
        self.members.drain(..files);
        self.folder = Some(folder);
        self
    }

    /// Whether the process still runs, as far as the kernel has told.
    pub(crate) fn runs(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }

    /// What the child may use.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How many members the scan has.
    pub(crate) fn members(&self) -> usize {
        self.members.len()
    }

    /// The number of the child's process, while it runs.
    pub(crate) fn process_id(&self) -> Option<u32> {
        self.process.id()
    }

    /// The first ask.
    pub(crate) fn opening(&self) -> Result<Ask, Error> {
        let limits = self.settings().limits(self.cpu_seconds);
        let members: Result<_, Error> = self.members.iter().map(open_member).collect();
        if let Some(folder) = &self.folder {
            let through = folder.through(&self.settings.openslide);
            return Ok(Ask::Open {
                limits,
                members: members?,
                through: Some(Box::new(through)),
                beside: self.beside,
            });
        }
        Ok(Ask::Open {
            limits,
            members: members?,
            through: None,
            beside: self.beside,
        })
    }

    /// Waits for the child to say that it runs; what fails before that is not the slide's doing.
    async fn greet(&mut self) -> Result<(), Error> {
        let wall = self.settings().wall();
        let heard = timeout(wall, hear(&mut self.from, 64)).await;
        if let Ok(Heard::Reply(Reply::Ready { version: VERSION })) = heard {
            return Ok(());
        }
        self.spent = true;
        let status = self.end(Duration::ZERO).await;
        let found = match heard {
            Ok(Heard::Reply(Reply::Ready { .. })) => "it is of another version".to_owned(),
            Ok(Heard::Ended) => format!("it ended at once ({})", answers::status(status)),
            _ => "it is not slideway".to_owned(),
        };
        Err(Error::Start(io::Error::other(found)))
    }

    /// Asks, and hands every reply to `take` until it says that was the last.
    pub(crate) async fn ask(&mut self, ask: &Ask, take: &mut Take<'_>) -> Result<(), Error> {
        if std::mem::replace(&mut self.spent, true) {
            return Err(Error::Protocol("the child has ended; open the scan again"));
        }
        let wall = self.settings().wall();
        let outcome = match timeout(wall, self.converse(ask, take)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Stopped::For(Error::TimedOut {
                seconds: wall.as_secs(),
            })),
        };
        match outcome {
            Ok(()) => {
                self.spent = false;
                Ok(())
            }
            Err(stopped) => Err(self.stop(stopped).await),
        }
    }

    /// Asks something whose replies the caller takes one by one ([`Self::next_reply`]) up to the last, and
    /// then says that it was ([`Self::over`]). The wall clock runs for each reply by itself.
    pub(crate) async fn begin(&mut self, ask: &Ask) -> Result<(), Error> {
        if std::mem::replace(&mut self.spent, true) {
            return Err(Error::Protocol("the child has ended; open the scan again"));
        }
        match self.say(ask).await {
            Ok(()) => Ok(()),
            Err(stopped) => Err(self.stop(stopped).await),
        }
    }

    /// The next reply of at most `limit` bytes to what was begun.
    pub(crate) async fn next_reply(&mut self, limit: u32) -> Result<Reply, Error> {
        let wall = self.settings().wall();
        let reply = timeout(wall, self.reply(limit)).await.unwrap_or_else(|_| {
            let seconds = wall.as_secs();
            Err(Stopped::For(Error::TimedOut { seconds }))
        });
        match reply {
            Ok(reply) => Ok(reply),
            Err(stopped) => Err(self.stop(stopped).await),
        }
    }

    /// What was begun has its last reply: the child may be asked something else.
    pub(crate) const fn over(&mut self) {
        self.spent = false;
    }

    /// Ends a child that answered what it should not.
    pub(crate) async fn abandon(&mut self, why: Error) -> Error {
        self.stop(Stopped::For(why)).await
    }

    /// What the caller is told; after anything but a refusal the child has ended.
    async fn stop(&mut self, stopped: Stopped) -> Error {
        match stopped {
            Stopped::For(refused @ Error::Refused { .. }) => {
                self.spent = false;
                refused
            }
            Stopped::For(other) => {
                self.end(Duration::ZERO).await;
                other
            }
            Stopped::HungUp => self.autopsy().await,
        }
    }

    async fn say(&mut self, ask: &Ask) -> Result<(), Stopped> {
        let ask_frame = frame(ask).map_err(Error::Source)?;
        let sent = self.to.write_all(&ask_frame).await;
        sent.map_err(|_| Stopped::HungUp)
    }

    /// Sends the ask and takes replies to the last; see [`Stopped`].
    async fn converse(&mut self, ask: &Ask, take: &mut Take<'_>) -> Result<(), Stopped> {
        self.say(ask).await?;
        loop {
            let reply = self.reply(ask.reply_bytes()).await?;
            if take(reply)? {
                return Ok(());
            }
        }
    }

    /// The next reply that is for the caller: brokered bytes are fetched on the way.
    async fn reply(&mut self, limit: u32) -> Result<Reply, Stopped> {
        loop {
            match hear(&mut self.from, limit).await {
                Heard::Reply(Reply::NeedBytes {
                    member,
                    offset,
                    length,
                }) => {
                    self.broker(member, offset, length).await?;
                }
                Heard::Reply(Reply::Refused { kind, reason }) => {
                    return Err(Stopped::For(answers::refused(kind, &reason)));
                }
                Heard::Reply(Reply::Unreadable(why)) => {
                    return Err(Stopped::For(Error::Source(io::Error::other(
                        answers::line(&why),
                    ))));
                }
                Heard::Reply(reply) => return Ok(reply),
                Heard::Ended => return Err(Stopped::HungUp),
                Heard::TooLong => return Err(Stopped::For(Error::Protocol("a frame is too long"))),
                Heard::Nonsense => {
                    return Err(Stopped::For(Error::Protocol("a frame says nothing known")));
                }
            }
        }
    }

    /// Fetches what the child needs of a brokered member, if it may have it.
    async fn broker(&mut self, member: u16, offset: u64, length: u32) -> Result<(), Stopped> {
        let member = self.members.get(usize::from(member));
        let Some(MemberAccess::Brokered { size, source }) = member.map(|member| &member.access)
        else {
            return Err(Error::Protocol("it asked for bytes of no brokered member").into());
        };
        let end = offset.checked_add(u64::from(length));
        if length as usize > PIECE_BYTES || end.is_none_or(|end| end > *size) {
            return Err(Stopped::For(Error::Protocol(
                "it asked for bytes beyond a member",
            )));
        }
        let bytes = source.read(offset, length).await;
        let bytes = bytes.map_err(Error::Source)?;
        if bytes.len() != length as usize {
            let short = io::Error::from(io::ErrorKind::UnexpectedEof);
            return Err(Stopped::For(Error::Source(short)));
        }
        let answer = frame(&Bytes(bytes)).map_err(Error::Source)?;
        self.to
            .write_all(&answer)
            .await
            .map_err(|_| Stopped::HungUp)
    }

    /// The child hung up in the middle of an ask: finds out why.
    async fn autopsy(&mut self) -> Error {
        let status = self.end(ENDING).await;
        if self.words.say_no_memory().await {
            return Error::TooMuchMemory {
                limit_bytes: self.settings().memory_bytes,
            };
        }
        match status {
            Some(status) if status.signal() == Some(Signal::XCPU.as_raw()) => Error::TimedOut {
                seconds: self.cpu_seconds,
            },
            Some(status) if status.code() == Some(UNRESTRICTED.into()) => {
                Error::Start(io::Error::other("it could not restrict itself"))
            }
            status => Error::Crashed {
                status: answers::status(status),
            },
        }
    }

    /// Ends the process and reaps it: its own status if it ends within `grace`, `None` if killed.
    async fn end(&mut self, grace: Duration) -> Option<ExitStatus> {
        if let Ok(Ok(status)) = timeout(grace, self.process.wait()).await {
            return Some(status);
        }
        // It may have ended just now; killing the dead is no error.
        drop(self.process.kill().await);
        None
    }
}

fn open_member(member: &Member) -> Result<OpenMember, Error> {
    let access = match &member.access {
        MemberAccess::Path(path) => {
            let path = std::path::absolute(path).map_err(Error::Source)?;
            OpenAccess::Path(Phi::new(path.as_os_str().as_bytes().to_vec()))
        }
        MemberAccess::Brokered { size, .. } => OpenAccess::Brokered { size: *size },
    };
    Ok(OpenMember {
        name: member.name.clone(),
        access,
    })
}

#[cfg(test)]
mod tests;
