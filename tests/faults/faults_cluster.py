"""A PostgreSQL server of a test's own on a free port, which the test may stop, kill and start as it likes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Cluster:
    """One server; its data lie in a temporary directory."""

    def __init__(self, folder: Path, *, connections: int = 60) -> None:
        self.folder = folder
        self.port = free_port()
        self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
        self._set = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {folder} -c max_connections={connections}"

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")

    def start(self) -> None:
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", self._set, "start")

    def stop(self, how: str = "fast") -> None:
        """`fast` ends every connection; `immediate` is a crash."""
        self._run("pg_ctl", "-w", "-m", how, "stop")

    def _run(self, program: str, *words: str) -> None:
        command = [*self._as, str(PROGRAMS[-1] / program), "-D", str(self.folder / "data"), *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder, timeout=60)


@contextmanager
def cluster(**settings: int) -> Iterator[Cluster]:
    """A running server, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="yibao-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    one = Cluster(folder, **settings)
    try:
        one.make()
        one.start()
        try:
            yield one
        finally:
            one.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
