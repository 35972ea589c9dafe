"""Figures as a member reads them: an estimate's first sentence, its working with footnotes, and pictures of both."""

from __future__ import annotations

from typing import Any

from handlers import choices
from handlers.context import Context
from handlers.facts import UNPUBLISHED, member_facts
from handlers.messages import Choice, Citation, Picture, Reply
from handlers.ports import AccountView
from handlers.wording import money, say

STEPS: tuple[Choice, ...] = (choices.make("查看计算过程", "do", "steps"),)
AFTER: tuple[Choice, ...] = (*STEPS, choices.make("重新算一次", "do", "restart"), choices.make("转人工", "do", "human"))
LABELS = {
    "average_wage": "上年度职工平均工资",
    "base_deductible": "起付标准",
    "base_cap": "年度最高支付限额",
    "referral_extra_points": "转外就医提高的个人负担比例",
    "class_b_self_ratio": "乙类先自付比例",
    "total": "总费用",
    "status": "在职还是退休",
    "hospital_level": "医院等级",
    "admission_no": "今年第几次住院",
    "self_paid": "自费金额",
    "class_b": "乙类金额",
    "paid_years": "连续缴费年数",
    "age": "年龄",
    "fund_used": "今年已报金额",
    "copay_ratio": "个人负担比例",
    "accident_rule": "这类原因的医疗费怎么付",
    "outpatient_rule": "门诊费用怎么付",
}
"""Facts as a member reads them."""
RARE = frozenset({"outpatient", "unit_in_arrears", "referred_out", "interrupted", "household_incomplete", "student"})
"""Assumptions that stand in the working only: they hardly ever fail."""
WIDTH = 600
PERCENT = 100


def citations(estimate: dict[str, Any]) -> list[Citation]:
    """The citations of all lines, in order, each once."""
    found = [Citation(cite["doc"], cite["article"]) for line in all_lines(estimate) for cite in line["citations"]]
    found += [Citation(cite["doc"], cite["article"]) for cite in estimate.get("citations", [])]
    return list(dict.fromkeys(found))


def all_lines(estimate: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines of an estimate; of a range those of both ends."""
    ends = [estimate, estimate.get("low") or {}, estimate.get("high") or {}]
    return [line for end in ends for line in end.get("lines") or []]


def show(context: Context, estimate: dict[str, Any], who: str, *, asking: bool) -> Reply:
    """The figure first, then its working (or a range's ends), then the basis.

    While a question follows, a range is one line and its basis: the question is what matters then.
    """
    status = estimate["status"]
    brief = asking and status == "range"
    text = say(
        "estimate_brief" if brief else f"estimate_{status}",
        e=estimate,
        who=who,
        lines=_noted(estimate),
        basis=_basis(context, estimate, brief=brief),
        prefilled=_prefilled(context),
        said=_approximate(context),
        assumed=_assumed(estimate, brief=True),
        elder=context.state.elder,
        names=_names(estimate["missing"]),
        unpublished=_names([name for name in estimate["missing"] if name in UNPUBLISHED] or estimate["missing"]),
        office=context.rulebook.office,
    )
    if brief:
        return Reply(text)
    shown = status in ("ok", "range")
    return Reply(text, AFTER if shown else (choices.make("转人工", "do", "human"),), picture(estimate))


def _assumed(estimate: dict[str, Any], *, brief: bool) -> list[str]:
    """What was taken for granted; `brief`: only what a member might want to put right."""
    found = estimate.get("assumptions") or (estimate.get("high") or {}).get("assumptions") or []
    return [item["text"] for item in found if not (brief and item["fact"] in RARE)]


def _basis(context: Context, estimate: dict[str, Any], *, brief: bool = False) -> str:
    cited = citations(estimate)
    return context.rulebook.basis(cited, brief=brief, numbered=not brief) if cited else ""


def _approximate(context: Context) -> list[dict[str, str]]:
    """Amounts that were said roughly, to be echoed back with how they are counted."""
    form = context.state.form
    facts = form.facts if form else {}
    return [{"label": LABELS.get(name, name), **value} for name, value in facts.items() if isinstance(value, dict)]


def _names(facts: list[str]) -> list[str]:
    return [LABELS.get(name, name) for name in facts]


def _prefilled(context: Context) -> list[str]:
    """What was taken from the register, named for the member."""
    form = context.state.form
    said = form.facts if form else {}
    labels = {
        "status": "参保状态",
        "age": "年龄",
        "admission_no": "本年住院次数",
        "fund_used": "本年统筹已付",
        "account_balance": "账户余额",
    }
    return [label for name, label in labels.items() if name in member_facts(context) and name not in said]


def _noted(estimate: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines with the numbers of their footnotes."""
    numbers = {cite: index for index, cite in enumerate(citations(estimate), 1)}
    return [
        {**line, "notes": [numbers[Citation(cite["doc"], cite["article"])] for cite in line["citations"]]}
        for line in estimate.get("lines") or []
    ]


def working(context: Context, estimate: dict[str, Any]) -> Reply:
    """Every line with formula, payer and footnote; for a range the least and the most."""
    ends = (
        [("", estimate)] if estimate["status"] != "range" else [("最少", estimate["low"]), ("最多", estimate["high"])]
    )
    numbers = {cite: index for index, cite in enumerate(citations(estimate), 1)}
    parts = [
        {
            "title": title,
            "lines": [
                {**line, "notes": [numbers[Citation(c["doc"], c["article"])] for c in line["citations"]]}
                for line in end.get("lines") or []
            ],
            "member": end.get("member_pays"),
            "assumed": _assumed(end, brief=False),
        }
        for title, end in ends
    ]
    return Reply(say("working", parts=parts, basis=_basis(context, estimate)), AFTER[1:])


def picture(estimate: dict[str, Any]) -> Picture | None:
    """Who pays what as one stacked bar, for a settled estimate."""
    if estimate["status"] != "ok" or not estimate.get("total") or _fen(estimate["total"]) == 0:
        return None
    parts = [
        ("统筹基金", estimate["fund_pays"], "#1d6f5c"),
        ("个人账户", estimate["account_pays"], "#3f7cac"),
        ("您自己付", estimate["cash_pays"], "#b5522b"),
    ]
    total = sum(_fen(amount) for _, amount, _ in parts) or 1
    bars, left = [], 0
    for label, amount, colour in parts:
        width = round(_fen(amount) * WIDTH / total)
        if _fen(amount):
            bars.append({"x": left, "width": width, "label": label, "amount": money(amount), "colour": colour})
        left += width
    alt = ",".join(f"{bar['label']}{bar['amount']}元" for bar in bars)
    return Picture(say("bar_svg", bars=bars, width=WIDTH, alt=alt), alt)


def account_picture(account: AccountView) -> Picture | None:
    """The last movements as a small line of balances."""
    points = [(movement.day.strftime("%m-%d"), movement.balance) for movement in reversed(account.movements)]
    if len(points) < 2:  # noqa: PLR2004  (a line needs two points)
        return None
    top = max(balance for _, balance in points) or 1
    step = WIDTH // (len(points) - 1)
    dots = [
        {"x": index * step, "y": 100 - balance * 80 // top, "label": day} for index, (day, balance) in enumerate(points)
    ]
    alt = "余额变化:" + ",".join(f"{day} {money(balance)}元" for day, balance in points)
    return Picture(say("line_svg", dots=dots, width=WIDTH, alt=alt), alt)


def _fen(yuan: str) -> int:
    return int(yuan.replace(".", ""))
