"""Says by the words beside it what a sum is: the bill, out of the catalogue, class B, a deposit, a wage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from handlers.understand.amounts import Amount, big_enough
from handlers.understand.model import Found
from handlers.understand.money_cues import TOTALS, Assigner
from handlers.understand.scene import CORRECTION, Scene

MONEY_FACTS = (
    "total", "self_paid", "class_b", "fund_used", "account_balance", "average_wage", "base_deductible", "base_cap",
)  # fmt: skip
_DOUBTS = {"out_of_pocket": "self_paid", "class_b_self": "class_b", "reimbursed": "fund_used"}
_STAY = re.compile(
    r"甲|住|级|伤|病|炎|癌|瘤|梗|骨折|自费|乙类|住院|住了|住的|出院|入院|医院|手术|退休|在职|花|治|看病|三级|二级|一级|三甲|二甲|社区|报"
)
_WHOLE = re.compile(r"(?:块钱|块|元)?(?:的)?,?(?:里头|里面|里边|里有|当中|其中|里)")
_EARLIER = re.compile(r"之前|以前|前面|前边|前头|上次|上回|上一次|前两次|前几次|头一次|已经")
_THIS_YEAR = re.compile(r"今年[^□]{0,3}报")
_NOW = re.compile(r"这次|这回|本次|现在")


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a sum is: the fact, how heavily it says so, and whether it is certain."""

    fact: str
    weight: int
    sure: bool = True


class _Reader:
    """Gives every sum of one scene its meaning, one after the other."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.asked = next((fact for fact in scene.asking if fact in MONEY_FACTS), None)
        self.sums = list(zip(Assigner(scene).roles(), scene.amounts, strict=True))
        self.parts = any(role in MONEY_FACTS for role, _ in self.sums)
        self.alone = self._unlabelled() == 1
        self.previous: tuple[_Meaning, Amount] | None = None

    def _unlabelled(self) -> int:
        """How many sums stand without a word for what they are and correct no other."""
        count, end = 0, 0
        for role, amount in self.sums:
            takes_back = bool(end) and self.scene.takes_back(end, amount.start)
            if role is None and (big_enough(amount) or self.asked) and not takes_back:
                count += 1
            end = amount.end
        return count

    def read(self) -> Iterator[Found]:
        """All sums that are facts of the stay, in order."""
        for role, amount in self.sums:
            meaning = self._meaning(role, amount)
            if meaning is None:
                continue
            self.previous = (meaning, amount)
            if self.scene.text[: amount.start].endswith("不是"):
                yield Found(meaning.fact, None, amount.start, amount.said)
                continue
            value = None if amount.vague else amount.to_json()
            sure = meaning.sure and not amount.vague
            yield Found(meaning.fact, value, amount.start, amount.said, sure, meaning.weight)

    def _meaning(self, role: str | None, amount: Amount) -> _Meaning | None:
        if role in (None, "weak_total"):
            if self.previous is not None and self._corrects(self.previous[1], amount):
                return _Meaning(self.previous[0].fact, self.previous[0].weight)
            if not (big_enough(amount) or self.asked):
                return None
        if role is None:
            return self._bare(amount)
        if role in TOTALS:
            return self._total(role)
        if role in _DOUBTS:
            return self._doubtful(role, amount)
        seen = (
            "total" if role == "outpatient_total" and not re.search("(?<!没)(?<!没有)住院", self.scene.text) else role
        )
        return _Meaning(seen, 2) if seen in MONEY_FACTS else None

    def _corrects(self, before: Amount, amount: Amount) -> bool:
        """三万,不对,三万五 and 不是三万,是三万五."""
        denied = self.scene.text[: before.start].endswith("不是")
        return denied or self.scene.takes_back(before.end, amount.start)

    def _total(self, role: str) -> _Meaning:
        """花了两千 answers what was asked where the bill is known; 总共 is always the bill."""
        if role == "weak_total" and self.asked not in (None, "total") and "total" in self.scene.known:
            return _Meaning(str(self.asked), 2)
        return _Meaning("total", TOTALS[role])

    def _doubtful(self, role: str, amount: Amount) -> _Meaning | None:
        """Paid oneself, paid by the fund: near a fact of ours, and not it."""
        if role == "reimbursed":
            if self.asked == "fund_used":
                return _Meaning("fund_used", 2)
            if _THIS_YEAR.search(self.scene.text[: amount.start]) and _NOW.search(self.scene.text, amount.end):
                return _Meaning("fund_used", 1)
            if not _EARLIER.search(self.scene.text[: amount.start]):
                return None
        return _Meaning(_DOUBTS[role], 1, sure=False)

    def _bare(self, amount: Amount) -> _Meaning:
        """A sum nothing is said of: a correction, an answer, or the bill."""
        scene = self.scene
        if _WHOLE.match(scene.text, amount.end):
            return _Meaning("total", 2)
        if CORRECTION.search(scene.text[: amount.start]) and scene.known:
            known = [fact for fact in MONEY_FACTS if fact in scene.known]
            return _Meaning(known[0] if len(known) == 1 else "total", 1, self.alone)
        if self.asked is not None:
            return _Meaning(self.asked, 1, self.alone)
        stay = self.parts or scene.of_stay or _STAY.search(scene.wordy) is not None
        return _Meaning("total", 1, self.alone and (stay or (bool(scene.asking) and "total" not in scene.known)))


def read_money(scene: Scene) -> Iterator[Found]:
    """Every sum that is a fact of the stay."""
    yield from _Reader(scene).read()
