"""What a channel hands in, made fit for storage, and what it gets back."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.storage.port import MessageRow
from handlers.messages import Facts

if TYPE_CHECKING:
    from handlers.turn import Turn

MOST_CHARACTERS = 10_000
"""A longer message is cut here before it is stored."""
_MOST_CHOICE = 500
_KEPT_CONTROLS = "\n\t"


@dataclass(frozen=True, slots=True)
class Inbound:
    """One update of a channel.

    `platform_id` is the platform's own id of the update, unique within channel and account; a channel whose ids come
    from the person (the web) puts the chat before them. `choice` is the value of a tapped button, `event` what starts
    a turn without words (`start`, `effect`), `profile` what the caller knows of the person, `effect_id` the effect
    whose result this is.
    """

    channel: str
    account: str
    platform_id: str
    chat: str
    person: str
    received_at: datetime
    text: str = ""
    choice: str | None = None
    event: str | None = None
    profile: Facts = field(default_factory=dict)
    result: dict[str, Any] | None = None
    effect_id: str | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes the update unique."""
        return self.channel, self.account, self.platform_id


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an update: its thread, whether it had come before, and what the bot answered.

    `turn` is what the conversation gave back; None for a redelivery, in silence and after a fault. `silent`: a person
    holds the thread, so that the bot said nothing.
    """

    thread_id: str
    duplicate: bool
    messages: list[MessageRow]
    turn: Turn | None = None
    silent: bool = False


def tidy(text: str, most: int = MOST_CHARACTERS) -> str:
    """Cut to length and drop what no database takes or nobody can see: control characters, lone surrogates."""
    text = text[:most]
    if text.isprintable():
        return text
    return "".join(
        letter for letter in text if letter in _KEPT_CONTROLS or unicodedata.category(letter) not in _DROPPED
    )


_DROPPED = frozenset({"Cc", "Cs"})


def tidy_choice(choice: str | None) -> str | None:
    """The same for the value of a button."""
    return None if choice is None else tidy(choice, _MOST_CHOICE)
