"""The demo as a server and as a day: tiles over HTTP, and the pace of 1,200 slides."""
import http.client
import json
import os
import random
import re
import socket
import subprocess
import tempfile
import time
import uuid

import machine

CONNECTIONS = 16
SECONDS = 10
LOOK_SECONDS = 1.0
LOOKS = 20


class Day:
    def __init__(self, seconds, early_bytes, late_bytes):
        self.seconds, self.early_bytes, self.late_bytes = seconds, early_bytes, late_bytes


def headless(slide_count):
    """Plays a day to its end; nothing may be lost, and memory is looked at on the way."""
    command = [os.path.join(machine.RELEASE, "slideway"), "demo", "--slides", str(slide_count), "--headless", "--json"]
    seen = []
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        seen.append(machine.memory_of(process.pid))
        time.sleep(LOOK_SECONDS)
    seconds = time.monotonic() - began
    told = json.loads(process.stdout.read())
    wrong = {name: told[name] for name in ("lost", "duplicated", "misrouted") if told[name]}
    if process.returncode != 0 or wrong:
        raise machine.Failed(f"the day ended with {process.returncode}: {wrong}")
    quarter = max(1, len(seen) // 4)
    return Day(seconds, max(seen[:quarter]), max(seen[-quarter:]))


def tiles_a_cpu_second():
    """wrk asks for stored tiles of a demo's slides over one session."""
    port = free_port()
    command = [os.path.join(machine.RELEASE, "slideway"), "demo", "--seed", "1", "--slides", "24",
               "--listen", f"127.0.0.1:{port}"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        visitor = Visitor(port)
        paths = visitor.tiles()
        with tempfile.NamedTemporaryFile("w", suffix=".lua", dir=machine.WORK) as script:
            script.write(lua(paths, visitor.cookie))
            script.flush()
            asked(port, script.name, 2)
            before = machine.cpu_of(server.pid)
            count = asked(port, script.name, SECONDS)
            return count / (machine.cpu_of(server.pid) - before)
    finally:
        server.terminate()
        server.wait()


def asked(port, script, seconds):
    """Answers of wrk's run; one that is not 200 fails it."""
    wrk = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", script, f"http://127.0.0.1:{port}"]
    said = subprocess.run(wrk, capture_output=True, text=True).stdout
    found = re.search(r"(\d+) requests in", said)
    if not found or "Non-2xx" in said:
        raise machine.Failed(f"wrk could not ask for tiles: {said[-300:]}")
    return int(found.group(1))


def lua(paths, cookie):
    listed = ",\n".join(json.dumps(path) for path in paths)
    return (f"local paths = {{{listed}}}\nlocal n = 0\n"
            f"request = function()\n  n = n % #paths + 1\n"
            f"  return wrk.format('GET', paths[n], {{['Cookie'] = {json.dumps(cookie)}}})\nend\n")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Visitor:
    """Signs in as a pathologist of the demo and looks at what they may see."""

    def __init__(self, port):
        self.port = port
        self.cookie = ""
        self.await_ready()

    def await_ready(self):
        for _ in range(600):
            try:
                if self.ask("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.2)
        raise machine.Failed("the demo did not become ready within two minutes")

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Content-Type": "application/json", "Cookie": self.cookie, "X-Slideway": "1",
                   "Idempotency-Key": str(uuid.uuid4())}
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        cookie = answer.getheader("Set-Cookie")
        if cookie:
            self.cookie = cookie.split(";")[0]
        return answer.status, json.loads(text) if text[:1] in (b"{", b"[") else text

    def tiles(self):
        """Paths of every stored tile of the cases a pathologist can claim."""
        _, personas = self.ask("GET", "/api/v1/session/personas")
        paths = []
        for persona in personas:
            self.cookie = ""
            self.ask("POST", "/api/v1/session", {"persona": persona["key"]})
            for _ in range(LOOKS):
                status, claim = self.ask("POST", "/api/v1/worklist/claim-next", {})
                if status == 201:
                    paths = self.of_case(claim["case"])
                    break
                time.sleep(LOOK_SECONDS)
            if paths:
                return random.Random(11).sample(paths, len(paths))
        raise machine.Failed("no pathologist of the demo got a case")

    def of_case(self, case):
        paths = []
        _, case = self.ask("GET", f"/api/v1/cases/{case}")
        for scan in sorted(set(re.findall(r'"scan": \{"id": "([0-9a-f-]{36})"', json.dumps(case)))):
            status, told = self.ask("GET", f"/api/v1/scans/{scan}")
            for level in told["levels"] if status == 200 else []:
                for row in range(-(-level["height"] // level["tile_height"])):
                    for column in range(-(-level["width"] // level["tile_width"])):
                        paths.append(f"/api/v1/scans/{scan}/g{told['generation']}/tiles/{level['level']}/{column}/{row}")
        return paths
