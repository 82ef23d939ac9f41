"""A PostgreSQL of this run, as tests/peers/postgres.sh starts one: on loopback, flushing every commit, removed afterwards."""
import contextlib
import glob
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile

import machine

SETTINGS = {"max_connections": 150, "fsync": "on", "synchronous_commit": "on", "shared_buffers": "256MB",
            "max_wal_size": "512MB", "checkpoint_timeout": "15min"}


@contextlib.contextmanager
def postgres():
    """The address of its server, to which a database's name is added."""
    programs = folder_of_programs()
    owner = pwd.getpwuid(os.getuid()) if os.getuid() else pwd.getpwnam("postgres")
    place = tempfile.mkdtemp(prefix="slideway-bench-postgres.", dir=os.environ.get("TMPDIR", "/tmp"))
    password, port = secrets.token_hex(16), free_port()
    with open(os.path.join(place, "password"), "w") as file:
        file.write(password)
    for one in (place, os.path.join(place, "password")):
        shutil.chown(one, owner.pw_uid, owner.pw_gid)
    data = os.path.join(place, "data")

    def run(program, *words):
        done = subprocess.run([os.path.join(programs, program), "-D", data, *words], cwd=place, user=owner.pw_uid,
                              group=owner.pw_gid, extra_groups=[], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              text=True) if os.getuid() == 0 else subprocess.run(
            [os.path.join(programs, program), "-D", data, *words], cwd=place, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise machine.Failed(f"{program} failed: {done.stderr.strip()[-300:]}")

    try:
        run("initdb", "-U", "slideway", "-A", "scram-sha-256", f"--pwfile={place}/password", "-E", "UTF8",
            "--locale=C.UTF-8", "--data-checksums")
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        run("pg_ctl", "-s", "-w", "-l", f"{place}/log", "start", "-o", f"-k {place} -h 127.0.0.1 -p {port} {options}")
        try:
            yield f"postgres://slideway:{password}@127.0.0.1:{port}"
        finally:
            run("pg_ctl", "-s", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(place, ignore_errors=True)


def database(server, name):
    """An empty database."""
    psql = os.path.join(folder_of_programs(), "psql")
    subprocess.run([psql, "-q", f"{server}/postgres", "-c", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
                    "-c", f"CREATE DATABASE {name}"], check=True, stderr=subprocess.DEVNULL)
    return f"{server}/{name}"


@contextlib.contextmanager
def folder(name):
    """An empty catalogue of SQLite, removed afterwards."""
    place = machine.emptied(name)
    try:
        yield f"sqlite:{place}"
    finally:
        shutil.rmtree(place, ignore_errors=True)


def folder_of_programs():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    program = found[-1] if found else shutil.which("initdb")
    if not program:
        raise machine.Failed("there is no PostgreSQL: apt-get install postgresql")
    return os.path.dirname(program)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
