"""Members who talk as fast as they are answered, or at a set rate; and the reckoning of what became of each message."""

from __future__ import annotations

import asyncio
import hashlib
import random
import secrets
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from sqlalchemy import text

from bot.storage.opening import open_store
from bot.storage.port import Tx

KINDS = (
    ("住院起付线是多少", "第二次住院呢", "门诊能报销吗", "异地就医怎么办理"),
    ("我住院花了35600", "三级医院", "在职", "第一次", "没有自费", "如果是退休呢"),
    ("妈妈住院花了三万,能报多少", "算了"),
    ("个人账户里的钱怎么用", "转院要什么手续", "谢谢"),
    ("你好", "今天天气怎么样", "生孩子能报多少"),
    ("我要投诉", "转人工", "还有多久"),
)
AGAIN = 0.1
"""The share of messages that are delivered a second time."""
LINES = text(
    "SELECT t.chat AS chat, m.seq AS seq, m.who AS who, i.platform_id AS platform_id FROM messages m"
    " JOIN threads t ON t.id = m.thread_id JOIN inbox i ON i.id = m.inbox_id"
    " WHERE t.channel = 'web' ORDER BY t.id, m.seq"
)


@dataclass(slots=True)
class Counts:
    """What went wrong; all zero when nothing did."""

    turns: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.disordered)

    @property
    def line(self) -> str:
        return f"lost {self.lost} doubled {self.doubled} out-of-order {self.disordered}"


@dataclass
class Load:
    """One run. `sent` holds, for every visitor, how many messages were acknowledged."""

    turns: int
    at_once: int
    rate: float
    sent: dict[str, int] = field(default_factory=dict)
    taken: list[float] = field(default_factory=list)
    redelivered: int = 0
    refused: int = 0
    seconds: float = 0.0
    _left: int = 0
    _chance: random.Random = field(default_factory=lambda: random.Random(11))

    async def warm(self, addresses: list[str]) -> None:
        """A few conversations on every worker, not counted in the figures."""
        self._left = 40 * len(addresses)
        await self._talk(addresses)
        self.taken.clear()

    async def run(self, addresses: list[str]) -> None:
        """All turns."""
        self._left = self.turns
        began = time.perf_counter()
        await self._talk(addresses)
        self.seconds = time.perf_counter() - began

    async def _talk(self, addresses: list[str]) -> None:
        connector = aiohttp.TCPConnector(limit=self.at_once)
        async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http:
            await asyncio.gather(*(self._member(http, addresses) for _ in range(self.at_once)))

    async def _member(self, http: aiohttp.ClientSession, addresses: list[str]) -> None:
        while self._left > 0:
            token = secrets.token_urlsafe(32)
            visitor = hashlib.sha256(token.encode()).hexdigest()[:40]
            last = 0
            for number, said in enumerate(self._chance.choice(KINDS), start=1):
                if self._left <= 0:
                    return
                self._left -= 1
                if self.rate:
                    await asyncio.sleep(self.at_once / self.rate)
                began = time.perf_counter()
                body = {"id": f"load-{number:04d}", "text": said}
                last = await self._send(http, self._chance.choice(addresses), token, body, last)
                self.taken.append(time.perf_counter() - began)
                self.sent[visitor] = number
                if self._chance.random() < AGAIN:
                    self.redelivered += 1
                    await self._send(http, self._chance.choice(addresses), token, body, last)

    async def _send(
        self, http: aiohttp.ClientSession, address: str, token: str, body: dict[str, str], last: int
    ) -> int:
        headers = {"Cookie": f"yb_chat={token}"}
        while True:
            async with http.post(f"{address}/chat/send?after={last}", json=body, headers=headers) as answer:
                told: dict[str, Any] = await answer.json()
                if answer.status == 200:
                    return int(told["last"])
            self.refused += 1
            await asyncio.sleep(0.2)

    def reckon(self, url: str) -> Counts:
        """Compare the transcripts with what was acknowledged."""
        store = open_store(url, size=1)
        try:
            return store.run_sync(self._compare)
        finally:
            store.close_sync()

    def _compare(self, tx: Tx) -> Counts:
        heard: dict[str, list[int]] = {}
        answered: Counter[tuple[str, int]] = Counter()
        latest: dict[str, int] = {}
        counts = Counts()
        for line in tx.sql.execute(LINES):
            number = int(line.platform_id.rpartition("-")[2])
            if line.who == "member":
                heard.setdefault(line.chat, []).append(number)
                latest[line.chat] = number
            elif line.who == "bot":
                answered[line.chat, number] += 1
                counts.disordered += latest.get(line.chat) != number
        for visitor, sent in self.sent.items():
            numbers = heard.get(visitor, [])
            counts.turns += len(numbers)
            counts.lost += len(set(range(1, sent + 1)) - set(numbers))
            counts.lost += sum(not answered[visitor, number] for number in numbers)
            counts.doubled += len(numbers) - len(set(numbers))
            counts.disordered += sum(one != two for one, two in zip(numbers, sorted(numbers), strict=True))
        return counts
