"""The member's chat: its page, the live connection, and the same over plain HTTP where that is not possible."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import WSMsgType, web

from bot.desk.errors import BadAct
from bot.storage.port import StorageError
from bot.web.guards import answer, dumps, problem, read_json
from bot.web.live import Bell, attend
from bot.web.pages import page
from bot.web.site import Site, site_of
from bot.web.talk import clear, lines_after, send
from bot.web.visitor import give_cookie, visitor_of

HEARTBEAT = 20.0  # seconds between the server's pings
RECHECK = 20.0  # seconds after which the database is read without a ring (another worker wrote)
POLL = 25.0  # seconds a long poll is held
LARGEST = 128 * 1024  # bytes of one frame
EXAMPLES = (
    "住院起付线是多少？",
    "妈妈住院花了三万，能报多少？",
    "退休人员还用缴费吗？",
)


async def chat_page(request: web.Request) -> web.Response:
    """The page; a first visit gets its anonymous cookie."""
    elder = request.cookies.get("yb_elder") == "1"
    response = page(request, "chat.html", elder=elder, examples=EXAMPLES)
    if visitor_of(request) is None:
        give_cookie(request, response)
    return response


class Line:
    """One live connection of a page. What is sent in answer to a message carries its id, so that the page can drop
    its own copy; the lock keeps a ring from sending the lines earlier.
    """

    def __init__(self, site: Site, socket: web.WebSocketResponse, visitor: str, after: int) -> None:
        self.site, self.socket, self.visitor, self.after = site, socket, visitor, after
        self._lock = asyncio.Lock()

    async def hello(self) -> str:
        """The lines the page lacks; returns the thread's id."""
        async with self._lock:
            return await self._lines([], always=True)

    async def _lines(self, acks: list[str], *, always: bool = False) -> str:
        """Send what is new, with the ids of the messages it answers."""
        found = await self.site.running.run(lambda tx: lines_after(tx, self.site, self.visitor, self.after))
        self.after = found["last"]
        thread_id: str = found.pop("thread")
        if always or acks or found["lines"]:
            await self.socket.send_json({**found, "acks": acks}, dumps=dumps)
        return await self._lines([]) if found["more"] else thread_id

    async def follow(self, bell: Bell) -> None:
        """Send new lines as they come, until the connection ends."""
        while not self.socket.closed:
            event = await bell.wait(RECHECK)
            kind = event.get("kind") if event else None
            if kind in {"erased", "typing"}:
                await self.socket.send_json({"t": kind})
            if kind not in {"erased", "typing"}:
                async with self._lock:
                    await self._lines([], always=kind == "owner")

    async def hear(self, frame: dict[str, Any]) -> str | None:
        """One frame of the page; returns the thread's id when lines were sent."""
        kind = frame.get("t")
        if kind == "ping":
            await self.socket.send_json({"t": "pong"})
        if kind != "send":
            return None
        async with self._lock:
            try:
                done = await send(self.site, self.visitor, frame)
            except (BadAct, StorageError) as error:
                await self.socket.send_json(
                    {"t": "error", "id": str(frame.get("id", ""))[:64], "error": trouble(error)}, dumps=dumps
                )
                return None
            return await self._lines([done])


def trouble(error: Exception) -> str:
    """What went wrong, for the member."""
    return str(error) if isinstance(error, BadAct) else "系统暂时繁忙，消息还没有发出，请稍后再试。"


async def chat_socket(request: web.Request) -> web.StreamResponse:
    """The live connection of a chat page."""
    visitor = visitor_of(request)
    if visitor is None:
        return problem("请先打开聊天页面。", 401)
    site = site_of(request)
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=LARGEST)
    await socket.prepare(request)
    line = Line(site, socket, visitor, _number(request))
    thread_id = await line.hello()
    async with Bell(site.running, f"thread:{thread_id}") as bell:
        bell.ring({"kind": "lines"})  # what came between reading and listening
        await attend(site, socket, line.follow(bell), _hear_all(socket, line))
    return socket


async def _hear_all(socket: web.WebSocketResponse, line: Line) -> None:
    """Every frame of a page, until it leaves."""
    async for message in socket:
        if message.type is not WSMsgType.TEXT:
            continue
        try:
            frame = message.json()
        except ValueError:
            continue
        if isinstance(frame, dict):
            await line.hear(frame)


def _number(request: web.Request) -> int:
    """The `after` of a request, 0 when it is missing or senseless."""
    text = request.query.get("after", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - fits every column


async def chat_send(request: web.Request) -> web.Response:
    """A message without a live connection; answers with the lines the page lacks."""
    visitor = visitor_of(request)
    if visitor is None:
        return problem("请先打开聊天页面。", 401)
    site, item = site_of(request), await read_json(request)
    done = await send(site, visitor, item)
    return await _found(site, visitor, _number(request), [done])


async def chat_poll(request: web.Request) -> web.Response:
    """Lines after a number; waits for some unless `now=1`."""
    visitor = visitor_of(request)
    if visitor is None:
        return problem("请先打开聊天页面。", 401)
    site, after = site_of(request), _number(request)
    found = await site.running.run(lambda tx: lines_after(tx, site, visitor, after))
    if found["lines"] or request.query.get("now"):
        found.pop("thread")
        return answer({**found, "acks": []})
    async with Bell(site.running, f"thread:{found['thread']}") as bell:
        found = await site.running.run(lambda tx: lines_after(tx, site, visitor, after))
        event = None if found["lines"] else await bell.wait(POLL)
    if event and event.get("kind") == "erased":
        return answer({"t": "erased"})
    return await _found(site, visitor, after, [])


async def _found(site: Site, visitor: str, after: int, acks: list[str]) -> web.Response:
    """The lines after a number, as JSON."""
    found = await site.running.run(lambda tx: lines_after(tx, site, visitor, after))
    found.pop("thread")
    return answer({**found, "acks": acks})


async def chat_clear(request: web.Request) -> web.Response:
    """退出并清除: everything of this visitor goes; the page goes on as a new one."""
    visitor = visitor_of(request)
    if visitor is not None:
        await clear(site_of(request), visitor)
    response = answer({"cleared": True})
    give_cookie(request, response)
    return response
