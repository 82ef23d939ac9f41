"""wsidicomizer's command line, with the one library it cannot find everywhere named for it.

It looks for libturbojpeg by ctypes' find_library, which asks ldconfig and a compiler and may get neither.
"""
import ctypes.util
import sys

found = ctypes.util.find_library


def find_library(name):
    return "libturbojpeg.so.0" if name == "turbojpeg" or name == "libturbojpeg" else found(name)


ctypes.util.find_library = find_library

from wsidicomizer.cli import main  # noqa: E402

sys.argv[0] = "wsidicomizer"
sys.exit(main())
