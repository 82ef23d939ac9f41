//! A child that tries to get out, for the tests of this crate: the name of its first member says how.
//!
//! It ends with [`OUT`] when the attempt succeeds and with [`HELD`] when it fails with an error; seccomp ends
//! it by a signal.

use std::fs::File;
use std::net::TcpStream;
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::process::Command;

use rustix::process::{Pid, PidfdFlags, Signal};

/// The attempt succeeded.
const OUT: i32 = 3;
/// The attempt failed with an error.
const HELD: i32 = 4;

fn main() -> std::process::ExitCode {
    sandbox::tested_child_main(attempt)
}

fn attempt(how: &str) {
    let (how, what) = how.split_once(' ').unwrap_or((how, ""));
    let out = match how {
        "read" => File::open(what).is_ok(),
        "write" => File::create(what).is_ok(),
        "remove" => std::fs::remove_file(what).is_ok(),
        "list" => std::fs::read_dir(what).is_ok(),
        "connect" => TcpStream::connect(what).is_ok(),
        "socket" => UnixDatagram::unbound().is_ok(),
        "local" => UnixStream::connect(what).is_ok(),
        "execute" => Command::new(what).status().is_ok(),
        "thread" => std::thread::Builder::new().spawn(|| ()).is_ok(),
        "trace" => parent()
            .is_some_and(|parent| rustix::process::pidfd_open(parent, PidfdFlags::empty()).is_ok()),
        "signal" => parent()
            .is_some_and(|parent| rustix::process::kill_process(parent, Signal::CONT).is_ok()),
        "sleep" => loop {
            std::thread::sleep(std::time::Duration::from_mins(1));
        },
        "spin" => loop {
            std::hint::spin_loop();
        },
        "abort" => std::process::abort(),
        "overflow" => deeper(1) == 0,
        _ => return,
    };
    std::process::exit(if out { OUT } else { HELD });
}

fn parent() -> Option<Pid> {
    rustix::process::getppid()
}

/// Never ends well: the stack does.
fn deeper(n: u64) -> u64 {
    let room = std::hint::black_box([n; 512]);
    if n == 0 { 0 } else { deeper(n + 1) + room[0] }
}
