"""What a member is still owed: replies that may not have arrived, or that a quota held back, offered again in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.channels.port import KEPT
from bot.storage.port import OutboxRow, Tx, new_id

OFFERED = "again"
"""The `error` of a row that is offered a second time, until its outcome is written."""
MOST_OWED = 3
"""Older ones are let go: a member who comes back after weeks asks something new."""
ASK_ANEW = "您之前查的个人信息没有送到,请再说一次“查余额”。"


def offer_again(tx: Tx, thread_id: str, now: datetime) -> int:
    """Queue once more, before anything new, what the member of a thread is owed; returns how many.

    What is personal is not repeated, since the one who writes now has not been checked; the member is told to ask anew.
    """
    rows = _owed(tx, thread_id)
    for row in rows[:-MOST_OWED]:
        tx.update_outbox(replace(row, status="dead", error="let go", next_at=None))
    for row in rows[-MOST_OWED:]:
        if _personal(tx, row):
            tx.update_outbox(replace(row, status="dead", error="personal", next_at=None))
            tx.add_outbox(replace(row, id=new_id(), body=_ask_anew(row.body), status="new", next_at=now, error=""))
        else:
            tx.update_outbox(replace(row, status="new", tries=0, next_at=now, error=OFFERED))
    return len(rows[-MOST_OWED:])


def _owed(tx: Tx, thread_id: str) -> list[OutboxRow]:
    unknown = tx.outbox(status="unknown", thread_id=thread_id)
    held = [row for row in tx.outbox(status="dead", thread_id=thread_id) if row.error.startswith(KEPT)]
    return sorted([*unknown, *held], key=lambda row: (row.seq, row.id))


def _personal(tx: Tx, row: OutboxRow) -> bool:
    lines = tx.messages(row.thread_id, after=row.seq - 1, limit=1)
    return bool(lines) and lines[0].personal


def _ask_anew(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "text": ASK_ANEW, "choices": []}
