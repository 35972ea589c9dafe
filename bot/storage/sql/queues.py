"""Outbox and effects in SQL: what is still to be sent, and slow work still to be done."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, insert, or_, select, update

from bot.clock import utc_now
from bot.storage import tables
from bot.storage.port import EffectRow, OutboxRow
from bot.storage.sql.base import SqlBase, columns, values

_O = tables.outbox
_E = tables.effects
_EARLIER = tables.outbox.alias("earlier")
_ROWS: Any = select(*columns(_O, OutboxRow))
_FIRST_OF_THREAD = (
    select(func.min(_EARLIER.c.seq))
    .where(_EARLIER.c.thread_id == _O.c.thread_id, _EARLIER.c.status.in_(("new", "sending")))
    .scalar_subquery()
)
_OF_CHANNEL = _ROWS.where(_O.c.channel == bindparam("channel"), _O.c.account == bindparam("account"))
_DUE = (
    _OF_CHANNEL.where(_O.c.status == "new", _O.c.seq == _FIRST_OF_THREAD)
    .where(or_(_O.c.next_at.is_(None), _O.c.next_at <= bindparam("now")))
    .order_by(_O.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_STALE = _OF_CHANNEL.where(_O.c.status == "sending", _O.c.next_at <= bindparam("now")).with_for_update(skip_locked=True)
_SENDING = update(_O).where(_O.c.id == bindparam("outbox_id")).values(status="sending", next_at=bindparam("until"))
_WRITE = update(_O).where(_O.c.id == bindparam("outbox_id"))
_TAKE = (
    select(*columns(_E, EffectRow))
    .where(or_(_E.c.status == "new", and_(_E.c.status == "running", _E.c.lease_until <= bindparam("now"))))
    .order_by(_E.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_RUNNING = update(_E).where(_E.c.id == bindparam("effect_id")).values(status="running", lease_until=bindparam("until"))
_FINISH = update(_E).where(_E.c.id == bindparam("effect_id")).values(status=bindparam("new_status"))


class Queues(SqlBase):
    """Outbox rows and effects."""

    def add_outbox(self, row: OutboxRow) -> None:
        """Queue a message for a channel that must be called."""
        self._run(insert(_O), values(row))

    def due_outbox(
        self, channel: str, account: str, now: datetime, limit: int, lease_seconds: int = 60
    ) -> list[OutboxRow]:
        """Rows to send now, the oldest of each thread, marked `sending` and leased; skipped if held elsewhere."""
        params = {"channel": channel, "account": account, "now": now, "limit": limit}
        rows = self._all(OutboxRow, _DUE, params)
        until = now + timedelta(seconds=lease_seconds)
        if rows:
            self._run(_SENDING, [{"outbox_id": row.id, "until": until} for row in rows])
        return [replace(row, status="sending", next_at=until) for row in rows]

    def stale_outbox(self, channel: str, account: str, now: datetime) -> list[OutboxRow]:
        """Rows still `sending` after their lease: nobody knows whether they went out."""
        return self._all(OutboxRow, _STALE, {"channel": channel, "account": account, "now": now})

    def update_outbox(self, row: OutboxRow) -> None:
        """Write status, tries, next_at and error."""
        changed = {"status": row.status, "tries": row.tries, "next_at": row.next_at, "error": row.error}
        self._run(_WRITE.values(changed), {"outbox_id": row.id})

    def outbox(self, *, status: str | None = None, thread_id: str | None = None, limit: int = 200) -> list[OutboxRow]:
        """Rows by status and thread."""
        query = _ROWS.order_by(_O.c.id).limit(limit)
        if status is not None:
            query = query.where(_O.c.status == status)
        if thread_id is not None:
            query = query.where(_O.c.thread_id == thread_id)
        return self._all(OutboxRow, query)

    def outbox_row(self, outbox_id: str) -> OutboxRow | None:
        """One row, locked until the end of the transaction."""
        return self._one(OutboxRow, _ROWS.where(_O.c.id == outbox_id).with_for_update())

    def doubt_outbox(self, why: str) -> int:
        """Mark every row that was not sent as `unknown`, since it may have been after all; returns how many."""
        unsent = update(_O).where(_O.c.status.in_(("new", "sending")))
        return self._run(unsent.values(status="unknown", next_at=None, error=why))

    def add_effect(self, row: EffectRow) -> None:
        """Promise slow work."""
        self._run(insert(_E), values(row))
        self.publish("work", {"kind": "effect"})

    def take_effects(self, limit: int, now: datetime | None = None, lease_seconds: int = 60) -> list[EffectRow]:
        """New effects and those of a dead process, marked `running` and leased; skipped if held elsewhere."""
        now = now or utc_now()
        rows = self._all(EffectRow, _TAKE, {"limit": limit, "now": now})
        until = now + timedelta(seconds=lease_seconds)
        if rows:
            self._run(_RUNNING, [{"effect_id": row.id, "until": until} for row in rows])
        return [replace(row, status="running", lease_until=until) for row in rows]

    def finish_effect(self, effect_id: str, status: str) -> None:
        """Mark `done` or `failed`."""
        self._run(_FINISH, {"effect_id": effect_id, "new_status": status})
