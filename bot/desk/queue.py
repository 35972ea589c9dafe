"""The queue: how a conversation enters it, where it stands, how long that takes, and how the member leaves it."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from statistics import median

from bot.desk.quota import runs_out_before
from bot.desk.words import URGENT
from bot.engine.speech import topic_of
from bot.storage.port import CaseRow, ThreadRow, Tx, new_id
from handlers.ports import CaseRequest, Ticket
from knowledge.office import Office

HOUR = timedelta(hours=1)
LOOK_BACK = timedelta(hours=6)  # a case closed in the last hour was hardly opened before
SAME_AGENT = timedelta(days=7)


def open_case(tx: Tx, thread: ThreadRow, request: CaseRequest, now: datetime, office: Office) -> Ticket:
    """Put a thread that the bot owns into the queue; a thread that is there or with an agent keeps its place.

    A more urgent reason moves a waiting case forward. `thread` is brought up to date in place.

    Raises:
        Conflict: the owner changed between reading and writing.
    """
    if thread.owner == "bot":
        _enter(tx, thread, request, now, office)
        return _ticket(tx, thread, now, office, already=False)
    case = tx.case(thread.case_id) if thread.case_id else None
    if case and thread.owner == "queue" and request.reason in (*URGENT, "fraud") and case.reason not in URGENT:
        case.reason, case.group = request.reason, office.group_for(request.reason, request.group).id
        case.summary = {**case.summary, **request.summary}
        tx.update_case(case)
        tx.note_audit("member", "case.urgent", case.id, {"reason": request.reason}, now)
    return _ticket(tx, thread, now, office, already=True)


def _enter(tx: Tx, thread: ThreadRow, request: CaseRequest, now: datetime, office: Office) -> None:
    """The thread's new case, and the queue as its owner."""
    summary = {**request.summary, "channel": thread.channel}
    earlier = _earlier_agent(tx, thread, now)
    if earlier:
        summary["earlier_agent"] = earlier
    group = office.group_for(request.reason, request.group)
    case = CaseRow(new_id(), thread.id, request.reason, group.id, summary, now)
    tx.add_case(case)
    own(tx, thread, "queue", None, case.id)
    tx.note_audit("member", "case.open", case.id, {"reason": request.reason, "group": group.id}, now)


def own(tx: Tx, thread: ThreadRow, owner: str, agent_id: str | None, case_id: str | None) -> None:
    """Change the owner by compare-and-set against what was read, and the row in hand with it.

    Raises:
        Conflict: it moved on since.
    """
    assert owner in {"bot", "queue", "agent"}, owner
    version = tx.set_owner(thread.id, thread.owner_version, owner, agent_id=agent_id, case_id=case_id)  # type: ignore[arg-type]
    thread.owner, thread.owner_version = owner, version  # type: ignore[assignment]
    thread.agent_id, thread.case_id = agent_id, case_id
    tx.publish(topic_of(thread.id), {"kind": "owner"})
    tx.publish("desk", {"kind": "case", "thread": thread.id})


def _earlier_agent(tx: Tx, thread: ThreadRow, now: datetime) -> str | None:
    """Who served this thread in the last week, to be offered first."""
    cases = tx.cases(thread_id=thread.id, since=now - SAME_AGENT)
    return next((case.agent_id for case in reversed(cases) if case.agent_id), None)


def in_order(cases: list[CaseRow]) -> list[CaseRow]:
    """Waiting cases as they should be taken: urgent ones first, then by the time they were opened."""
    return sorted(cases, key=lambda case: (case.reason not in URGENT, case.opened_at, case.id))


def ticket(tx: Tx, thread: ThreadRow, now: datetime, office: Office) -> Ticket | None:
    """The thread's place; None when it is not waiting."""
    return _ticket(tx, thread, now, office, already=True) if thread.owner == "queue" else None


