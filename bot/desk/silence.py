"""Brings a conversation back to the queue when its agent is silent while the member waits, and tells the leaders."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.desk.hold import requeue
from bot.desk.lines import waiting_since
from bot.storage.port import CaseRow, Tx

MANY = 20_000  # open cases
TOLD_FOR = timedelta(hours=8)


def sweep(tx: Tx, now: datetime, patience: timedelta) -> list[CaseRow]:
    """Return every held case whose member has waited longer than `patience`; run every few seconds.

    The lease runs only while the member waits, and not while a case is paused (waiting for the hospital …). A pause
    whose day is over brings the case back too, when its agent does nothing for `patience` after it.
    """
    held = [case for case in tx.cases(open_only=True, limit=MANY) if case.agent_id]
    due = [case for case in held if case.waiting_for and case.due_at and now >= case.due_at + patience]
    silent = [case for case in held if not case.waiting_for and _run_out(tx, case, now, patience)]
    back = [requeue(tx, case.id, now, actor="desk", why="due") for case in due]
    return back + [requeue(tx, case.id, now, actor="desk", why="silent") for case in silent]


def alerts(cases: list[CaseRow], names: dict[str, str], now: datetime) -> list[dict[str, str]]:
    """What leaders are told: whose conversations came back for silence or a missed day, newest first."""
    found = [
        {"case": case.id, "at": one["at"], "why": one["why"], "agent": names.get(one["agent"], "")}
        for case in cases
        for one in case.summary.get("returned", [])
        if one["why"] in {"silent", "due"} and now - datetime.fromisoformat(one["at"]) < TOLD_FOR
    ]
    return sorted(found, key=lambda one: one["at"], reverse=True)


def _run_out(tx: Tx, case: CaseRow, now: datetime, patience: timedelta) -> bool:
    """Whether the lease of a held case is over; writes the lease where it changed, for the console to show."""
    since = waiting_since(tx, case)
    until = since + patience if since else None
    if until != case.lease_until:
        case.lease_until = until
        tx.update_case(case)
    return until is not None and now >= until
