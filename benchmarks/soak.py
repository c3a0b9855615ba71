"""A soak: clients, killer queries, new builds and killed workers, all at once, for some minutes.

    python -m benchmarks.soak [MINUTES]

Sixteen clients ask saved questions and compare every answer with the one they got at the start;
two more send queries that never end; every ten seconds a worker is killed, every thirty a new
version is built. At the end: what was asked, what was lost or wrong, times, memory, processes.
"""

from __future__ import annotations

import collections
import os
import random
import shutil
import signal
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))

from serving import KILLERS, Server, start

from benchmarks import processes
from dxgraph import build
from dxgraph.workspace import Workspace

CLIENTS = 16
DEADLINE = 3.0
PATHS = [
    "/queries/towns-by-technology.json?" + urlencode({"technology": "AI-OCR", "by": "2024"}),
    "/queries/plans.csv",
    "/queries/departments.tsv",
    "/queries/item-coverage.json",
    "/queries/indicators.md?municipality=24324",
    "/queries/without-indicators.json",
    "/sparql.csv?" + urlencode({"query": "SELECT ?p { ?p a dxo:DXPlan } ORDER BY ?p"}),
    "/graphs.nt?" + urlencode({"graph": "https://w3id.org/dxgraph/graph/plan/24343"}),
]


class Soak:
    """What happened."""

    def __init__(self, server: Server, minutes: float) -> None:
        self.server = server
        self.until = time.monotonic() + minutes * 60
        self.right = {path: self.body(path) for path in PATHS}
        self.counts: collections.Counter[str] = collections.Counter()
        self.light: list[float] = []
        self.heavy: list[float] = []
        self.memory: list[int] = []
        self.family: list[int] = []

    def body(self, path: str) -> bytes:
        """An answer, lines sorted, since not every format has an order."""
        reply = self.server.send("GET", path)
        assert reply.status == 200, (path, reply)
        return b"\n".join(sorted(reply.body.splitlines()))

    def on(self) -> bool:
        """Whether to go on."""
        return time.monotonic() < self.until

    def client(self, seed: int) -> None:
        """Ask saved questions and compare; half the time make the cache useless."""
        chance = random.Random(seed)
        while self.on():
            path = chance.choice(PATHS)
            varied = path + ("&" if "?" in path else "?") + f"timeout={chance.uniform(2, 3):.4f}"
            try:
                reply = self.server.send("GET", path if chance.random() < 0.5 else varied)
            except OSError as error:
                self.counts[f"lost: {type(error).__name__}"] += 1
                continue
            if reply.status != 200:
                self.counts[f"status {reply.status} {reply.body[:80]!r}"] += 1
                time.sleep(0.1)
            elif b"\n".join(sorted(reply.body.splitlines())) != self.right[path]:
                self.counts["wrong"] += 1
            else:
                self.counts["right"] += 1
                self.light.append(reply.seconds)
            time.sleep(0.02)

    def killer(self, seed: int) -> None:
        """Send queries that never end."""
        chance = random.Random(seed)
        while self.on():
            reply = self.server.ask(KILLERS[chance.choice(list(KILLERS))])
            self.counts[f"killer {reply.status} {reply.json()['title']}"] += 1
            self.heavy.append(reply.seconds)

    def reaper(self) -> None:
        """Kill a worker every ten seconds."""
        while self.on():
            time.sleep(10)
            found = self.server.processes()
            parents = {processes.parent(pid) for pid in found}
            idle = [
                pid for pid in found - parents if processes.parent(processes.parent(pid)) in found
            ]
            workers = [pid for pid in idle if processes.parent(pid) != self.server.process.pid]
            if workers:
                os.kill(random.choice(workers), signal.SIGKILL)
                self.counts["workers killed"] += 1

    def builder(self, place: Workspace) -> None:
        """Make a new version of the same facts every thirty seconds."""
        record = place.data / "editorial" / "sdg.yaml"
        text = record.read_text(encoding="utf-8")
        while self.on():
            time.sleep(30)
            record.write_text(f"{text}\n# {time.time()}\n", encoding="utf-8")
            build.build(place)
            self.counts["builds"] += 1

    def watcher(self) -> None:
        """Note memory and processes every five seconds."""
        while self.on():
            time.sleep(5)
            family = self.server.processes()
            self.family.append(len(family))
            self.memory.append(sum(processes.memory(pid) for pid in family) // 1024)


def main() -> None:
    """Run and print."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    root = Path(__file__).resolve().parent.parent
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name in ("ontology", "data", "queries", "shapes"):
            shutil.copytree(root / name, work / name)
        place = Workspace(work, work / ".dxgraph")
        build.build(place)
        server = start(place, work / "log", deadline=DEADLINE, log="off", workers=0, queue=2.0)
        soak = Soak(server, minutes)
        jobs = [threading.Thread(target=soak.client, args=(seed,)) for seed in range(CLIENTS)]
        jobs += [threading.Thread(target=soak.killer, args=(seed,)) for seed in range(2)]
        jobs += [threading.Thread(target=soak.reaper), threading.Thread(target=soak.watcher)]
        jobs += [threading.Thread(target=soak.builder, args=(place,))]
        for job in jobs:
            job.start()
        for job in jobs:
            job.join()
        family = server.processes()
        code = server.stop()
        time.sleep(1)
        left = [pid for pid in family if Path(f"/proc/{pid}").exists()]
    for name, count in sorted(soak.counts.items()):
        print(f"{count:8} {name}")
    cuts = statistics.quantiles(soak.light, n=100)
    print(f"light ms: median {cuts[49] * 1000:.1f}, 99th {cuts[98] * 1000:.1f}")
    print(f"killers: longest {max(soak.heavy):.2f} s with a deadline of {DEADLINE} s")
    third = max(len(soak.memory) // 3, 1)
    print(f"memory MiB: first third {statistics.median(soak.memory[:third]):.0f}, ", end="")
    print(f"last third {statistics.median(soak.memory[-third:]):.0f}, most {max(soak.memory)}")
    print(f"processes: {min(soak.family)} to {max(soak.family)}; left behind {left}; exit {code}")


if __name__ == "__main__":
    main()
