"""What a member's page sends and gets, whatever carries it: lines after a number, a message, 退出并清除."""

from __future__ import annotations

import re
from typing import Any

from bot.desk.errors import BadAct
from bot.desk.lines import shown
from bot.desk.queue import erase
from bot.desk.words import STALE
from bot.desk.worklist import may_be_thumbed
from bot.storage.port import MessageRow, Tx
from bot.web.site import Site
from bot.web.visitor import inbound, thread_of

SHOWN = ("member", "bot", "agent", "system")
NEWEST = 200  # lines a page gets when it opens
LONGEST = 20_000  # characters of one message; the bot itself says when one is too long to understand
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_CHOICE = re.compile(r"[^\s\x00-\x1f]{1,128}")


def lines_after(tx: Tx, site: Site, visitor: str, after: int) -> dict[str, Any]:
    """The visitor's lines with a number greater than `after`, and who owns the thread.

    `last` is the highest number looked at; notes between the lines have numbers too and are never sent. A page that
    opens (`after` 0) gets the newest lines; one that comes back gets all it missed, in parts while there is `more`.
    """
    thread = thread_of(tx, visitor)
    rows = tx.messages(thread.id, after=after, limit=NEWEST, newest=after == 0)
    fresh = any(row.personal for row in rows) and site.hooks.personal_visible(tx, thread.id)
    return {
        "t": "lines",
        "thread": thread.id,
        "lines": [member_line(row, fresh=fresh) for row in rows if row.who in SHOWN],
        "last": rows[-1].seq if rows else after,
        "owner": thread.owner,
        "more": after > 0 and len(rows) == NEWEST,
    }


def member_line(row: MessageRow, *, fresh: bool) -> dict[str, Any]:
    """One line for the member; a personal reply is hidden once the binding has gone stale."""
    hidden = row.personal and not fresh
    return {
        "seq": row.seq,
        "who": row.who,
        "name": row.meta.get("name", "") if row.who == "agent" else "",
        "text": STALE if hidden else shown(row.text),
        "at": row.at.isoformat(),
        "choices": [] if hidden else row.choices,
        "picture": None if hidden else row.meta.get("picture"),
        "thumb": row.meta.get("thumb", "") if may_be_thumbed(row) else None,
        "estimate": bool(row.meta.get("estimate")) and not hidden,
    }


async def send(site: Site, visitor: str, item: dict[str, Any]) -> str:
    """Hand one message of the page to the runtime; the same id again changes nothing. Returns the id.

    Raises:
        BadAct: no id, neither text nor choice, too long, or too many in a short time.
    """
    client_id, text, choice = item.get("id"), item.get("text") or "", item.get("choice")
    if not isinstance(client_id, str) or not _CLIENT_ID.fullmatch(client_id):
        raise BadAct("消息没有编号，请刷新页面。")
    if not isinstance(text, str) or (choice is not None and not isinstance(choice, str)):
        raise BadAct("消息的格式不对，请刷新页面。")
    if choice is not None and not _CHOICE.fullmatch(choice):
        raise BadAct("这个按钮已失效，请直接输入文字。")
    if len(text) > LONGEST:
        raise BadAct(f"消息有 {len(text)} 个字，太长了，请分开发送。")
    if not site.sending.take(visitor):
        raise BadAct("发送太快了，请稍等几秒再发。")
    await site.running.receive(inbound(site, visitor, client_id, text, choice))
    return client_id


async def clear(site: Site, visitor: str) -> None:
    """退出并清除 on the server: words, state, secrets and binding of the thread; other open pages are told."""

    def work(tx: Tx) -> None:
        thread = thread_of(tx, visitor)
        site.hooks.on_erase(tx, thread.id)
        erase(tx, thread, site.now())

    await site.running.run(work)
