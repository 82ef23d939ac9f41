"""Writes slides of kinds that lie nowhere for the comparison with OpenSlide.

usage: synthetic.py FOLDER

overlapping.tif and overlapping.bif: a Trestle and a Ventana slide whose tiles overlap, without loss, each tile with a left
and an upper edge of a colour of its own, which shows which of two tiles lies on top. jpeg2000-rgb.svs and
jpeg2000-ycbcr.svs: Aperio's two ways to store JPEG 2000, with loss. The containers carry what a reader needs and no more.
"""

import sys
from pathlib import Path

import imagecodecs
import numpy
import tifffile

TILE = 240
ADVANCE = (224, 230)
TILES = (5, 4)
SHAPE = (TILES[1] * TILE, TILES[0] * TILE, 3)
STORED = dict(shape=SHAPE, dtype="uint8", tile=(TILE, TILE), photometric="rgb", compression="zlib", metadata=None)
OVERLAP = (TILE - ADVANCE[0], TILE - ADVANCE[1])


def tiles():
    """Tiles of one picture of soft colours, row by row."""
    for row in range(TILES[1]):
        for column in range(TILES[0]):
            x = numpy.arange(TILE)[None, :] + column * ADVANCE[0]
            y = numpy.arange(TILE)[:, None] + row * ADVANCE[1]
            tile = numpy.stack([x // 5 + 0 * y, y // 4 + 0 * x, (x + y) // 9], -1).astype("uint8")
            tile[:, :3] = [200, 30 * row, 30 * column]
            tile[:2, :] = [30 * column, 200, 30 * row]
            yield tile


def trestle(path):
    said = "OverlapsXY= %d %d;Objective Power=20;Background Color=ffffff" % OVERLAP
    with tifffile.TiffWriter(path) as writer:
        writer.write(tiles(), software="MedScan 1.0", description=said, **STORED)


def joint(direction, one, other):
    """Two joined tiles; they are numbered from the bottom left, every second row from the right."""
    number = lambda column, row: row * TILES[0] + (column if row % 2 == 0 else TILES[0] - 1 - column) + 1
    overlap = (OVERLAP[0], 0) if direction == "RIGHT" else (0, OVERLAP[1])
    return (
        f'<TileJointInfo FlagJoined="1" Confidence="99" Direction="{direction}" Tile1="{number(*one)}" '
        f'Tile2="{number(*other)}" OverlapX="{overlap[0]}" OverlapY="{overlap[1]}"/>'
    )


def ventana(path):
    columns, rows = TILES
    joints = [joint("RIGHT", (c, r), (c + 1, r)) for r in range(rows) for c in range(columns - 1)]
    joints += [joint("UP", (c, r), (c, r + 1)) for r in range(rows - 1) for c in range(columns)]
    stitched = (
        f'<EncodeInfo Ver="2"><SlideInfo><AoiInfo XIMAGESIZE="{SHAPE[1]}" YIMAGESIZE="{SHAPE[0]}" NumRows="{rows}" '
        f'NumCols="{columns}"/></SlideInfo><SlideStitchInfo><ImageInfo AOIScanned="1" AOIIndex="0" NumRows="{rows}" '
        f'NumCols="{columns}" Width="{TILE}" Height="{TILE}" Pos-X="0" Pos-Y="0">{"".join(joints)}</ImageInfo>'
        '</SlideStitchInfo><AoiOrigin><AOI0 OriginX="0" OriginY="0"/></AoiOrigin></EncodeInfo>'
    )
    scanner = '<iScan ScanRes="0.5" Magnification="20" Z-layers="1"/>'
    packet = lambda xml: [(700, 1, None, xml.encode(), True)]
    label = numpy.full((64, 96, 3), 255, "uint8")
    with tifffile.TiffWriter(path, bigtiff=True) as writer:
        writer.write(label, photometric="rgb", description="Label_Image", extratags=packet(scanner), metadata=None, software=False)
        writer.write(tiles(), description="level=0 mag=20 quality=90", extratags=packet(stitched), software=False, **STORED)


def ycbcr(picture):
    """The components of ITU-T T.871."""
    red, green, blue = (picture[..., n].astype(float) for n in range(3))
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    components = [luma, (blue - luma) / 1.772 + 128, (red - luma) / 1.402 + 128]
    return numpy.stack(components, -1).round().clip(0, 255).astype("uint8")


def aperio(path, compression, components, transform):
    """JPEG 2000 whose components only the compression tells of, or with a transform of its own."""
    streams = [
        imagecodecs.jpeg2k_encode(components(tile), level=40, codecformat="j2k", reversible=False, mct=transform) for tile in tiles()
    ]
    said = "Aperio Image Library v11\r\n1200x960 (240x240) J2K/KDU Q=70|AppMag = 20|MPP = 0.5"
    stored = STORED | dict(compression=compression)
    with tifffile.TiffWriter(path) as writer:
        writer.write(iter(streams), description=said, software=False, **stored)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    trestle(folder / "overlapping.tif")
    ventana(folder / "overlapping.bif")
    aperio(folder / "jpeg2000-rgb.svs", 33005, lambda tile: tile, True)
    aperio(folder / "jpeg2000-ycbcr.svs", 33003, ycbcr, False)
