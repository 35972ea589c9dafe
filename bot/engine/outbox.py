"""Sends what turns have queued, in order within each thread, and writes down which of three ways each one went.

Sent; not sent (again later: longer each time, with jitter, or when the platform said); unknown (a time-out, or a sender
that died in the middle), which is sent again only where the platform knows our id, and else left for people to see.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.channels.port import Blocked, Channel, NotSent, Outcome, Sent, Unknown
from bot.clock import Clock
from bot.storage.port import OutboxRow, StorageDown, Store, Tx, new_id

MOST_TRIES = 8
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 600.0
TIME_OUT = 20.0
AT_ONCE = 16
LEASE = 60
"""Seconds after which a message still being sent belongs to a sender that died."""
_GRACE = 5.0
_log = logging.getLogger(__name__)


class OutboxSender:
    """The sender of one channel account; any number of processes may run one."""

    def __init__(
        self,
        store: Store,
        channel: Channel,
        clock: Clock,
        *,
        chance: Callable[[], float] = random.random,
        lease: int = LEASE,
    ) -> None:
        self._store = store
        self._channel = channel
        self._clock = clock
        self._chance = chance
        self._lease = lease
        self._pace = asyncio.Lock()

    async def run_due(self) -> int:
        """Send what is due now; returns how many were tried. When cancelled, what is on its way is still settled."""
        sending = asyncio.ensure_future(self._send_due())
        try:
            return await asyncio.shield(sending)
        except asyncio.CancelledError:
            await asyncio.wait({sending}, timeout=_GRACE)
            raise

    async def _send_due(self) -> int:
        now, channel = self._clock(), self._channel
        until = time.monotonic() + self._lease / 2
        due = await self._store.run(lambda tx: _claim(tx, channel, now, self._lease))
        await asyncio.gather(*(self._send(row, until) for row in due))
        return len(due)

    async def _send(self, row: OutboxRow, until: float) -> None:
        """Send one row; those of other threads go at the same time, as fast as the platform takes them.

        After `until` (seconds of the monotonic clock) it is given back: others might soon take its sender for dead and
        send what follows.
        """
        async with self._pace:
            await asyncio.sleep(1 / self._channel.per_second)
        if time.monotonic() > until:
            await self._settle(lambda tx: _give_back(tx, row))
            return
        try:
            async with asyncio.timeout(TIME_OUT):
                outcome = await self._channel.send(row)
        except TimeoutError:
            outcome = Unknown("timed out")
        except Exception as fault:  # noqa: BLE001  (whatever it was, it may have gone out)
            _log.exception("channel failed", extra={"thread_id": row.thread_id, "channel": row.channel})
            outcome = Unknown(type(fault).__name__)
        after = settled(row, outcome, self._clock(), takes_our_id=self._channel.takes_our_id, chance=self._chance())
        rest = outcome.rest if isinstance(outcome, Sent) else None
        await self._settle(lambda tx: _write(tx, after, rest, blocked=isinstance(outcome, Blocked)))

    async def _settle(self, work: Callable[[Tx], None]) -> None:
        """Write an outcome down, again and again for as long as the lease lasts: what is known must not get lost."""
        until = time.monotonic() + self._lease / 2
        while True:
            try:
                return await self._store.run(work)
            except StorageDown:
                if time.monotonic() >= until:
                    raise
                await asyncio.sleep(FIRST_PAUSE / 2)


def _give_back(tx: Tx, row: OutboxRow) -> None:
    """Let a row that was claimed and never tried be claimed again, if it still is as it was claimed."""
    held = tx.outbox(status="sending", thread_id=row.thread_id)
    if any(one.id == row.id and one.next_at == row.next_at for one in held):
        tx.update_outbox(replace(row, status="new", next_at=None))


def _claim(tx: Tx, channel: Channel, now: datetime, lease: int) -> list[OutboxRow]:
    """Settle what a dead sender left in the middle, then take what is due."""
    for row in tx.stale_outbox(channel.name, channel.account, now):
        died = Unknown("sender died")
        tx.update_outbox(settled(row, died, now, takes_our_id=channel.takes_our_id, chance=0.0))
    return tx.due_outbox(channel.name, channel.account, now, AT_ONCE, lease)


def _write(tx: Tx, row: OutboxRow, rest: dict[str, Any] | None, *, blocked: bool) -> None:
    """The row after its outcome; what did not fit becomes a row of its own in the same place of the order."""
    tx.update_outbox(row)
    if rest is not None:
        tx.add_outbox(replace(row, id=new_id(), body=rest, status="new", tries=0, next_at=None, error=""))
    if blocked:
        tx.set_blocked(row.thread_id, blocked=True)
    if row.status in {"unknown", "dead"}:
        tx.publish("desk", {"kind": "outbox", "thread": row.thread_id, "status": row.status})


def settled(row: OutboxRow, outcome: Outcome, now: datetime, *, takes_our_id: bool, chance: float) -> OutboxRow:
    """The row after an outcome. `chance` in [0, 1) spreads the tries of many rows.

    Args:
        row: as it was claimed.
        outcome: what the channel said.
        now: the time of the outcome, UTC.
        takes_our_id: whether a second sending of the same id is harmless.
        chance: the jitter.
    """
    tries = row.tries + 1
    match outcome:
        case Sent():
            return replace(row, status="sent", tries=tries, next_at=None, error="")
        case Blocked():
            return replace(row, status="dead", tries=tries, next_at=None, error="blocked")
        case Unknown(why) if not takes_our_id:
            return replace(row, status="unknown", tries=tries, next_at=None, error=why)
        case NotSent(why, final=True):
            return replace(row, status="dead", tries=tries, next_at=None, error=why)
        case NotSent(why, retry_after=asked):
            return _later(row, now, why, asked, chance)
        case Unknown(why):
            return _later(row, now, why, None, chance)


def _later(row: OutboxRow, now: datetime, why: str, asked: float | None, chance: float) -> OutboxRow:
    tries = row.tries + 1
    if tries >= MOST_TRIES:
        return replace(row, status="dead", tries=tries, next_at=None, error=why)
    pause = asked if asked is not None else min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE)
    return replace(row, status="new", tries=tries, next_at=now + timedelta(seconds=pause * (1 + chance / 2)), error=why)
