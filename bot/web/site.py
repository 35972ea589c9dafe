"""What every page needs: the running office, its settings and hooks, in one object under one key of the application."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.clock import Clock, utc_now
from bot.runtime import Runtime
from bot.storage.port import CaseRow, StaffRow, Tx
from bot.web.address import Network
from bot.web.limits import Bucket, Throttle
from knowledge.office import Office

Price = Callable[[Mapping[str, Any], datetime], dict[str, Any]]
"""Facts of a stay to `estimate`, `text`, `citations`, `sendable`, `facts` (see `bot.desk.pricing`)."""
Suggest = Callable[[str], list[dict[str, Any]]]
"""Entries for a member's words: `{"id", "title", "text", "citations"}`, best first; called off the event loop."""


@dataclass(frozen=True, slots=True)
class WebConfig:
    """How the pages behave in this installation."""

    secure: bool = False
    """Whether members reach the page over HTTPS: cookies are then `Secure`, and HSTS is sent."""
    origins: frozenset[str] = frozenset()
    """Hosts besides the request's own that a page may have been served from (a proxy that rewrites `Host`)."""
    proxies: tuple[Network, ...] = ()
    """Our own proxies, whose word for a client's address is taken."""
    patience: timedelta = timedelta(minutes=5)
    """How long a member may wait for the agent who holds the conversation."""
    sweep_every: float = 15.0
    """Seconds between two looks for silent agents."""
    session: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(minutes=30)
    lock: timedelta = timedelta(minutes=10)
    """A console that nobody touches for so long is locked until the password is given again."""
    embed: frozenset[str] = frozenset()
    """Origins (`https://www.example.gov.cn`) whose pages may show the chat in a frame; none by default."""
    demo_logins: tuple[tuple[str, str], ...] = ()
    """Sample logins and passwords shown on the login page of a sample office."""


@dataclass(slots=True)
class Hooks:
    """What other parts of the product give the pages; each has a quiet default."""

    suggest: Suggest = lambda _text: []
    titles: Mapping[str, str] = field(default_factory=dict)
    """Printed titles by document id."""
    schemes: Mapping[str, str] = field(default_factory=dict)
    """Names by scheme id."""
    price: Price | None = None
    """Prices a stay; None where there is no rulebook."""
    card: Callable[[Tx, CaseRow, StaffRow, datetime], dict[str, Any]] = lambda _tx, case, _staff, _now: {
        "bound": False,
        "callback": "callback" in case.summary,
    }
    """The masked member card of a conversation; the look is logged."""
    reveal: Callable[[Tx, CaseRow, StaffRow, datetime, str, str], str] = lambda *_: ""
    """One value of the card in the clear: what and why; logged."""
    on_erase: Callable[[Tx, str], None] = lambda _tx, _thread_id: None
    """Run in the transaction of 退出并清除, to forget a binding."""
    personal_visible: Callable[[Tx, str], bool] = lambda _tx, _thread_id: True
    """Whether a thread's binding is fresh enough for its personal replies to be shown again."""


@dataclass(slots=True)
class Site:
    """One running web application."""

    running: Runtime
    config: WebConfig
    office: Office
    hooks: Hooks = field(default_factory=Hooks)
    clock: Clock = utc_now
    version: str = "0"
    """Of the static files: part of their address, so that a new one is fetched."""
    sending: Bucket = field(default_factory=lambda: Bucket(per_second=1.0, burst=30))
    calling: Bucket = field(default_factory=lambda: Bucket(per_second=10.0, burst=60))
    """Calls of the office's own systems, by key."""
    logins: Throttle = field(default_factory=Throttle)
    online: dict[str, int] = field(default_factory=dict)
    """Live consoles by staff id."""
    sockets: set[web.WebSocketResponse] = field(default_factory=set)
    """All live connections, to be closed at shutdown."""

    def cite(self, citations: Iterable[dict[str, str]]) -> list[dict[str, str]]:
        """Citations with the document's title, for people."""
        return [
            {**item, "title": self.hooks.titles.get(item.get("doc", ""), item.get("doc", ""))} for item in citations
        ]

    def now(self) -> datetime:
        """The time now, in UTC."""
        return self.clock()


SITE = web.AppKey("site", Site)


def site_of(request: web.Request) -> Site:
    """The site a request belongs to."""
    return request.app[SITE]
