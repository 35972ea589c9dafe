"""What else can be worked out in a conversation: the monthly account credit, childbirth, dialysis."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from handlers import figures
from handlers.context import Context, Said
from handlers.jobs import desk
from handlers.messages import Facts, Reply
from handlers.understand.amounts import read_amounts, yuan
from handlers.understand.normal import normalise
from handlers.wording import say

PRICEABLE = ("henan-employee", "nanchang-employee", "beijing-employee", "county-resident")
_MONTHS = re.compile(r"(\d{1,3})个?月")
_LEAVE = re.compile(r"产假\D{0,4}(\d{2,3})天|(\d{2,3})天\D{0,2}产假")
_BIRTHS = (
    ("caesarean_plus", "剖.*(同时|一起|顺便)"),
    ("caesarean", "剖"),
    ("difficult", "难产"),
    ("normal", "顺产|自然分娩|正常分娩"),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One computation: when it is asked for, what is heard of its facts, what is asked for what is missing."""

    name: str
    asked: re.Pattern[str]
    hear: Callable[[Context, str], Facts]
    questions: dict[str, str]


def _monthly(text: str, after: str) -> str | None:
    """The exact sum said right after (or before) a word such as 工资."""
    found = re.search(f"(?:{after})[^,,。;;\\d一二两三四五六七八九十]{{0,6}}", text)
    if found is None:
        return None
    sums = [one for one in read_amounts(text[found.end() :]) if one.low == one.high]
    return yuan(sums[0].low) if sums else None


def _hear_credit(context: Context, text: str) -> Facts:
    facts = {name: value for name, value in context.heard.facts.items() if name in ("status", "age")}
    if pension := _monthly(text, "养老金|退休金|退休费"):
        return {**facts, "monthly_pension": pension, "status": "retired"}
    wage = _monthly(text, "年工资|年收入|年薪|一年挣")
    if wage:
        return {**facts, "annual_wage": wage}
    wage = _monthly(text, "工资|基数|月薪|挣")
    return {**facts, "monthly_base": wage} if wage else facts


def _hear_birth(context: Context, text: str) -> Facts:
    facts: Facts = {}
    birth = next((name for name, words in _BIRTHS if re.search(words, text)), None)
    if birth and context.scheme == "county-resident":
        facts["birth"] = "caesarean" if birth.startswith("caesarean") else "normal"
    elif birth:
        facts["remote_birth" if re.search("外地|异地|老家|外省", text) else "local_birth"] = birth
    if months := _MONTHS.search(text):
        facts["months_before"] = int(months.group(1))
    if leave := _LEAVE.search(text):
        facts["leave_days"] = int(leave.group(1) or leave.group(2))
    if wage := _monthly(text, "平均(缴费)?工资|人均工资"):
        facts["unit_monthly_average_wage"] = wage
    if "paid_years" in context.heard.facts:
        facts["completed_years"] = context.heard.facts["paid_years"]
    return facts


def _hear_dialysis(_: Context, text: str) -> Facts:
    sums = [yuan(one.low) for one in read_amounts(text) if one.low == one.high]
    return {"visit_costs": sums, "approved": True} if sums else {}


KINDS: tuple[Kind, ...] = (
    Kind(
        "account-credit",
        re.compile(
            r"(每个?月|一个?月|月月).{0,12}(划|进|打|返|记|入|到|充).{0,8}(多少|几)"
            r"|(工资|养老金|退休金).{0,16}(划|进|打|返|记)(入|到|给|进)?.{0,8}(多少|几)"
        ),
        _hear_credit,
        {
            "status": "在职还是退休",
            "age": "多大年纪",
            "monthly_base": "每月缴费工资是多少",
            "monthly_pension": "每月养老金是多少",
        },
    ),
    Kind(
        "maternity",
        re.compile(r"(生孩子|生小孩|生娃|顺产|剖腹产|剖宫产|难产|生育|产检).{0,30}(给|领|报|补|拿).{0,6}(多少|几)"),
        _hear_birth,
        {"months_before": "生育前连续缴费几个月", "birth": "顺产还是剖宫产", "completed_years": "连续缴费满几年"},
    ),
    Kind("dialysis", re.compile(r"透析.{0,20}(付|报|掏|花|自己).{0,6}(多少|几)"), _hear_dialysis, {}),
)
_WITH_NUMBERS = re.compile(r"\d|[一二两三四五六七八九十百千万]{2,}")


def _kind_of(context: Context) -> Kind | None:
    """The computation a message asks for: its words, a scheme it is known for, and a number to work with."""
    text = normalise(context.message.text)
    if context.scheme not in PRICEABLE or not _WITH_NUMBERS.search(text):
        return None
    return next((kind for kind in KINDS if kind.asked.search(text) and kind.hear(context, text)), None)


def _running(context: Context) -> Kind | None:
    """The computation that waits for a fact, when the message brings one."""
    waiting = context.state.benefit.get("kind")
    kind = next((kind for kind in KINDS if kind.name == waiting), None)
    text = normalise(context.message.text)
    return kind if kind and not context.heard.question and kind.hear(context, text) else None


def is_asked(context: Context) -> bool:
    """A figure other than a stay's is asked for, or a fact it waits for is told."""
    if "total" in context.heard.facts and context.state.form is not None:
        return False
    return (_kind_of(context) or _running(context)) is not None


def work_out(context: Context) -> Said:
    """Work it out with what was said; ask for what is missing."""
    kind = _kind_of(context) or _running(context)
    assert kind is not None
    kept = context.state.benefit
    earlier: dict[str, Any] = kept.get("facts", {}) if kept.get("kind") == kind.name else {}
    facts = {**earlier, **kind.hear(context, normalise(context.message.text))}
    wage = {"average_wage": context.profile["average_wage"]} if "average_wage" in context.profile else {}
    result = context.rulebook.benefit(kind.name, {"scheme": context.scheme, **wage, **facts})
    missing = [kind.questions[name] for name in result.get("missing", []) if name in kind.questions]
    context.state.benefit = {"kind": kind.name, "facts": facts} if missing else {}
    return _told(context, result, missing)


def _told(context: Context, result: dict[str, Any], missing: list[str]) -> Said:
    cited = figures.citations(result)
    text = say(
        "benefit",
        r=result,
        lines=[line for line in figures.all_lines(result) if result["status"] == "ok"],
        missing=missing,
        basis=context.rulebook.basis(cited) if cited else "",
    )
    said = Said("benefit", [Reply(text, desk.HUMAN)], citations=cited)
    said.asking = [name for name in result.get("missing", []) if missing]
    return said
