"""Hears the stay itself: how many days, from when to when, outpatient or by emergency."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from handlers.understand.dates import Day
from handlers.understand.model import Found
from handlers.understand.numerals import SIMPLE, whole_number
from handlers.understand.scene import Scene
from handlers.understand.tables import pattern

_IN_AFTER = pattern("stay", "in_after")
_OUT_AFTER = pattern("stay", "out_after")
_IN_BEFORE = re.compile(r"(?:入院|住院|住进|进院)(?:日期|时间|日|的时间|那天)?(?:是|为|:|在|从|:|从)*$")
_OUT_BEFORE = re.compile(r"(?:出院|出的院|结账|结算)(?:日期|时间|日|的时间|那天)?(?:是|为|:|在)*$")
_DAYS_BEFORE = pattern("stay", "days_before")
_DAYS_AFTER = pattern("stay", "days_after")
_NOT_STAY = pattern("stay", "not_stay")
_CARE = re.compile(r"住|手术|医院|出院|入院|级|炎|社区")
_WARD = re.compile(r"icu|重症|监护室|普通病房")
_OUT_RIGHT_BEFORE = re.compile(r"出院(?:日期|时间)?[是:在]?$")
_IN_RIGHT_BEFORE = re.compile(r"入院(?:日期|时间)?[是:在]?$")
_OUTPATIENT = re.compile(r"(?:在|是|去|看的?|走的?|就|只|只是)?门诊(?!部主任|统筹|慢|报销比例)")
_INPATIENT = re.compile(r"住院|住了|住的|入院|出院|住进")
_EMERGENCY = pattern("stay", "emergency")


def _role(scene: Scene, day: Day) -> str | None:
    before, after = scene.text[: day.start], scene.text
    joined = not after.startswith(",", day.end)
    heard = (
        ("discharged", _OUT_RIGHT_BEFORE.search(before)),
        ("admitted", _IN_RIGHT_BEFORE.search(before)),
        ("discharged", joined and _OUT_AFTER.match(after, day.end)),
        ("admitted", joined and _IN_AFTER.match(after, day.end)),
        ("discharged", _OUT_BEFORE.search(before)),
        ("admitted", _IN_BEFORE.search(before)),
        ("discharged", _OUT_AFTER.match(after, day.end)),
        ("admitted", _IN_AFTER.match(after, day.end)),
    )
    role = next((fact for fact, match in heard if match), None)
    if role:
        return role
    return next((fact for fact in ("admitted", "discharged") if scene.asks(fact)), None)


def read_dates(scene: Scene) -> Iterator[Found]:
    """`admitted` and `discharged`, where a day is named and what happened then is said."""
    days = scene.days_of_calendar
    used: set[int] = set()
    for index, day in enumerate(days):
        if day.follows and index:
            used |= {index - 1, index}
            if _INPATIENT.search(scene.text) or "住" in scene.text or scene.asks("admitted") or scene.asks("days"):
                yield from _one(scene, days[index - 1], "admitted")
                yield from _one(scene, day, "discharged")
    for index, day in enumerate(days):
        role = None if index in used else _role(scene, day)
        if role:
            yield from _one(scene, day, role)


def _one(scene: Scene, day: Day, fact: str) -> Iterator[Found]:
    if day.day is not None:
        past = day.day <= scene.today
        yield Found(fact, day.day.isoformat() if past else None, day.start, scene.text[day.start : day.end], sure=past)


def days_between(admitted: object, discharged: object) -> int | None:
    """Days from admission to discharge, both ISO; None where one is missing or they are the wrong way round."""
    if not (isinstance(admitted, str) and isinstance(discharged, str)):
        return None
    days = (date.fromisoformat(discharged) - date.fromisoformat(admitted)).days
    return days if days >= 0 else None


def read_length(scene: Scene) -> Iterator[Found]:
    """`days` of the stay; 十来天 is left open."""
    text = scene.wordy
    last: int | None = None
    for item in scene.items:
        if item.kind != "days":
            continue
        start, _ = scene.clause(item.start)
        before = text[start : item.start]
        if _NOT_STAY.search(before) or re.match(r"(?:之?前|以前|后|之后|内|以内|一次|没|的假)", text[item.end :]):
            continue
        alone = (item.start, item.end) == scene.clause(item.start) and _CARE.search(text) is not None
        alone = alone or (last is not None and scene.takes_back(last, item.start))
        if alone or _DAYS_BEFORE.search(before) or _DAYS_AFTER.match(text, item.end) or scene.asks("days"):
            last = item.end
            sure = item.value is not None and not _WARD.search(text)
            yield Found("days", item.value, item.start, item.said, sure=sure)
    if scene.asks("days"):
        bare = re.fullmatch(rf"(?:有|是|就|住了)?({SIMPLE})(?:了|吧|的)*", scene.text)
        number = whole_number(bare[1]) if bare else None
        if number is not None:
            yield Found("days", number, 0, scene.text)


def read_kind(scene: Scene) -> Iterator[Found]:
    """`outpatient` and `emergency`."""
    text = scene.text
    match = _OUTPATIENT.search(text)
    if match and (not _INPATIENT.search(text) or re.search("没住院|没有住院|不是住院", text)):
        yield Found("outpatient", value=True, at=match.start(), said=match[0])
    match = _EMERGENCY.search(text)
    if match and not re.search(r"(?:不是|没)(?:走|看|挂)?$", text[: match.start()]):
        yield Found("emergency", value=True, at=match.start(), said=match[0])
