"""The administrators' work list and the keys of the office's own systems, in memory."""

from __future__ import annotations

from dataclasses import replace

from bot.storage.memory.desk import DeskRows
from bot.storage.port import ApiKeyRow, WorkItemRow


class WorklistRows(DeskRows):
    """Work items and keys."""

    def put_work_item(self, row: WorkItemRow) -> None:
        """Insert, or write over the item of the same kind and message."""
        found = self._has.work_items.get((row.kind, row.message_id))
        self._has.work_items.put((row.kind, row.message_id), replace(row, id=found.id) if found else row)

    def drop_work_item(self, kind: str, message_id: str) -> None:
        """Take an item back."""
        self._has.work_items.drop((kind, message_id))

    def work_items(self, *, kind: str | None = None, open_only: bool = True, limit: int = 200) -> list[WorkItemRow]:
        """What administrators should look at, newest first."""
        rows = self._has.work_items.where(
            lambda row: kind in {None, row.kind} and (row.done_at is None or not open_only)
        )
        return sorted(rows, key=lambda row: (row.at, row.id), reverse=True)[:limit]

    def put_api_key(self, row: ApiKeyRow) -> None:
        """Insert or write a key of the office's own systems."""
        self._has.api_keys.put(row.id, row)

    def api_keys(self) -> list[ApiKeyRow]:
        """All keys, oldest first, revoked ones too."""
        return sorted(self._has.api_keys.where(lambda _: True), key=lambda row: (row.made_at, row.id))
