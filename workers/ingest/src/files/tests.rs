//! Folders good and bad: what is taken, and why the rest is not.

use std::os::unix::fs::symlink;

use super::*;

fn folder(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, name).unwrap();
    }
    folder
}

fn names(path: &Path) -> Vec<String> {
    let files = files_of(path).unwrap();
    files
        .iter()
        .map(|file| file.name.expose().clone())
        .collect()
}

fn unfit(path: &Path) -> Unfit {
    match files_of(path) {
        Err(Error::NotOneSlide(unfit)) => unfit,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_folder_is_its_files_by_name_and_what_systems_leave_there_is_not() {
    let folder = folder(&[
        "s/2.dcm",
        "s/1.dcm",
        "s/low/3.dcm",
        "s/Thumbs.db",
        "s/.DS_Store",
        "s/._1.dcm",
    ]);
    let slide = folder.path().join("s");
    assert_eq!(names(&slide), ["1.dcm", "2.dcm", "low/3.dcm"]);
    let all = Version::of_all(&files_of(&slide).unwrap());
    assert_eq!(all.size_bytes, 7 + 7 + 11, "the files hold their own names");
}

#[test]
fn a_mirax_file_brings_its_folder_and_is_not_taken_without() {
    let folder = folder(&["a.mrxs", "a/Slidedat.ini", "a/Data0000.dat", "b.mrxs"]);
    let at = |name: &str| folder.path().join(name);
    assert_eq!(
        names(&at("a.mrxs")),
        ["a.mrxs", "a/Data0000.dat", "a/Slidedat.ini"]
    );
    assert!(belongs_to_a_file(&at("a")) && !belongs_to_a_file(&at("c")));
    assert_eq!(unfit(&at("b.mrxs")), Unfit::NoFolder);
}

#[test]
fn links_are_refused_wherever_they_point() {
    let folder = folder(&["s/1.dcm", "secret"]);
    let slide = folder.path().join("s");
    for target in ["../secret", "1.dcm", "nowhere", ".."] {
        let link = slide.join("2.dcm");
        symlink(target, &link).unwrap();
        assert_eq!(unfit(&slide), Unfit::Link, "{target}");
        std::fs::remove_file(link).unwrap();
    }
    assert_eq!(names(&slide), ["1.dcm"]);
}

#[test]
fn names_that_differ_in_case_only_are_refused() {
    let folder = folder(&["s/Data.dat", "s/DATA.dat"]);
    assert_eq!(unfit(&folder.path().join("s")), Unfit::Clash);
}

#[test]
fn too_many_files_and_too_deep_ones_are_refused() {
    let deep = folder(&["s/1/2/3/4/5/6.dcm"]);
    assert_eq!(unfit(&deep.path().join("s")), Unfit::Deep);
    let many = tempfile::tempdir().unwrap();
    for n in 0..=MOST_FILES {
        std::fs::write(many.path().join(format!("{n}.dcm")), "").unwrap();
    }
    assert_eq!(unfit(many.path()), Unfit::Many);
    std::fs::remove_file(many.path().join("0.dcm")).unwrap();
    assert_eq!(names(many.path()).len(), MOST_FILES);
}

#[test]
fn an_empty_folder_is_no_slide_and_an_unfinished_file_is_waited_for() {
    let folder = folder(&[
        "e/Thumbs.db",
        "s/1.dcm",
        "s/2.dcm.part",
        "r/1.dcm",
        "r/.2.dcm.x7f3",
    ]);
    assert_eq!(unfit(&folder.path().join("e")), Unfit::Empty);
    for slide in ["s", "r"] {
        let answer = files_of(&folder.path().join(slide));
        assert!(matches!(answer, Err(Error::StillGrowing)), "{answer:?}");
    }
}

#[test]
fn one_file_has_the_version_the_system_gives() {
    let folder = folder(&["a.svs"]);
    let path = folder.path().join("a.svs");
    let files = files_of(&path).unwrap();
    assert_eq!(
        Version::of_all(&files),
        Version::of(&std::fs::metadata(&path).unwrap())
    );
    assert_eq!(files[0].name.expose(), "a.svs");
    assert!(matches!(
        files_of(&folder.path().join("b.svs")),
        Err(Error::Source(_))
    ));
}

#[test]
fn every_reason_has_a_remedy() {
    for unfit in [
        Unfit::Empty,
        Unfit::Link,
        Unfit::Special,
        Unfit::Many,
        Unfit::Deep,
        Unfit::Clash,
        Unfit::NoFolder,
    ] {
        assert!(unfit.to_string().contains(": "), "{unfit}");
    }
}
