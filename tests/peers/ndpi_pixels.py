"""Compares the tiles that `slideway` cuts from an NDPI with the JPEGs the scanner wrote, coefficient by coefficient.

usage: ndpi_pixels.py SLIDEWAY SLIDE...

For each stored level: the level's JPEG is taken from the file, and its quantised DCT coefficients and tables are read by
libjpeg, as are those of every tile of `tile`. Each block of a tile must equal the stored block at its place. Pixels of all
tiles are compared with OpenSlide's: equal for stored levels, and close for those that are averaged from the last of them.
Last line: "N passed, M failed".
"""

import json
import struct
import sys
import tempfile
from pathlib import Path

import jpeglib
import numpy
from PIL import Image

from openslide_pixels import MEAN, Comparison, OpenSlidePeer, compare_facts, slideway

# OpenSlide scales while it decodes, by a smaller cosine transform; averaging squares and encoding again is another way
# to the same picture.
SCALED = 24
SCALED_MEAN = 2


def levels(path):
    """The JPEG of each level by its width, from the directories of a file below 4 GiB."""
    data = path.read_bytes()
    found, at = {}, struct.unpack_from("<Q", data, 4)[0]
    while at:
        count = struct.unpack_from("<H", data, at)[0]
        tags = {}
        for n in range(count):
            tag, kind = struct.unpack_from("<HH", data, at + 2 + 12 * n)
            tags[tag] = struct.unpack_from("<f" if kind == 11 else "<I", data, at + 10 + 12 * n)[0]
        if tags[65421] > 0 and tags.get(65424, 0) == 0:
            found[tags[256]] = data[tags[273] : tags[273] + tags[279]]
        at = struct.unpack_from("<Q", data, at + 2 + 12 * count)[0]
    return found


def coefficients(stream, folder):
    """Blocks of each component (rows, columns, 8, 8), its sampling, and its quantisation table."""
    path = folder / "one.jpg"
    path.write_bytes(stream)
    read = jpeglib.read_dct(str(path))
    planes = [plane for plane in (read.Y, read.Cb, read.Cr) if plane is not None]
    tables = [read.qt[read.quant_tbl_no[n]] for n in range(len(planes))]
    return planes, tables


def compare_level(comparison, binary, path, peer, n, level, stored, folder):
    tile_w, tile_h = level["tile_w"], level["tile_h"]
    planes, tables = coefficients(stored, folder) if stored else (None, None)
    for row in range(-(-level["h"] // tile_h)):
        for column in range(-(-level["w"] // tile_w)):
            name = f"{path.name} tile {n}/{column}/{row}"
            out = folder / "tile.jpg"
            slideway(binary, "tile", path, n, column, row, "-o", out)
            if stored:
                made, made_tables = coefficients(out.read_bytes(), folder)
                same = len(made) == len(planes) and all((a == b).all() for a, b in zip(made_tables, tables, strict=True))
                comparison.check(f"{name} tables", same)
                for plane, cut in zip(planes, made, strict=True):
                    high, wide = cut.shape[:2]
                    there = plane[row * high : (row + 1) * high, column * wide : (column + 1) * wide]
                    equal = (cut[: there.shape[0], : there.shape[1]] == there).all()
                    comparison.check(f"{name} coefficients", equal and there.size > 0)
            width, height = min(tile_w, level["w"] - column * tile_w), min(tile_h, level["h"] - row * tile_h)
            ours = numpy.asarray(Image.open(out).convert("RGB"))[:height, :width]
            theirs = peer.pixels(n, column * tile_w, row * tile_h, width, height)
            comparison.pixels(name, ours, theirs, 0 if stored else SCALED, MEAN if stored else SCALED_MEAN)


def main(binary, *slides):
    comparison = Comparison()
    with tempfile.TemporaryDirectory() as folder:
        for path in map(Path, slides):
            facts = json.loads(slideway(binary, "inspect", path, "--json"))
            peer = OpenSlidePeer(path)
            compare_facts(comparison, path.name, facts, peer)
            stored = levels(path)
            comparison.check(f"{path.name} has stored levels", len(stored) > 0)
            for n, level in enumerate(facts["levels"]):
                compare_level(comparison, binary, path, peer, n, level, stored.get(level["w"]), Path(folder))
    print(f"{comparison.passed} passed, {comparison.failed} failed")
    return 1 if comparison.failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
