"""libvips' Deep Zoom writer: dzsave.py SLIDE OUT, with 256-pixel tiles of JPEG Q80."""
import sys

import pyvips

slide, out = sys.argv[1:3]
image = pyvips.Image.new_from_file(slide, access="sequential")
image.dzsave(out, tile_size=256, overlap=0, suffix=".jpg[Q=80]")
