"""Hears the share of class B one pays first: 先自付一成, 乙类自付15%."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlers.understand.model import Found
from handlers.understand.scene import Scene

_BEFORE = re.compile(
    r"(?:先(?:行)?(?:要|得)?(?:自己)?(?:自?付|掏|出|拿|承担|自理|负担)|乙类[^,。]{0,10}(?:自付|自理|自己付|自负|首付|先付|个人付|比例|自己掏|自己出)|首先自付|先付|自付比例|首付|自理比例)[^,。□]{0,6}$"
)
_AFTER = re.compile(r"(?:是)?(?:先(?:要)?自付|先自己|先行自付|乙类自付|的?先付)")
_CLASS_B = re.compile(r"乙类|部分自付|部分支付")
_SELF_PAY = re.compile(r"(?<!报)自付(?:比例)?(?:是|为|:)?$")


def read_share(scene: Scene) -> Iterator[Found]:
    """`class_b_self_ratio` as a decimal string: 一成 is `0.10`."""
    for item in scene.items:
        if item.kind != "percent" or not 0 <= item.value <= 1:
            continue
        start, _ = scene.clause(item.start)
        near = _BEFORE.search(scene.wordy[start : item.start]) or _AFTER.match(scene.wordy, item.end)
        near = near or (_CLASS_B.search(scene.wordy) and _SELF_PAY.search(scene.wordy[start : item.start]))
        if near or scene.asks("class_b_self_ratio"):
            text = f"{item.value.normalize():f}"
            whole, _, fraction = text.partition(".")
            yield Found("class_b_self_ratio", f"{whole}.{fraction.ljust(2, '0')}", item.start, item.said)
    if scene.asks("class_b_self_ratio"):
        bare = re.fullmatch(r"(?:是|就)?(\d{1,2})(?:个点)?(?:吧|的)*", scene.text)
        if bare and int(bare[1]) >= 1:
            yield Found("class_b_self_ratio", f"0.{int(bare[1]):02d}", 0, scene.text)
