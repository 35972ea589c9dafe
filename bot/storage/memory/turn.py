"""Threads, inbox and transcript in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.clock import utc_now
from bot.storage.memory.shelf import Shelf, Undo
from bot.storage.port import (
    ApiKeyRow,
    CaseRow,
    Conflict,
    EffectRow,
    InboxRow,
    MessageRow,
    OutboxRow,
    Owner,
    ParameterRow,
    StaffRow,
    ThreadRow,
    WorkItemRow,
    new_id,
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A value without a row of its own in the port: a secret, a session, a fact, an audit entry."""

    value: Any


@dataclass(slots=True)
class Shelves:
    """Everything the twin holds."""

    threads: Shelf[ThreadRow] = field(default_factory=Shelf)
    inbox: Shelf[InboxRow] = field(default_factory=Shelf)
    messages: Shelf[MessageRow] = field(default_factory=Shelf)
    outbox: Shelf[OutboxRow] = field(default_factory=Shelf)
    effects: Shelf[EffectRow] = field(default_factory=Shelf)
    cases: Shelf[CaseRow] = field(default_factory=Shelf)
    staff: Shelf[StaffRow] = field(default_factory=Shelf)
    parameters: Shelf[ParameterRow] = field(default_factory=Shelf)
    secrets: Shelf[Kept] = field(default_factory=Shelf)
    sessions: Shelf[Kept] = field(default_factory=Shelf)
    meta: Shelf[Kept] = field(default_factory=Shelf)
    leases: Shelf[Kept] = field(default_factory=Shelf)
    audit: Shelf[Kept] = field(default_factory=Shelf)
    work_items: Shelf[WorkItemRow] = field(default_factory=Shelf)
    api_keys: Shelf[ApiKeyRow] = field(default_factory=Shelf)
    addresses: dict[tuple[str, str, str, str], str] = field(default_factory=dict)

    def all(self) -> list[Shelf[Any]]:
        """Every shelf."""
        return [shelf for name in Shelves.__slots__ if isinstance(shelf := getattr(self, name), Shelf)]


class TurnRows:
    """What a turn reads and writes."""

    def __init__(self, shelves: Shelves) -> None:
        self._has = shelves
        self.events: list[tuple[str, dict[str, Any]]] = []

    @property
    def undo(self) -> Undo:
        """The way back of every change of this transaction, for rows that others keep in memory."""
        return self._has.threads.undo

    def publish(self, topic: str, event: dict[str, Any]) -> None:
        """Tell listeners of an event once this transaction is committed."""
        self.events.append((topic, event))

    def thread_for(self, channel: str, account: str, chat: str, person: str) -> ThreadRow:
        """The thread of this address, made when it is new."""
        address = (channel, account, chat, person)
        found = self._has.threads.get(self._has.addresses.get(address))
        if found is None:
            now = utc_now()
            found = ThreadRow(new_id(), *address, created_at=now, active_at=now)
            self._has.threads.put(found.id, found)
            self._has.addresses[address] = found.id
        return replace(found, waiting=bool(self.pending(found.id)))

    def thread(self, thread_id: str) -> ThreadRow | None:
        """One thread; None when there is none."""
        found = self._has.threads.get(thread_id)
        return None if found is None else replace(found, waiting=bool(self.pending(thread_id)))

    def _change(self, thread_id: str, **changes: Any) -> None:
        found = self._has.threads.get(thread_id)
        if found is not None:
            self._has.threads.put(thread_id, replace(found, **changes))

    def save_state(self, thread_id: str, state: dict[str, Any], at: datetime) -> None:
        """Write the dialogue state and the time of the last activity."""
        self._change(thread_id, state=state, active_at=at)

    def set_owner(
        self, thread_id: str, expect_version: int, owner: Owner, *, agent_id: str | None, case_id: str | None
    ) -> int:
        """Change the owner by compare-and-set; returns the new version, raises `Conflict` when it moved on."""
        found = self._has.threads.get(thread_id)
        if found is None or found.owner_version != expect_version:
            raise Conflict(f"The owner of thread {thread_id} changed meanwhile.")
        version = expect_version + 1
        self._change(thread_id, owner=owner, owner_version=version, agent_id=agent_id, case_id=case_id)
        return version

    def set_blocked(self, thread_id: str, *, blocked: bool) -> None:
        """Mark a member who blocked the bot."""
        self._change(thread_id, blocked=blocked)

    def add_inbox(self, row: InboxRow) -> bool:
        """Insert; False when this platform id is already there (a redelivery)."""
        if self.inbox(row.channel, row.account, row.platform_id) is not None:
            return False
        self._has.inbox.put((row.channel, row.account, row.platform_id), row)
        return True

    def take_in(self, row: InboxRow) -> tuple[bool, bool]:
        """Insert: whether the row is new, and whether earlier rows of its thread still wait."""
        waiting = bool(self.pending(row.thread_id))
        return self.add_inbox(row), waiting

    def inbox(self, channel: str, account: str, platform_id: str) -> InboxRow | None:
        """The row of a platform id."""
        return self._has.inbox.get((channel, account, platform_id))

    def pending(self, thread_id: str) -> list[InboxRow]:
        """Rows of a thread whose turn has not happened, in order."""
        rows = self._has.inbox.where(lambda row: row.thread_id == thread_id and row.done_at is None)
        return sorted(rows, key=lambda row: row.id)

    def threads_pending(self, limit: int) -> list[str]:
        """Threads with rows whose turn has not happened, oldest first."""
        rows = sorted(self._has.inbox.where(lambda row: row.done_at is None), key=lambda row: row.id)
        return list(dict.fromkeys(row.thread_id for row in rows))[:limit]

    def finish_inbox(self, inbox_id: str, at: datetime, error: str = "") -> None:
        """Mark a row's turn as done, or as failed with the kind of fault."""
        for row in self._has.inbox.where(lambda row: row.id == inbox_id):
            self._has.inbox.put(
                (row.channel, row.account, row.platform_id), replace(row, done_at=at, error=error, body={})
            )

    def add_message(self, row: MessageRow) -> MessageRow:
        """Append to the transcript; `seq` is given here."""
        thread = self._has.threads.get(row.thread_id)
        if thread is None:
            raise KeyError(row.thread_id)
        said = replace(row, seq=thread.last_seq + 1)
        self._change(row.thread_id, last_seq=said.seq)
        self._has.messages.put(said.id, said)
        return said

    def messages(self, thread_id: str, *, after: int = 0, limit: int = 200, newest: bool = False) -> list[MessageRow]:
        """Transcript lines with seq greater than `after`, in order; `newest`: the last `limit` of them."""
        rows = self._has.messages.where(lambda row: row.thread_id == thread_id and row.seq > after)
        said = sorted(rows, key=lambda row: row.seq)
        return said[-limit:] if newest else said[:limit]

    def mark_message(self, message_id: str, name: str, value: Any) -> None:
        """Put one name into the `meta` of a transcript line."""
        found = self._has.messages.get(message_id)
        if found is not None:
            self._has.messages.put(message_id, replace(found, meta={**found.meta, name: value}))

    def replies_to(self, inbox_id: str) -> list[MessageRow]:
        """What was answered to one inbox row, for a platform that asks again."""
        rows = self._has.messages.where(lambda row: row.inbox_id == inbox_id and row.who in {"bot", "system"})
        return sorted(rows, key=lambda row: row.seq)
