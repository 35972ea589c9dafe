"""Jiangning's medical aid: for a stay, for a serious illness, or both, on what insurance has left to pay.

`estimate(…, "then": {"scheme": "jiangning-aid", …})` calls `benefit("aid", …)` with the settlement's `total`,
`out_of_catalogue`, `reimbursed` and `personal_paid`; there is nothing else to call.
"""

from typing import Any

from estimator.benefits import kind
from estimator.benefits.ask import Ask, Candidates, line
from estimator.benefits.costs import Cost, check, cost_of, unlisted
from estimator.benefits.illness import CLASS, classes
from estimator.benefits.outcome import Fen, Outcome
from estimator.lines import Line, cites, product
from estimator.money import share, show_yuan

_FACTS = (
    *("part", "age", "low_income", "special_hardship", "items", "total", "out_of_catalogue", "reimbursed"),
    *("personal_paid", "assisted_ytd", "category", "disease", "insured", "inpatient_aid_ytd", "serious_ytd"),
)
_OUTPUTS = {
    "eligible_base": "可以救助的费用",
    "assistance": "救助",
    "inpatient_aid": "住院医疗救助",
    "serious_aid": "大病救助",
    "aid_total": "救助合计",
    "category": "大病类别",
    "member_after": "救助后自己付",
}


def _part(ask: Ask) -> str:
    if "part" in ask:
        return str(ask.get("part"))
    ill = "category" in ask or "disease" in ask
    stay = "items" in ask or "total" in ask
    part = ("both" if stay else "serious") if ill else "inpatient"
    ask.assume(
        "part", part, {"both": "两种救助一起算", "serious": "只算大病救助", "inpatient": "只算住院医疗救助"}[part]
    )
    return part


def _unsaid(ask: Ask) -> Candidates:
    part = _part(ask)
    found: Candidates = {}
    if part != "serious":
        starts = [cap.from_age.value for cap in ask.rule("inpatient_aid").cells.values() if cap.from_age]
        found["age"] = (*(start - 1 for start in starts), *starts)
        found["low_income"] = (True, False)
    if part != "inpatient":
        if ask.get("low_income") is False:
            found["special_hardship"] = (True, False)
        found["insured"] = (True, False)
        found[CLASS] = classes(ask)
    return found


@kind(
    "aid",
    title="医疗救助能得多少",
    facts=_FACTS,
    outputs=_OUTPUTS,
    rule="inpatient_aid",
    main=("assistance", "aid_total"),
    unsaid=_unsaid,
    check=check,
    public=lambda _: {CLASS: "category"},
)
def aid(ask: Ask) -> Outcome:
    """Inpatient aid first, serious-illness aid on what is left, within the yearly limits."""
    part = _part(ask)
    nothing: dict[str, Any] = dict.fromkeys(_OUTPUTS)
    cost = cost_of(ask, part)
    if cost is None:
        asked = "personal_paid" if part == "serious" else "items"
        return Outcome(nothing, missing=(asked,), cite=cites(ask.rule("inpatient_aid")))
    if part == "inpatient":
        return _inpatient_only(ask, nothing, cost)
    if ask.get(CLASS) is None:
        reason = "这个病不在列出的病种里,名单以“等”结尾,是否救助由民政部门认定"
        return Outcome(nothing, missing=("category",), reason=reason, cite=cites(ask.rule("serious_aid")))
    if part == "serious":
        return _serious_only(ask, nothing, cost)
    return _both(ask, nothing, cost)


def _inpatient(ask: Ask, cost: Cost) -> tuple[int, int, list[Line], str]:
    """Inpatient aid and its base, with lines and, where nothing is paid, the reason."""
    rule = ask.rule("inpatient_aid")
    base = max(0, cost.eligible - cost.reimbursed)
    if not ask.get("low_income"):
        return base, 0, [], "住院医疗救助的对象是城乡低保对象"
    cap = next(cap for cap in rule.cells.values() if (cap.from_age.value if cap.from_age else 0) <= ask.get("age"))
    before = _before(ask, "assisted_ytd", "inpatient_aid_ytd")
    left = max(0, cap.value.value - before)
    fen = min(share(base, rule.ratio.value), left)
    formula = product(base, rule.ratio.value)
    if fen == left:
        formula += f",本年度最多还有 {show_yuan(left)}"
    return base, fen, [line("inpatient_aid", "住院医疗救助", fen, "aid", formula, rule)], ""


def _before(ask: Ask, *names: str) -> int:
    """Aid already received this year: the first name that was said, else none."""
    for name in names:
        if name in ask:
            return int(ask.get(name))
    what = "大病救助" if names[0] == "serious_ytd" else "住院医疗救助"
    return int(ask.assume(names[0], 0, f"本年度此前没有得过{what}"))


