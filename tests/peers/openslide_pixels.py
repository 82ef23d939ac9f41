"""Compares what `slideway` says and shows of a slide with OpenSlide or tifffile, pixel by pixel.

usage: openslide_pixels.py SLIDEWAY SLIDE...

For each slide: the facts of `inspect --json`; tiles of `tile`, decoded by Pillow; rectangles of `region` as PNG; each
against OpenSlide's read_region of the same pixels. The places come from a fixed seed, and corners are always among them.
OpenSlide opens no OME-TIFF with JFIF tiles, and sees only the main chain of the others: those are compared with tifffile.
Last line: "N passed, M failed".

Tiles are decoded by the same library as OpenSlide's and must be equal; those that are joined from overlapping ones are
compressed once more, and those that no browser shows, are compared as regions only. Regions are decoded by ours, which may round
differently. The inverse cosine transform: by one step of a channel. Colours stored at half the resolution are also
interpolated, which may be another step of each; a blue sample then differs by up to 1 + 2 * 1.772 steps. More than that,
or a mean difference of half a step, is another picture and fails. JPEG 2000 with loss rounds its components before they are
converted, with the same effect.
"""

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import numpy
import openslide
import tifffile
from PIL import Image

ROUNDING = 1
ROUNDING_OF_CONVERTED_COLOURS = 4
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

    def pixels(self, name, ours, theirs, allowed=ROUNDING, mean_allowed=MEAN):
        if ours.shape != theirs.shape:
            self.check(name, False, f"shape {ours.shape}, the other has {theirs.shape}")
            return
        difference = numpy.abs(ours.astype(int) - theirs.astype(int))
        self.rounded += int((difference > 0).sum())
        worst, mean = int(difference.max(initial=0)), float(difference.mean())
        beyond = int((difference > allowed).sum())
        self.check(name, worst <= allowed and mean < mean_allowed, f"differs by up to {worst}, {mean:.2f} on average, too much in {beyond} samples")


def slideway(binary, *arguments):
    """Runs the binary; its words on stderr are the error."""
    done = subprocess.run([binary, *map(str, arguments)], capture_output=True, timeout=120)
    if done.returncode != 0:
        sys.exit(f"slideway {' '.join(map(str, arguments))} ended with {done.returncode}: {done.stderr.decode()}")
    return done.stdout


class OpenSlidePeer:
    """A slide as OpenSlide reads it; of a Leica slide the scanned area of its canvas."""

    name = "OpenSlide"

    def __init__(self, path):
        self.slide = openslide.OpenSlide(path)
        said = self.slide.properties
        self.vendor = said[openslide.PROPERTY_NAME_VENDOR]
        area = [int(said.get(f"openslide.bounds-{side}", 0)) for side in ("x", "y", "width", "height")]
        self.origin = area[:2] if self.vendor == "leica" else [0, 0]
        self.scales = self.slide.level_downsamples
        self.levels = list(self.slide.level_dimensions)
        if self.vendor == "leica":
            self.levels = [(round(area[2] / scale), round(area[3] / scale)) for scale in self.scales]
        self.beside = sorted((n, *i.size) for n, i in self.slide.associated_images.items())

    def mpp(self):
        """OpenSlide hands on a Trestle's pixels a centimetre as microns, and has none of a Leica's."""
        mpp = self.slide.properties.get(openslide.PROPERTY_NAME_MPP_X)
        return None if mpp is None or self.vendor == "trestle" else float(mpp)

    def pixels(self, level, x, y, width, height):
        """A rectangle whose corner is given in the level's own pixels."""
        scale = self.scales[level]
        corner = (self.origin[0] + round(x * scale), self.origin[1] + round(y * scale))
        return numpy.asarray(self.slide.read_region(corner, level, (width, height)).convert("RGB"))


