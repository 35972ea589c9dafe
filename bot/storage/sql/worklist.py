"""The administrators' work list and the keys of the office's own systems, in SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from bot.storage import tables
from bot.storage.port import ApiKeyRow, WorkItemRow
from bot.storage.sql.base import SqlBase, Upsert, columns, values

_W = tables.work_items
_K = tables.api_keys
_ITEMS: Any = select(*columns(_W, WorkItemRow)).order_by(_W.c.at.desc(), _W.c.id.desc())
_KEYS: Any = select(*columns(_K, ApiKeyRow)).order_by(_K.c.made_at, _K.c.id)
_PUT_ITEM = Upsert(
    _W, ("kind", "message_id"), update=("asked", "answered", "should", "entries", "rulebook", "by", "at", "done_at")
)
_PUT_KEY = Upsert(_K, ("id",), update=("name", "scopes", "used_at", "revoked_at"))


class Worklist(SqlBase):
    """Work items and keys."""

    def put_work_item(self, row: WorkItemRow) -> None:
        """Insert, or write over the item of the same kind and message."""
        self._run(_PUT_ITEM.on(self._connection), values(row))

    def drop_work_item(self, kind: str, message_id: str) -> None:
        """Take an item back."""
        self._run(delete(_W).where(_W.c.kind == kind, _W.c.message_id == message_id))

    def work_items(self, *, kind: str | None = None, open_only: bool = True, limit: int = 200) -> list[WorkItemRow]:
        """What administrators should look at, newest first."""
        query = _ITEMS.limit(limit)
        if kind is not None:
            query = query.where(_W.c.kind == kind)
        if open_only:
            query = query.where(_W.c.done_at.is_(None))
        return self._all(WorkItemRow, query)

    def put_api_key(self, row: ApiKeyRow) -> None:
        """Insert or write a key of the office's own systems."""
        self._run(_PUT_KEY.on(self._connection), values(row))

    def api_keys(self) -> list[ApiKeyRow]:
        """All keys, oldest first, revoked ones too."""
        return self._all(ApiKeyRow, _KEYS)
