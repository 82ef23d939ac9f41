"""The slides: M (0.5 gigapixels), L (3 gigapixels), one of M's tiles without levels and one of 6 GB made of them.

They are made once by `slideway synth`, from our own synthetic painter: 256x256 tiles, JPEG Q80 4:2:0, levels
below. SLIDEWAY_BENCH_SLIDES names a folder whose M.svs and L.svs are taken instead.
"""
import os
import subprocess

import machine

HUGE_BYTES = 6_000_000_000


def middle():
    return given("M.svs") or made("M.svs", 25_000, 20_000, 1)


def large():
    return given("L.svs") or made("L.svs", 60_000, 50_000, 2)


def huge():
    path = os.path.join(machine.WORK, "huge.svs")
    bench = os.path.join(machine.RELEASE, "slideway-bench")
    return once(path, lambda part: [bench, "repeat", middle(), part, str(HUGE_BYTES)])


def flat():
    """M's tiles without its levels: half a gigapixel."""
    path = os.path.join(machine.WORK, "flat.svs")
    bench = os.path.join(machine.RELEASE, "slideway-bench")
    size = os.path.getsize(middle()) * 92 // 100
    return once(path, lambda part: [bench, "repeat", middle(), part, str(size)])


def given(name):
    path = os.path.join(os.environ.get("SLIDEWAY_BENCH_SLIDES", ""), name)
    return path if os.environ.get("SLIDEWAY_BENCH_SLIDES") and os.path.exists(path) else None


def made(name, width, height, seed):
    path = os.path.join(machine.WORK, name)
    slideway = os.path.join(machine.RELEASE, "slideway")
    size = ["--width", str(width), "--height", str(height), "--seed", str(seed)]
    return once(path, lambda part: [slideway, "synth", part, *size])


def once(path, command):
    if not os.path.exists(path):
        part = path + ".part"
        if subprocess.run(command(part), stdout=subprocess.DEVNULL).returncode != 0:
            raise machine.Failed(f"{path} could not be made: look for room on the disk")
        os.rename(part, path)
    warm(path)
    return path


def warm(path):
    with open(path, "rb") as file:
        while file.read(1 << 24):
            pass
