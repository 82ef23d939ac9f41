//! Philips, Leica and Ventana: what their XML says of the directories.

use super::made::overlapping;
use super::*;

fn software(image: Image, name: &str) -> Image {
    image.with(tag::SOFTWARE, Values::Text(name.to_owned()))
}

fn attribute(name: &str, value: &str) -> String {
    format!("<Attribute Name=\"{name}\">{value}</Attribute>")
}

fn philips(scanned: &str) -> String {
    format!(
        "<DataObject ObjectType=\"DPUfsImport\">{}{}</DataObject>",
        attribute("PIM_DP_UFS_BARCODE", "UzI2LTE7QTE="),
        attribute(
            "PIM_DP_SCANNED_IMAGES",
            &format!("<Array>{scanned}</Array>")
        ),
    )
}

fn scanned(kind: &str, more: &str) -> String {
    let kind = attribute("PIM_DP_IMAGE_TYPE", kind);
    format!("<DataObject ObjectType=\"DPScannedImage\">{kind}{more}</DataObject>")
}

fn level(number: u32, spacing: &str) -> String {
    let number = attribute(
        "PIIM_DP_PIXEL_DATA_REPRESENTATION_NUMBER",
        &number.to_string(),
    );
    let spacing = attribute("DICOM_PIXEL_SPACING", spacing);
    format!("<DataObject ObjectType=\"PixelDataRepresentation\">{spacing}{number}</DataObject>")
}

fn sizes(slide: &Slide) -> Vec<(u32, u32)> {
    let grids = slide.levels().iter().map(|level| level.grid);
    grids.map(|grid| (grid.width, grid.height)).collect()
}

#[test]
fn a_philips_level_is_as_large_as_its_spacing_says() {
    let levels = [
        level(1, "&quot;0.0006&quot; &quot;0.0006&quot;"),
        level(0, "\"0.00025\" \"0.00025\""),
    ]
    .concat();
    let xml = philips(&scanned("WSI", &levels));
    let label = Image {
        pieces: pieces((9, 11), (9, 4), 3),
        ..Image::new((9, 11), 3, Some(4)).describe("Label")
    };
    // Level 1 is padded by a whole column of tiles that its picture does not have.
    let images = [
        software(tiled((80, 48)), "Philips DP v1.0").describe(&xml),
        tiled((64, 32)),
        label,
    ];
    let bytes = file(CLASSIC, &images);
    let slide = opened(&bytes).unwrap();
    assert_eq!(sizes(&slide), [(80, 48), (33, 20)]);
    assert_eq!(slide.facts().scale(), Some([0.25; 2]));
    let barcode = slide
        .facts()
        .barcode
        .as_ref()
        .map(|code| code.expose().as_str());
    assert_eq!(barcode, Some("S26-1;A1"));
    let region = Region {
        x: 0,
        y: 0,
        width: 40,
        height: 30,
    };
    let picture = slide.region(&members(&bytes), 1, region).unwrap();
    assert_eq!(picture.rgb, expected((33, 20), region));
    let checked = conformance::check(&slide, &members(&bytes), u64::MAX).unwrap();
    assert_eq!((checked.extents, checked.associated), (15 + 6, 1));
}

#[test]
fn a_philips_label_may_lie_in_the_metadata() {
    let jpeg = Picture::white(24, 10).to_jpeg(80).unwrap();
    let packed = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &jpeg);
    let data = attribute("PIM_DP_IMAGE_DATA", &packed);
    for (data, names) in [
        (data.as_str(), vec!["macro"]),
        ("", vec![]),
        (
            "<Attribute Name=\"PIM_DP_IMAGE_DATA\">AAAA</Attribute>",
            vec![],
        ),
    ] {
        let xml = philips(&[scanned("WSI", ""), scanned("MACROIMAGE", data)].concat());
        let bytes = file(
            CLASSIC,
            &[software(tiled((40, 24)), "Philips").describe(&xml)],
        );
        let slide = opened(&bytes).unwrap();
        let beside = slide
            .facts()
            .associated
            .iter()
            .map(|image| image.name.as_str());
        assert_eq!(beside.collect::<Vec<_>>(), names);
        conformance::check(&slide, &members(&bytes), u64::MAX).unwrap();
    }
}

