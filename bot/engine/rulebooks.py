"""Holds the rulebook in force, and swaps it as a whole when the office's values in the database have changed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.storage.port import ParameterRow, Store

if TYPE_CHECKING:
    from handlers.rulebook import Rulebook

Build = Callable[[list[ParameterRow]], "Rulebook"]
_log = logging.getLogger(__name__)


class RulebookHolder:
    """`current` is read by every turn; `refresh` looks at a counter row at most once in `every` seconds."""

    def __init__(self, store: Store, build: Build, *, every: float = 1.0) -> None:
        self._store = store
        self._build = build
        self._every = every
        self._looked_at = 0.0
        self._seen: str | None = None
        self._current: Rulebook | None = None
        self._lock = asyncio.Lock()
        self.failures = 0
        """Rulebooks that could not be built since the start; the one before stayed in force."""

    @property
    def current(self) -> Rulebook:
        """The rulebook in force; built at the first call of `refresh` or `load`."""
        if self._current is None:
            self.load()
        assert self._current is not None
        return self._current

    def load(self) -> None:
        """Build from what the database holds now, waiting for it: at start and on the command line."""
        self._seen, rows = self._store.run_sync(lambda tx: (tx.meta("parameters"), tx.parameters()))
        self._current = self._build(rows)
        self._looked_at = time.monotonic()

    async def refresh(self) -> Rulebook:
        """The rulebook in force, looked after when the last look is old; while one rebuilds, others use the old."""
        if self._current is None:
            async with self._lock:
                if self._current is None:
                    await asyncio.to_thread(self.load)
        elif time.monotonic() - self._looked_at >= self._every and not self._lock.locked():
            async with self._lock:
                await self._look()
        return self.current

    async def _look(self) -> None:
        self._looked_at = time.monotonic()
        counter = await self._store.run(lambda tx: tx.meta("parameters"))
        if counter == self._seen:
            return
        try:
            await asyncio.to_thread(self.load)
        except Exception:  # noqa: BLE001  (whatever is broken, the running version stays)
            self._seen = counter
            self.failures += 1
            _log.exception("rulebook kept", extra={"remedy": "look at the parameters set last"})
        else:
            _log.info("rulebook swapped", extra={"rulebook": self.current.version})
