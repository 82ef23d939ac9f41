"""Where everything lies, how a command is measured, and what the peers need."""
import os
import platform
import shutil
import subprocess
import sys
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WORK = os.path.join(ROOT, "target", "bench")
VENV = os.path.join(WORK, "venv")
RELEASE = os.path.join(os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target")), "release")
PYTHON = os.path.join(VENV, "bin", "python")
PEERS = os.path.join(ROOT, "benches", "peers")
DEBIAN = {"b3sum": "b3sum", "wrk": "wrk"}
LOOK_SECONDS = 0.01
TURBO = bool(os.environ.get("SLIDEWAY_BENCH_TURBO"))


class Failed(SystemExit):
    """Says what went wrong on stderr and ends with 1."""

    def __init__(self, text):
        print(f"benches/run: {text}", file=sys.stderr)
        super().__init__(1)


class Run:
    """What a command took: wall and CPU seconds (children included), and the peak of all its memory."""

    def __init__(self, wall, cpu, peak_bytes):
        self.wall, self.cpu, self.peak_bytes = wall, cpu, peak_bytes


def prepare(slides=True):
    """Builds ours; finds or installs the peers of rows that read slides."""
    os.makedirs(WORK, exist_ok=True)
    turbo = ["--features", "slideway/turbo"] if TURBO else []
    build = ["cargo", "build", "-q", "--release", *(["-p", "slideway", *turbo] if slides else []), "-p", "benches"]
    if not os.environ.get("SLIDEWAY_BENCH_BUILT") and subprocess.call(build, cwd=ROOT) != 0:
        raise Failed("the release build failed: repair it first")
    if slides:
        install()


def install():
    missing = [package for command, package in DEBIAN.items() if not shutil.which(command)]
    if missing:
        say_or_fail(["apt-get", "-q", "-y", "install", "--no-install-recommends", *missing],
                    f"install {' '.join(missing)} by hand")
    wanted = os.path.join(PEERS, "requirements.txt")
    kept = os.path.join(VENV, "installed")
    if not os.path.exists(kept) or open(kept).read() != open(wanted).read():
        say_or_fail([sys.executable, "-m", "venv", VENV], "install python3-venv")
        pip = [os.path.join(VENV, "bin", "pip"), "install", "-q", "--disable-pip-version-check", "-r", wanted]
        say_or_fail(pip, "look at pip's index settings and the network")
        shutil.copy(wanted, kept)


def say_or_fail(command, remedy):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise Failed(f"{' '.join(command)} failed ({done.stdout.strip()[-300:]}): {remedy}")


def line():
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), "?")
    load = os.getloadavg()[0]
    return f"commit {commit.stdout.strip()}, {os.cpu_count()} × {cpu}, Linux {platform.release()}, load {load:.1f}"


def measured(command, cwd=None, good=(0,), watch=False):
    """Runs a command; `watch` looks at the memory of it and its children every 10 ms."""
    peak, done = [0], threading.Event()
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def look():
        while not done.wait(LOOK_SECONDS):
            peak[0] = max(peak[0], memory_of(process.pid))

    watcher = threading.Thread(target=look)
    if watch:
        watcher.start()
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    done.set()
    if watch:
        watcher.join()
    if process.returncode not in good:
        raise Failed(f"{' '.join(command)} ended with {process.returncode}: {said.decode(errors='replace')[-500:]}")
    return Run(wall, used.ru_utime + used.ru_stime, peak[0])


def memory_of(pid):
    """Resident bytes of a process and all below it."""
    total = 0
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        try:
            with open(f"/proc/{one}/statm") as statm:
                total += int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            for task in os.listdir(f"/proc/{one}/task"):
                with open(f"/proc/{one}/task/{task}/children") as children:
                    waiting.extend(int(child) for child in children.read().split())
        except (FileNotFoundError, ProcessLookupError):
            pass
    return total


def cpu_of(pid):
    """CPU seconds of a process so far, its threads included and its children not."""
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def emptied(name):
    """A folder of this name in the work folder, with nothing in it, on a quiet disk."""
    folder = os.path.join(WORK, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    os.sync()
    return folder
