"""The cases of a period as a CSV file for a spreadsheet: times, reasons, results and ratings, never what was said."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from bot.desk.sight import open_groups
from bot.desk.views import names
from bot.desk.words import CHANNELS, ENDINGS, REASONS
from bot.storage.port import CaseRow, Tx
from knowledge.office import SHANGHAI, Office

MANY = 100_000
HEADERS = (
    "编号",
    "渠道",
    "原因",
    "小组",
    "标签",
    "转人工时间",
    "接入时间",
    "首次答复时间",
    "结束时间",
    "等待秒数",
    "首次答复秒数",
    "处理秒数",
    "坐席",
    "处理结果",
    "评分",
    "评价",
    "退回次数",
)
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula (owasp.org, CSV injection)."""


def as_csv(tx: Tx, office: Office, since: datetime, until: datetime) -> tuple[str, int]:
    """The file, with a mark that makes Excel read UTF-8, and how many cases stand in it; reports are left out."""
    cases = [case for case in tx.cases(groups=open_groups(office), since=since, limit=MANY) if case.opened_at <= until]
    by_id = names(tx)
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(HEADERS)
    for case in cases:
        writer.writerow([safe(cell) for cell in _row(case, by_id, office)])
    return out.getvalue(), len(cases)


def safe(cell: str) -> str:
    """A cell that no spreadsheet runs.

    >>> safe("=1+1"), safe("很好")
    ("'=1+1", '很好')
    """
    return f"'{cell}" if cell.startswith(RISKY) else cell


def _row(case: CaseRow, by_id: dict[str, str], office: Office) -> list[str]:
    channel = str(case.summary.get("channel", ""))
    return [
        case.id,
        CHANNELS.get(channel, channel),
        REASONS.get(case.reason, case.reason),
        office.group(case.group).name,
        "、".join(case.summary.get("tags") or []),
        *(_clock(at) for at in (case.opened_at, case.claimed_at, case.first_answer_at, case.closed_at)),
        _between(case.opened_at, case.claimed_at),
        _between(case.opened_at, case.first_answer_at),
        _between(case.claimed_at, case.closed_at),
        by_id.get(case.agent_id or "", ""),
        ENDINGS.get(case.resolution, case.resolution),
        str(case.rating or ""),
        case.rating_words,
        str(len(case.summary.get("returned", []))),
    ]


def _clock(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}" if at else ""


def _between(start: datetime | None, end: datetime | None) -> str:
    return str(int((end - start).total_seconds())) if start and end else ""
