"""Lets one of many workers do what only one may do, such as polling; another takes over when it dies."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.storage.port import Store, Tx

LIVES = timedelta(seconds=60)


class Lease:
    """A named right in the database, held by asking for it again before it ends."""

    def __init__(self, store: Store, name: str, clock: Clock) -> None:
        self._store = store
        self._key = f"lease:{name}"[:64]
        self._clock = clock
        self._me = secrets.token_hex(8)

    async def hold(self) -> bool:
        """Take or keep the right; False while another worker has it."""
        return await self._store.run(self._take)

    async def release(self) -> None:
        """Let another worker have it at once."""
        await self._store.run(lambda tx: tx.put_meta(self._key, "") if self._holder(tx) == self._me else None)

    def _take(self, tx: Tx) -> bool:
        now = self._clock()
        if self._holder(tx) not in {None, self._me}:
            return False
        tx.put_meta(self._key, f"{self._me} {(now + LIVES).isoformat()}")
        return True

    def _holder(self, tx: Tx) -> str | None:
        """Who has the right now, None when nobody has."""
        who, _, until = (tx.meta(self._key) or "").partition(" ")
        return who if until and self._clock() < datetime.fromisoformat(until) else None
