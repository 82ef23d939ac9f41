"""Whether a picture equals what OpenSlide shows of a slide.

    openslide_region.py SLIDE LEVEL X Y PICTURE.png

X and Y are pixels of level 0. Pixels without tissue are white. Differences are counted at every pixel.
"""
import sys

import numpy
import openslide
from PIL import Image

slide, level, x, y, picture = sys.argv[1:]
ours = numpy.asarray(Image.open(picture).convert("RGB"), dtype=int)
height, width = ours.shape[:2]
opened = openslide.OpenSlide(slide)
level = int(level)
# Our region begins at a whole pixel of its level.
scale = [opened.dimensions[n] / opened.level_dimensions[level][n] for n in (0, 1)]
place = [int(int(at) / by) for at, by in zip((x, y), scale)]
left, top = (round(at * opened.level_downsamples[level]) for at in place)
shown = opened.read_region((left, top), level, (width, height))
white = Image.new("RGBA", shown.size, (255, 255, 255, 255))
theirs = numpy.asarray(Image.alpha_composite(white, shown).convert("RGB"), dtype=int)
inside = [max(0, opened.level_dimensions[level][n] - place[n]) for n in (0, 1)]
differs = abs(ours - theirs)[: inside[1], : inside[0]]
if differs.size and differs.max() > 0:
    sys.exit(f"{int((differs.max(axis=2) > 0).sum())} pixels differ, by {int(differs.max())} at most")
