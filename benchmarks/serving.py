"""Serving a nation: the time to the first answer, and a new version picked up under light load.

    python -m benchmarks.nation DIR --towns 1741
    python -m dxgraph.cli build --workspace DIR
    python -m benchmarks.serving DIR [SECONDS]

Four clients ask for pages, saved questions and names, never twice the same, with pauses; when a
third of the time is over, a title is changed and ``dxgraph build`` run beside them. At the
end: seconds to the first answer and from the edit to the first answer of the new version, requests
and failures, and times before, during and after the build, and the most memory of all processes of
the server, each page counted once.
"""

from __future__ import annotations

import collections
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))

from serving import Server, start

from benchmarks.processes import memory
from dxgraph import build, workspace
from dxgraph.workspace import Workspace

CLIENTS, PAUSE = 4, 0.1
TECHNOLOGIES = ("ai", "ai-ocr", "ocr", "rpa", "chatbot", "minutes-system")
WORDS = ("導入", "AI-OCR", "窓口", "オンライン申請", "情報", "子育て", "研修")


class Trial:
    """One server, its clients and what they saw."""

    def __init__(self, place: Workspace, server: Server, seconds: float) -> None:
        self.place = place
        self.server = server
        self.seconds = seconds
        self.began = time.monotonic()
        self.until = self.began + seconds
        self.codes = [path.name[:5] for path in (place.data / "municipalities").glob("*.yaml")]
        self.failures: collections.Counter[str] = collections.Counter()
        self.times: dict[str, list[float]] = collections.defaultdict(list)
        self.phase = "before"
        self.picked_up = 0.0
        self.memory = 0

    def path(self, chance: random.Random) -> str:
        """What a visitor might ask for; parameters that change nothing make it a new request."""
        code, fresh = chance.choice(self.codes), {"timeout": f"{chance.uniform(8, 10):.5f}"}
        technology = {"technology": chance.choice(TECHNOLOGIES), "by": chance.randint(2021, 2028)}
        return chance.choice(
            [
                f"/doc/municipality/{code}.ttl",
                f"/doc/municipality/{code}",
                "/queries/towns-by-technology.json?" + urlencode({**technology, **fresh}),
                "/queries/measures.json?" + urlencode({"municipality": code, **fresh}),
                "/search.json?" + urlencode({"q": f"{chance.choice(WORDS)} {code}"}),
                "/catalog",
                "/",
            ]
        )

    def client(self, seed: int) -> None:
        """Ask, pause, ask."""
        chance = random.Random(seed)
        while time.monotonic() < self.until:
            path, phase = self.path(chance), self.phase
            try:
                reply = self.server.send("GET", path)
            except OSError as error:
                self.failures[f"{type(error).__name__} {path.partition('?')[0]}"] += 1
                continue
            self.times[phase].append(reply.seconds)
            if reply.status != 200:
                self.failures[f"{reply.status} {path.partition('?')[0]}"] += 1
            time.sleep(PAUSE)

    def editor(self) -> None:
        """Change a plan, build, and wait for an answer of the new version."""
        time.sleep(self.seconds / 3)
        record = sorted((self.place.data / "municipalities").glob("*.yaml"))[len(self.codes) // 2]
        text = record.read_text(encoding="utf-8")
        changed = re.sub(r"^title: .*$", f"title: 改訂 {time.time_ns()}", text, flags=re.MULTILINE)
        edited = time.monotonic()
        record.write_text(changed, encoding="utf-8")
        self.phase = "during"
        command = [
            sys.executable,
            "-m",
            "dxgraph.cli",
            "build",
            "--workspace",
            str(self.place.root),
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        version = build.current(self.place)
        while version and self.server.send("GET", "/health").json()["version"] != version.name:
            time.sleep(0.05)
        self.picked_up = time.monotonic() - edited
        self.phase = "after"

    def watcher(self) -> None:
        """Note the memory of all processes of the server every second."""
        while time.monotonic() < self.until:
            time.sleep(1)
            self.memory = max(self.memory, sum(map(memory, self.server.processes())) // 1024)


def main() -> None:
    """Run and print."""
    place = workspace.find(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        server = start(place, Path(folder) / "log", workers=2, fronts=2, log="off")
        first = server.send("GET", "/queries/towns-by-technology.json?technology=ai-ocr&by=2024")
        ready = time.monotonic() - began
        trial = Trial(place, server, seconds)
        jobs = [threading.Thread(target=trial.client, args=(seed,)) for seed in range(CLIENTS)]
        jobs += [threading.Thread(target=each) for each in (trial.editor, trial.watcher)]
        for job in jobs:
            job.start()
        for job in jobs:
            job.join()
        server.stop()
    print(
        f"first answer after {ready:.1f} s (status {first.status}, {first.seconds * 1000:.0f} ms)"
    )
    print(f"new version after {trial.picked_up:.1f} s")
    print(f"most memory {trial.memory} MiB")
    for phase, times in trial.times.items():
        cuts = statistics.quantiles(times, n=100)
        told = f"p50 {cuts[49] * 1000:.0f}, p99 {cuts[98] * 1000:.0f}, most {max(times) * 1000:.0f}"
        print(f"{phase}: {len(times)} requests, ms: {told}")
    print(f"failures: {dict(trial.failures) or 0}")


if __name__ == "__main__":
    main()
