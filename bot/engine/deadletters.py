"""Replies that nobody knows to have arrived (`unknown`) or that never will (`dead`): people see, retry or drop them.

Nothing here goes out twice by itself: whoever retries an unknown one has decided that twice is better than never.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.storage.port import Conflict, OutboxRow, Tx

SHOWN = ("unknown", "dead")


def stuck(tx: Tx, limit: int = 200) -> list[OutboxRow]:
    """What needs a person, oldest first."""
    rows = [row for status in SHOWN for row in tx.outbox(status=status, limit=limit)]
    return sorted(rows, key=lambda row: row.id)[:limit]


def retry(tx: Tx, outbox_id: str, actor: str, now: datetime) -> OutboxRow:
    """Send one again, as if it had never been tried.

    Raises:
        Conflict: it is not there, or no longer unknown or dead.
    """
    return _change(tx, outbox_id, actor, "retried", now, status="new", tries=0, next_at=now)


def drop(tx: Tx, outbox_id: str, actor: str, now: datetime) -> OutboxRow:
    """Give one up: it stays in the transcript and is shown no more.

    Raises:
        Conflict: it is not there, or no longer unknown or dead.
    """
    return _change(tx, outbox_id, actor, "dropped", now, status="dropped", next_at=None)


def _change(tx: Tx, outbox_id: str, actor: str, act: str, now: datetime, **changes: object) -> OutboxRow:
    row = tx.outbox_row(outbox_id)
    if row is None or row.status not in SHOWN:
        raise Conflict(f"Reply {outbox_id} is not waiting for a person.")
    after = replace(row, **changes)  # type: ignore[arg-type]
    tx.update_outbox(after)
    tx.note_audit(actor, f"outbox.{act}", row.id, {"thread": row.thread_id, "was": row.status}, now)
    tx.publish("desk", {"kind": "outbox", "thread": row.thread_id, "status": after.status})
    return after