class TifffilePeer:
    """An OME-TIFF as tifffile reads it."""

    name = "tifffile"

    def __init__(self, path):
        with tifffile.TiffFile(path) as tiff:
            said = ElementTree.fromstring(tiff.ome_metadata).find(".//{*}Pixels")
            self.pictures = [level.asarray() for level in tiff.series[0].levels]
        self.microns = said.get("PhysicalSizeX")
        self.levels = [(picture.shape[1], picture.shape[0]) for picture in self.pictures]
        self.scales = [self.levels[0][0] / width for width, _ in self.levels]
        self.beside = []

    def mpp(self):
        return None if self.microns is None else float(self.microns)

    def pixels(self, level, x, y, width, height):
        """A rectangle whose corner is given in the level's own pixels."""
        return self.pictures[level][y : y + height, x : x + width]


def compare_facts(comparison, name, facts, peer):
    comparison.check(f"{name} size", (facts["width"], facts["height"]) == peer.levels[0], facts)
    ours = [(level["w"], level["h"]) for level in facts["levels"]]
    comparison.check(f"{name} levels", ours == peer.levels, f"{ours}, {peer.name} has {peer.levels}")
    if (theirs := peer.mpp()) is not None:
        mpp = facts["mpp"][0]
        same = mpp is not None and abs(mpp - theirs) < 1e-6
        comparison.check(f"{name} microns per pixel", same, f"{mpp}, {peer.name} has {theirs}")
    named = sorted((a["name"], a["w"], a["h"]) for a in facts["associated"])
    comparison.check(f"{name} associated images", named == peer.beside, f"{named}, {peer.name} has {peer.beside}")


def has_halved_colours(tile):
    """Whether a JPEG stores its colours at a lower resolution than its brightness."""
    return any(part[1:3] != tile.layer[0][1:3] for part in tile.layer)


def compare_tiles(comparison, binary, path, facts, peer, chance, folder):
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
            theirs = peer.pixels(n, column * tile_w, row * tile_h, width, height)
            comparison.pixels(f"{path.name} tile {n}/{column}/{row}", ours, theirs, allowed=0)
    return halved


def compare_regions(comparison, binary, path, facts, peer, chance, folder, allowed):
    for n, level in enumerate(facts["levels"]):
        scale = peer.scales[n]
        if scale != round(scale):
            continue  # a corner in level-0 pixels then has no exact place in the level
        for _ in range(PLACES_A_LEVEL):
            width, height = min(level["w"], chance.randrange(1, 600)), min(level["h"], chance.randrange(1, 600))
            x, y = chance.randrange(level["w"] - width + 1), chance.randrange(level["h"] - height + 1)
            out = folder / "region.png"
            slideway(binary, "region", path, round(x * scale), round(y * scale), width, height, "--level", n, "-o", out)
            ours = numpy.asarray(Image.open(out).convert("RGB"))
            comparison.pixels(f"{path.name} region {n} {x},{y} {width}x{height}", ours, peer.pixels(n, x, y, width, height), allowed)


def main(binary, *slides):
    comparison = Comparison()
    with tempfile.TemporaryDirectory() as folder:
        for path in map(Path, slides):
            chance = random.Random(2026)
            facts = json.loads(slideway(binary, "inspect", path, "--json"))
            peer = (TifffilePeer if facts["vendor"] == "ome-tiff" else OpenSlidePeer)(path)
            compare_facts(comparison, path.name, facts, peer)
            made = any("compressed once more" in sentence for sentence in facts["not_shown"])
            served = facts["codec"] == "jpeg" and not made
            halved = served and compare_tiles(comparison, binary, path, facts, peer, chance, Path(folder))
            converted = halved or facts["codec"] == "jpeg2000"
            allowed = ROUNDING_OF_CONVERTED_COLOURS if converted else ROUNDING
            compare_regions(comparison, binary, path, facts, peer, chance, Path(folder), allowed)
    print(f"{comparison.rounded} samples differ by the rounding of the two decoders")
    print(f"{comparison.passed} passed, {comparison.failed} failed")
    return 1 if comparison.failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
