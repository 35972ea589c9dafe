"""Says something in a thread: one transcript line, an outbox row where the channel must be called, a live event."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.storage.port import MessageRow, OutboxRow, ThreadRow, Tx, new_id

READ_FROM_TRANSCRIPT = frozenset({"web", "console", "chat"})
"""Channels whose pages fetch new lines themselves; every other one is sent to through the outbox."""


ANSWERED_IN_PLACE = {"wechat": timedelta(seconds=6)}
"""Channels that take an answer in the response to the message itself, and how long the outbox leaves it to them:
longer than the 5 seconds the platform waits."""


def topic_of(thread_id: str) -> str:
    """The live topic of a thread."""
    return f"thread:{thread_id}"


def say(tx: Tx, thread: ThreadRow, row: MessageRow) -> MessageRow:
    """Append `row` to the transcript and see that it reaches the member (a `note` stays with the staff).

    Returns:
        The row with its `seq`.
    """
    said = tx.add_message(row)
    if said.who in {"bot", "agent", "system"} and thread.channel not in READ_FROM_TRANSCRIPT:
        tx.add_outbox(outgoing(thread, said))
    event = {"kind": "message", "thread": thread.id, "seq": said.seq, "who": said.who}
    if said.who != "note":
        tx.publish(topic_of(thread.id), event)
    tx.publish("desk", event)
    return said


def outgoing(thread: ThreadRow, said: MessageRow) -> OutboxRow:
    """What the channel is to be called with for a line."""
    body: dict[str, Any] = {"chat": thread.chat, "person": thread.person, "text": said.text, "choices": said.choices}
    if "picture" in said.meta:
        body["picture"] = said.meta["picture"]
    held = ANSWERED_IN_PLACE.get(thread.channel, timedelta(0)) if said.inbox_id else timedelta(0)
    next_at = said.at + held
    return OutboxRow(new_id(), thread.id, said.id, thread.channel, thread.account, body, next_at=next_at, seq=said.seq)
