"""libvips' pyramidal TIFF: pyramid.py SLIDE OUT, with 256-pixel tiles of JPEG Q80, each level half the one above."""
import sys

import pyvips

slide, out = sys.argv[1:3]
image = pyvips.Image.new_from_file(slide, access="sequential")
image.tiffsave(out, tile=True, tile_width=256, tile_height=256, pyramid=True, bigtiff=True, compression="jpeg", Q=80)
