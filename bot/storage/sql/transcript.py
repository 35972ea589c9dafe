"""Inbox and transcript in SQL: what came in, what was said."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from bot.storage import tables
from bot.storage.port import InboxRow, MessageRow
from bot.storage.sql.base import Upsert, columns, values
from bot.storage.sql.threads import Threads

_I = tables.inbox
_M = tables.messages
_ADD_INBOX = Upsert(_I, ("channel", "account", "platform_id"))
_GIVEN = {column.name: bindparam(f"in_{column.name}", type_=column.type) for column in _I.columns}
_KEY = ("channel", "account", "platform_id")
_NEW = pg_insert(_I).values(_GIVEN).on_conflict_do_nothing(index_elements=_KEY).returning(_I.c.id).cte()
_EARLIER = exists().where(_I.c.thread_id == _GIVEN["thread_id"], _I.c.done_at.is_(None))
_TAKE_IN = select(exists().select_from(_NEW), _EARLIER)
_INBOX = select(*columns(_I, InboxRow))
_INBOX_OF = _INBOX.where(
    _I.c.channel == bindparam("channel"),
    _I.c.account == bindparam("account"),
    _I.c.platform_id == bindparam("platform_id"),
)
_WAITING = _INBOX.where(_I.c.thread_id == bindparam("thread_id"), _I.c.done_at.is_(None)).order_by(_I.c.id)
_DONE = update(_I).where(_I.c.id == bindparam("inbox_id"))
_ADD = insert(_M)
_SAID: Any = select(*columns(_M, MessageRow))
_AFTER = _SAID.where(_M.c.thread_id == bindparam("thread_id"), _M.c.seq > bindparam("after")).limit(bindparam("limit"))
_OLDEST = _AFTER.order_by(_M.c.seq)
_NEWEST = _AFTER.order_by(_M.c.seq.desc())
_REPLIES = _SAID.where(_M.c.inbox_id == bindparam("inbox_id"), _M.c.who.in_(("bot", "system"))).order_by(_M.c.seq)


class Transcript(Threads):
    """Inbox rows and messages."""

    def add_inbox(self, row: InboxRow) -> bool:
        """Insert; False when this platform id is already there (a redelivery)."""
        insert_row = _ADD_INBOX.on(self._connection).execution_options(preserve_rowcount=True)
        return self._run(insert_row, values(row)) == 1

    def take_in(self, row: InboxRow) -> tuple[bool, bool]:
        """Insert into the thread held: whether the row is new, and whether earlier rows of its thread still wait.

        On PostgreSQL the thread's own `waiting` may be as old as the wait for its lock, so it is looked at again.
        """
        if self._connection.dialect.name != "postgresql":
            held = self._held[row.thread_id]
            return self.add_inbox(row), held.waiting
        given = {f"in_{name}": value for name, value in values(row).items()}
        new, waiting = self._connection.execute(_TAKE_IN, given).one()
        return bool(new), bool(waiting)

    def inbox(self, channel: str, account: str, platform_id: str) -> InboxRow | None:
        """The row of a platform id."""
        key = {"channel": channel, "account": account, "platform_id": platform_id}
        return self._one(InboxRow, _INBOX_OF, key)

    def pending(self, thread_id: str) -> list[InboxRow]:
        """Rows of a thread whose turn has not happened, in order."""
        return self._all(InboxRow, _WAITING, {"thread_id": thread_id})

    def finish_inbox(self, inbox_id: str, at: datetime, error: str = "") -> None:
        """Mark a row's turn as done, or as failed with the kind of fault."""
        self._run(_DONE.values(done_at=at, error=error, body={}), {"inbox_id": inbox_id})

    def add_message(self, row: MessageRow) -> MessageRow:
        """Append to the transcript; `seq` is given here."""
        said = replace(row, seq=self._next_seq(row.thread_id))
        self._run(_ADD, values(said))
        return said

    def messages(self, thread_id: str, *, after: int = 0, limit: int = 200, newest: bool = False) -> list[MessageRow]:
        """Transcript lines with seq greater than `after`, in order; `newest`: the last `limit` of them."""
        params = {"thread_id": thread_id, "after": after, "limit": limit}
        found = self._all(MessageRow, _NEWEST if newest else _OLDEST, params)
        return found[::-1] if newest else found

    def mark_message(self, message_id: str, name: str, value: Any) -> None:
        """Put one name into the `meta` of a transcript line."""
        meta = self._connection.scalar(select(_M.c.meta).where(_M.c.id == message_id).with_for_update())
        if meta is not None:
            self._run(update(_M).where(_M.c.id == message_id).values(meta={**meta, name: value}))

    def replies_to(self, inbox_id: str) -> list[MessageRow]:
        """What was answered to one inbox row, for a platform that asks again."""
        return self._all(MessageRow, _REPLIES, {"inbox_id": inbox_id})
