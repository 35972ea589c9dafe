"""What the messages and events of an official account mean to us.

Protocol: developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html and
Receiving_event_pushes.html. What is not in the table is answered with `success` and forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.channels.intake import NO_PICTURE, NO_PLACE, NO_VOICE
from handlers.choices import split

MOST_ID = 255


@dataclass(frozen=True, slots=True)
class Said:
    """For the conversation: words, a choice, or the start."""

    text: str = ""
    choice: str | None = None
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Aside:
    """Answered with a fixed sentence; `heard` is kept in the transcript."""

    heard: str
    answer: str


@dataclass(frozen=True, slots=True)
class Left:
    """The member no longer follows the account."""


Meaning = Said | Aside | Left | None
_FILES = {"image": "[图片]", "video": "[视频]", "shortvideo": "[小视频]", "file": "[文件]", "link": "[链接]"}


def meaning(fields: dict[str, str]) -> Meaning:
    """What a message means; None when there is nothing to do."""
    kind = fields.get("MsgType", "")
    if kind == "text":
        return Said(fields.get("Content", ""))
    if kind == "voice":
        heard = fields.get("Recognition", "")
        return Said(heard) if heard else Aside("[语音]", NO_VOICE)
    if kind == "location":
        return Aside("", NO_PLACE)
    if kind == "event":
        return _event(fields.get("Event", "").lower(), fields.get("EventKey", ""))
    return Aside(_FILES[kind], NO_PICTURE) if kind in _FILES else None


def _event(event: str, key: str) -> Meaning:
    if event == "click":
        return Said(choice=key)
    if event in {"subscribe", "scan"}:
        scene = key.removeprefix("qrscene_")
        return Said(choice=scene) if split(scene)[0] else Said(event="start")
    return Left() if event == "unsubscribe" else None


def platform_id(fields: dict[str, str]) -> str:
    """What makes a message unique: its MsgId; of an event, which has none, who, when and what."""
    if fields.get("MsgId"):
        return fields["MsgId"][:MOST_ID]
    names = ("FromUserName", "CreateTime", "Event", "EventKey")
    return ":".join(fields.get(name, "") for name in names)[:MOST_ID]
