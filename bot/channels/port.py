"""What a channel is to the rest: what it can show, and that it sends one message and says honestly what became of it.

A new platform is one class with the fields of `Channel` and its `send`; what comes in goes to `intake.Intake`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from aiohttp import web

from bot.storage.port import OutboxRow

Unit = Literal["utf16", "bytes"]
"""How a platform counts a message: in UTF-16 units (Telegram) or in bytes of UTF-8 (WeChat, WeCom)."""
Shows = Literal["full", "link", "never"]
"""How personal data is shown: in full, through a page of the office, or not at all."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can show. Where there are no buttons, choices are a numbered list."""

    most: int
    """Longest text of one message, in `unit`."""
    unit: Unit
    buttons: int = 0
    """Most buttons under one message; 0 where there are none."""
    label: int = 0
    """Longest label of a button, in `unit`."""
    head: int = 0
    """Longest text of a message with buttons, where that is shorter than `most`."""
    pictures: bool = False
    """Whether our pictures (SVG) can be shown; their words always stand in the text."""
    edits: bool = False
    """Whether a message can be changed after it was sent."""
    quota: int | None = None
    """Most messages after one message of the member; None where the platform does not count."""
    personal: Shows = "full"
    links: bool = False
    """Whether the platform turns markup in a plain text into links, so that it must be escaped."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform took it; `rest` is the body of what did not fit into this message and goes next."""

    rest: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class NotSent:
    """The platform did not take it; `retry_after` seconds if it asked for a pause, `final` if no try will help."""

    why: str
    retry_after: float | None = None
    final: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """It timed out: nobody knows."""

    why: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """The member blocked the bot."""


Outcome = Sent | NotSent | Unknown | Blocked
KEPT = "kept"
"""Begins the `why` of a final `NotSent` that is kept for the member: it is offered again at the next message."""


class Channel(Protocol):
    """One account on one platform that must be called to reply."""

    name: str
    """The channel's name in threads and outbox rows."""
    account: str
    takes_our_id: bool
    """Whether the platform drops a second message with the same id: then an unknown outcome is simply sent again."""
    per_second: float
    """Most messages the platform takes in a second."""
    can: Capabilities

    async def send(self, row: OutboxRow) -> Outcome:
        """Send one message; never raises for what the platform answers."""


class Hosted(Protocol):
    """One configured account: what it sends through, what it listens on, and its own background work."""

    title: str
    """What an operator calls it."""

    def channels(self) -> Sequence[Channel]:
        """What the outbox sends through."""

    def routes(self) -> Sequence[web.RouteDef]:
        """Addresses the platform calls."""

    async def start(self) -> None:
        """Begin: never fails for a platform that is away."""

    async def stop(self) -> None:
        """End the background work."""
