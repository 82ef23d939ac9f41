//! A small MIRAX slide: an index file, its settings, and one file with all pictures.
//!
//! ```text
//!   S.mrxs            a picture, which names the slide
//!   S/Slidedat.ini    sections: levels, pictures, files
//!   S/Index.dat       lists of (picture, offset, length), level by level
//!   S/Data0000.dat    the pictures, JPEG
//! ```

/// Pictures across and down level 0, and their side in pixels.
const SIDE: u32 = 4;
const PIXELS: u16 = 256;
const LEVELS: u32 = 3;
/// Length of what Index.dat and the data files begin with: version and id.
const ID: &str = "01.020123456789ABCDEF0123456789ABCDEF";

/// Names and bytes of the slide's files; `jpeg` makes a picture of that width and height.
pub(crate) fn files(jpeg: impl Fn(u16, u16) -> Vec<u8>) -> Vec<(String, Vec<u8>)> {
    let mut data = ID.as_bytes().to_vec();
    let mut put = |bytes: Vec<u8>| {
        let at = (data.len() as u32, bytes.len() as u32);
        data.extend(bytes);
        at
    };
    let mut levels = Vec::new();
    for step in (0..LEVELS).map(|level| 1 << level) {
        let mut pictures = Vec::new();
        for row in (0..SIDE).step_by(step) {
            for column in (0..SIDE).step_by(step) {
                let (offset, length) = put(jpeg(PIXELS, PIXELS));
                pictures.push((row * SIDE + column, offset, length));
            }
        }
        levels.push(pictures);
    }
    let overview = put(jpeg(100, 200));
    vec![
        ("S.mrxs".into(), jpeg(16, 16)),
        ("S/Slidedat.ini".into(), settings().into_bytes()),
        ("S/Index.dat".into(), index(&levels, overview)),
        ("S/Data0000.dat".into(), data),
    ]
}

/// The lists: a table of levels, each the place of a page of pictures; then the picture of the whole glass.
fn index(levels: &[Vec<(u32, u32, u32)>], (offset, length): (u32, u32)) -> Vec<u8> {
    let mut file = ID.as_bytes().to_vec();
    let tables = file.len();
    let first_level = tables + 8;
    let overview = first_level + levels.len() * 4;
    numbers(&mut file, &[first_level as u32, overview as u32]);
    numbers(&mut file, &vec![0; levels.len() + 1]);
    for (n, pictures) in levels.iter().enumerate() {
        begin_list(&mut file, first_level + n * 4);
        numbers(&mut file, &[pictures.len() as u32, 0]);
        for (place, offset, length) in pictures {
            numbers(&mut file, &[*place, *offset, *length, 0]);
        }
    }
    begin_list(&mut file, overview);
    numbers(&mut file, &[1, 0, 0, 0, offset, length, 0]);
    file
}

/// Writes where the list begins into its place of a table, and where its first page is.
fn begin_list(file: &mut Vec<u8>, entry: usize) {
    let here = file.len() as u32;
    file[entry..entry + 4].copy_from_slice(&here.to_le_bytes());
    numbers(file, &[0, here + 8]);
}

fn numbers(file: &mut Vec<u8>, values: &[u32]) {
    file.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}

fn settings() -> String {
    let mut text = format!(
        "[GENERAL]\nSLIDE_VERSION=01.02\nSLIDE_ID={}\nIMAGENUMBER_X={SIDE}\nIMAGENUMBER_Y={SIDE}\n\
         OBJECTIVE_MAGNIFICATION=20\nCameraImageDivisionsPerSide=1\n\
         [HIERARCHICAL]\nHIER_COUNT=1\nNONHIER_COUNT=1\nINDEXFILE=Index.dat\n\
         HIER_0_NAME=Slide zoom level\nHIER_0_COUNT={LEVELS}\n",
        &ID[5..]
    );
    text.extend((0..LEVELS).map(|level| {
        format!("HIER_0_VAL_{level}=ZoomLevel_{level}\nHIER_0_VAL_{level}_SECTION=LEVEL_{level}\n")
    }));
    text += "NONHIER_0_NAME=Scan data layer\nNONHIER_0_COUNT=1\n\
             NONHIER_0_VAL_0=ScanDataLayer_SlideThumbnail\nNONHIER_0_VAL_0_SECTION=OVERVIEW\n\
             [OVERVIEW]\nTHUMBNAIL_IMAGE_TYPE=JPEG\n\
             [DATAFILE]\nFILE_COUNT=1\nFILE_0=Data0000.dat\n";
    text.extend((0..LEVELS).map(section));
    text
}

fn section(level: u32) -> String {
    let microns = 0.25 * f64::from(1 << level);
    format!(
        "[LEVEL_{level}]\nOVERLAP_X=0\nOVERLAP_Y=0\nMICROMETER_PER_PIXEL_X={microns}\n\
         MICROMETER_PER_PIXEL_Y={microns}\nIMAGE_FORMAT=JPEG\nIMAGE_FILL_COLOR_BGR=16777215\n\
         DIGITIZER_WIDTH={PIXELS}\nDIGITIZER_HEIGHT={PIXELS}\nIMAGE_CONCAT_FACTOR={}\n",
        u32::from(level > 0)
    )
}
