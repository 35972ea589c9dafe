"""Cases, staff and their sessions in SQL: the help desk's rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from bot.storage import tables
from bot.storage.port import CaseRow, StaffRow
from bot.storage.sql.base import SqlBase, Upsert, columns, values

_C = tables.cases
_S = tables.staff
_L = tables.sessions
_CASES: Any = select(*columns(_C, CaseRow))
_STAFF: Any = select(*columns(_S, StaffRow))
_PUT_STAFF = Upsert(_S, ("id",), update=("login", "name", "role", "password_hash", "groups", "disabled"))
_PUT_SESSION = Upsert(_L, ("token_hash",), update=("staff_id", "expires_at", "data"))


class People(SqlBase):
    """Cases, staff, sessions."""

    def add_case(self, row: CaseRow) -> None:
        """Open a case."""
        self._run(insert(_C), values(row))

    def case(self, case_id: str) -> CaseRow | None:
        """One case."""
        return self._one(CaseRow, _CASES.where(_C.c.id == case_id))

    def update_case(self, row: CaseRow) -> None:
        """Write a case whole."""
        self._run(update(_C).where(_C.c.id == row.id).values(values(row)))

    def cases(
        self,
        *,
        open_only: bool = False,
        waiting_only: bool = False,
        agent_id: str | None = None,
        thread_id: str | None = None,
        groups: Sequence[str] | None = None,
        since: datetime | None = None,
        limit: int = 500,
    ) -> list[CaseRow]:
        """Cases, oldest first. `waiting_only`: opened, not closed, claimed by nobody."""
        query = _CASES.order_by(_C.c.opened_at, _C.c.id).limit(limit)
        if open_only or waiting_only:
            query = query.where(_C.c.closed_at.is_(None))
        if waiting_only:
            query = query.where(_C.c.agent_id.is_(None))
        if agent_id is not None:
            query = query.where(_C.c.agent_id == agent_id)
        if thread_id is not None:
            query = query.where(_C.c.thread_id == thread_id)
        if groups is not None:
            query = query.where(_C.c.group.in_(groups))
        if since is not None:
            query = query.where(_C.c.opened_at >= since)
        return self._all(CaseRow, query)

    def staff(self, *, login: str | None = None, staff_id: str | None = None) -> StaffRow | None:
        """One person of the office by login or id."""
        return self._one(StaffRow, _STAFF.where(_S.c.login == login if login is not None else _S.c.id == staff_id))

    def all_staff(self) -> list[StaffRow]:
        """Everybody, by login."""
        return self._all(StaffRow, _STAFF.order_by(_S.c.login))

    def put_staff(self, row: StaffRow) -> None:
        """Insert or write a person."""
        self._run(_PUT_STAFF.on(self._connection), values(row))

    def put_session(self, token_hash: str, staff_id: str, expires_at: datetime, data: dict[str, Any]) -> None:
        """Insert or prolong a login session."""
        row = {"token_hash": token_hash, "staff_id": staff_id, "expires_at": expires_at, "data": data}
        self._run(_PUT_SESSION.on(self._connection), row)

    def session(self, token_hash: str) -> tuple[str, datetime, dict[str, Any]] | None:
        """(staff_id, expires_at, data) of a session."""
        query = select(_L.c.staff_id, _L.c.expires_at, _L.c.data).where(_L.c.token_hash == token_hash)
        line = self._connection.execute(query).first()
        return None if line is None else (line[0], line[1], line[2])

    def drop_session(self, token_hash: str) -> None:
        """Log out."""
        self._run(delete(_L).where(_L.c.token_hash == token_hash))
