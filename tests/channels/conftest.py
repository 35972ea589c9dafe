"""The Telegram emulator from npm, in a directory of its own; skipped with the reason where it cannot be had."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "emulators"


@pytest.fixture(scope="session")
def emulator_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the launcher and what it needs."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("node and npm are needed for the Telegram emulator")
    folder = tmp_path_factory.mktemp("telegram")
    for name in ("package.json", "telegram.js"):
        shutil.copy(HERE / name, folder / name)
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)
    if done.returncode:
        pytest.skip(f"the Telegram emulator was not installed: {done.stderr.strip().splitlines()[:1]}")
    return folder


@pytest.fixture
def emulator(emulator_files: Path) -> Iterator[str]:
    """The address of a fresh emulator."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["node", "telegram.js", str(port)]
    with subprocess.Popen(command, cwd=emulator_files, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline().strip() == "ready"
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
