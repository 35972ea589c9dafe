"""The office's own rows in SQL: dated values, facts about the database, personal numbers kept aside, the audit log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from bot.storage import tables
from bot.storage.port import ParameterRow
from bot.storage.sql.base import SqlBase, Upsert, columns, values

_P = tables.parameters
_X = tables.secrets
_A = tables.audit
_PARAMETERS: Any = select(*columns(_P, ParameterRow)).order_by(_P.c.scheme, _P.c.name, _P.c.since)
_PUT = Upsert(_P, ("scheme", "name", "since"), update=("value", "until", "source", "set_by", "set_at"))
_PUT_META = Upsert(tables.meta, ("key",), update=("value",))
_PUT_SECRET = Upsert(_X, ("thread_id", "token"), update=("cipher", "expires_at"))


class Office(SqlBase):
    """Parameters, meta, secrets, audit."""

    def parameters(self) -> list[ParameterRow]:
        """All dated values, by scheme, name and since."""
        return self._all(ParameterRow, _PARAMETERS)

    def put_parameter(self, row: ParameterRow) -> None:
        """Insert or replace the value of (scheme, name, since); counts up `meta("parameters")`."""
        self._run(_PUT.on(self._connection), values(row))
        self.put_meta("parameters", str(int(self.meta("parameters") or 0) + 1))

    def meta(self, key: str) -> str | None:
        """A fact about this database: `sample`, `parameters` (the count of changes)."""
        return self._connection.scalar(select(tables.meta.c.value).where(tables.meta.c.key == key))

    def put_meta(self, key: str, value: str) -> None:
        """Write a fact about this database."""
        self._run(_PUT_META.on(self._connection), {"key": key, "value": value})

    def put_secret(self, thread_id: str, token: str, cipher: bytes, expires_at: datetime) -> None:
        """Keep an encrypted personal number beside the transcript until the turn has used it."""
        row = {"thread_id": thread_id, "token": token, "cipher": cipher, "expires_at": expires_at}
        self._run(_PUT_SECRET.on(self._connection), row)

    def secret(self, thread_id: str, token: str) -> bytes | None:
        """The ciphertext of a token."""
        query = select(_X.c.cipher).where(_X.c.thread_id == thread_id, _X.c.token == token)
        found = self._connection.scalar(query)
        return None if found is None else bytes(found)

    def drop_secrets(self, *, thread_id: str | None = None, before: datetime | None = None) -> int:
        """Forget ciphertexts; returns how many."""
        query = delete(_X)
        if thread_id is not None:
            query = query.where(_X.c.thread_id == thread_id)
        if before is not None:
            query = query.where(_X.c.expires_at < before)
        return self._run(query)

    def note_audit(self, actor: str, act: str, about: str, detail: dict[str, Any], at: datetime) -> None:
        """Append to the audit log."""
        self._run(insert(_A), {"at": at, "actor": actor, "act": act, "about": about, "detail": detail})

    def audit(self, *, limit: int = 500) -> Iterable[dict[str, Any]]:
        """The audit log, newest first."""
        query = select(_A).order_by(_A.c.id.desc()).limit(limit)
        return [dict(line._mapping) for line in self._connection.execute(query)]  # noqa: SLF001  (SQLAlchemy's public name)
