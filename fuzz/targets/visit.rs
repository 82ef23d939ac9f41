//! All that is asked of an opened slide; what it answers does not matter, only that it does.

use pathology::formats::{Member, Slide, open};
use pathology::pyramid::geometry::{Region, TileAt};

/// Opens the bytes as a slide of one file and asks it everything, in small amounts.
pub fn visit(bytes: &[u8]) {
    let bytes = bytes.to_vec();
    let members = [Member {
        name: "TESTPATIENT",
        bytes: &bytes,
    }];
    let Ok(slide) = open(&members) else { return };
    for place in 0..slide.levels().len().min(4) {
        ask(&slide, &members, place);
    }
    for name in ["label", "macro", "thumbnail"] {
        drop(slide.associated(&members, name));
    }
}

fn ask(slide: &Slide, members: &[Member<'_>], place: usize) {
    let level = &slide.levels()[place];
    let mut tiles = 0;
    let walked = slide.extents(members, place, &mut |_| {
        tiles += 1;
        Ok(())
    });
    assert!(walked.is_err() || tiles == level.grid.tiles(), "a walk leaves no tile out");
    // Larger tiles are decoded as well, but not thousands of times a second.
    if u64::from(level.grid.tile_width) * u64::from(level.grid.tile_height) > 1 << 18 {
        return;
    }
    let at = TileAt {
        image: level.image,
        level: level.level,
        column: level.grid.columns() - 1,
        row: level.grid.rows() - 1,
    };
    drop(slide.tile(members, at));
    if let Ok(picture) = slide.tile_pixels(members, at) {
        assert_eq!(picture.rgb.len() as u64, u64::from(picture.width) * u64::from(picture.height) * 3);
    }
    let region = Region {
        x: 0,
        y: 0,
        width: 70,
        height: 50,
    };
    drop(slide.region(members, place, region));
}
