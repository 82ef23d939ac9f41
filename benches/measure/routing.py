"""Who gets which case: our catalogue and the peers, on a PostgreSQL of this run and on SQLite files."""
import os

import servers
import slideway

WAITING = int(os.environ.get("SLIDEWAY_BENCH_WAITING", "1000000"))
PEOPLE = 10_000
POSTGRES = ("naive", "overlap", "single", "message", "queues")
SQLITE = ("naive", "single", "message", "queues")


def each(waiting=WAITING):
    """The engine's name and the address of its filled database, one after the other."""
    with servers.postgres() as server:
        yield "PostgreSQL", filled(servers.database(server, "bench"), waiting)
    with servers.folder("routing") as url:
        yield "SQLite", filled(url, waiting)


def filled(url, waiting):
    slideway.bench("laboratory", url, str(waiting), str(PEOPLE))
    return url


def hint():
    return slideway.bench("hint", str(WAITING))


def claims(url, clients, who="anyone"):
    return slideway.bench("claims", url, str(clients), who, str(PEOPLE))


def record(url, batch):
    return slideway.bench("record", url, str(batch), str(PEOPLE))


def peer(name, url, clients, who="anyone"):
    return slideway.bench("peer", name, url, str(WAITING), str(clients), who)


def peers(names, url, clients):
    return {name: peer(name, url, clients) for name in names}


def empty(url):
    return slideway.bench("empty", url, str(PEOPLE))


def start(url):
    return slideway.bench("start", url)


def offered(url):
    return slideway.bench("offered", url, str(PEOPLE))


def history():
    """Engine by engine, the same laboratory with a short and with a long history."""
    with servers.postgres() as server:
        yield "PostgreSQL", slideway.bench("history", servers.database(server, "short"), servers.database(server, "long"))
    with servers.folder("short") as short, servers.folder("long") as long:
        yield "SQLite", slideway.bench("history", short, long)
