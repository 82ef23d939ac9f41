"""Compares what `slideway` shows of DICOM slides with pydicom, frame by frame.

usage: pydicom_pixels.py SLIDEWAY SLIDE...

A SLIDE is an instance or the folder of a series. For each level: frames from a fixed seed, the first and the last among
them. A JPEG tile as served must hold the stored frame byte for byte; the pixels of the frame's place must be those that
pydicom decodes. Bare samples are also written again as implicit VR and run-length coded by pydicom, and must show the same. Where a JFIF marker contradicts the photometric interpretation, the marker decides, as in a browser.
Last line: "N passed, M failed".
"""

import json
import random
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

import numpy
from PIL import Image
from pydicom import dcmread
from pydicom.encaps import get_frame
from pydicom.pixels import pixel_array
from pydicom.uid import ImplicitVRLittleEndian, JPEGBaseline8Bit, RLELossless

FRAMES_A_LEVEL = 12
# Two decoders of JPEG: a step of the transform, and three of interpolated colours (openslide_pixels.py says why).
ROUNDING = 4
MEAN = 0.5

passed = failed = 0


def check(name, good, detail=""):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print(f"FAILED {name}: {detail}")


def slideway(binary, *arguments):
    """Runs the binary; its words on stderr are the error."""
    done = subprocess.run([binary, *map(str, arguments)], capture_output=True, timeout=120)
    if done.returncode != 0:
        raise RuntimeError(f"slideway {arguments[0]} ended with {done.returncode}: {done.stderr.decode().strip()}")
    return done.stdout


def instances(path):
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return [d for d in map(dcmread, files) if d.ImageType[2] == "VOLUME"]


def place(instance, frame):
    """Column and row of a frame among the tiles."""
    groups = instance.get("PerFrameFunctionalGroupsSequence")
    if instance.get("DimensionOrganizationType") == "TILED_FULL" or not groups:
        columns = -(-instance.TotalPixelMatrixColumns // instance.Columns)
        return frame % columns, frame // columns
    position = groups[frame].PlanePositionSlideSequence[0]
    return (
        (position.ColumnPositionInTotalImagePixelMatrix - 1) // instance.Columns,
        (position.RowPositionInTotalImagePixelMatrix - 1) // instance.Rows,
    )


def stored(instance, frame):
    """The bytes of a frame. Extended tables are left aside: some writers count the item's header in the lengths."""
    return get_frame(instance.PixelData, frame, number_of_frames=int(instance.NumberOfFrames))


def decoded(instance, frame):
    if instance.file_meta.TransferSyntaxUID == JPEGBaseline8Bit:
        # Adobe and JFIF markers are obeyed by the decoder, which pydicom would overrule by the photometric interpretation.
        return numpy.asarray(Image.open(BytesIO(stored(instance, frame))).convert("RGB"))
    several = int(instance.NumberOfFrames) > 1
    pixels = pixel_array(instance, index=frame if several else None)
    return numpy.repeat(pixels[..., None], 3, 2) if pixels.ndim == 2 else pixels


def compare(binary, name, path, folder):
    try:
        facts = json.loads(slideway(binary, "inspect", path, "--json"))
        check(f"{name} is a DICOM slide", facts["vendor"] == "dicom", facts["vendor"])
        for instance in instances(path):
            compare_level(binary, name, path, facts, instance, folder)
    except RuntimeError as why:
        check(name, False, why)


def compare_level(binary, name, path, facts, instance, folder):
    size = (instance.TotalPixelMatrixColumns, instance.TotalPixelMatrixRows)
    sizes = [(level["w"], level["h"]) for level in facts["levels"]]
    if size not in sizes:
        check(f"{name} {size}", False, f"no such level among {sizes}")
        return
    level, frames = sizes.index(size), int(instance.NumberOfFrames)
    chance = random.Random(2026)
    jpeg = instance.file_meta.TransferSyntaxUID == JPEGBaseline8Bit
    for frame in sorted({0, frames - 1} | {chance.randrange(frames) for _ in range(FRAMES_A_LEVEL)}):
        column, row = place(instance, frame)
        label = f"{name} level {level} frame {frame}"
        if jpeg:
            tile = folder / "tile.jpg"
            slideway(binary, "tile", path, level, column, row, "-o", tile)
            bare = stored(instance, frame).rstrip(b"\0")
            check(f"{label} as stored", tile.read_bytes().rstrip(b"\0").endswith(bare[2:]), "the tile does not hold the stored frame")
        left, top = column * instance.Columns, row * instance.Rows
        if level > 0:
            continue  # a corner in level-0 pixels has no exact place in most levels; the bytes were compared
        wide, high = min(instance.Columns, size[0] - left), min(instance.Rows, size[1] - top)
        region = folder / "region.png"
        slideway(binary, "region", path, left, top, wide, high, "-o", region)
        ours = numpy.asarray(Image.open(region).convert("RGB")).astype(int)
        difference = numpy.abs(ours - decoded(instance, frame)[:high, :wide].astype(int))
        good = difference.max() <= (ROUNDING if jpeg else 0) and difference.mean() < MEAN
        check(f"{label} pixels", good, f"differs by up to {difference.max()}, {difference.mean():.2f} on average")


def written_again(path, folder):
    """The same samples, stored in other ways."""
    plain = dcmread(path)
    plain.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    plain.save_as(folder / "implicit.dcm", implicit_vr=True, little_endian=True)
    yield "implicit VR", folder / "implicit.dcm"
    packed = dcmread(path)
    packed.compress(RLELossless, generate_instance_uid=False)
    packed.save_as(folder / "packed.dcm")
    yield "RLE", folder / "packed.dcm"


def main(binary, *slides):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in map(Path, slides):
            compare(binary, path.name, path, folder)
            native = path.is_file() and not dcmread(path, stop_before_pixels=True).file_meta.TransferSyntaxUID.is_encapsulated
            if native:
                for how, copy in written_again(path, folder):
                    compare(binary, f"{path.name} as {how}", copy, folder)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
