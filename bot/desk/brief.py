"""What an agent reads at a glance: what was asked, the facts collected in Chinese, and the last estimate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.desk.lines import shown
from bot.desk.words import ENDINGS
from bot.storage.port import CaseRow, MessageRow
from handlers.phrases import matches

FACTS = {
    "scheme": "参保",
    "status": "在职或退休",
    "age": "年龄",
    "hospital_level": "医院等级",
    "admission_no": "当年第几次住院",
    "total": "总费用(元)",
    "self_paid": "目录外自费(元)",
    "class_b": "乙类费用(元)",
    "class_b_self_ratio": "乙类先自付比例",
    "days": "住院天数",
    "paid_years": "连续缴费年数",
    "fund_used": "当年统筹已付(元)",
    "account_balance": "个人账户余额(元)",
    "low_income": "低保",
    "accident": "意外情形",
    "remote": "异地就医",
    "admitted": "入院日期",
    "discharged": "出院日期",
    "average_wage": "上年度平均工资(元)",
    "base_deductible": "公布的起付标准(元)",
    "base_cap": "公布的最高限额(元)",
    "referred_out": "转外就医",
    "student": "学生",
}
VALUES = {
    "active": "在职",
    "retired": "退休",
    "community": "社区",
    "primary": "一级",
    "secondary": "二级",
    "tertiary": "三级",
    "traffic": "交通事故",
    "malpractice": "医疗事故",
    "crime": "违法犯罪",
    "drunk": "酗酒",
    "fight": "斗殴",
    "suicide": "自杀",
    "self_harm": "自残",
    "work_injury": "工伤",
    "maternity": "生育",
}
MOST_BARE = 12
"""Characters of a request for a person that says nothing of the matter."""
PRIVATE = frozenset({"account_balance"})
"""Facts that an agent sees only with a reason: the member's own account."""


def brief(case: CaseRow, rows: list[MessageRow], schemes: Mapping[str, str]) -> dict[str, Any]:
    """The summary of a case for the console.

    Args:
        case: the case; its `summary` is what the bot handed over.
        rows: the newest transcript lines.
        schemes: printed names by scheme id.
    """
    summary, facts = case.summary, collected(case, rows)
    return {
        "said": shown(asked(case, rows)),
        "facts": [
            {"name": name, "label": FACTS.get(name, name), "value": worded(value, schemes), "raw": value}
            for name, value in facts.items()
        ],
        "bound": bool(summary.get("bound")),
        "entries": list(summary.get("entries") or []),
        "estimate": last_estimate(rows),
        "ending": ENDINGS.get(case.resolution, ""),
    }


def collected(case: CaseRow, rows: list[MessageRow]) -> dict[str, Any]:
    """The facts of the stay: those of the bot's newest answer that held any, else those handed over."""
    newer = next((row.meta["facts"] for row in reversed(rows) if row.who == "bot" and row.meta.get("facts")), None)
    facts = {"scheme": case.summary.get("scheme"), **(newer or case.summary.get("facts") or {})}
    return {name: value for name, value in facts.items() if value is not None and name not in PRIVATE}


def bare(text: str) -> bool:
    """Whether words only ask for a person.

    >>> bare("我要转人工"), bare("起付线多少"), bare("")
    (True, False, True)
    """
    return not text.strip() or (len(text) <= MOST_BARE and matches("human", text))


def asked(case: CaseRow, rows: list[MessageRow]) -> str:
    """What the member wanted before asking for a person; the words of the request itself where there was nothing."""
    said = str(case.summary.get("said") or "")
    before = [row.text for row in rows if row.who == "member" and row.at < case.opened_at and not row.personal]
    earlier = next((text for text in reversed(before) if text != said and not bare(text)), "")
    if not bare(said):
        return said
    return earlier or str(case.summary.get("question") or "") or said


def worded(value: Any, schemes: Mapping[str, str]) -> str:
    """A fact's value in Chinese.

    >>> worded("tertiary", {}), worded(True, {}), worded({"low": "2", "high": "3", "said": "两万多"}, {})
    ('三级', '是', '两万多')
    """
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return str(value.get("said") or f"{value.get('low', '')}至{value.get('high', '')}")
    text = str(value)
    return VALUES.get(text) or schemes.get(text) or text


def last_estimate(rows: list[MessageRow]) -> dict[str, Any] | None:
    """The newest working the bot showed, unless it rests on what only the bound member may read."""
    for row in reversed(rows):
        estimate = row.meta.get("estimate")
        if estimate:
            return None if row.personal else estimate
    return None
