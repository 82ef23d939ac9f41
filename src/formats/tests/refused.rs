//! What is no slide of ours, and the words for it.

use super::*;

fn why(bytes: &Vec<u8>) -> String {
    opened(bytes)
        .expect_err("it is no slide of ours")
        .to_string()
}

fn tiff_saying(tag: u16, values: Values) -> Vec<u8> {
    file(CLASSIC, &[tiled((40, 24)).with(tag, values)])
}

#[test]
fn a_format_that_only_openslide_reads_says_how_to_install_it() {
    for (bytes, name) in [
        (&b"ZISRAWFILE\0\0"[..], "a Zeiss CZI slide"),
        (b"[GENERAL]\r\nSLIDE_ID = 1", "a MIRAX slide"),
        (b"[Virtual Microscope Specimen]\n", "a Hamamatsu VMS slide"),
        (b"SQLite format 3\0", "a Sakura slide"),
    ] {
        let why = why(&bytes.to_vec());
        assert!(
            why.starts_with(&format!(
                "this is {name}, which is read through OpenSlide: install it"
            )),
            "{why}"
        );
    }
}

#[test]
fn what_is_no_slide_is_said() {
    for (bytes, said) in [
        (
            vec![],
            "the file is empty: the scanner has not written it; send it again",
        ),
        (
            b"\xFF\xD8\xFF\xE0".to_vec(),
            "this is a JPEG picture, not a slide: ",
        ),
        (
            b"\x89PNG\r\n\x1a\n".to_vec(),
            "this is a PNG picture, not a slide: ",
        ),
        (
            b"PK\x03\x04".to_vec(),
            "this is a ZIP archive, not a slide: ",
        ),
        (b"hello".to_vec(), "this is not a slide format we know: "),
        (
            b"II*\0".to_vec(),
            "the file ends early: 4 of at least 8 bytes arrived",
        ),
        (
            b"MM\0+".to_vec(),
            "the file ends early: 4 of at least 16 bytes arrived",
        ),
    ] {
        assert!(why(&bytes).starts_with(said), "{}", why(&bytes));
    }
    assert!(matches!(open(&[]), Err(Error::Unrecognised)));
}

#[test]
fn two_slides_are_never_one() {
    let bytes = file(CLASSIC, &[tiled((40, 24))]);
    let pair = [members(&bytes)[0], members(&bytes)[0]];
    let why = open(&pair).unwrap_err();
    assert!(matches!(why, Error::SeveralSlides { count: 2 }), "{why}");
}

#[test]
fn samples_we_do_not_read_are_refused_before_any_pixel() {
    let deep = why(&tiff_saying(tag::BITS, Values::Shorts(vec![16])));
    assert!(deep.contains("a slide with 16 bits a sample"), "{deep}");
    for (tag, value) in [
        (tag::BITS, 4),
        (tag::PLANAR, 2),
        (tag::SAMPLE_FORMAT, 3),
        (tag::PHOTOMETRIC, 5),
        (tag::COMPRESSION, 6),
        (tag::PREDICTOR, 3),
    ] {
        let why = why(&tiff_saying(tag, Values::Shorts(vec![value])));
        assert!(why.contains("stored in an unusual way"), "{tag}: {why}");
    }
}
