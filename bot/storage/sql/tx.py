"""The whole transaction in SQL, put together from its topics."""

from __future__ import annotations

from sqlalchemy import Connection, delete, update

from bot.clock import utc_now
from bot.storage import tables
from bot.storage.sql.backlog import Waiting
from bot.storage.sql.leases import Leases
from bot.storage.sql.office import Office
from bot.storage.sql.people import People
from bot.storage.sql.queues import Queues
from bot.storage.sql.transcript import Transcript
from bot.storage.sql.worklist import Worklist


class SqlTx(Transcript, Queues, People, Office, Worklist, Leases, Waiting):
    """`bot.storage.port.Tx` over one SQLAlchemy connection."""

    def erase_thread(self, thread_id: str) -> None:
        """For 退出并清除: state, transcript and secrets of the thread go; open cases are closed as `erased`."""
        held = self._hold(thread_id)
        if held is None:
            return
        for case in self.cases(thread_id=thread_id, open_only=True):
            case.closed_at, case.resolution = utc_now(), "erased"
            self.update_case(case)
        self._run(update(tables.cases).where(tables.cases.c.thread_id == thread_id).values(summary={}, rating_words=""))
        for table in (tables.messages, tables.outbox, tables.effects, tables.secrets, tables.work_items):
            self._run(delete(table).where(table.c.thread_id == thread_id))
        done = tables.inbox.c.done_at
        self._run(delete(tables.inbox).where(tables.inbox.c.thread_id == thread_id, done.is_(None)))
        self._run(update(tables.inbox).where(tables.inbox.c.thread_id == thread_id).values(body={}))
        self.set_owner(thread_id, held.owner_version, "bot", agent_id=None, case_id=None)
        held.state = {}
        self._saved.add(thread_id)

    @property
    def sql(self) -> Connection:
        """The SQLAlchemy connection for packages with tables of their own (members, ledger)."""
        self.flush(counts=False)
        return self._connection
