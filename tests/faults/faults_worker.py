"""One worker as a process of its own: real storage, runtime and outbox, a conversation that counts, and planned deaths.

`python faults_worker.py URL PLATFORM DIE`: prints its port. DIE names the step at which the process kills itself the
first time it comes there: `before-commit`, `after-commit`, `before-send`, `between-send-and-mark`, or `never`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextvars import ContextVar
from typing import Any

import aiohttp
from aiohttp import web

from bot.channels.port import Capabilities, NotSent, Outcome, Sent, Unknown
from bot.channels.pump import Pump
from bot.clock import utc_now
from bot.engine.rulebooks import RulebookHolder
from bot.engine.single import Single
from bot.engine.turns import Parts
from bot.runtime import Inbound, Runtime
from bot.storage.opening import open_store
from bot.storage.port import OutboxRow, StorageError, Store
from handlers.messages import Message, Reply
from handlers.turn import Turn

LEASE = 8


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def count(message: Message, state: dict[str, Any], _rulebook: Any, _ports: Any) -> Turn:
    """The conversation: the number of the message in its thread, and its words."""
    number = state.get("count", 0) + 1
    return Turn(replies=(Reply(f"{number}:{message.text}"),), state={"count": number}, rulebook="r1", intent="faq")


RECEIVING: ContextVar[bool] = ContextVar("RECEIVING", default=False)


class Dying:
    """A store that kills its process at a step of a turn that a request has begun."""

    def __init__(self, store: Any, step: str) -> None:
        self._store = store
        self._step = step

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def run(self, work: Any) -> Any:
        if not RECEIVING.get():
            return await self._store.run(work)

        def dying(tx: Any) -> Any:
            result = work(tx)
            if self._step == "before-commit":
                tx.flush()
                die()
            return result

        result = await self._store.run(dying)
        if self._step == "after-commit":
            die()
        return result


class FaultyChannel:
    """Calls the test's platform, which may be slow, refuse or lie."""

    name, account = "test", "main"
    takes_our_id = False
    per_second = 2000.0
    can = Capabilities(most=4000, unit="bytes")

    def __init__(self, address: str, http: aiohttp.ClientSession, step: str) -> None:
        self._address = address
        self._http = http
        self._step = step

    async def send(self, row: OutboxRow) -> Outcome:
        if self._step == "before-send":
            die()
        body = {"id": row.id, "chat": row.body["chat"], "text": row.body["text"]}
        try:
            async with self._http.post(self._address, json=body) as answer:
                if self._step == "between-send-and-mark":
                    die()
                told = await answer.json()
        except aiohttp.ClientConnectorError:
            return NotSent("not reached")
        except (aiohttp.ClientError, TimeoutError):
            return Unknown("no answer")
        return Sent() if told["ok"] else NotSent("refused", retry_after=told.get("after"))


def runtime_on(store: Store) -> Runtime:
    parts = Parts(count, lambda *_: None, lambda text, _: (text, {}), lambda *_: None)  # type: ignore[arg-type,return-value]
    return Runtime(store, RulebookHolder(store, lambda _rows: object()), parts)  # type: ignore[arg-type,return-value]


async def main(url: str, platform: str, step: str) -> None:
    store: Any = Dying(open_store(url, size=4), step)
    running = runtime_on(store)
    http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=1.5))
    pump = Pump(store, [FaultyChannel(platform, http, step)], utc_now)
    for sender in pump._senders:
        sender._lease = LEASE
    polled = asyncio.create_task(Single(store, "poller", lambda held: poll(held, http, platform), seconds=2).run())
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)

    async def take(request: web.Request) -> web.Response:
        told = await request.json()
        one = Inbound("test", "main", told["id"], told["chat"], "p", utc_now(), text=told["text"])
        try:
            if told.get("later"):
                await running.accept(one)
            else:
                RECEIVING.set(True)
                await running.receive(one)
        except StorageError as fault:
            return web.json_response({"error": str(fault)}, status=503)
        return web.json_response({})

    app = web.Application()
    app.router.add_post("/", take)
    await running.start()
    await pump.start()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await stop.wait()
    polled.cancel()
    await runner.cleanup()
    await pump.stop()
    await running.stop()
    await asyncio.gather(polled, return_exceptions=True)
    await http.close()
    await store.close()


async def poll(store: Store, http: aiohttp.ClientSession, platform: str) -> None:
    """Tell the platform that this process polls, at most while it holds the lease."""
    while True:
        await store.run(lambda tx: tx.meta("polling"))
        async with http.post(platform, json={"poller": os.getpid()}):
            pass
        await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
