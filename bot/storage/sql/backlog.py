"""What waits, counted in SQL; every count has an index of its own that holds only what waits."""

from __future__ import annotations

from sqlalchemy import func, literal_column, select

from bot.storage import tables
from bot.storage.backlog import Backlog
from bot.storage.sql.base import SqlBase

_I, _O, _E, _C = tables.inbox, tables.outbox, tables.effects, tables.cases
_INBOX = select(func.count(), func.min(_I.c.received_at)).where(_I.c.done_at.is_(None))
_OUTBOX = select(_O.c.channel, _O.c.status, func.count(), func.min(_O.c.next_at))
_BY_STATUS = (
    _OUTBOX.where(_O.c.status != literal_column("'sent'"))
    .where(_O.c.status != "dropped")
    .group_by(_O.c.channel, _O.c.status)
)
_EFFECTS = select(func.count()).select_from(_E).where(_E.c.status.in_(("new", "running")))
_CASES = select(func.count(), func.min(_C.c.opened_at)).where(_C.c.closed_at.is_(None), _C.c.agent_id.is_(None))


class Waiting(SqlBase):
    """The counts of one moment."""

    def backlog(self) -> Backlog:
        """What waits now."""
        inbox, inbox_oldest = self._connection.execute(_INBOX).one()
        by_status = self._connection.execute(_BY_STATUS).all()
        cases, cases_oldest = self._connection.execute(_CASES).one()
        return Backlog(
            inbox,
            inbox_oldest,
            {(channel, status): count for channel, status, count, _ in by_status},
            min((due for _, status, _, due in by_status if due and status == "new"), default=None),
            int(self._connection.scalar(_EFFECTS) or 0),
            cases,
            cases_oldest,
        )
