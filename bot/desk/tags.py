"""Tags on a case: short words by which colleagues find it again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.desk.errors import BadAct
from bot.privacy.tokens import clean
from bot.storage.port import CaseRow, StaffRow, Tx

MOST, LONGEST = 8, 12


def put_tags(tx: Tx, case: CaseRow, staff: StaffRow, given: Iterable[object], now: datetime) -> list[str]:
    """Replace the tags of a case; the same ones again change nothing.

    Raises:
        BadAct: too many, too long, or a personal number among them.
    """
    tags = list(dict.fromkeys(tag.strip() for tag in given if isinstance(tag, str) and tag.strip()))
    if len(tags) > MOST or any(len(tag) > LONGEST or not tag.isprintable() for tag in tags):
        raise BadAct(f"标签最多 {MOST} 个，每个最多 {LONGEST} 字。")
    if any(clean(tag, awaiting_code=False).values for tag in tags):
        raise BadAct("标签里不要写号码。")
    if tags != case.summary.get("tags", []):
        case.summary = {**case.summary, "tags": tags}
        tx.update_case(case)
        tx.publish("desk", {"kind": "case", "case": case.id})
        tx.note_audit(staff.id, "case.tag", case.id, {"tags": tags}, now)
    return tags
