"""What the fault tests share: a platform that may lie, workers as processes, members who write, and the reckoning."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web

from bot.storage.opening import open_store
from bot.storage.port import Tx

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("faults_worker.py")


class Platform:
    """Takes messages for members. `refuse` is the share it turns away, `lie` the share it takes without answering."""

    def __init__(self, *, refuse: float = 0.0, lie: float = 0.0) -> None:
        self.refuse, self.lie = refuse, lie
        self.taken: list[tuple[str, str, str]] = []
        self.polls: list[int] = []
        self._chance = random.Random(7)

    async def _take(self, request: web.Request) -> web.Response:
        told = await request.json()
        if "poller" in told:
            self.polls.append(told["poller"])
            return web.json_response({})
        if self._chance.random() < self.refuse:
            return web.json_response({"ok": False, "after": 0.05})
        self.taken.append((told["chat"], told["id"], told["text"]))
        if self._chance.random() < self.lie:
            await asyncio.sleep(5)
        return web.json_response({"ok": True})

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()


class Worker:
    """One worker process."""

    def __init__(self, url: str, platform: Platform, die: str = "never") -> None:
        command = [sys.executable, str(SCRIPT), url, platform.address, die]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
        )
        self.address = ""

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    async def ready(self) -> Self:
        assert self._process.stdout is not None
        port = (await asyncio.to_thread(self._process.stdout.readline)).strip()
        assert port, "the worker did not start"
        self.address = f"http://127.0.0.1:{port}/"
        return self

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)

    async def gone(self) -> None:
        await asyncio.to_thread(self._process.wait, 20)

    async def end(self) -> int:
        self._process.terminate()
        await self.gone()
        return int(self._process.returncode)

    async def __aenter__(self) -> Self:
        return await self.ready()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        self.kill()
        await self.gone()
        if self._process.stdout:
            self._process.stdout.close()


@dataclass
class Members:
    """Members who write in order, wait for the acknowledgement, and whose platform delivers again what was not told
    as taken, and now and then what was.
    """

    workers: list[Worker]
    again: float = 0.2
    later: float = 0.0
    redelivered: int = 0
    refused: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(3))

    async def write(self, chats: int, each: int) -> None:
        timeout = aiohttp.ClientTimeout(total=8)
        async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=64)) as http:
            await asyncio.gather(*(self._chat(http, f"c{number}", each) for number in range(chats)))

    async def _chat(self, http: aiohttp.ClientSession, chat: str, each: int) -> None:
        for number in range(1, each + 1):
            body = {"id": f"{chat}-{number}", "chat": chat, "text": str(number)}
            body |= {"later": True} if self.chance.random() < self.later else {}
            while not await self._deliver(http, body):
                self.redelivered += 1
                await asyncio.sleep(0.05)
            if self.chance.random() < self.again:
                self.redelivered += 1
                await self._deliver(http, body)

    async def _deliver(self, http: aiohttp.ClientSession, body: dict[str, object]) -> bool:
        try:
            async with http.post(self.chance.choice(self.workers).address, json=body) as answer:
                await answer.read()
                self.refused += answer.status == 503
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False


@dataclass
class Reckoning:
    """What became of every message: all zero but `sent` and `unknown` when nothing went wrong."""

    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    waiting: int = 0
    sent: int = 0
    unknown: int = 0
    sent_twice: int = 0
    sent_out_of_order: int = 0
    unsent: int = 0
    known: set[str] = field(default_factory=set)
    """Replies known to be sent. Of an unknown one nobody knows when it arrives, so it has no place in the order."""

    @property
    def line(self) -> str:
        return f"lost {self.lost} doubled {self.doubled} out-of-order {self.disordered}"


def reckon(url: str, platform: Platform, chats: int, each: int) -> Reckoning:
    """Compare transcripts, outbox and platform with what the members wrote: 1, 2, … `each` in every chat."""
    store = open_store(url, size=1)
    try:
        told = store.run_sync(lambda tx: _reckon(tx, chats, each))
    finally:
        store.close_sync()
    at_platform = defaultdict(list)
    for chat, row, text in platform.taken:
        if row in told.known:
            at_platform[chat].append(int(text.partition(":")[0]))
    told.sent_twice = sum(count - 1 for count in Counter(row for _, row, _ in platform.taken).values())
    told.sent_out_of_order = sum(list(numbers) != sorted(numbers) for numbers in at_platform.values())
    return told


def _reckon(tx: Tx, chats: int, each: int) -> Reckoning:
    told = Reckoning(waiting=len(tx.threads_pending(10_000)))
    for number in range(chats):
        thread = tx.thread_for("test", "main", f"c{number}", "p")
        lines = tx.messages(thread.id, limit=10 * each)
        heard = [int(line.text) for line in lines if line.who == "member"]
        said = [line.text for line in lines if line.who == "bot"]
        wanted = list(range(1, each + 1))
        told.lost += len(set(wanted) - set(heard)) + len({f"{one}:{one}" for one in wanted} - set(said))
        told.doubled += len(heard) - len(set(heard)) + len(said) - len(set(said))
        told.disordered += sum(one != two for one, two in zip(heard, sorted(heard), strict=True))
        for row in tx.outbox(thread_id=thread.id, limit=10 * each):
            told.sent += row.status == "sent"
            told.known |= {row.id} if row.status == "sent" else set()
            told.unknown += row.status == "unknown"
            told.unsent += row.status not in {"sent", "unknown"}
    return told


async def settled(url: str, seconds: float) -> None:
    """Wait until no update and no reply is under way."""
    store = open_store(url, size=1)

    def busy(tx: Tx) -> bool:
        return bool(tx.threads_pending(1) or tx.outbox(status="new", limit=1) or tx.outbox(status="sending", limit=1))

    try:
        async with asyncio.timeout(seconds):
            while await store.run(busy):  # noqa: ASYNC110  (the database rings no bell here)
                await asyncio.sleep(0.1)
    finally:
        await store.close()
