"""What the console shows: which cases a person may see, the four lists, one case on one line."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from bot.desk.lines import shown
from bot.desk.queue import in_order
from bot.desk.words import CHANNELS, ENDINGS, REASONS, UNSEEN, WAITING_FOR
from bot.storage.port import CaseRow, MessageRow, StaffRow, Tx
from knowledge.office import Office

View = Literal["queue", "mine", "all", "closed"]
VIEWS: tuple[View, ...] = ("queue", "mine", "all", "closed")
LEADERS = ("supervisor", "administrator")
SHOWN = 300  # cases of one list
LOOKED_AT = 20_000  # open cases that are counted, closed ones looked through
CLOSED_SINCE = timedelta(days=30)


def visible_groups(staff: StaffRow, office: Office) -> list[str]:
    """The groups whose cases a person sees: their own; leaders and people without a group all but the closed ones.

    A closed group (reports of fraud) is seen by its own people and by those whose role is `oversight`.
    """
    return [
        group.id
        for group in office.groups
        if group.id in staff.groups
        or (group.closed and staff.role == "oversight")
        or (not group.closed and (staff.role in LEADERS or (not staff.groups and staff.role != "oversight")))
    ]


def may_see(case: CaseRow, staff: StaffRow, office: Office) -> bool:
    """Whether a case is in one of the person's groups, or was handed to them personally."""
    return case.group in visible_groups(staff, office) or case.agent_id == staff.id


def listed(tx: Tx, view: View, staff: StaffRow, office: Office, now: datetime) -> list[CaseRow]:
    """The cases of a list: the queue as it should be taken, one's own by age, all open ones, a month's closed ones."""
    groups = visible_groups(staff, office)
    if view == "mine":
        return tx.cases(open_only=True, agent_id=staff.id, limit=SHOWN)
    if view == "queue":
        return in_order(tx.cases(waiting_only=True, groups=groups, limit=SHOWN))
    if view == "all":
        return tx.cases(open_only=True, groups=groups, limit=SHOWN)
    recent = tx.cases(groups=groups, since=now - CLOSED_SINCE, limit=LOOKED_AT)
    closed = [case for case in recent if case.closed_at]
    return sorted(closed, key=lambda case: str(case.closed_at), reverse=True)[:SHOWN]


def counts(tx: Tx, staff: StaffRow, office: Office) -> dict[str, int]:
    """How many stand in each of the open lists."""
    groups = visible_groups(staff, office)
    opened = tx.cases(open_only=True, groups=groups, limit=LOOKED_AT)
    mine = tx.cases(open_only=True, agent_id=staff.id, limit=LOOKED_AT)
    waiting = sum(case.agent_id is None for case in opened)
    return {"queue": waiting, "mine": len(mine), "all": len(opened)}


def unanswered(tx: Tx, staff: StaffRow) -> int:
    """How many of one's own conversations end with the member's words."""
    mine = tx.cases(open_only=True, agent_id=staff.id, limit=SHOWN)
    return sum(last_words(tx, case.thread_id)[0] == "member" for case in mine)


def names(tx: Tx) -> dict[str, str]:
    """Names by staff id."""
    return {person.id: person.name for person in tx.all_staff()}


def card(case: CaseRow, names_by_id: dict[str, str], office: Office) -> dict[str, Any]:
    """One case as the console's JSON; times are ISO in UTC."""
    return {
        "id": case.id,
        "who": visitor(case.thread_id),
        "channel": CHANNELS.get(case.summary.get("channel", ""), case.summary.get("channel", "")),
        "reason": case.reason,
        "reason_label": REASONS.get(case.reason, case.reason),
        "group": office.group(case.group).name,
        "opened_at": case.opened_at.isoformat(),
        "claimed_at": case.claimed_at.isoformat() if case.claimed_at else None,
        "lease_until": case.lease_until.isoformat() if case.lease_until else None,
        "due_at": case.due_at.isoformat() if case.due_at else None,
        "waiting_for": WAITING_FOR.get(case.waiting_for, ""),
        "agent_id": case.agent_id,
        "agent": names_by_id.get(case.agent_id or "", ""),
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
        "resolution": ENDINGS.get(case.resolution, case.resolution),
        "rating": case.rating,
        "returned": len(case.summary.get("returned", [])),
        "earlier_agent": names_by_id.get(str(case.summary.get("earlier_agent") or ""), ""),
    }


def visitor(thread_id: str) -> str:
    """What an unnamed member is called in the console: short, the same every time, telling nothing."""
    return f"访客 {thread_id[-4:].upper()}"


def last_words(tx: Tx, thread_id: str) -> tuple[str, str]:
    """(who, the first 60 characters) of the newest line of a conversation that is not a note or a system line."""
    for row in reversed(tx.messages(thread_id, limit=6, newest=True)):
        if row.who in {"member", "bot", "agent"}:
            return row.who, UNSEEN if row.personal else shown(row.text)[:60]
    return "", ""


def has_words(tx: Tx, case: CaseRow, sought: str) -> bool:
    """Whether a conversation's transcript holds some words; personal lines are not searched."""
    rows = tx.messages(case.thread_id, limit=500, newest=True)
    return any(sought in row.text.casefold() for row in rows if not row.personal)


def staff_line(row: MessageRow) -> dict[str, Any]:
    """A transcript line for the console: with its citations, without what only the bound member may read."""
    meta = row.meta
    return {
        "id": row.id,
        "seq": row.seq,
        "who": row.who,
        "text": UNSEEN if row.personal else shown(row.text),
        "at": row.at.isoformat(),
        "name": meta.get("name", ""),
        "choices": [choice.get("label", "") for choice in row.choices],
        "citations": [] if row.personal else meta.get("citations") or [],
        "entries": meta.get("entries") or [],
        "intent": meta.get("intent", ""),
    }