const SCN: &str = "xmlns=\"http://www.leica-microsystems.com/scn/2010/10/01\"";

fn leica_image(ifds: &[(u32, u32, u32)], view: &str) -> String {
    let (width, height, _) = ifds[0];
    let dimensions = (0..).zip(ifds).map(|(r, (w, h, ifd))| {
        format!("<dimension sizeX='{w}' sizeY='{h}' r='{r}' ifd='{ifd}'/>")
    });
    format!(
        "<image><pixels sizeX='{width}' sizeY='{height}'>{}</pixels><view {view}/>\
         <scanSettings><objectiveSettings><objective>20</objective></objectiveSettings></scanSettings></image>",
        dimensions.collect::<String>()
    )
}

#[test]
fn every_leica_region_is_an_image_and_the_whole_glass_the_macro() {
    let xml = format!(
        "<scn {SCN}><collection sizeX='9000' sizeY='9000'><barcode>UzI2LTE7QTE=</barcode>{}{}{}</collection></scn>",
        leica_image(
            &[(30, 30, 0)],
            "sizeX='9000' sizeY='9000' offsetX='0' offsetY='0'"
        ),
        leica_image(
            &[(40, 24, 3)],
            "sizeX='20000' sizeY='12000' offsetX='1' offsetY='0'"
        ),
        leica_image(
            &[(80, 48, 1), (40, 24, 2)],
            "sizeX='40000' sizeY='24000' offsetX='5' offsetY='9'"
        ),
    );
    let images = [
        tiled((30, 30)).describe(&xml),
        tiled((80, 48)),
        tiled((40, 24)),
        tiled((40, 24)),
    ];
    let bytes = file(CLASSIC, &images);
    let slide = opened(&bytes).unwrap();
    let facts = slide.facts();
    assert_eq!(
        (facts.vendor.as_str(), facts.objective),
        ("leica", Some(20.0))
    );
    assert_eq!(facts.scale(), Some([0.5; 2]));
    assert_eq!(sizes(&slide), [(80, 48), (40, 24), (40, 24)]);
    let regions = facts
        .images
        .iter()
        .map(|image| (image.region, image.levels.len()));
    assert_eq!(regions.collect::<Vec<_>>(), [(0, 2), (1, 1)]);
    assert_eq!(facts.associated[0].name, "macro");
    let barcode = facts.barcode.as_ref().map(|code| code.expose().as_str());
    assert_eq!(barcode, Some("S26-1;A1"));
    conformance::check(&slide, &members(&bytes), u64::MAX).unwrap();
    let second = first_tile();
    let second = TileAt { image: 1, ..second };
    assert!(slide.tile_pixels(&members(&bytes), second).is_ok());
}

#[test]
fn a_leica_whose_metadata_is_not_its_own_is_refused() {
    let region = leica_image(
        &[(40, 24, 9)],
        "sizeX='1' sizeY='1' offsetX='1' offsetY='1'",
    );
    let over = leica_image(
        &[(40, 24, 0)],
        "sizeX='9' sizeY='9' offsetX='0' offsetY='0'",
    );
    for inside in [region, over, String::new()] {
        let xml = format!("<scn {SCN}><collection sizeX='9' sizeY='9'>{inside}</collection></scn>");
        let why = opened(&file(CLASSIC, &[tiled((40, 24)).describe(&xml)])).unwrap_err();
        assert!(matches!(why, Error::Damaged { .. }), "{inside}: {why}");
    }
    let cut = format!("<scn {SCN}><collection sizeX='9' sizeY=");
    assert!(opened(&file(CLASSIC, &[tiled((40, 24)).describe(&cut)])).is_err());
}

