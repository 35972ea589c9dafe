"""Why this month's credit differs from the last one's: the rule that made the difference, worked out for both."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from handlers import figures
from handlers.context import Context
from handlers.messages import Citation
from handlers.ports import MonthView
from handlers.rulebook import Rulebook
from handlers.wording import money

PROBE = "10000.00"
_PROBE_FEN = 1_000_000
_BANDS = {"retired": "退休", "active": "在职"}


@dataclass(slots=True)
class Worked:
    """A month by the rule: base, parts and how they came about; `fits` when the ledger says the same within a fen."""

    base: int | None = None
    band: str | None = None
    own: str = ""
    unit: str = ""
    fits: bool = False
    citations: list[Citation] = field(default_factory=list)


def worked(rulebook: Rulebook, month: MonthView) -> Worked:
    """The base that the parts of a month's credit point to, and the rule's own figures for it."""
    probe = _credit(rulebook, month, PROBE)
    base = _base(month, probe)
    if probe["status"] != "ok" or base is None:
        return Worked()
    result = _credit(rulebook, month, f"{base // 100}.{base % 100:02d}")
    by_rule = sum(_fen(result.get(name)) for name in ("employee_part", "employer_part"))
    lines = {line["id"]: line["formula"] for line in figures.all_lines(result)}
    return Worked(
        base=base,
        band=result.get("band"),
        own=lines.get("employee_part", ""),
        unit=lines.get("employer_part", ""),
        fits=abs(by_rule - month.credited) <= 1,
        citations=figures.citations(result),
    )


def _credit(rulebook: Rulebook, month: MonthView, base: str) -> dict[str, Any]:
    """The rule's credit of a month; the age is told as the rule counts it, by birthday and month, else by the day."""
    named = "monthly_pension" if month.status == "retired" else "monthly_base"
    request: dict[str, Any] = {"scheme": month.scheme, "status": month.status, named: base}
    day = month.credited_on or month.first
    if month.born is None:
        return rulebook.benefit("account-credit", {**request, "as_of": day.isoformat()})
    by_month = {"born": month.born.isoformat(), "month": month.first.strftime("%Y-%m")}
    result = rulebook.benefit("account-credit", {**request, **by_month})
    if result["status"] == "ok":
        return result
    return rulebook.benefit("account-credit", {**request, "age": _age(month.born, day), "as_of": day.isoformat()})


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _base(month: MonthView, probe: dict[str, Any]) -> int | None:
    """The base in fen: the member's own part where there is one, since its rate is the same at every age."""
    for part, name in ((month.own_part, "employee_part"), (month.unit_part, "employer_part")):
        of_probe = _fen(probe.get(name))
        if part and of_probe:
            return (part * _PROBE_FEN + of_probe // 2) // of_probe
    return None


def _fen(amount: str | None) -> int:
    return int(amount.replace(".", "")) if amount else 0


def reasons(context: Context, before: MonthView, now: MonthView) -> tuple[list[str], list[Citation]]:
    """What made the difference between two months, each in a sentence, and where that stands."""
    if now.credited_on is None:
        return [f"{now.first.month}月还没有划入" + (f":账户封存({now.frozen})" if now.frozen else "")], []
    one, other = worked(context.rulebook, before), worked(context.rulebook, now)
    cited = list(dict.fromkeys([*other.citations, *one.citations]))
    if before.credited_on is None:
        return [f"{before.first.month}月没有划入"], cited
    if not (one.fits and other.fits and one.base and other.base):
        return ["手头的规定算不出这两个月的差别,请转人工核对"] if now.credited != before.credited else [], cited
    found = []
    if before.status != now.status:
        was, is_ = _BANDS.get(before.status, before.status), _BANDS.get(now.status, now.status)
        found.append(f"您由{was}变为{is_},划入办法变了:原来单位部分{one.unit},现在{other.unit}")
    elif one.band != other.band:
        found.append(f"年龄到了新的一档,单位缴费划入由{one.unit}变为{other.unit}")
    if before.status == now.status and abs(one.base - other.base) > 1:
        what = "养老金" if now.status == "retired" else "月缴费工资"
        found.append(f"{what}由{money(one.base)}元变为{money(other.base)}元")
    return found, cited
