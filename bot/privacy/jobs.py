"""Privacy while the office runs: the audit log is sealed every minute, old traces are forgotten every hour."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from bot.members.retention import Retention, forget_conversations, sweep
from bot.privacy import chain
from bot.privacy.vault import Vault
from bot.storage.port import StorageError, Store

MINUTE = 60.0
SWEEP_EVERY = 60
"""Minutes between two sweeps."""

log = logging.getLogger(__name__)


async def look_after(
    store: Store,
    vault: Vault,
    clock: Callable[[], datetime],
    *,
    retention: Retention | None = None,
    minute: float = MINUTE,
) -> None:
    """Run until cancelled. Any number of workers may run it; only one seals at a time."""
    minutes = 0
    while True:
        try:
            while await store.run(lambda tx: 0 if tx.sql is None else chain.seal(tx.sql, vault, clock())):
                pass
            if minutes % SWEEP_EVERY == 0:
                await store.run(lambda tx: sweep(tx, clock(), retention))
                while await store.run(lambda tx: forget_conversations(tx, clock(), retention)):
                    pass
        except StorageError:
            log.exception("privacy jobs wait for the database")
        minutes += 1
        await asyncio.sleep(minute)
