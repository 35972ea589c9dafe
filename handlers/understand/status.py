"""Hears whether the person is retired or still at work; 退了押金 and 退烧了 are neither."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlers.understand.model import Found
from handlers.understand.scene import Scene
from handlers.understand.tables import pattern

_NO_PENSION = re.compile(r"没有?(?:什么)?退休(?:金|工资|证)|退了二线|退居二线")
_NOT_YET = pattern("status", "not_yet")
_OPEN = pattern("status", "open")
_RETIRED = pattern("status", "retired")
_ACTIVE = pattern("status", "active")
_NOT_ACTIVE = pattern("status", "not_active")
_ASKED_ACTIVE = re.compile(r"^(?:还)?(?:上班|工作|干着|没退|没有退|没到年龄|没到岁数|还没)")
_ASKED_RETIRED = re.compile(r"^(?:早|都|已经?|刚|早就|我|他|她|也)*退(?!烧|款)")


def read_status(scene: Scene) -> Iterator[Found]:
    """`active` or `retired`; 内退 and the like are left to be asked."""
    text = scene.wordy
    for words, value in (
        (_NO_PENSION, None),
        (_NOT_YET, "active"),
        (_OPEN, None),
        (_ACTIVE, "active"),
        (_RETIRED, "retired"),
    ):
        for match in words.finditer(text):
            yield Found("status", value, match.start(), match[0], sure=value is not None)
        text = words.sub(lambda match: "□" * len(match[0]), text)
    gone = _NOT_ACTIVE.search(text)
    if gone and not _RETIRED.search(scene.wordy):
        yield Found("status", None, gone.start(), gone[0], sure=False)
    if scene.asks("status"):
        if _ASKED_ACTIVE.search(scene.wordy):
            yield Found("status", "active", 0, scene.text)
        elif _ASKED_RETIRED.search(scene.wordy) and not _OPEN.search(scene.wordy):
            yield Found("status", "retired", 0, scene.text)
