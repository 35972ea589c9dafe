"""Leases in SQL: which worker does a job that only one may do, by the clock of the database server.

A lease whose end lies further ahead than any could was written by a clock that was wrong, and is free.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from bot.clock import utc_now
from bot.storage import tables
from bot.storage.sql.base import SqlBase, Upsert

_L = tables.leases
_NEW = Upsert(_L, ("name",))


class Leases(SqlBase):
    """Taking, checking and giving back."""

    def take_lease(self, name: str, holder: str, seconds: float) -> int | None:
        """Take or prolong a lease: its fence; None while another holds it."""
        now = self._clock()
        first = {"name": name, "holder": holder, "fence": 1, "until": now + timedelta(seconds=seconds)}
        if self._run(_NEW.on(self._connection).execution_options(preserve_rowcount=True), first):
            return 1
        held = self._read(name, lock=True)
        if held is None:  # the holder works under it at this moment
            held = self._read(name)
            return held.fence if held.holder == holder else None
        if not _free(held, holder, now, seconds):
            return None
        fence = held.fence if held.holder == holder else held.fence + 1
        self._run(update(_L).where(_L.c.name == name).values(**{**first, "fence": fence}))
        return int(fence)

    def _read(self, name: str, *, lock: bool = False) -> Any:
        query = select(_L).where(_L.c.name == name)
        return self._connection.execute(query.with_for_update(skip_locked=True) if lock else query).first()

    def holds_lease(self, name: str, fence: int) -> bool:
        """Whether nobody has taken the lease since this fence, nor can before the end of the transaction."""
        held = select(_L.c.fence).where(_L.c.name == name).with_for_update(read=True)
        return bool(self._connection.scalar(held) == fence)

    def drop_lease(self, name: str, fence: int) -> None:
        """Give a lease back before its time; the row stays, since its fence must go on counting."""
        mine = update(_L).where(_L.c.name == name, _L.c.fence == fence)
        self._run(mine.values(holder="", until=self._clock()))

    def _clock(self) -> datetime:
        """The time of the database server; on SQLite there is only this process."""
        if self._connection.dialect.name != "postgresql":
            return utc_now()
        now: datetime = self._connection.scalar(select(func.clock_timestamp()))  # type: ignore[assignment]
        return now


def _free(held: Any, holder: str, now: datetime, seconds: float) -> bool:
    return bool(held.holder == holder or held.until <= now or held.until > now + timedelta(seconds=10 * seconds))
