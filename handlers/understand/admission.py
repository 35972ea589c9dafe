"""Hears which admission of this year it is: 今年头一回, 年内第三次, 今年住过一次了; last year's don't count."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlers.understand.model import Found
from handlers.understand.numerals import whole_number
from handlers.understand.scan import Item
from handlers.understand.scene import Scene
from handlers.understand.tables import pattern

_THIS_YEAR = r"(?:今年|本年度?|年内|这一年|一年内|年度内|今年内|当年|上半年|下半年|年初)"
_AFTER = pattern("admission", "after")
_OTHER = pattern("admission", "other")
_BEFORE = pattern("admission", "before")
_COUNTS_ELSE = re.compile(r"(?:化疗|放疗|透析|手术|复查|抢救|治疗|发作|不是)[^,。今]{0,3}$")
_STAY = re.compile(r"住院|医院|级|退休|在职|□")
_LAST_YEAR = re.compile(r"去年|前年|往年|早年|上一年|以前|头些年|几年前|□□年")
_NEVER = pattern("admission", "never")
_ALREADY = pattern("admission", "already")
_NOW = re.compile(r"这(?:次|回|是|趟)|现在|又|□+又|再")
_AGAIN = re.compile(r"又(?:住|进|入)(?:了)?(?:医)?院|再次(?:住|入)院|又住(?:进|上)")
_THIS_ONE = re.compile(r"这(?:已经|次|回|趟)?(?:就|才|算)?(?:是|算)(?:我|他|她)?(?:的)?$")
_LIFE = re.compile(r"这辈子|一辈子|有生以来|活了|长这么大|平生")


def _ordinal(scene: Scene, item: Item) -> bool:
    """Whether 第二次 counts admissions here."""
    text = scene.wordy
    if scene.asks("admission_no"):
        return not _OTHER.match(text, item.end)
    if _OTHER.match(text, item.end):
        return False
    if _COUNTS_ELSE.search(text[: item.start]):
        return False
    return bool(_AFTER.match(text, item.end) or _BEFORE.search(text[: item.start]) or _STAY.search(text))


def _bills(scene: Scene) -> bool:
    """Two stays with a bill each: which one is asked about stays open."""
    ends = [scene.clause(item.start) for item in scene.items if item.kind == "nth"]
    return sum(1 for start, end in set(ends) if any(start <= sum_.start < end for sum_ in scene.amounts)) > 1


def _read_ordinals(scene: Scene) -> Iterator[Found]:
    for item in scene.items:
        if item.kind != "nth" or not _ordinal(scene, item) or "没住院" in scene.wordy[slice(*scene.clause(item.start))]:
            continue
        start, _ = scene.clause(item.start)
        lead = scene.wordy[start : item.start]
        earlier = _LAST_YEAR.search(lead[-8:]) and not re.search(_THIS_YEAR, lead)
        if item.value is None or earlier or (_LIFE.search(scene.wordy) and item.value > 1):
            yield Found("admission_no", None, item.start, item.said, sure=False)
        elif 0 < item.value < 100:  # noqa: PLR2004
            weight = 3 if re.search(_THIS_YEAR, lead) and not _bills(scene) else 2
            weight = 4 if _THIS_ONE.search(lead) else weight
            yield Found("admission_no", item.value, item.start, item.said, weight=weight)


def _read_already(scene: Scene) -> Iterator[Found]:
    """今年住过一次了,这次…: one more than before."""
    for match in _ALREADY.finditer(scene.wordy):
        if not re.search(_THIS_YEAR, match[0]):
            continue
        times = [item for item in scene.items if item.kind == "times" and match.start() <= item.start <= match.end()]
        if not times or times[0].value is None:
            continue
        past = "过" in match[0] or "已经" in match[0] or "都" in match[0]
        now = _NOW.search(scene.text, match.end()) or re.search(r"(?:前面|之前|前头|以前|上半年|年初)", match[0])
        sure = bool(now) and past
        yield Found("admission_no", times[0].value + 1 if sure else None, match.start(), match[0], sure=sure)


def read_admission(scene: Scene) -> Iterator[Found]:
    """`admission_no`: 1 for the first of this year."""
    found = [*_read_ordinals(scene), *_read_already(scene)]
    yield from found
    never = _NEVER.search(scene.wordy)
    if never and not any(one.sure for one in found) and not re.search("去年.{0,3}没住", never[0]):
        yield Found("admission_no", 1, never.start(), never[0], weight=1)
    again = _AGAIN.search(scene.wordy)
    if again and not found:
        yield Found("admission_no", None, again.start(), again[0], sure=False)
    count = _COUNT.search(scene.text)
    if count:
        yield Found("admission_no", whole_number(count["n"]), count.start(), count[0])
    if scene.asks("admission_no"):
        yield from _answers(scene)


_COUNT = re.compile(r"(?:住院)?次数(?:是|为|:)*第?(?P<n>[1-9一二三四五六七八九])(?![\d万千百])")


def _answers(scene: Scene) -> Iterator[Found]:
    bare = re.fullmatch(
        r"(?:就|是|大概|应该是?)?(?:第)?([1-9一二两三四五六七八九])(?:次|回|趟)?(?:吧|了|的|呢|啊)*", scene.text
    )
    counted = re.search(
        r"(?:算上|连上?|加上|包括)这(?:次|回)[^,。]{0,4}([1-9一二两三四五六七八九])(?:次|回)", scene.text
    )
    bare = bare or counted
    if bare:
        number = int(bare[1]) if bare[1].isdigit() else "零一二三四五六七八九".find(bare[1].replace("两", "二"))
        yield Found("admission_no", number, 0, scene.text, weight=1)
    elif re.fullmatch(
        r"(?:就)?(?:这)?(?:头|首|第一|一)(?:一)?(?:次|回|趟)?(?:吧|的|啊)*|就这(?:一)?(?:次|回)|(?:今年|之前|以前|从来?|这之前)*(?:都|也|还)?没(?:有)?(?:住过)?(?:院)?",
        scene.text,
    ):
        yield Found("admission_no", 1, 0, scene.text, weight=1)