def _serious(ask: Ask, paid: int, inpatient: int) -> tuple[int, list[Line], str]:
    """Serious-illness aid on what the member paid, after so much inpatient aid of this year."""
    rule, chosen = ask.rule("serious_aid"), ask.get(CLASS)
    if not _eligible_person(ask):
        return 0, [], "大病救助的对象是低保对象和因大病生活特别困难又无自救能力的特殊困难对象"
    limits = rule.cells[str(chosen)]
    ratio = (rule.insured if ask.get("insured") else rule.uninsured).value
    before = _before(ask, "serious_ytd")
    left = max(0, min(limits.most.value - before, limits.together.value - inpatient - before))
    fen = min(share(paid, ratio), left)
    formula = product(paid, ratio)
    if fen == left:
        formula += f",{chosen}类本年度最多还有 {show_yuan(left)}"
    return fen, [line("serious_aid", "大病救助", fen, "aid", formula, rule)], ""


def _eligible_person(ask: Ask) -> bool:
    if ask.get("low_income") or ask.get("special_hardship"):
        return True
    if "low_income" in ask:
        return False
    return bool(ask.assume("low_income", value=True, text="是经认定的大病救助对象"))


def _settled(ask: Ask, cost: Cost, aids: list[Line], aided: int) -> tuple[Fen, tuple[Line, ...]]:
    """What the member pays after all, with the lines of the whole cost."""
    rule = ask.rule("inpatient_aid")
    after = cost.paid - aided
    insured = line("reimbursed", "医保已报销", cost.reimbursed, "fund", show_yuan(cost.reimbursed), rule)
    rest = line("member_after", "救助后自己付", after, "member", f"{show_yuan(cost.paid)} - {show_yuan(aided)}", rule)
    return Fen(after), (insured, *aids, rest)


def _outcome(ask: Ask, values: dict[str, Any], cost: Cost, aids: list[Line], why: str) -> Outcome:
    aided = sum(one.amount for one in aids)
    after, lines = _settled(ask, cost, aids, aided)
    notes = list(unlisted(ask))
    if any(one.id == "inpatient_aid" for one in aids):
        notes.append(ask.rule("inpatient_aid").note)
    return Outcome({**values, "member_after": after}, lines, (), why, covered=not why, notes=tuple(notes))


def _inpatient_only(ask: Ask, values: dict[str, Any], cost: Cost) -> Outcome:
    base, fen, lines, why = _inpatient(ask, cost)
    found = {**values, "eligible_base": Fen(base)}
    known = classes(ask) if "category" in ask or "disease" in ask else (None,)
    if len(known) == 1 and known[0] is not None:
        limits = ask.rule("serious_aid").cells[str(known[0])]
        before = (ask.get("serious_ytd") or 0) + (ask.get("assisted_ytd") or ask.get("inpatient_aid_ytd") or 0)
        fen, lines = _cut(fen, lines, max(0, limits.together.value - before))
        found["category"] = known[0]
    fen, lines = _cut(fen, lines, cost.paid)
    return _outcome(ask, {**found, "assistance": Fen(fen)}, cost, lines, why)


def _cut(fen: int, lines: list[Line], most: int) -> tuple[int, list[Line]]:
    """An amount and its line, held to a further limit."""
    if fen <= most:
        return fen, lines
    return most, [one._replace(amount=most, formula=f"{one.formula},合计限额内 {show_yuan(most)}") for one in lines]


def _serious_only(ask: Ask, values: dict[str, Any], cost: Cost) -> Outcome:
    inpatient = _before(ask, "inpatient_aid_ytd", "assisted_ytd")
    fen, lines, why = _serious(ask, cost.paid, inpatient)
    found = {**values, "eligible_base": Fen(cost.paid), "assistance": Fen(fen), "category": ask.get(CLASS)}
    return _outcome(ask, found, cost, lines, why)


def _both(ask: Ask, values: dict[str, Any], cost: Cost) -> Outcome:
    limits = ask.rule("serious_aid").cells[str(ask.get(CLASS))]
    base, first, lines, why = _inpatient(ask, cost)
    earlier = int(ask.get("inpatient_aid_ytd") or ask.get("assisted_ytd") or 0)
    together = max(0, limits.together.value - earlier - (ask.get("serious_ytd") or 0))
    first, lines = _cut(first, lines, min(together, cost.paid))
    second, more, why_not = _serious(ask, cost.paid - first, earlier + first)
    found = {
        **values,
        "eligible_base": Fen(base),
        "inpatient_aid": Fen(first),
        "serious_aid": Fen(second),
        "aid_total": Fen(first + second),
        "category": ask.get(CLASS),
    }
    refused = ";".join(filter(None, (why, why_not))) if why and why_not else ""
    return _outcome(ask, found, cost, [*lines, *more], refused)
