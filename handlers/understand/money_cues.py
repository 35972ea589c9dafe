"""Finds the words beside a sum that say what it is, and gives each sum at most one: a cue serves one sum."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from handlers.understand.normal import blank
from handlers.understand.scene import BREAK, Scene
from handlers.understand.tables import table

TOTALS = {"strong_total": 3, "weak_total": 2}
"""Cues of the whole bill, the surer the heavier."""
_BEFORE_RIGHT_CUE = re.compile(
    r"[块元钱]*(?:左右|上下)?(?:的(?:药品?|项目|东西|材料|费用))?(?:的?(?:都|全|就|呢|也|那)?(?:是|属于|属|为|算|走|里有|用的是|用在)?(?:的)?)"
)
_TOPIC = re.compile(
    r"(?:的|呢|嘛|吧|啊|部分|那块|金额|费|药|大概|一共|总共|共计|合计|共|用药|是|有|花了|了|:|就|也|,)*"
)
_FEW = re.compile(
    r"(?:的|药|部分)?(?:倒|也|就|用得|用的)?(?:不多|不少|不算多|没多少|很少|有),(?:也就|就|大概|才|只有|有)?"
)
_PARTS = ("self_paid", "class_b")
_IS = re.compile(r"(?:的|大概|大约|约|占|是|了)*")
_OPEN_AFTER = re.compile(
    r"(?:的|药|部分|项目)?(?:有|占)?(?:多少|用得不多|不多(?!,)|不清楚|不知道|记不|说不|不晓得|待查|另算|可能不)"
)
_OPEN_BEFORE = re.compile(r"(?:有没有|是否有)(?:用)?$")
_FAR = 10
_NEAR = 4


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that say what a sum is."""

    role: str
    start: int
    end: int
    part: bool


@cache
def _roles() -> tuple[tuple[str, bool, re.Pattern[str]], ...]:
    return tuple(
        (row["role"], bool(row.get("part")), re.compile("|".join(row["words"]))) for row in table("money")["roles"]
    )


def _cues(text: str) -> list[Cue]:
    found: list[Cue] = []
    for role, part, words in _roles():
        for match in words.finditer(text):
            found.append(Cue(role, match.start(), match.end(), part))
            text = blank(text, match.start(), match.end())
    return sorted(found, key=lambda cue: cue.start)


class Assigner:
    """Gives every sum of a scene at most one cue; a cue serves one sum."""

    def __init__(self, scene: Scene) -> None:
        self.text = scene.wordy
        self.amounts = scene.amounts
        shares = [item.start for item in scene.items if item.kind == "percent"]
        self.cues = [cue for cue in _cues(self.text) if not (cue.part and self._idle(cue, shares))]
        self.used: set[Cue] = set()

    def _idle(self, cue: Cue, shares: list[int]) -> bool:
        """Words that name no sum here: 自费多少不清楚, 有没有自费, 自付10%."""
        near = [self.text[cue.end : at] for at in shares if 0 <= at - cue.end <= _NEAR]
        if any(cue.role not in _PARTS or _IS.fullmatch(words) for words in near):
            return True
        return bool(_OPEN_AFTER.match(self.text, cue.end) or _OPEN_BEFORE.search(self.text[: cue.start]))

    def roles(self) -> list[str | None]:
        """The role of each sum, in order; None where nothing beside it says."""
        roles: list[str | None] = []
        for index in range(len(self.amounts)):
            cue = self._cue(index)
            if cue is not None:
                self.used.add(cue)
            roles.append(cue.role if cue else None)
        return roles

    def _cue(self, index: int) -> Cue | None:
        left, right = self._left(index), self._right(index)
        if left is None:
            if right is None or (self._leads(right, index) and not self._postfix(index)):
                return None
            return right
        if right is not None and left.part and right.start == self.amounts[index].end and not self._leads(right, index):
            self.used.add(right)
        if right is None or left.part or self._leads(right, index):
            return left
        return right

    def _left(self, index: int) -> Cue | None:
        amount = self.amounts[index]
        floor = self.amounts[index - 1].end if index else 0
        gap = [cue for cue in self.cues if floor <= cue.start and cue.end <= amount.start and cue not in self.used]
        if not gap:
            return None
        near = [cue for cue in gap if not BREAK.search(self.text[cue.end : amount.start])]
        part = self._part(near, amount.start)
        if part is not None:
            return part
        last = gap[-1]
        between = self.text[last.end : amount.start]
        topic = next((cue for cue in reversed(gap) if cue.part), None)
        totals = any(cue.role == "strong_total" for cue in near)
        far = topic is not None and not near and _FEW.fullmatch(self.text[topic.end : amount.start])
        if far:
            return topic
        if topic is not None and not totals and _TOPIC.fullmatch(self.text[topic.end : amount.start]):
            return topic
        wholes = [cue for cue in near if not cue.part]
        if wholes:
            return max(wholes, key=lambda cue: (TOTALS.get(cue.role, 0), cue.start))
        return last if not last.part and len(between) <= _FAR else None

    def _part(self, near: list[Cue], at: int) -> Cue | None:
        """The nearest word for a part, unless a word for the whole stands after it: 没有退休金…花了六千."""
        part = next((cue for cue in reversed(near) if cue.part), None)
        if part is None:
            return None
        wholes = [
            cue for cue in near if not cue.part and cue.start >= part.end and self.text[cue.start : cue.end] != "是"
        ]
        return part if not wholes or _TOPIC.fullmatch(self.text[part.end : at]) else None

    def _right(self, index: int) -> Cue | None:
        amount = self.amounts[index]
        ceiling = self.amounts[index + 1].start if index + 1 < len(self.amounts) else len(self.text)
        for cue in self.cues:
            if cue.part and amount.end <= cue.start < ceiling and cue not in self.used:
                between = self.text[amount.end : cue.start]
                own_clause = between == "," and (cue.end == len(self.text) or BREAK.match(self.text, cue.end))
                return cue if own_clause or _BEFORE_RIGHT_CUE.fullmatch(between) else None
        return None

    def _leads(self, cue: Cue, index: int) -> bool:
        """Whether the cue runs straight into the next sum."""
        if index + 1 >= len(self.amounts):
            return False
        start = self.amounts[index + 1].start
        between = [
            one for one in self.cues if cue.end <= one.start < start and (one.part or one.role == "strong_total")
        ]
        return not between and not BREAK.search(self.text[cue.end : start])

    def _postfix(self, index: int) -> bool:
        """Whether the words follow their sums here: 两千自费五千乙类."""
        if index + 1 >= len(self.amounts):
            return True
        right = self._right(index + 1)
        return right is not None and not (self._leads(right, index + 1) and not self._postfix(index + 1))
