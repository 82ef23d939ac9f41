//! OME-TIFF: which directory is which plane of which image.

use super::*;

fn ome(pixels: &[&str]) -> String {
    let images = pixels
        .iter()
        .map(|pixels| format!("<Image {pixels}</Pixels></Image>"));
    format!(
        "<?xml version=\"1.0\"?><OME xmlns=\"x\">{}</OME>",
        images.collect::<String>()
    )
}

fn widths(facts: &ImageFacts) -> Vec<u32> {
    facts.levels.iter().map(|level| level.w).collect()
}

const RGB: &str = "><Channel SamplesPerPixel='3'/>";

#[test]
fn levels_below_the_first_directory_are_levels() {
    let xml = ome(&[&format!(
        "ID='1'><Pixels SizeX='80' SizeY='48' SizeC='3' PhysicalSizeX='250' PhysicalSizeXUnit='nm' \
         PhysicalSizeY='0.00025' PhysicalSizeYUnit='mm'{RGB}<TiffData IFD='0'/>"
    )]);
    for form in forms() {
        let images = [
            tiled((80, 48)).describe(&xml),
            tiled((40, 24)),
            tiled((27, 16)),
        ];
        let bytes = file_with(form, &images, 2);
        let slide = opened(&bytes).unwrap();
        let facts = slide.facts();
        assert_eq!((facts.vendor.as_str(), facts.levels.len()), ("ome-tiff", 3));
        assert_eq!(facts.scale(), Some([0.25; 2]));
        assert!(facts.images.is_empty() && facts.not_shown.is_empty());
        conformance::check(&slide, &members(&bytes), u64::MAX).unwrap();
    }
}

#[test]
fn focal_planes_and_channels_are_images_of_their_own() {
    let grey = |size| Image {
        pieces: pieces(size, (16, 16), 1),
        ..Image::new(size, 1, None)
    };
    let xml = ome(&[
        "><Pixels DimensionOrder='XYZCT' SizeZ='3' SizeC='2' SizeT='2'><Channel Name='DAPI'/><Channel/><TiffData/>",
    ]);
    let mut images = vec![grey((40, 24)).describe(&xml)];
    images.resize(12, grey((40, 24)));
    let bytes = file(CLASSIC, &images);
    let slide = opened(&bytes).unwrap();
    let planes = slide.facts().images.iter();
    let planes: Vec<_> = planes
        .map(|one| (one.focal_plane, one.channel, one.name.as_str()))
        .collect();
    assert_eq!(
        planes,
        [
            (1, 0, "DAPI"),
            (1, 1, ""),
            (0, 0, "DAPI"),
            (0, 1, ""),
            (2, 0, "DAPI"),
            (2, 1, "")
        ]
    );
    assert_eq!(
        slide.facts().not_shown,
        ["1 of its 2 times: the first is shown"]
    );
    assert_eq!(slide.place(5, 0), Some(5));
    let checked = conformance::check(&slide, &members(&bytes), u64::MAX).unwrap();
    assert_eq!(checked.tiles, 36);
}

#[test]
fn images_are_regions_levels_or_pictures_beside() {
    let pixels = |more: &str, micron: &str, ifd: u32| {
        format!(
            "{more}><Pixels PhysicalSizeX='{micron}' PhysicalSizeY='{micron}'{RGB}<TiffData IFD='{ifd}'/>"
        )
    };
    let xml = ome(&[
        &pixels("Name='label image'", "1", 4),
        &pixels("Name='NAME^OF A PATIENT'", "0.5", 1),
        &pixels("", "0.25", 0),
        &pixels("", "0.25", 2),
        &pixels("Name='macro'", "1", 3),
    ]);
    let images = [
        tiled((80, 48)).describe(&xml),
        tiled((40, 24)),
        tiled((40, 24)),
        tiled((30, 10)),
        tiled((10, 10)),
    ];
    let bytes = file(CLASSIC, &images);
    let slide = opened(&bytes).unwrap();
    let facts = slide.facts();
    let regions: Vec<_> = facts
        .images
        .iter()
        .map(|one| (one.region, widths(one)))
        .collect();
    assert_eq!(regions, [(0, vec![80, 40]), (1, vec![40])]);
    let beside: Vec<_> = facts
        .associated
        .iter()
        .map(|one| (one.name.as_str(), one.w))
        .collect();
    assert_eq!(beside, [("label", 10), ("macro", 30)]);
    assert!(!format!("{facts:?}").contains("PATIENT"));
    conformance::check(&slide, &members(&bytes), u64::MAX).unwrap();
}

#[test]
fn an_objective_is_the_one_referred_to() {
    let xml = ome(&[&format!("><ObjectiveSettings ID='b'/><Pixels{RGB}")]);
    let xml = xml.replace(
        "<Image",
        "<Instrument><Objective ID='a' NominalMagnification='10'/><Objective ID='b' NominalMagnification='40'/></Instrument><Image",
    );
    let slide = opened(&file(CLASSIC, &[tiled((40, 24)).describe(&xml)])).unwrap();
    assert_eq!(slide.facts().objective, Some(40.0));
}

#[test]
fn metadata_that_contradicts_the_file_is_refused() {
    let here = ome(&[&format!("><Pixels{RGB}<TiffData IFD='0'/>")]);
    for xml in [
        here[..here.len() - 3].to_owned(),
        ome(&[&format!("><Pixels{RGB}<TiffData IFD='7'/>")]),
        ome(&[&format!("Name='label'><Pixels{RGB}")]),
        ome(&[]),
    ] {
        let why = opened(&file(CLASSIC, &[tiled((40, 24)).describe(&xml)])).unwrap_err();
        assert!(matches!(why, Error::Damaged { .. }), "{xml}: {why}");
    }
    let far = format!("<OME xmlns=\"x\">{}</OME>", "x".repeat(17 << 20));
    let why = opened(&file(CLASSIC, &[tiled((40, 24)).describe(&far)])).unwrap_err();
    assert!(matches!(why, Error::TooLarge { .. }), "{why}");
}

#[test]
fn a_colour_profile_is_kept_as_it_is() {
    let profile: Vec<u8> = (0..=255).collect();
    let image = tiled((40, 24)).with(tag::ICC, Values::Bytes(profile.clone()));
    let bytes = file(CLASSIC, &[image]);
    let slide = opened(&bytes).unwrap();
    assert_eq!(slide.facts().icc_bytes, 256);
    assert_eq!(slide.icc(&members(&bytes)).unwrap(), Some(profile));
    let plain = file(CLASSIC, &[tiled((40, 24))]);
    assert_eq!(opened(&plain).unwrap().icc(&members(&plain)).unwrap(), None);
}
