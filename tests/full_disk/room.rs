//! A folder with a slide, and a small disk in it.

use std::path::PathBuf;
use std::process::{Command, Output};

use pathology::formats::synthetic::{Recipe, Stain, write_svs};

use super::PLENTY_KIB;

/// What lies on the small disk; the rest lies beside it.
#[derive(Clone, Copy)]
pub(super) enum OnDisk {
    Archive,
    Catalogue,
    Everything,
}

/// A slide to push and a configuration to push it by.
pub(super) struct Room {
    folder: tempfile::TempDir,
    disk: OnDisk,
    slide_kib: u64,
}

impl Room {
    pub(super) fn make(disk: OnDisk) -> Self {
        let recipe = Recipe {
            width: 4500,
            height: 4000,
            seed: 31,
            barcode: None,
            label_lines: Vec::new(),
            stain: Stain::HE,
            microns_per_pixel: 0.5,
            objective: 20,
            trouble: None,
        };
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("slide.svs");
        let mut file = std::fs::File::create(path).expect("a file");
        let written = write_svs(&recipe, &mut file).expect("a slide");
        Self {
            folder,
            disk,
            slide_kib: written.size_bytes.div_ceil(4096) * 4,
        }
    }

    /// What the slide takes on a disk.
    pub(super) fn slide_kib(&self) -> u64 {
        self.slide_kib
    }

    /// Where a script leaves a copy of the catalogue.
    pub(super) fn kept(&self) -> PathBuf {
        self.folder.path().join("kept")
    }

    /// Runs a script on a fresh disk of this size. It has the commands `store` and `push` (which
    /// waits until the slide is published), and `roomy`, which makes the disk large.
    pub(super) fn run(&self, kib: u64, script: &str) -> Output {
        self.clear();
        let folder = self.folder.path();
        let script = format!(
            r#"set -u
               mount -t tmpfs -o size={kib}k tmpfs "$DISK" || exit 99
               store() {{ timeout 300 "$SLIDEWAY" ingest --config "$CONFIG" "$SLIDE"; }}
               push() {{ timeout 300 "$SLIDEWAY" ingest --wait --config "$CONFIG" "$SLIDE"; }}
               roomy() {{ mount -o remount,size={PLENTY_KIB}k "$DISK"; }}
               {script}"#
        );
        let mut command = Command::new("unshare");
        if !rustix::process::geteuid().is_root() {
            command.args(["--user", "--map-root-user"]);
        }
        command
            .args(["--mount", "sh", "-c", &script])
            .env("SLIDEWAY", env!("CARGO_BIN_EXE_slideway"))
            .env("SLIDE", folder.join("slide.svs"))
            .env("CONFIG", folder.join("slideway.toml"))
            .env("DISK", folder.join("disk"))
            .env("CATALOGUE", self.catalogue())
            .env("KEPT", self.kept());
        let output = command.output().expect("unshare, of util-linux, is needed");
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.code() != Some(99) && !words.starts_with("unshare:"),
            "no small disk can be made here: run as root, or permit user namespaces ({words})"
        );
        output
    }

    fn catalogue(&self) -> PathBuf {
        let folder = self.folder.path();
        match self.disk {
            OnDisk::Archive => folder.join("beside/catalogue"),
            OnDisk::Catalogue | OnDisk::Everything => folder.join("disk/catalogue"),
        }
    }

    fn archive(&self) -> PathBuf {
        let folder = self.folder.path();
        match self.disk {
            OnDisk::Catalogue => folder.join("beside/archive"),
            OnDisk::Archive | OnDisk::Everything => folder.join("disk/archive"),
        }
    }

    /// A new laboratory: nothing of an earlier script is left.
    fn clear(&self) {
        let folder = self.folder.path();
        for used in ["disk", "beside", "kept"] {
            let _absent = std::fs::remove_dir_all(folder.join(used));
        }
        for new in ["disk", "beside"] {
            std::fs::create_dir(folder.join(new)).expect("a folder");
        }
        let config = format!(
            "[catalog]\nurl = \"sqlite:{}\"\n[archive]\nurl = \"file://{}\"\n[tile]\nlease_seconds = 1\npoll_seconds = 1\n",
            self.catalogue().display(),
            self.archive().display()
        );
        std::fs::write(folder.join("slideway.toml"), config).expect("a configuration");
    }
}
