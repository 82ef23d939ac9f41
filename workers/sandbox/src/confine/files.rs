//! Landlock: no file, no connection, no signal to other processes.
//!
//! The members are open by now, so nothing at all can be opened; a child that reads through OpenSlide, which
//! opens files by name, keeps a read-only rule on exactly the scan's own files.

use std::io;
use std::path::PathBuf;

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, LandlockStatus, PathBeneath, PathFd,
    RestrictionStatus, Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetError,
    RulesetStatus, Scope,
};

/// The newest version whose rules are asked for; older kernels hold the part they know.
const NEWEST: ABI = ABI::V6;

/// What stays readable, and nothing else.
pub(crate) struct Readable {
    /// The private folder in which the members stand under their own names.
    pub(crate) folder: PathBuf,
    /// Where they really lie.
    pub(crate) files: Vec<PathBuf>,
}

/// Restricts this thread and those it starts later; the version in force, 0 where the kernel has none.
pub(crate) fn forbid(readable: Option<&Readable>) -> io::Result<u8> {
    let Ok(mut rules) = everything() else {
        // A kernel, or a sandbox around us, that does not let us: said in the answer.
        return Ok(0);
    };
    if let Some(readable) = readable {
        rules = allow(rules, readable).map_err(io::Error::other)?;
    }
    Ok(rules.restrict_self().as_ref().map_or(0, version))
}

fn everything() -> Result<RulesetCreated, RulesetError> {
    Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()
}

fn allow(
    mut rules: RulesetCreated,
    readable: &Readable,
) -> Result<RulesetCreated, Box<dyn std::error::Error + Send + Sync>> {
    let folder: BitFlags<AccessFs> = AccessFs::ReadFile | AccessFs::ReadDir;
    rules = rules.add_rule(PathBeneath::new(PathFd::new(&readable.folder)?, folder))?;
    for file in &readable.files {
        rules = rules.add_rule(PathBeneath::new(PathFd::new(file)?, AccessFs::ReadFile))?;
    }
    Ok(rules)
}

fn version(status: &RestrictionStatus) -> u8 {
    match status.landlock {
        LandlockStatus::Available { effective_abi, .. }
            if status.ruleset != RulesetStatus::NotEnforced && status.no_new_privs =>
        {
            effective_abi as u8
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, File};

    /// Landlock binds the thread that asks for it; this one ends with the test.
    #[test]
    fn only_the_scans_own_files_can_be_read() {
        let scan = tempfile::tempdir().unwrap();
        let stored = tempfile::tempdir().unwrap();
        let (own, other) = (stored.path().join("0"), stored.path().join("1"));
        fs::write(&own, b"this scan").unwrap();
        fs::write(&other, b"another patient's").unwrap();
        let (named, astray) = (scan.path().join("a"), scan.path().join("b"));
        std::os::unix::fs::symlink(&own, &named).unwrap();
        std::os::unix::fs::symlink(&other, &astray).unwrap();
        let readable = Readable {
            folder: scan.path().to_owned(),
            files: vec![own.clone()],
        };
        let confined = std::thread::spawn(move || {
            assert!(
                forbid(Some(&readable)).unwrap() > 0,
                "this kernel has no landlock"
            );
            assert_eq!(fs::read(&named).unwrap(), b"this scan");
            assert!(fs::read_dir(&readable.folder).is_ok());
            assert!(File::open(&astray).is_err() && File::open(&other).is_err());
            assert!(fs::read_dir(other.parent().unwrap()).is_err());
            assert!(File::options().write(true).open(&own).is_err());
            assert!(File::create(readable.folder.join("new")).is_err());
            assert!(File::open("/etc/hostname").is_err());
        });
        confined.join().unwrap();
    }
}
