"""How soon the product answers after its start, how much memory it takes, and how fast turns are, storage included."""

from __future__ import annotations

import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from bot.app import Installation, build
from bot.clock import utc_now
from bot.runtime import Inbound
from bot.settings import load
from bot.storage.engine import SQLITE_SETTINGS

Row = tuple[str, str, str, str]
QUESTIONS = ("住院起付线是多少", "门诊能报销吗", "个人账户里的钱怎么用", "异地就医怎么办理", "转院要什么手续")
STEPS = ("我住院花了35600", "三级医院", "在职", "第一次", "没有自费")
CONVERSATIONS = 32
SECONDS = 6.0


def rows() -> Iterator[Row]:
    """All measurements."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _started(Path(folder))
        yield from asyncio.run(_turns(Path(folder)))


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "YIBAO_DATA_DIR": str(folder), "YIBAO_LOG_LEVEL": "ERROR"}


def _started(folder: Path) -> Iterator[Row]:
    """Twice: with an empty directory, then with database and index at hand."""
    for label in ("first start ever", "start"):
        began = time.perf_counter()
        command = [sys.executable, "-m", "bot.cli.main", "serve", "--demo", "--port", "0"]
        with subprocess.Popen(
            command, env=_environment(folder), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as server:
            try:
                assert server.stdout is not None
                found = re.search(r"http://\S+:\d+", server.stdout.readline())
                assert found is not None
                ready = time.perf_counter() - began
                _ask(found[0], QUESTIONS[0])
                answered = time.perf_counter() - began
                memory, spent = _resident(server.pid), _cpu(server.pid)
            finally:
                server.terminate()
                server.wait(10)
        yield f"{label} to ready", f"{ready:.2f} s ({spent:.2f} s of CPU)", "2 s" if label == "start" else "", ""
        yield f"{label} to first answer", f"{answered:.2f} s", "", ""
    yield "memory after the first answer", f"{memory:.0f} MB", "150 MB", ""


def _ask(address: str, text: str) -> None:
    """One question through the web page's own addresses."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    opener.open(f"{address}/", timeout=10).read()
    body = json.dumps({"id": "bench-0001", "text": text}).encode()
    headers = {"Content-Type": "application/json", "Origin": address}
    opener.open(urllib.request.Request(f"{address}/chat/send", body, headers), timeout=10).read()


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    found = re.search(r"VmHWM:\s+(\d+)", status)
    assert found is not None
    return int(found[1]) / 1024


def _cpu(pid: int) -> float:
    """Seconds of CPU a process has used."""
    spent = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(spent[11]) + int(spent[12])) / os.sysconf("SC_CLK_TCK")


async def _turns(folder: Path) -> list[Row]:
    installation = build(load(_environment(folder)), demo=True, show=lambda _text: None)
    await installation.runtime.start()
    try:
        await _say(installation, "warm", QUESTIONS)
        faq = await _timed(installation, lambda number: (f"faq{number}", QUESTIONS[number % 5]), 300)
        stay = await _timed(installation, lambda number: (f"stay{number // 5}", STEPS[number % 5]), 300)
        before = time.process_time()
        at_once, per_second = await _together(installation)
        each = 1000 * (time.process_time() - before) / len(at_once)
    finally:
        await installation.close()
    held = ", ".join(f"{name}={value}" for name, value in list(SQLITE_SETTINGS.items())[:2])
    return [
        ("FAQ turn with storage, p50 / p95 / p99", _percentiles(faq), "p50 10 ms", "1.2-1.4 ms a bare turn (study)"),
        ("estimate step with storage, p50 / p95 / p99", _percentiles(stay), "", ""),
        (
            f"turns a second, {CONVERSATIONS} conversations, SQLite ({held}, group commit)",
            f"{per_second:.0f}/s ({each:.1f} ms of CPU a turn)",
            "300/s",
            "1200-1390/s without a conversation (study)",
        ),
        ("the same, p50 / p95 / p99 of a turn", _percentiles(at_once), "p99 150 ms", ""),
    ]


async def _say(installation: Installation, chat: str, texts: tuple[str, ...]) -> list[float]:
    taken = []
    for text in texts:
        began = time.perf_counter()
        await installation.runtime.receive(_inbound(chat, text))
        taken.append(time.perf_counter() - began)
    return taken


_count = iter(range(10**9))


def _inbound(chat: str, text: str) -> Inbound:
    return Inbound("web", "web", f"bench{next(_count)}", chat, chat, utc_now(), text=text)


async def _timed(installation: Installation, make: Callable[[int], tuple[str, str]], count: int) -> list[float]:
    return [(await _say(installation, chat, (text,)))[0] for chat, text in map(make, range(count))]


async def _together(installation: Installation) -> tuple[list[float], float]:
    end = time.perf_counter() + SECONDS

    async def talk(name: str) -> list[float]:
        taken: list[float] = []
        turn = 0
        while time.perf_counter() < end:
            texts: Any = STEPS if turn % 2 else QUESTIONS
            taken += await _say(installation, f"{name}.{turn // 4}", texts)
            turn += 1
        return taken

    began = time.perf_counter()
    taken = await asyncio.gather(*(talk(f"load{number}") for number in range(CONVERSATIONS)))
    every = [one for some in taken for one in some]
    return every, len(every) / (time.perf_counter() - began)


def _percentiles(taken: list[float]) -> str:
    cuts = statistics.quantiles(taken, n=100)
    return " / ".join(f"{1000 * cuts[at - 1]:.1f}" for at in (50, 95, 99)) + " ms"
