"""机器人答错了: one click keeps what was asked, what was answered and what should have been, for the administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.desk.errors import BadAct
from bot.storage.port import StaffRow, Tx

ACT = "answer.wrong"


def mark_wrong(tx: Tx, thread_id: str, message_id: str, staff: StaffRow, now: datetime, *, should: str = "") -> None:
    """Keep a bot's answer for the administrators' list; a second click on the same answer adds the words to it.

    Raises:
        BadAct: no answer of the bot in this conversation, or one that only the member may read.
    """
    rows = tx.messages(thread_id, limit=1000, newest=True)
    place = next(
        (i for i, row in enumerate(rows) if row.id == message_id and row.who == "bot" and not row.personal), None
    )
    if place is None:
        raise BadAct("只能标记机器人在这个会话里的回答。")
    answer = rows[place]
    question = next((row.text for row in reversed(rows[:place]) if row.who == "member"), "")
    detail = {
        "message": message_id,
        "asked": question,
        "answered": answer.text,
        "should": should.strip()[:2000],
        "entries": answer.meta.get("entries") or [],
        "rulebook": answer.meta.get("rulebook", ""),
    }
    tx.note_audit(staff.id, ACT, thread_id, detail, now)


def wrong_answers(tx: Tx, limit: int = 2000) -> list[dict[str, Any]]:
    """The administrators' list, newest first, one row an answer with the latest words on it."""
    rows: dict[str, dict[str, Any]] = {}
    for row in tx.audit(limit=limit):
        if row.get("act") == ACT:
            rows.setdefault(row["detail"]["message"], row)
    return list(rows.values())
