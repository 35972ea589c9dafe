"""Hears the hospital's level where it is said (三甲, 二级, 社区); a hospital's name is not its level."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlers.understand.model import Found
from handlers.understand.scene import Scene
from handlers.understand.tables import pattern

_LEVELS = {"三": "tertiary", "3": "tertiary", "二": "secondary", "2": "secondary", "一": "primary", "1": "primary"}
_GRADE = pattern("level", "grade")
_COMMUNITY = pattern("level", "community")
_UNSURE = pattern("level", "unsure")
_NOT_A_LEVEL = pattern("level", "not_a_level")
_BEFORE = pattern("level", "before")
_NOT = re.compile(r"(?:不是|不算|没到|不到|不属于|不够|并非|又不是|没评上)(?:什么|个)?$")
_ENDS = re.compile(r"$|[,。;]|住院|头|第|花")
_REFUSED = re.compile(r"(?:那边|都|也|根本)?(?:做|看|治|住)不了|(?:那边|都|也)?(?:不收|没床|不行|不接|没有床)")
_MOVED = re.compile(r"(?<!好)转")
_THIS = re.compile(r"这次|这回|这第|这一次|本次|现在|最后")
_BARE_COMMUNITY = re.compile(r"(?:^|[,。;]|在|住|是|去|的|那|成|选|算|属于|到|□)$")
_STAYED = re.compile(r"住|手术|花")


def _heard(scene: Scene) -> Iterator[tuple[str, re.Match[str]]]:
    text = scene.text
    for match in _GRADE.finditer(text):
        if _NOT_A_LEVEL.match(text, match.end()) or (not match["hosp"] and _BEFORE.search(text[: match.start()])):
            continue
        yield _LEVELS[match["n"]], match
    for match in _COMMUNITY.finditer(text):
        bare = match[0] == "社区"
        if not bare or (
            (_BARE_COMMUNITY.search(text[: match.start()]) or _ENDS.match(text, match.end()))
            and not text.startswith("里", match.end())
        ):
            yield "community", match


def _chosen(scene: Scene, found: list[tuple[str, re.Match[str]]]) -> list[tuple[str, re.Match[str]]]:
    """Of several levels the one of the stay: after 转到, or the one beside 住."""
    if len({level for level, _ in found}) < 2:  # noqa: PLR2004
        return found
    last = found[-1]
    before = found[-2]
    if _MOVED.search(scene.text, before[1].end(), last[1].start()) or scene.takes_back(
        before[1].end(), last[1].start()
    ):
        return [last]
    now = [one for one in found if _THIS.search(scene.text, *_around(scene, one[1]))]
    if len({level for level, _ in now}) == 1:
        return now
    beside = [one for one in found if _STAYED.search(scene.text, *_around(scene, one[1]))]
    return beside if len({level for level, _ in beside}) == 1 else found


def _ruled_out(text: str, match: re.Match[str]) -> bool:
    """不是三甲, and 社区医院做不了."""
    return bool(_NOT.search(text[: match.start()]) or _REFUSED.match(text, match.end()))


def _around(scene: Scene, match: re.Match[str]) -> tuple[int, int]:
    return scene.clause(match.start())


def read_level(scene: Scene) -> Iterator[Found]:
    """`community`, `primary`, `secondary` or `tertiary`."""
    found = sorted(_heard(scene), key=lambda one: one[1].start())
    kept = [(level, match) for level, match in found if not _ruled_out(scene.text, match)]
    for level, match in found:
        if (level, match) not in kept and not kept:
            yield Found("hospital_level", None, match.start(), match[0])
    for level, match in _chosen(scene, kept):
        yield Found("hospital_level", level, match.start(), match[0])
    if not kept:
        for match in _UNSURE.finditer(scene.text):
            yield Found("hospital_level", None, match.start(), match[0], sure=False)
            return
