"""The console's live connection: wakes the page for its lists and for the conversation it shows."""

from __future__ import annotations

import asyncio
import logging

from aiohttp import WSMsgType, web

from bot.desk.errors import DeskError
from bot.desk.silence import sweep
from bot.engine.events import Event
from bot.storage.port import StorageError, Store
from bot.web.live import Bell, attend
from bot.web.seen import seen
from bot.web.sessions import Session
from bot.web.site import Site, site_of

_log = logging.getLogger(__name__)
HEARTBEAT = 20.0
RECHECK = 20.0  # seconds after which a page is woken without a ring
BREATH = 0.3  # seconds in which several rings become one
MANY = 20_000  # open cases


class Console:
    """One open console: the lists, and at most one conversation beside them."""

    def __init__(self, site: Site, socket: web.WebSocketResponse, session: Session) -> None:
        self.site, self.socket, self.session = site, socket, session
        self.topic = ""
        self.bell: Bell | None = None
        self.threads: set[str] = set()

    def concerns(self, event: Event) -> bool:
        """Whether an event changes what a console shows: of messages, those of conversations with an open case."""
        return event.get("kind") != "message" or event.get("thread") in self.threads

    async def follow(self, bell: Bell) -> None:
        """Wake the page whenever something happened, at once and then not again for a breath."""
        while not self.socket.closed:
            opened = await self.site.running.run(lambda tx: tx.cases(open_only=True, limit=MANY))
            self.threads = {case.thread_id for case in opened}
            await self.socket.send_json({"t": "wake"})
            await asyncio.sleep(BREATH)
            await bell.wait(RECHECK)

    async def watch(self, case_id: str) -> None:
        """Follow the conversation of a case; an unknown or hidden one is silently none."""
        try:
            case = await self.site.running.run(lambda tx: seen(tx, self.site, self.session.staff, case_id))
        except DeskError:
            return
        topic = f"thread:{case.thread_id}"
        if self.bell and topic != self.topic:
            self.bell.drop(self.topic)
            self.bell.add(topic)
            self.topic = topic

    def typing(self) -> None:
        """Let the member see that somebody is writing."""
        if self.topic:
            self.site.running.publish(self.topic, {"kind": "typing"})

    async def hear(self) -> None:
        """What the page says, until it leaves."""
        async for message in self.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            word, _, rest = message.data.partition(" ")
            if word == "watch":
                await self.watch(rest)
            elif word == "typing":
                self.typing()
            elif word == "ping":
                await self.socket.send_json({"t": "pong"})


async def desk_socket(request: web.Request, session: Session) -> web.StreamResponse:
    """The live connection of a console; while it is open its user counts as online."""
    site, person = site_of(request), session.staff.id
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=4096)
    await socket.prepare(request)
    site.online[person] = site.online.get(person, 0) + 1
    try:
        console = Console(site, socket, session)
        async with Bell(site.running, "desk", wanted=console.concerns) as bell:
            console.bell = bell
            await attend(site, socket, console.follow(bell), console.hear())
    finally:
        site.online[person] -= 1
    return socket


async def sweep_silent(site: Site, store: Store) -> None:
    """Look for silent agents for as long as the application runs."""
    while True:
        await asyncio.sleep(site.config.sweep_every)
        try:
            await store.run(lambda tx: sweep(tx, site.now(), site.config.patience))
        except StorageError:
            _log.exception("silent agents not looked for")
