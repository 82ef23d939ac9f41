"""Tiles a CPU-second of a tile server's library: native_tiles.py large_image|openslide SLIDE.

400 tiles of the levels the slide has, the same every time, as JPEG Q80, from the page cache, without a cache of tiles.
"""
import io
import random
import sys
import time

COUNT = 400
TILE = 256
kind, slide = sys.argv[1:3]


def with_large_image():
    import large_image_source_tiff
    source = large_image_source_tiff.TiffFileTileSource(slide, encoding="JPEG", jpegQuality=80, noCache=True)
    size, deepest = (source.sizeX, source.sizeY), source.levels - 1
    return size, deepest, lambda level, x, y: source.getTile(x, y, level)


def with_openslide():
    import openslide
    from openslide.deepzoom import DeepZoomGenerator
    opened = openslide.OpenSlide(slide)
    tiles = DeepZoomGenerator(opened, TILE, 0)

    def tile(level, x, y):
        out = io.BytesIO()
        tiles.get_tile(level, (x, y)).save(out, "jpeg", quality=80)
        return out.getvalue()

    return opened.dimensions, tiles.level_count - 1, tile


def native_scales():
    import openslide
    return sorted({1 << (round(d).bit_length() - 1) for d in openslide.OpenSlide(slide).level_downsamples})


(width, height), deepest, tile = with_large_image() if kind == "large_image" else with_openslide()
chance = random.Random(11)
scales = native_scales()
asked = []
for _ in range(COUNT):
    scale = chance.choice(scales)
    columns, rows = -(-width // (scale * TILE)), -(-height // (scale * TILE))
    asked.append((deepest - scale.bit_length() + 1, chance.randrange(columns), chance.randrange(rows)))
tile(*asked[0])
began = time.process_time()
for one in asked:
    tile(*one)
print(COUNT / (time.process_time() - began))