def _ticket(tx: Tx, thread: ThreadRow, now: datetime, office: Office, *, already: bool) -> Ticket:
    """Place, wait and opening hours; place 0 when an agent already holds the thread."""
    open_now = office.open_at(now)
    opens_at = None if open_now else office.opens_next(now)
    case = tx.case(thread.case_id) if thread.case_id else None
    if case is None or thread.owner != "queue":
        return Ticket(0, 0, open_now, opens_at, already)
    earlier = tx.staff(staff_id=case.summary.get("earlier_agent") or "")
    agent = earlier.name if earlier and not earlier.disabled else ""
    late = not open_now and "callback" not in case.summary and runs_out_before(thread.channel, now, opens_at)
    waiting = in_order(tx.cases(waiting_only=True, groups=[case.group]))
    position = next((place for place, other in enumerate(waiting, 1) if other.id == case.id), len(waiting))
    minutes = wait_minutes(tx, case.group, position, now) if open_now else None
    return Ticket(position, minutes, open_now, opens_at, already, agent, late)


def call_back(tx: Tx, thread: ThreadRow, token: str, now: datetime) -> bool:
    """Keep the number a member left for a call: still locked, with the case, until it is closed.

    Args:
        tx: the transaction.
        thread: a thread in the queue.
        token: what stands for the number in the message.
        now: the time now, in UTC.

    Returns:
        False when the thread is not waiting or the number is gone.
    """
    case = tx.case(thread.case_id) if thread.case_id else None
    cipher = tx.secret(thread.id, token)
    if case is None or thread.owner != "queue" or cipher is None:
        return False
    kept = {"token": token, "cipher": base64.b64encode(cipher).decode(), "at": now.isoformat()}
    case.summary = {**case.summary, "callback": kept}
    tx.update_case(case)
    tx.publish("desk", {"kind": "case", "thread": thread.id})
    tx.note_audit("member", "case.callback", case.id, {}, now)
    return True


def wait_minutes(tx: Tx, group: str, position: int, now: datetime) -> int | None:
    """Minutes until somebody at `position` is served, from the group's last hour; None where the hour tells nothing.

    The usual time a closed case took, shared by the agents who were at work, times the cases up to this place.
    """
    recent = tx.cases(groups=[group], since=now - LOOK_BACK, limit=5000)
    done = [case for case in recent if case.closed_at and case.claimed_at and case.closed_at > now - HOUR]
    agents = {case.agent_id for case in recent if case.agent_id and _active(case, now)}
    if not done or not agents:
        return None
    each = median(
        (case.closed_at - case.claimed_at).total_seconds() for case in done if case.closed_at and case.claimed_at
    )
    return max(1, -int(-each * position // (60 * len(agents))))


def _active(case: CaseRow, now: datetime) -> bool:
    """Whether somebody worked on a case within the last hour."""
    return case.closed_at is None or case.closed_at > now - HOUR


def leave(tx: Tx, thread: ThreadRow, now: datetime) -> bool:
    """The member leaves the queue; False when the thread was not waiting."""
    if thread.owner != "queue":
        return False
    _end(tx, thread, "left", now)
    return True


def erase(tx: Tx, thread: ThreadRow, now: datetime) -> None:
    """退出并清除: an open case ends, the thread goes back to the bot, its words and secrets are gone."""
    if thread.owner != "bot":
        _end(tx, thread, "erased", now)
    tx.note_audit("member", "thread.erase", thread.id, {}, now)
    tx.erase_thread(thread.id)
    tx.publish(topic_of(thread.id), {"kind": "erased"})


def _end(tx: Tx, thread: ThreadRow, how: str, now: datetime) -> None:
    """Close the open case on the member's wish."""
    case = tx.case(thread.case_id) if thread.case_id else None
    if case:
        case.closed_at, case.resolution, case.lease_until = now, how, None
        case.summary = {name: value for name, value in case.summary.items() if name != "callback"}
        tx.update_case(case)
        tx.note_audit("member", f"case.{how}", case.id, {}, now)
    own(tx, thread, "bot", None, None)


def rate(tx: Tx, thread: ThreadRow, score: int, words: str, now: datetime) -> bool:
    """Rate the last case a person closed, 1 to 5; the words may follow later. False when there is none.

    A rating without words keeps the words given before.
    """
    closed = [case for case in tx.cases(thread_id=thread.id) if case.closed_at and case.agent_id]
    if not closed or not 1 <= score <= 5:  # noqa: PLR2004 - the scale of one tap
        return False
    case = closed[-1]
    case.rating, case.rating_words = score, words.strip()[:500] or case.rating_words
    tx.update_case(case)
    tx.note_audit("member", "case.rate", case.id, {"score": score}, now)
    return True