fn packet(xml: &str) -> Values {
    Values::Bytes(xml.as_bytes().to_vec())
}

fn joints(across: u32, down: u32) -> String {
    format!(
        "<EncodeInfo><SlideStitchInfo><ImageInfo>\
         <TileJointInfo FlagJoined='1' Confidence='99' Direction='RIGHT' OverlapX='{across}' OverlapY='9'/>\
         <TileJointInfo FlagJoined='1' Confidence='1' Direction='UP' OverlapX='9' OverlapY='{down}'/>\
         <TileJointInfo FlagJoined='0' Confidence='99' Direction='UP' OverlapX='9' OverlapY='8'/>\
         </ImageInfo></SlideStitchInfo></EncodeInfo>"
    )
}

fn ventana(scanner: &str, level0: Image, reduced: Image, joints: &str) -> Vec<u8> {
    let label = tiled((30, 20))
        .describe("Label_Image")
        .with(tag::XMP, packet(scanner));
    let level0 = level0
        .describe("level=0 mag=40 quality=90")
        .with(tag::XMP, packet(joints));
    let reduced = reduced.describe("level=1 mag=20 quality=90");
    file(CLASSIC, &[label, level0, reduced])
}

const SCANNER: &str =
    "<iScan ScanRes='0.25' Magnification='40' BarCode1D='' BarCode2D='S26-1;A1' Z-layers='3'/>";

#[test]
fn ventana_tiles_without_overlap_are_served_as_stored() {
    let bytes = ventana(SCANNER, tiled((80, 48)), tiled((40, 24)), &joints(0, 0));
    let slide = opened(&bytes).unwrap();
    let facts = slide.facts();
    assert_eq!(
        (facts.vendor.as_str(), facts.objective),
        ("ventana", Some(40.0))
    );
    assert_eq!(facts.scale(), Some([0.25; 2]));
    assert_eq!(sizes(&slide), [(80, 48), (40, 24)]);
    assert!(slide.levels().iter().all(|level| !level.made));
    assert_eq!(facts.not_shown, ["2 of its 3 focal planes"]);
    assert_eq!(facts.associated[0].name, "macro");
    let barcode = facts.barcode.as_ref().map(|code| code.expose().as_str());
    assert_eq!(barcode, Some("S26-1;A1"));
    conformance::check(&slide, &members(&bytes), u64::MAX).unwrap();
}

#[test]
fn ventana_tiles_that_overlap_are_joined() {
    let reduced = tiled((40, 24));
    let bytes = ventana(
        SCANNER,
        overlapping((5, 3), (12, 14)),
        reduced,
        &joints(4, 2),
    );
    let slide = opened(&bytes).unwrap();
    assert_eq!(
        sizes(&slide),
        [(4 * 12 + 16, 2 * 14 + 16), (4 * 6 + 8, 2 * 7 + 8)]
    );
    assert!(slide.levels().iter().all(|level| level.made));
    let region = Region {
        x: 0,
        y: 0,
        width: 70,
        height: 50,
    };
    let picture = slide.region(&members(&bytes), 0, region).unwrap();
    assert_eq!(picture.rgb, expected((64, 44), region));
    conformance::check(&slide, &members(&bytes), u64::MAX).unwrap();
}

#[test]
fn a_ventana_without_sense_is_refused() {
    let whole = joints(0, 0);
    for (scanner, joints) in [
        ("<iScan Magnification=", whole.as_str()),
        (SCANNER, &whole[..40]),
        (SCANNER, &super::makers::joints(15, 0)),
    ] {
        let bytes = ventana(scanner, tiled((80, 48)), tiled((40, 24)), joints);
        let why = opened(&bytes).unwrap_err();
        assert!(matches!(why, Error::Damaged { .. }), "{why}");
    }
}
