//! Real tissue: sharp is sharp, pens are ink, and a good slide is not flagged.
//!
//! Reads the folder named by `SLIDEWAY_CORPUS`, which `tests/run` finds beside the checkout.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use pathology::formats::{self, Member, quality};
use pathology::pyramid::pixels::{Pixels, Reduced};
use pathology::pyramid::quality::Thresholds;
use pathology::pyramid::{focus, tissue};

fn corpus() -> Option<PathBuf> {
    std::env::var_os("SLIDEWAY_CORPUS").map(PathBuf::from)
}

#[test]
fn a_good_slide_is_not_flagged() {
    let Some(folder) = corpus() else { return };
    let file = folder.join("slides/svs/CMU-1-Small-Region.svs");
    let bytes = std::fs::read(file).expect("the slide");
    let members = [Member {
        name: "a slide",
        bytes: &bytes,
    }];
    let slide = formats::open(&members).expect("opens");
    let (seen, _) = quality::look_over(&slide, &members, &Thresholds::default()).expect("seen");
    assert_eq!(seen.flags, [], "{}", seen.in_words());
    assert_eq!(seen.blurred_share, Some(0.0));
    assert!(
        seen.measured_cells > 10 && seen.tissue_share > 0.1,
        "{seen:?}"
    );
}

/// A patch of tissue as a PNG file of the corpus.
fn patch(name: &str) -> Option<Reduced> {
    let file = corpus()?.join("patches").join(name);
    let file = File::open(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let mut decoder = png::Decoder::new(BufReader::new(file));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().expect("a PNG file");
    let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
    let frame = reader.next_frame(&mut bytes).expect("pixels");
    let samples = frame.color_type.samples();
    let rgb = bytes[..frame.buffer_size()].chunks_exact(samples);
    let rgb = rgb.flat_map(|p| {
        if samples < 3 {
            [p[0]; 3]
        } else {
            [p[0], p[1], p[2]]
        }
    });
    Some(Reduced {
        width: frame.width,
        height: frame.height,
        rgb: rgb.collect(),
    })
}

/// The mean of each square of `side` pixels, everywhere: what a lens out of focus does.
fn blurred(sharp: &Pixels<'_>, radius: u32) -> Reduced {
    let (width, height) = (sharp.width(), sharp.height());
    let near = |n: u32, of: u32| n.saturating_sub(radius)..(n + radius + 1).min(of);
    let mean = |x: u32, y: u32| {
        let (mut sums, mut count) = ([0_u32; 3], 0);
        for (y, x) in near(y, height).flat_map(|y| near(x, width).map(move |x| (y, x))) {
            let colour = sharp.at(x, y);
            (0..3).for_each(|channel| sums[channel] += u32::from(colour[channel]));
            count += 1;
        }
        sums.map(|sum| (sum / count) as u8)
    };
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let rgb = places.flat_map(|(x, y)| mean(x, y)).collect();
    Reduced { width, height, rgb }
}

#[test]
fn sharp_tissue_scores_above_the_threshold_and_the_same_tissue_blurred_below() {
    let below = Thresholds::default().blurred_below as f32;
    for name in [
        "histolab/high-nuclei-score-level2.png",
        "histolab/low-nuclei-score-level0.png",
        "histolab/medium-nuclei-score-level1.png",
        "histolab/tcga-lung-rgb.png",
        "scikit-image/ihc.png",
    ] {
        let Some(patch) = patch(name) else { return };
        let sharp = patch.pixels().expect("pixels");
        let once = blurred(&sharp, 3);
        let twice = blurred(&once.pixels().expect("pixels"), 3);
        let score = |pixels: &Pixels<'_>| focus::score(pixels, 0).expect("a score");
        let (good, bad) = (score(&sharp), score(&twice.pixels().expect("pixels")));
        assert!(good >= below && bad < below, "{name}: {good} {bad}");
    }
}

#[test]
fn pens_are_seen_and_stains_are_not_taken_for_them() {
    for (name, inked) in [
        ("histolab/wsi-blue-pen.png", true),
        ("histolab/tcga-red-pen.png", true),
        ("histolab/no-tissue-green-pen.png", true),
        ("histolab/high-nuclei-score-level2.png", false),
        ("histolab/low-nuclei-score-level0.png", false),
        ("histolab/medium-nuclei-score-level2.png", false),
        ("histolab/tcga-lung-rgb.png", false),
        ("scikit-image/ihc.png", false),
    ] {
        let Some(patch) = patch(name) else { return };
        let found = tissue::find(&patch.pixels().expect("pixels"));
        let share = found.pen.share();
        assert_eq!(share > 0.01, inked, "{name}: {share}");
    }
}
