"""Writes the desk's lines into a transcript, and reads from it how long a member has been waiting for a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from bot.desk.quota import GATHER, QUOTAS, allowance
from bot.engine.speech import outgoing, say, topic_of
from bot.privacy.tokens import TOKEN
from bot.storage.port import CaseRow, MessageRow, StaffRow, ThreadRow, Tx, new_id

UNSENT = {"sent": False}


def tell(
    tx: Tx,
    thread: ThreadRow,
    who: Literal["agent", "system"],
    text: str,
    at: datetime,
    *,
    staff: StaffRow | None = None,
    choices: list[dict[str, str]] | None = None,
    meta: dict[str, Any] | None = None,
) -> MessageRow:
    """A line the member reads, by an agent or by the desk itself.

    Where the platform counts messages, an agent's lines within a few seconds go out as one, and of the desk's own
    lines only the one that asks for a rating does.
    """
    named = {"name": staff.name} if staff else {}
    row = MessageRow(
        id=new_id(),
        thread_id=thread.id,
        seq=0,
        who=who,
        text=text,
        at=at,
        choices=choices or [],
        meta={**named, **(meta or {})},
        agent_id=staff.id if staff else None,
    )
    if thread.channel not in QUOTAS:
        return say(tx, thread, row)
    if who == "agent":
        return _gathered(tx, thread, row)
    left = allowance(thread.channel, tx.messages(thread.id, limit=20, newest=True))
    if choices and left and left.left > 1:
        return say(tx, thread, row)
    row.meta = {**row.meta, **UNSENT}
    return _recorded(tx, thread, row)


def _gathered(tx: Tx, thread: ThreadRow, row: MessageRow) -> MessageRow:
    """Send a little later, together with what the agent wrote just before and has not gone out yet."""
    new = tx.outbox(status="new", thread_id=thread.id)
    waiting = next((one for one in reversed(new) if one.body.get("gather") and one.tries == 0), None)
    text = row.text
    if waiting:
        text = f"{waiting.body['text']}\n{row.text}"
        waiting.status, waiting.error = "sent", "merged"
        tx.update_outbox(waiting)
        row.meta = {**row.meta, **UNSENT}
    said = _recorded(tx, thread, row)
    out = outgoing(thread, said)
    out.body = {**out.body, "text": text, "gather": True}
    out.next_at = waiting.next_at if waiting else said.at + GATHER
    tx.add_outbox(out)
    return said


def _recorded(tx: Tx, thread: ThreadRow, row: MessageRow) -> MessageRow:
    """A line of the transcript that is not sent from here."""
    said = tx.add_message(row)
    event = {"kind": "message", "thread": thread.id, "seq": said.seq, "who": said.who}
    tx.publish(topic_of(thread.id), event)
    tx.publish("desk", event)
    return said


def shown(text: str) -> str:
    """A stored text as people read it: a personal number that was taken out is named, not shown as a token."""
    return TOKEN.sub(lambda found: f"（{found[1]}已隐藏）", text)


def jot(tx: Tx, thread: ThreadRow, staff: StaffRow, text: str, at: datetime) -> MessageRow:
    """A note between the lines that members never see."""
    meta = {"name": staff.name}
    row = MessageRow(new_id(), thread.id, 0, "note", text, at, meta=meta, agent_id=staff.id)
    return say(tx, thread, row)


def already_said(tx: Tx, thread: ThreadRow, client_id: str) -> MessageRow | None:
    """The line a console sent under this id before (a double click, a retry after a lost answer)."""
    recent = tx.messages(thread.id, limit=50, newest=True)
    return next((row for row in recent if client_id and row.meta.get("client_id") == client_id), None)


def waiting_since(tx: Tx, case: CaseRow) -> datetime | None:
    """Since when the member waits for the agent who holds the case; None when the agent had the last word.

    An agent who claimed and has said nothing keeps the member waiting since the claim.
    """
    if case.claimed_at is None:
        return None
    spoken = [row for row in tx.messages(case.thread_id, limit=100, newest=True) if row.at >= case.claimed_at]
    since: datetime | None = case.claimed_at
    for row in spoken:
        if row.who == "agent" and row.agent_id == case.agent_id:
            since = None
        elif row.who == "member" and since is None:
            since = row.at
    return since
