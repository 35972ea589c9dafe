"""The workers under load: real `yibao serve` processes, their CPU and memory, the size of their database."""

from __future__ import annotations

import asyncio
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from tests.load.members import Counts, Load

ROOT = Path(__file__).parents[2]


class Office:
    """Workers on one database."""

    def __init__(self, url: str, workers: int, folder: Path) -> None:
        self.url = url
        self.addresses: list[str] = []
        self.memory: list[float] = []
        self.cpu = self.busy = 0.0
        self.size = 0.0
        self._folder = folder
        self._count = workers
        self._workers: list[subprocess.Popen[str]] = []

    async def __aenter__(self) -> Self:
        for _ in range(self._count):
            self._workers.append(self._start())
            self.addresses.append(await asyncio.to_thread(_address_of, self._workers[-1]))
        return self

    def _start(self) -> subprocess.Popen[str]:
        settings = {"YIBAO_DATA_DIR": str(self._folder), "YIBAO_DATABASE_URL": self.url, "YIBAO_LOG_LEVEL": "WARNING"}
        command = [sys.executable, "-m", "bot.cli.main", "serve", "--demo", "--port", "0"]
        environment = {**os.environ, **settings}
        return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.size = _size(self.url)
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            await asyncio.to_thread(worker.wait, 30)
            assert worker.stdout is not None
            worker.stdout.close()

    def begin(self) -> None:
        self._before, self._all_before = self._spent(), _machine()

    def end(self) -> None:
        self.cpu = self._spent() - self._before
        work, whole = (after - before for after, before in zip(_machine(), self._all_before, strict=True))
        self.busy = work / whole if whole else 0.0

    async def watch(self) -> None:
        """Note the memory of the largest worker every second."""
        while True:
            self.memory.append(max(_resident(worker.pid) for worker in self._workers))
            await asyncio.sleep(1.0)

    def _spent(self) -> float:
        return sum(_cpu(worker.pid) for worker in self._workers)


def _address_of(worker: subprocess.Popen[str]) -> str:
    assert worker.stdout is not None
    found = re.search(r"http://\S+:\d+", worker.stdout.readline())
    assert found, "a worker did not start"
    return found[0]


def _cpu(pid: int) -> float:
    spent = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(spent[11]) + int(spent[12])) / os.sysconf("SC_CLK_TCK")


def _machine() -> tuple[float, float]:
    """Ticks of work and of everything, all processors together."""
    ticks = [int(tick) for tick in Path("/proc/stat").read_text("utf-8").splitlines()[0].split()[1:9]]
    return sum(ticks) - ticks[3] - ticks[4], sum(ticks)


def _resident(pid: int) -> float:
    """Megabytes."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text("utf-8"))
    return int(found[1]) / 1024 if found else 0.0


def _size(url: str) -> float:
    """Megabytes of the database."""
    if url.startswith("sqlite"):
        return sum(path.stat().st_size for path in Path(url.partition("///")[2]).parent.glob("*.sqlite3*")) / 2**20
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        assert row is not None
        return float(row[0]) / 2**20


def report(name: str, load: Load, office: Office, counts: Counts) -> str:
    """One block of the table."""
    cuts = statistics.quantiles(load.taken, n=100)
    p50, p95, p99 = (f"{1000 * cuts[at - 1]:.0f}" for at in (50, 95, 99))
    tenth = max(1, len(office.memory) // 10)
    early, late = statistics.mean(office.memory[tenth : 2 * tenth] or office.memory), office.memory[-1]
    done = len(load.taken)
    each = 1000 * office.cpu / (done + load.redelivered)
    lines = (
        f"{name}: {done} turns, {load.at_once} conversations at once, {load.redelivered} redeliveries",
        f"  {done / load.seconds:.0f} turns/s; latency p50 {p50} p95 {p95} p99 {p99} ms; refused {load.refused}",
        f"  CPU {each:.2f} ms a request in workers; machine {100 * office.busy:.0f}% busy",
        f"  memory of the largest worker {early:.0f} MB early, {late:.0f} MB at the end",
        f"  database {office.size:.1f} MB, {1024 * office.size / counts.turns:.1f} KB a turn",
        f"  {counts.line}",
    )
    return "\n".join(lines)
