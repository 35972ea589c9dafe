"""A bounded load on loopback: real workers, the web chat's own addresses, mixed conversations, redeliveries.

`python -m tests.load [--turns N] [--at-once N] [--rate N] [--only NAME]` prints one block for SQLite, PostgreSQL with
one worker and with three. The generator runs on the same machine and takes its share of it. Exit status 1 when anything
was lost, doubled or out of order.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.faults.faults_cluster import cluster
from tests.load.members import Load
from tests.load.workers import Office, report

PLANS = (("SQLite, 1 worker", 1, False), ("PostgreSQL, 1 worker", 1, True), ("PostgreSQL, 3 workers", 3, True))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load")
    parser.add_argument("--turns", type=int, default=3000, help="turns of each plan")
    parser.add_argument("--at-once", type=int, default=16, help="conversations at the same time")
    parser.add_argument("--rate", type=float, default=0.0, help="turns a second; 0: as fast as it goes")
    parser.add_argument("--only", default="", help="the plans whose name holds this")
    args = parser.parse_args()
    clean = [_run(name, workers, args, server=server) for name, workers, server in PLANS if args.only in name]
    return 0 if all(clean) else 1


def _run(name: str, workers: int, args: argparse.Namespace, *, server: bool) -> bool:
    load = Load(args.turns, args.at_once, args.rate)
    with tempfile.TemporaryDirectory(prefix="yibao-load-") as folder:
        if not server:
            return asyncio.run(_measure(name, f"sqlite:///{folder}/load.sqlite3", workers, load, Path(folder)))
        with cluster(connections=80) as one:
            return asyncio.run(_measure(name, one.url, workers, load, Path(folder)))


async def _measure(name: str, url: str, workers: int, load: Load, folder: Path) -> bool:
    async with Office(url, workers, folder) as office:
        await load.warm(office.addresses)
        office.begin()
        watch = asyncio.create_task(office.watch())
        await load.run(office.addresses)
        office.end()
        watch.cancel()
    counts = load.reckon(url)
    print(report(name, load, office, counts), flush=True)
    return counts.clean


if __name__ == "__main__":
    sys.exit(main())
