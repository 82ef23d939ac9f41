"""Compares what `slideway` says and shows of a slide with OpenSlide, pixel by pixel.

usage: openslide_pixels.py SLIDEWAY SLIDE...

For each slide: the facts of `inspect --json`; tiles of `tile`, decoded by Pillow; rectangles of `region` as PNG; each
against OpenSlide's read_region of the same pixels. The places come from a fixed seed, and corners are always among them.
Last line: "N passed, M failed".

Tiles are decoded by the same library as OpenSlide's and must be equal. Regions are decoded by ours, which may round
differently. The inverse cosine transform: by one step of a channel. Colours stored at half the resolution are also
interpolated, which may be another step of each; a blue sample then differs by up to 1 + 2 * 1.772 steps. More than that,
or a mean difference of half a step, is another picture and fails.
"""

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import openslide
from PIL import Image

ROUNDING = 1
ROUNDING_OF_HALVED_COLOURS = 4
MEAN = 0.5
PLACES_A_LEVEL = 12


class Comparison:
    """What was compared, and what differed."""

    def __init__(self):
        self.passed = self.failed = self.rounded = 0

    def check(self, name, good, detail=""):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {name}: {detail}")

    def pixels(self, name, ours, theirs, allowed=ROUNDING):
        if ours.shape != theirs.shape:
            self.check(name, False, f"shape {ours.shape}, OpenSlide has {theirs.shape}")
            return
        difference = numpy.abs(ours.astype(int) - theirs.astype(int))
        self.rounded += int((difference > 0).sum())
        worst, mean = int(difference.max(initial=0)), float(difference.mean())
        beyond = int((difference > allowed).sum())
        self.check(name, worst <= allowed and mean < MEAN, f"differs by up to {worst}, {mean:.2f} on average, too much in {beyond} samples")


def slideway(binary, *arguments):
    """Runs the binary; its words on stderr are the error."""
    done = subprocess.run([binary, *map(str, arguments)], capture_output=True, timeout=120)
    if done.returncode != 0:
        sys.exit(f"slideway {' '.join(map(str, arguments))} ended with {done.returncode}: {done.stderr.decode()}")
    return done.stdout


def opaque(slide, level, x, y, width, height):
    """OpenSlide's pixels of a rectangle whose corner is given in the level's own pixels."""
    scale = slide.level_downsamples[level]
    corner = (round(x * scale), round(y * scale))
    return numpy.asarray(slide.read_region(corner, level, (width, height)).convert("RGB"))


def compare_facts(comparison, name, facts, slide):
    comparison.check(f"{name} size", [facts["width"], facts["height"]] == list(slide.dimensions), facts)
    ours = [(level["w"], level["h"]) for level in facts["levels"]]
    comparison.check(f"{name} levels", ours == list(slide.level_dimensions), f"{ours}, OpenSlide has {slide.level_dimensions}")
    theirs = slide.properties.get(openslide.PROPERTY_NAME_MPP_X)
    mpp = facts["mpp"][0] if isinstance(facts["mpp"], list) else facts["mpp"]
    same = mpp is None if theirs is None else mpp is not None and abs(mpp - float(theirs)) < 1e-6
    comparison.check(f"{name} microns per pixel", same, f"{mpp}, OpenSlide has {theirs}")
    named = sorted((a["name"], a["w"], a["h"]) for a in facts["associated"])
    expected = sorted((n, *i.size) for n, i in slide.associated_images.items())
    comparison.check(f"{name} associated images", named == expected, f"{named}, OpenSlide has {expected}")


def has_halved_colours(tile):
    """Whether a JPEG stores its colours at a lower resolution than its brightness."""
    return any(part[1:3] != tile.layer[0][1:3] for part in tile.layer)


def compare_tiles(comparison, binary, path, facts, slide, chance, folder):
    """Both decode with the same library, so equal means equal; gives whether the colours of any tile are stored at half the resolution."""
    halved = False
    for n, level in enumerate(facts["levels"]):
        tile_w, tile_h = level["tile_w"], level["tile_h"]
        columns, rows = -(-level["w"] // tile_w), -(-level["h"] // tile_h)
        places = {(0, 0), (columns - 1, 0), (0, rows - 1), (columns - 1, rows - 1)}
        places |= {(chance.randrange(columns), chance.randrange(rows)) for _ in range(PLACES_A_LEVEL)}
        for column, row in sorted(places):
            out = folder / "tile.jpg"
            slideway(binary, "tile", path, n, column, row, "-o", out)
            width, height = min(tile_w, level["w"] - column * tile_w), min(tile_h, level["h"] - row * tile_h)
            tile = Image.open(out)
            halved = halved or has_halved_colours(tile)
            ours = numpy.asarray(tile.convert("RGB"))[:height, :width]
            theirs = opaque(slide, n, column * tile_w, row * tile_h, width, height)
            comparison.pixels(f"{path.name} tile {n}/{column}/{row}", ours, theirs, allowed=0)
    return halved


def compare_regions(comparison, binary, path, facts, slide, chance, folder, allowed):
    for n, level in enumerate(facts["levels"]):
        scale = slide.level_downsamples[n]
        if scale != round(scale):
            continue  # a corner in level-0 pixels then has no exact place in the level
        for _ in range(PLACES_A_LEVEL):
            width, height = min(level["w"], chance.randrange(1, 600)), min(level["h"], chance.randrange(1, 600))
            x, y = chance.randrange(level["w"] - width + 1), chance.randrange(level["h"] - height + 1)
            out = folder / "region.png"
            slideway(binary, "region", path, round(x * scale), round(y * scale), width, height, "--level", n, "-o", out)
            ours = numpy.asarray(Image.open(out).convert("RGB"))
            comparison.pixels(f"{path.name} region {n} {x},{y} {width}x{height}", ours, opaque(slide, n, x, y, width, height), allowed)


def main(binary, *slides):
    comparison = Comparison()
    with tempfile.TemporaryDirectory() as folder:
        for path in map(Path, slides):
            chance = random.Random(2026)
            facts = json.loads(slideway(binary, "inspect", path, "--json"))
            slide = openslide.OpenSlide(path)
            compare_facts(comparison, path.name, facts, slide)
            halved = compare_tiles(comparison, binary, path, facts, slide, chance, Path(folder))
            allowed = ROUNDING_OF_HALVED_COLOURS if halved else ROUNDING
            compare_regions(comparison, binary, path, facts, slide, chance, Path(folder), allowed)
    print(f"{comparison.rounded} samples differ by the rounding of the two decoders")
    print(f"{comparison.passed} passed, {comparison.failed} failed")
    return 1 if comparison.failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
