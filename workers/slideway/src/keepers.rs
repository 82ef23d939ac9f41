//! The three keepers, opened once and shared by every process.

use std::path::PathBuf;

use archive::{Archive, Tilesets};
use catalog::Catalog;
use sandbox::{Member, MemberAccess, Sandbox};

use crate::commands::Failure;
use crate::settings::Settings;

/// Bytes, facts, decoding.
#[derive(Clone)]
pub(crate) struct Keepers {
    pub(crate) archive: Archive,
    pub(crate) tilesets: Tilesets,
    pub(crate) catalog: Catalog,
    pub(crate) sandbox: Sandbox,
}

impl Keepers {
    /// Opens all three; whoever is named in the settings is registered.
    pub(crate) async fn open(settings: &Settings) -> Result<Self, Failure> {
        settings.routing.lease.check()?;
        let catalog =
            async { Ok(Catalog::open(&settings.catalog, settings.routing.clone()).await?) };
        let archive = async { Ok::<_, Failure>(Archive::open(&settings.archive).await?) };
        let (catalog, archive) = tokio::try_join!(catalog, archive)?;
        settings.laboratory.register(&catalog).await?;
        let tilesets = Tilesets::new(&archive, &settings.archive);
        Ok(Self {
            archive,
            tilesets,
            catalog,
            sandbox: sandbox(&settings.sandbox)?,
        })
    }

    /// As the scanner doors want them.
    pub(crate) fn for_ingest(&self) -> ingest::Keepers {
        let Self {
            archive,
            catalog,
            sandbox,
            ..
        } = self.clone();
        ingest::Keepers {
            archive,
            catalog,
            sandbox,
        }
    }

    /// As the tiling workers want them.
    pub(crate) fn for_tile(&self) -> tile::Keepers {
        let Self {
            archive,
            catalog,
            sandbox,
            ..
        } = self.clone();
        tile::Keepers {
            archive,
            catalog,
            sandbox,
        }
    }

    /// As the archive's upkeep wants them.
    pub(crate) fn for_upkeep(&self) -> tile::Upkeep {
        tile::Upkeep {
            archive: self.archive.clone(),
            tilesets: self.tilesets.clone(),
            catalog: self.catalog.clone(),
        }
    }

    /// As the people's door wants them.
    pub(crate) fn for_serve(&self) -> serve::Keepers {
        let Self {
            archive,
            tilesets,
            catalog,
            sandbox,
        } = self.clone();
        serve::Keepers {
            catalog,
            archive,
            tilesets,
            sandbox,
        }
    }

    /// Starts the decoding children that wait for scans, and says what the kernel lacks to confine them.
    pub(crate) async fn warm(&self) -> Result<(), Failure> {
        let enforced = self.sandbox.prepare().await?;
        if !enforced.is_full() {
            let lacks = enforced.lacks().join(", ");
            tracing::warn!(lacks, "The kernel does not confine decoding in full");
        }
        Ok(())
    }

    /// Closes what must be closed.
    pub(crate) async fn close(self) {
        self.sandbox.close();
        self.catalog.close().await;
    }
}

/// The keeper of decoding; its children are this very program unless the settings name another.
pub(crate) fn sandbox(settings: &sandbox::Settings) -> Result<Sandbox, Failure> {
    let mut settings = settings.clone();
    if settings.program.as_os_str().is_empty() {
        // Resolved once, at the start. After an upgrade on disk the file is the new program: a child
        // that speaks another version of the protocol is refused, and work waits for the restart.
        settings.program = std::env::current_exe()?;
    }
    Ok(Sandbox::new(settings)?)
}

/// Files and folders of the command line as members of one slide.
pub(crate) fn members_at(paths: &[PathBuf]) -> Result<Vec<Member>, Failure> {
    let mut members = Vec::new();
    for path in paths {
        let failed = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
        let place = path.canonicalize().map_err(|why| failed(&why))?;
        let files = ingest::files_of(&place).map_err(|why| failed(&why))?;
        members.extend(files.into_iter().map(|file| Member {
            name: file.name,
            access: MemberAccess::Path(file.path),
        }));
    }
    Ok(members)
}
