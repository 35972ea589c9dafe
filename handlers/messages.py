"""What goes into a turn and what comes out of it: plain values, no channel, no database, no clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


Facts = dict[str, Any]
"""Facts of a stay by the names of the interface; only what was said, known or follows with certainty."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a figure stands: a document id of the register and an article as printed."""

    doc: str
    article: str

    def to_json(self) -> dict[str, str]:
        """As the interface writes it."""
        return {"doc": self.doc, "article": self.article}


@dataclass(frozen=True, slots=True)
class Choice:
    """One button or numbered choice: what the member reads, and the value that comes back."""

    label: str
    value: str

    def to_json(self) -> dict[str, str]:
        """As the interface writes it."""
        return {"label": self.label, "value": self.value}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture made by us (SVG) and the words that say the same."""

    svg: str
    alt: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a member, cleaned: personal numbers already stand as tokens such as `⟦身份证1⟧`.

    `choice` is the value of a tapped button and stands in place of `text`. `event` names what is not a message of the
    member but starts a turn all the same: `start` (opened the chat), `effect` (a slow effect came back; its result in
    `result`). `profile` is what a caller of the JSON interface knows beforehand of this person.
    """

    text: str
    now: datetime
    choice: str | None = None
    event: str | None = None
    result: dict[str, Any] | None = None
    profile: Facts = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day in China, whatever zone `now` is in."""
        return self.now.astimezone(SHANGHAI).date()


@dataclass(frozen=True, slots=True)
class Reply:
    """One bubble: text, its choices, maybe a picture. `personal` marks what only the bound member may read."""

    text: str
    choices: tuple[Choice, ...] = ()
    picture: Picture | None = None
    personal: bool = False

    def to_json(self) -> dict[str, Any]:
        """As the interface writes it."""
        return {"text": self.text, "choices": [choice.to_json() for choice in self.choices]}


@dataclass(frozen=True, slots=True)
class Effect:
    """Slow work that runs after the commit; its result comes back as a message with `event="effect"`.

    Kinds: `send_code` (body: `challenge`), `fetch_balance` (body: `member`).
    """

    kind: str
    body: dict[str, Any]
