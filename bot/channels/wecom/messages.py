"""What an item of `sync_msg` means to us. Protocol: developer.work.weixin.qq.com/document/path/94670."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.channels.intake import NO_PICTURE, NO_PLACE, NO_VOICE

CUSTOMER, SYSTEM = 3, 4
ENDED = 3
"""`change_type` of a session that a servicer or the platform ended; every other one is with a person."""


@dataclass(frozen=True, slots=True)
class Said:
    """For the conversation: words, a choice, or the start with the code for one welcome."""

    text: str = ""
    choice: str | None = None
    event: str | None = None
    welcome: str = ""


@dataclass(frozen=True, slots=True)
class Aside:
    """Answered with a fixed sentence; `heard` is kept in the transcript."""

    heard: str
    answer: str


@dataclass(frozen=True, slots=True)
class Session:
    """The session was taken by a person of the company, or ended."""

    with_person: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """A message we sent did not arrive; `ours` is its id."""

    ours: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item with its address: who wrote to which service account."""

    id: str
    service: str
    customer: str
    meaning: Said | Aside | Session | Failed


_FILES = {
    "image": "[图片]",
    "video": "[视频]",
    "file": "[文件]",
    "link": "[链接]",
    "business_card": "[名片]",
    "miniprogram": "[小程序]",
}


def items(page: dict[str, Any]) -> list[Item]:
    """The items of a page that concern us, in order; a servicer's own words and unknown kinds are left out."""
    found = [_item(raw) for raw in page.get("msg_list") or [] if isinstance(raw, dict)]
    return [item for item in found if item is not None]


def _item(raw: dict[str, Any]) -> Item | None:
    kind, origin = raw.get("msgtype", ""), raw.get("origin")
    event = raw.get("event") or {}
    service = str(raw.get("open_kfid") or event.get("open_kfid") or "")
    customer = str(raw.get("external_userid") or event.get("external_userid") or "")
    meant: Said | Aside | Session | Failed | None = None
    if kind == "event" and origin == SYSTEM:
        meant = _event(event)
    elif origin == CUSTOMER:
        meant = _said(kind, raw)
    if meant is None or not raw.get("msgid") or not service or not customer:
        return None
    return Item(str(raw["msgid"]), service, customer, meant)


def _said(kind: str, raw: dict[str, Any]) -> Said | Aside | None:
    if kind == "text":
        body = raw.get("text") or {}
        choice = body.get("menu_id")
        return Said(str(body.get("content", "")), choice=str(choice) if choice else None)
    if kind == "voice":
        return Aside("[语音]", NO_VOICE)
    if kind == "location":
        return Aside("", NO_PLACE)
    return Aside(_FILES[kind], NO_PICTURE) if kind in _FILES else None


def _event(event: dict[str, Any]) -> Said | Session | Failed | None:
    kind = event.get("event_type")
    if kind == "enter_session":
        return Said(event="start", welcome=str(event.get("welcome_code") or ""))
    if kind == "session_status_change":
        return Session(event.get("change_type") != ENDED)
    if kind == "msg_send_fail" and event.get("fail_msgid"):
        return Failed(str(event["fail_msgid"]))
    return None
