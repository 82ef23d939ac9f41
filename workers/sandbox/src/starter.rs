//! The one thread from which children are started.
//!
//! A child asks the kernel to be killed when its parent dies, and for the kernel "parent" is the
//! *thread* that forked it. Threads of a runtime come and go; this one lives as long as the
//! sandbox or a child that serves, so children end with the process and not with an idle thread.

use std::io;
use std::sync::{Arc, mpsc};

use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

type Start = (Command, Handle, oneshot::Sender<io::Result<Child>>);

/// Hands commands to the starting thread. Its queue holds one command a child that may be started
/// (`max_children`), because only the holder of a place sends one.
#[derive(Debug)]
pub(crate) struct Starter {
    queue: mpsc::SyncSender<Start>,
}

/// What a child that serves holds on to: its room, and the thread without which it would be killed.
#[derive(Debug)]
pub(crate) struct Place {
    _room: OwnedSemaphorePermit,
    _starter: Arc<Starter>,
}

impl Place {
    pub(crate) fn new(room: OwnedSemaphorePermit, starter: &Arc<Starter>) -> Arc<Self> {
        Arc::new(Self {
            _room: room,
            _starter: Arc::clone(starter),
        })
    }
}

impl Starter {
    pub(crate) fn new(places: usize) -> io::Result<Self> {
        let (queue, starts) = mpsc::sync_channel::<Start>(places);
        std::thread::Builder::new()
            .name("sandbox-starter".into())
            .spawn(move || {
                for (command, runtime, answer) in starts {
                    // A caller that has gone away drops the child, and with it kills it.
                    drop(answer.send(start(command, &runtime)));
                }
            })?;
        Ok(Self { queue })
    }

    /// Starts `command`; the child belongs to the caller's runtime.
    pub(crate) async fn start(&self, command: Command) -> io::Result<Child> {
        let (answer, started) = oneshot::channel();
        self.queue
            .try_send((command, Handle::current(), answer))
            .map_err(|_| io::Error::other("the starting thread is not taking commands"))?;
        started
            .await
            .map_err(|_| io::Error::other("the starting thread has ended"))?
    }
}

fn start(mut command: Command, runtime: &Handle) -> io::Result<Child> {
    let _within = runtime.enter();
    command.spawn()
}
