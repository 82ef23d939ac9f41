"""Ours, as a person runs it: a process from its start to its end, a fresh folder each time."""
import contextlib
import json
import os
import subprocess

import machine
import slides

# Published, but in no case yet: nobody has registered one.
PUBLISHED = 3


def ingest(slide, watch=False, folder="ours"):
    slides.warm(slide)
    place = machine.emptied(folder)
    command = [os.path.join(machine.RELEASE, "slideway"), "ingest", "--wait", slide]
    return machine.measured(command, cwd=place, good=(PUBLISHED,), watch=watch)


def verify(slide):
    """The same to *verified*: every tile decoded once, and the levels it lacks made."""
    slides.warm(slide)
    place = machine.emptied("verified")
    command = [os.path.join(machine.RELEASE, "slideway"), "ingest", "--verified", slide]
    return machine.measured(command, cwd=place, good=(PUBLISHED,))


@contextlib.contextmanager
def published(slide):
    """The archive's folder with this slide in it."""
    ingest(slide, folder="published")
    yield os.path.join(machine.WORK, "published", "slideway-data", "archive")


def bench(*words):
    command = [os.path.join(machine.RELEASE, "slideway-bench"), *words]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise machine.Failed(done.stderr.strip())
    return json.loads(done.stdout)
