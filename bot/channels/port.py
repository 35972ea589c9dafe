"""What a channel is to the outbox: it sends one message, and says honestly what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.storage.port import OutboxRow


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform took it."""


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


class Channel(Protocol):
    """One account on one platform that must be called to reply."""

    name: str
    """The channel's name in threads and outbox rows."""
    account: str
    takes_our_id: bool
    """Whether the platform drops a second message with the same id: then an unknown outcome is simply sent again."""
    per_second: float
    """Most messages the platform takes in a second."""

    async def send(self, row: OutboxRow) -> Outcome:
        """Send one message; never raises for what the platform answers."""
