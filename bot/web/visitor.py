"""Who a visitor of the chat is: an anonymous cookie, and the thread that belongs to it."""

from __future__ import annotations

import hashlib
import re
import secrets

from aiohttp import web

from bot.runtime import Inbound
from bot.storage.port import ThreadRow, Tx
from bot.web.site import Site, site_of

COOKIE = "yb_chat"
KEPT = 7 * 24 * 3600  # seconds a conversation can be come back to
CHANNEL = ACCOUNT = "web"
_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")


def visitor_of(request: web.Request) -> str | None:
    """The address of the visitor's thread: a digest of the cookie, so that the database holds no key to a chat."""
    token = request.cookies.get(COOKIE, "")
    return hashlib.sha256(token.encode()).hexdigest()[:40] if _SHAPE.fullmatch(token) else None


def give_cookie(request: web.Request, response: web.StreamResponse) -> None:
    """A new anonymous visitor."""
    token = secrets.token_urlsafe(32)
    secure = site_of(request).config.secure
    response.set_cookie(COOKIE, token, max_age=KEPT, httponly=True, samesite="Lax", secure=secure, path="/")


def thread_of(tx: Tx, visitor: str) -> ThreadRow:
    """The visitor's thread, made when it is new."""
    return tx.thread_for(CHANNEL, ACCOUNT, visitor, visitor)


def inbound(site: Site, visitor: str, client_id: str, text: str, choice: str | None) -> Inbound:
    """A visitor's message for the runtime; the client's id counts within this visitor only."""
    return Inbound(
        channel=CHANNEL,
        account=ACCOUNT,
        platform_id=f"{visitor[:20]}:{client_id}",
        chat=visitor,
        person=visitor,
        text=text,
        choice=choice,
        event=None,
        received_at=site.now(),
    )
