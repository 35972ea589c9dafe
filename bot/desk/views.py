"""What the console shows: which cases a person may see, the four lists, one case on one line."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from bot.desk.lines import shown
from bot.desk.queue import in_order
from bot.desk.sight import Sight, visible_groups
from bot.desk.words import CHANNELS, COVERED, ENDINGS, REASONS, REPORTER, UNSEEN, WAITING_FOR
from bot.storage.port import CaseRow, MessageRow, StaffRow, Tx
from knowledge.office import Office

View = Literal["queue", "mine", "all", "closed"]
VIEWS: tuple[View, ...] = ("queue", "mine", "all", "closed")
SHOWN = 300  # cases of one list
LOOKED_AT = 20_000  # open cases that are counted, closed ones looked through
CLOSED_SINCE = timedelta(days=30)


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


def unanswered(tx: Tx, staff: StaffRow, now: datetime) -> int:
    """How many of one's own conversations want something: the member has the last word, or a day has come."""
    mine = tx.cases(open_only=True, agent_id=staff.id, limit=SHOWN)
    due = {case.id for case in mine if case.due_at and case.due_at <= now}
    everything = Sight([])
    return sum(case.id in due or last_words(tx, case.thread_id, everything)[0] == "member" for case in mine)


def names(tx: Tx) -> dict[str, str]:
    """Names by staff id."""
    return {person.id: person.name for person in tx.all_staff()}


def card(case: CaseRow, names_by_id: dict[str, str], office: Office) -> dict[str, Any]:
    """One case as the console's JSON; times are ISO in UTC."""
    return {
        "id": case.id,
        "who": REPORTER if office.group(case.group).closed else visitor(case.thread_id),
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
        "earlier_agent_id": case.summary.get("earlier_agent"),
        "callback": "callback" in case.summary,
        "tags": list(case.summary.get("tags") or []),
        "rating_words": case.rating_words,
    }


def visitor(thread_id: str) -> str:
    """What an unnamed member is called in the console: short, the same every time, telling nothing."""
    return f"访客 {thread_id[-4:].upper()}"


def last_words(tx: Tx, thread_id: str, sight: Sight) -> tuple[str, str]:
    """(who, the first 60 characters) of the newest line of a conversation that is not a note or a system line."""
    for row in reversed(tx.messages(thread_id, limit=6, newest=True)):
        if row.who in {"member", "bot", "agent"}:
            return row.who, words_shown(row, sight)[:60]
    return "", ""


def words_shown(row: MessageRow, sight: Sight) -> str:
    """A line's words for the staff: not what only the bound member may read, not what was reported."""
    if sight.hides(row):
        return COVERED
    return UNSEEN if row.personal else shown(row.text)


def has_words(tx: Tx, case: CaseRow, sought: str, sight: Sight) -> bool:
    """Whether a conversation's transcript holds some words; personal lines and reports are not searched."""
    rows = tx.messages(case.thread_id, limit=500, newest=True)
    return any(sought in row.text.casefold() for row in rows if not row.personal and not sight.hides(row))


def fits(case: CaseRow, wanted: str) -> bool:
    """Whether a case passes a filter such as `reason:asked`, `group:general`, `tag:起付线`, `channel:wechat`."""
    kind, _, value = wanted.partition(":")
    if kind == "tag":
        return value in (case.summary.get("tags") or [])
    if kind == "channel":
        return bool(case.summary.get("channel") == value)
    return {"reason": case.reason, "group": case.group}.get(kind, value) == value


def staff_line(row: MessageRow, sight: Sight) -> dict[str, Any]:
    """A transcript line for the console: with its citations, without what the reader may not read."""
    meta, hidden = row.meta, row.personal or sight.hides(row)
    return {
        "id": row.id,
        "seq": row.seq,
        "who": row.who,
        "text": words_shown(row, sight),
        "at": row.at.isoformat(),
        "name": meta.get("name", ""),
        "choices": [] if hidden else [choice.get("label", "") for choice in row.choices],
        "citations": [] if hidden else meta.get("citations") or [],
        "entries": meta.get("entries") or [],
        "intent": meta.get("intent", ""),
        "thumb": meta.get("thumb", ""),
        "personal": hidden,
    }
