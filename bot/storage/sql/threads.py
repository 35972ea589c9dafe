"""Threads in SQL: found by address, locked, written once at the end of the transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, exists, select, update

from bot.clock import utc_now
from bot.storage import tables
from bot.storage.port import Conflict, Owner, ThreadRow, new_id
from bot.storage.sql.base import SqlBase, Upsert, columns, values

_T = tables.threads
_WAITING = exists().where(tables.inbox.c.thread_id == _T.c.id, tables.inbox.c.done_at.is_(None))
_ALL: Select[Any] = select(*columns(_T, ThreadRow, without=("waiting",)), _WAITING.label("waiting"))
_BY_ADDRESS = _ALL.where(
    _T.c.channel == bindparam("channel"),
    _T.c.account == bindparam("account"),
    _T.c.chat == bindparam("chat"),
    _T.c.person == bindparam("person"),
).with_for_update(of=_T)
_BY_ID = _ALL.where(_T.c.id == bindparam("thread_id")).with_for_update(of=_T)
_NEW = Upsert(_T, ("channel", "account", "chat", "person"))
_OWN = update(_T).where(_T.c.id == bindparam("thread_id"), _T.c.owner_version == bindparam("expected"))
_SEQ = update(_T).where(_T.c.id == bindparam("thread_id")).values(last_seq=bindparam("seq"))
_SAVE = _SEQ.values(state=bindparam("new_state"), active_at=bindparam("at"))
_PENDING = (
    select(_T.c.id)
    .select_from(tables.inbox.join(_T, _T.c.id == tables.inbox.c.thread_id))
    .where(tables.inbox.c.done_at.is_(None))
    .order_by(tables.inbox.c.id)
    .limit(bindparam("limit"))
    .with_for_update(of=_T, skip_locked=True)
)


class Threads(SqlBase):
    """Threads. What a turn changes is kept and written in one statement by `flush`."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self._saved: set[str] = set()
        self._counted: set[str] = set()

    def thread_for(self, channel: str, account: str, chat: str, person: str) -> ThreadRow:
        """The thread of this address, made when it is new, locked until the end of the transaction."""
        self.flush()
        address = {"channel": channel, "account": account, "chat": chat, "person": person}
        row = self._one(ThreadRow, _BY_ADDRESS, address)
        if row is None:
            now = utc_now()
            new = values(ThreadRow(new_id(), channel, account, chat, person, created_at=now, active_at=now))
            del new["waiting"]
            self._run(_NEW.on(self._connection), new)
            row = self._one(ThreadRow, _BY_ADDRESS, address)
            assert row is not None
        self._held[row.id] = row
        return replace(row)

    def thread(self, thread_id: str) -> ThreadRow | None:
        """One thread, locked until the end of the transaction; None when there is none."""
        held = self._hold(thread_id)
        return None if held is None else replace(held)

    def _hold(self, thread_id: str) -> ThreadRow | None:
        if thread_id not in self._held:
            row = self._one(ThreadRow, _BY_ID, {"thread_id": thread_id})
            if row is None:
                return None
            self._held[thread_id] = row
        return self._held[thread_id]

    def _next_seq(self, thread_id: str) -> int:
        held = self._hold(thread_id)
        if held is None:
            raise KeyError(thread_id)
        held.last_seq += 1
        self._counted.add(thread_id)
        return held.last_seq

    def save_state(self, thread_id: str, state: dict[str, Any], at: datetime) -> None:
        """Write the dialogue state and the time of the last activity."""
        held = self._hold(thread_id)
        if held is not None:
            held.state, held.active_at = state, at
            self._saved.add(thread_id)

    def set_owner(
        self, thread_id: str, expect_version: int, owner: Owner, *, agent_id: str | None, case_id: str | None
    ) -> int:
        """Change the owner by compare-and-set; returns the new version, raises `Conflict` when it moved on."""
        version = expect_version + 1
        changed = {"owner": owner, "owner_version": version, "agent_id": agent_id, "case_id": case_id}
        if not self._run(_OWN.values(changed), {"thread_id": thread_id, "expected": expect_version}):
            raise Conflict(f"The owner of thread {thread_id} changed meanwhile.")
        held = self._held.get(thread_id)
        if held is not None:
            held.owner, held.owner_version, held.agent_id, held.case_id = owner, version, agent_id, case_id
        return version

    def set_blocked(self, thread_id: str, *, blocked: bool) -> None:
        """Mark a member who blocked the bot."""
        self._run(update(_T).where(_T.c.id == thread_id).values(blocked=blocked))
        held = self._held.get(thread_id)
        if held is not None:
            held.blocked = blocked

    def threads_pending(self, limit: int) -> list[str]:
        """Threads with rows whose turn has not happened, oldest first; those locked elsewhere are skipped."""
        return list(dict.fromkeys(self._connection.scalars(_PENDING, {"limit": limit})))

    def flush(self, *, counts: bool = True) -> None:
        """Write what was kept: called before the end of the transaction, and before foreign statements.

        Those read states but no counts, so that a turn can write its count once, with its state.
        """
        for thread_id in self._saved:
            held = self._held[thread_id]
            kept = {"seq": held.last_seq, "new_state": held.state, "at": held.active_at}
            self._run(_SAVE, {"thread_id": thread_id, **kept})
        self._counted -= self._saved
        self._saved.clear()
        if counts:
            for thread_id in self._counted:
                self._run(_SEQ, {"thread_id": thread_id, "seq": self._held[thread_id].last_seq})
            self._counted.clear()
