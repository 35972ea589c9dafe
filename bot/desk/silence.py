"""Brings a conversation back to the queue when its agent is silent while the member waits."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.desk.hold import requeue
from bot.desk.lines import waiting_since
from bot.storage.port import CaseRow, Tx


def sweep(tx: Tx, now: datetime, patience: timedelta) -> list[CaseRow]:
    """Return every held case whose member has waited longer than `patience`; run every few seconds.

    The lease runs only while the member waits, and not while a case is paused (waiting for the hospital …).
    """
    held = [case for case in tx.cases(open_only=True) if case.agent_id and not case.waiting_for]
    silent = [case for case in held if _run_out(tx, case, now, patience)]
    return [requeue(tx, case.id, now, actor="desk", why="silent") for case in silent]


def _run_out(tx: Tx, case: CaseRow, now: datetime, patience: timedelta) -> bool:
    """Whether the lease of a held case is over; writes the lease where it changed, for the console to show."""
    since = waiting_since(tx, case)
    until = since + patience if since else None
    if until != case.lease_until:
        case.lease_until = until
        tx.update_case(case)
    return until is not None and now >= until
