"""What a laboratory would use today, on the same slides, in the same run."""
import os
import subprocess
import time

import machine
import slides


def copy_sync_digest(slide):
    """The least that storing a slide can be: a copy, on the disk, with a digest of what lies there."""
    slides.warm(slide)
    copy = os.path.join(machine.emptied("copy"), "slide")
    began = time.perf_counter()
    for command in (["cp", slide, copy], ["sync"], ["b3sum", copy]):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def wsidicomizer(slide):
    slides.warm(slide)
    out = machine.emptied("dicom")
    peer = os.path.join(machine.PEERS, "wsidicomizer_passthrough.py")
    return machine.measured([machine.PYTHON, peer, "-i", slide, "-o", out, "-w", "2"])


def dzsave(slide):
    slides.warm(slide)
    out = os.path.join(machine.emptied("deepzoom"), "slide")
    return machine.measured([machine.PYTHON, os.path.join(machine.PEERS, "dzsave.py"), slide, out])


def pyramid(slide):
    slides.warm(slide)
    out = os.path.join(machine.emptied("pyramid"), "slide.tif")
    return machine.measured([machine.PYTHON, os.path.join(machine.PEERS, "pyramid.py"), slide, out])


def tiles_a_second(kind, slide):
    peer = os.path.join(machine.PEERS, "native_tiles.py")
    done = subprocess.run([machine.PYTHON, peer, kind, slide], capture_output=True, text=True)
    if done.returncode != 0:
        raise machine.Failed(f"{kind} could not read the slide: {done.stderr.strip()[-300:]}")
    return float(done.stdout)
