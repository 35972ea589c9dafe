"""Says what each sum of money is: the bill, out of the catalogue, class B, a deposit, a wage …, by the words beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from handlers.understand.amounts import Amount, big_enough
from handlers.understand.model import Found
from handlers.understand.normal import blank
from handlers.understand.scene import BREAK, CORRECTION, Scene
from handlers.understand.tables import table

MONEY_FACTS = (
    "total", "self_paid", "class_b", "fund_used", "account_balance", "average_wage", "base_deductible", "base_cap",
)  # fmt: skip
_TOTALS = {"strong_total": 3, "weak_total": 2}
_FACTS = set(MONEY_FACTS)
_DOUBTS = {"out_of_pocket": "self_paid", "class_b_self": "class_b", "reimbursed": "fund_used"}
_STAY = re.compile(
    r"甲|住|级|自费|乙类|住院|住了|住的|出院|入院|医院|手术|退休|在职|花|治|看病|三级|二级|一级|三甲|二甲|社区|报"
)
_BEFORE_RIGHT_CUE = re.compile(
    r"[块元钱]*(?:左右|上下)?(?:的(?:药品?|项目|东西|材料|费用))?(?:的?(?:都|全|就|呢|也|那)?(?:是|属于|属|为|算|走|里有|用的是|用在)?(?:的)?)"
)
_TOPIC = re.compile(r"(?:的|呢|嘛|吧|啊|部分|那块|金额|费|药|大概|一共|总共|是|有|花了|了|:|就|也|,)*")
_WHOLE = re.compile(r"(?:块钱|块|元)?(?:的)?,?(?:里头|里面|里边|里有|当中|其中|里)")
_EARLIER = re.compile(r"之前|以前|前面|前边|前头|上次|上回|上一次|前两次|前几次|头一次|已经")
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


class _Assigner:
    """Gives every sum of a scene at most one cue; a cue serves one sum."""

    def __init__(self, scene: Scene) -> None:
        self.text = scene.wordy
        self.amounts = scene.amounts
        shares = [item.start for item in scene.items if item.kind == "percent"]
        self.cues = [
            cue
            for cue in _cues(self.text)
            if cue.role != "class_b_self" or not any(0 <= at - cue.end <= _NEAR for at in shares)
        ]
        self.used: set[Cue] = set()

    def roles(self) -> list[str | None]:
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
        parts = [cue for cue in near if cue.part]
        if parts:
            return parts[-1]
        last = gap[-1]
        between = self.text[last.end : amount.start]
        topic = next((cue for cue in reversed(gap) if cue.part), None)
        totals = any(cue.role == "strong_total" for cue in near)
        if topic is not None and not totals and _TOPIC.fullmatch(self.text[topic.end : amount.start]):
            return topic
        if near:
            return max(near, key=lambda cue: (_TOTALS.get(cue.role, 0), cue.start))
        return last if not last.part and len(between) <= _FAR else None

    def _right(self, index: int) -> Cue | None:
        amount = self.amounts[index]
        ceiling = self.amounts[index + 1].start if index + 1 < len(self.amounts) else len(self.text)
        for cue in self.cues:
            if cue.part and amount.end <= cue.start < ceiling and cue not in self.used:
                return cue if _BEFORE_RIGHT_CUE.fullmatch(self.text[amount.end : cue.start]) else None
        return None

    def _leads(self, cue: Cue, index: int) -> bool:
        """Whether the cue runs straight into the next sum."""
        if index + 1 >= len(self.amounts):
            return False
        return not BREAK.search(self.text[cue.end : self.amounts[index + 1].start])

    def _postfix(self, index: int) -> bool:
        """Whether the words follow their sums here: 两千自费五千乙类."""
        if index + 1 >= len(self.amounts):
            return True
        right = self._right(index + 1)
        return right is not None and not (self._leads(right, index + 1) and not self._postfix(index + 1))


def _asked(scene: Scene) -> str | None:
    return next((fact for fact in scene.asking if fact in _FACTS), None)


def _fact(role: str | None, amount: Amount, scene: Scene, *, alone: bool, parts: bool) -> tuple[str, int, bool] | None:
    """Fact, weight and certainty for a sum with its role; None where it is nothing of ours."""
    asked = _asked(scene)
    if role in _TOTALS:
        if asked not in (None, "total") and (role == "weak_total" and "total" in scene.known):
            return str(asked), 2, True
        return "total", _TOTALS[str(role)], True
    if role == "outpatient_total":
        return ("total", 1, True) if "住院" not in scene.text else None
    if role in _FACTS:
        return str(role), 2, True
    if role in _DOUBTS:
        return _doubtful(str(role), amount, scene, asked)
    if role is not None:
        return None
    return _unlabelled(amount, scene, asked, alone=alone, parts=parts)


def _doubtful(role: str, amount: Amount, scene: Scene, asked: str | None) -> tuple[str, int, bool] | None:
    if role == "reimbursed" and asked == "fund_used":
        return "fund_used", 2, True
    if role == "reimbursed" and not _EARLIER.search(scene.text[: amount.start]):
        return None
    return _DOUBTS[role], 1, False


def _unlabelled(
    amount: Amount, scene: Scene, asked: str | None, *, alone: bool, parts: bool
) -> tuple[str, int, bool] | None:
    if _WHOLE.match(scene.text, amount.end):
        return "total", 2, True
    if CORRECTION.search(scene.text[: amount.start]) and scene.known:
        sums = [fact for fact in MONEY_FACTS if fact in scene.known]
        return (sums[0] if len(sums) == 1 else "total"), 1, alone
    if asked is not None:
        return asked, 1, alone
    if amount.plain and not big_enough(amount):
        return None
    certain = alone and (
        parts or bool(_STAY.search(scene.wordy)) or (bool(scene.asking) and "total" not in scene.known)
    )
    return "total", 1, certain


def read_money(scene: Scene) -> Iterator[Found]:
    """Every sum that is a fact of the stay."""
    roles = _Assigner(scene).roles()
    ends = [0, *(amount.end for amount in scene.amounts)]
    unlabelled = sum(
        1
        for role, amount, end in zip(roles, scene.amounts, ends, strict=False)
        if role is None and (big_enough(amount) or _asked(scene)) and not (end and scene.takes_back(end, amount.start))
    )
    parts = any(role in _FACTS for role in roles)
    previous: tuple[str, int, int] | None = None
    for role, amount in zip(roles, scene.amounts, strict=True):
        if role in (None, "weak_total") and previous is not None and scene.takes_back(previous[2], amount.start):
            fact: tuple[str, int, bool] | None = (previous[0], previous[1], True)
        elif role in (None, "weak_total") and amount.plain and not big_enough(amount) and _asked(scene) is None:
            continue
        else:
            fact = _fact(role, amount, scene, alone=unlabelled == 1, parts=parts)
        if fact is None:
            continue
        name, weight, sure = fact
        if scene.text[: amount.start].endswith("不是"):
            yield Found(name, None, amount.start, amount.said)
            previous = (name, weight, amount.end)
            continue
        value = None if amount.vague else amount.to_json()
        yield Found(name, value, amount.start, amount.said, sure and not amount.vague, weight)
        previous = (name, weight, amount.end)
