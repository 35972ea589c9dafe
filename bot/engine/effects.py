"""Does slow work after the commit that promised it; a result comes back as an update that starts the next turn."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.clock import Clock
from bot.engine.inbound import Inbound
from bot.storage.port import EffectRow, StorageError, Store, ThreadRow

EffectWork = Callable[[EffectRow], Awaitable[dict[str, Any] | None]]
"""Does one effect; a result goes to the next turn of its thread, None ends it quietly."""
Deliver = Callable[[Inbound], Awaitable[object]]
_log = logging.getLogger(__name__)
AT_ONCE = 8


class Effects:
    """The executor: one function a kind. Work of a process that died is taken up again after its lease."""

    def __init__(self, store: Store, kinds: Mapping[str, EffectWork], deliver: Deliver, clock: Clock) -> None:
        self._store = store
        self._kinds = kinds
        self._deliver = deliver
        self._clock = clock

    async def run_due(self) -> int:
        """Do what is due now; returns how many."""
        now = self._clock()
        rows = await self._store.run(lambda tx: tx.take_effects(AT_ONCE, now))
        if rows:
            await asyncio.gather(*(self._do(row) for row in rows))
        return len(rows)

    async def _do(self, row: EffectRow) -> None:
        about = {"thread_id": row.thread_id, "effect": row.kind}
        try:
            result = await self._kinds[row.kind](row)
        except Exception as fault:  # noqa: BLE001  (told to the member by the next turn)
            _log.exception("effect failed", extra=about)
            result = {"error": type(fault).__name__}
        try:
            await self._end(row, result)
        except StorageError:
            _log.exception("effect not ended, it will run again", extra=about)

    async def _end(self, row: EffectRow, result: dict[str, Any] | None) -> None:
        thread = await self._store.run(lambda tx: tx.thread(row.thread_id))
        if result is None or thread is None:
            await self._store.run(lambda tx: tx.finish_effect(row.id, "done"))
            return
        await self._deliver(_inbound(row, thread, result, self._clock))


def _inbound(row: EffectRow, thread: ThreadRow, result: dict[str, Any], clock: Clock) -> Inbound:
    return Inbound(
        thread.channel,
        thread.account,
        f"effect:{row.id}",
        thread.chat,
        thread.person,
        clock(),
        event="effect",
        result={"kind": row.kind, **result},
        effect_id=row.id,
    )
