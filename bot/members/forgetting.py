"""Deletes the words of a member's conversations after the commit of the turn that was asked: effect `forget_me`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from bot.desk.queue import erase
from bot.storage.port import EffectRow, Store, Tx


def forget_effect(
    store: Store, clock: Callable[[], datetime]
) -> Callable[[EffectRow], Awaitable[dict[str, Any] | None]]:
    """Erase one thread; only the conversation that asked is told."""

    async def forget(row: EffectRow) -> dict[str, Any] | None:
        def work(tx: Tx) -> None:
            thread = tx.thread(row.thread_id)
            if thread is not None:
                erase(tx, thread, clock())

        await store.run(work)
        return {"status": "done"} if row.body.get("asked_in") == row.thread_id else None

    return forget
