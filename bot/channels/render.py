"""Makes a reply fit for a platform: cut at the end of a sentence, choices as buttons or as a numbered list, escaped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.channels.owed import OFFERED
from bot.channels.port import Capabilities, Unit
from bot.storage.port import OutboxRow

PICK = "请选择:"
REPLY_BY_NUMBER = "回复数字即可:"
AGAIN = "(上次没能送到,现在补发)\n"
_ENDS = ("\n\n", "\n", "。", "\uff01", "\uff1f", "!", "?", "\uff1b", ";", "\uff0c", ",", "、", " ")
_ENOUGH = 0.4
"""A cut keeps at least this share of the room, else the next kind of end is tried."""


@dataclass(frozen=True, slots=True)
class Button:
    """One choice as a button."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One message of the platform: its text, and buttons below it."""

    text: str
    buttons: tuple[Button, ...] = ()


def size(text: str, unit: Unit) -> int:
    """The length as the platform counts it.

    >>> size("医保😀", "utf16"), size("医保😀", "bytes")
    (4, 10)
    """
    return len(text.encode("utf-16-le")) // 2 if unit == "utf16" else len(text.encode())


def first(body: dict[str, Any], can: Capabilities) -> tuple[Piece, dict[str, Any] | None]:
    """The first message of a reply, and the body of what is left (None when nothing is).

    Args:
        body: of an outbox row: `text`, `choices`, `again` when it is offered a second time.
        can: what the platform can show.
    """
    text = _escaped((AGAIN if body.get("again") else "") + body["text"].strip(), can)
    choices = body.get("choices") or []
    if not can.buttons or not choices:
        head, rest = cut(text + numbered(choices), can.most, can.unit)
        return Piece(head), _left(body, rest, []) if rest else None
    head, rest = cut(text, can.most, can.unit)
    if rest:
        return Piece(head), _left(body, rest, choices)
    if can.head and size(text, can.unit) > can.head:
        return Piece(text), _left(body, PICK, choices)
    buttons = tuple(Button(clip(one["label"], can.label, can.unit), one["value"]) for one in choices[: can.buttons])
    more = choices[can.buttons :]
    return Piece(text or PICK, buttons), _left(body, PICK, more) if more else None


def first_of(row: OutboxRow, can: Capabilities) -> tuple[Piece, dict[str, Any] | None]:
    """The first message of an outbox row, marked when it is offered a second time."""
    return first({**row.body, "again": row.error == OFFERED}, can)


def pieces(body: dict[str, Any], can: Capabilities) -> list[Piece]:
    """All messages of a reply, in order."""
    made, rest = [], dict(body)
    while True:
        piece, left = first(rest, can)
        made.append(piece)
        if left is None:
            return made
        rest = left


def _left(body: dict[str, Any], text: str, choices: list[dict[str, str]]) -> dict[str, Any]:
    return {**body, "text": text, "choices": choices, "again": False}


def _escaped(text: str, can: Capabilities) -> str:
    """Text in which no markup works; a wide bracket reads the same."""
    return text.replace("<", "\uff1c") if can.links else text


def numbered(choices: list[dict[str, str]]) -> str:
    """Choices as a numbered list below a text; a number is understood by the conversation itself."""
    if not choices:
        return ""
    lines = [f"{number}. {choice['label']}" for number, choice in enumerate(choices, 1)]
    return "\n".join([f"\n\n{REPLY_BY_NUMBER}", *lines])


def cut(text: str, most: int, unit: Unit) -> tuple[str, str]:
    """(what fits, what is left), parted at the end of a sentence, else of a clause, else between two letters.

    >>> cut("第一句。第二句。第三句", 9, "utf16")
    ('第一句。第二句。', '第三句')
    """
    if size(text, unit) <= most:
        return text, ""
    end = _fits(text, most, unit)
    for mark in _ENDS:
        at = text.rfind(mark, 0, end)
        if at >= end * _ENOUGH:
            end = at + len(mark)
            break
    return text[:end].rstrip(), text[end:].lstrip()


def clip(text: str, most: int, unit: Unit) -> str:
    """A label cut to its room, with an ellipsis where something is missing."""
    return text if not most or size(text, unit) <= most else text[: _fits(text, most - size("…", unit), unit)] + "…"


def _fits(text: str, most: int, unit: Unit) -> int:
    """How many letters fit; never half of one."""
    encoded = text.encode("utf-16-le" if unit == "utf16" else "utf-8")
    room = most * 2 if unit == "utf16" else most
    return len(encoded[:room].decode("utf-16-le" if unit == "utf16" else "utf-8", "ignore"))
