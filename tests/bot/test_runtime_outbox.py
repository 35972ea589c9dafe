"""The outbox: three outcomes, order within a thread, and pauses that grow."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.port import Blocked, NotSent, Outcome, Sent, Unknown
from bot.engine import outbox
from bot.engine.outbox import OutboxSender, settled
from bot.storage.port import OutboxRow, Store, new_id

NOW = datetime(2016, 11, 20, 1, 30, tzinfo=UTC)


class Platform:
    """A platform that answers as it is told."""

    name = "telegram"
    account = "bot1"
    takes_our_id = False
    per_second = 10_000.0

    def __init__(self, *outcomes: Outcome | Exception | float) -> None:
        self.outcomes = list(outcomes)
        self.got: list[str] = []

    async def send(self, row: OutboxRow) -> Outcome:
        self.got.append(row.body["text"])
        outcome = self.outcomes.pop(0) if self.outcomes else Sent()
        if isinstance(outcome, Exception):
            raise outcome
        if isinstance(outcome, float):
            await asyncio.sleep(outcome)
            return Sent()
        return outcome


def row(thread: str, seq: int) -> OutboxRow:
    return OutboxRow(new_id(), thread, new_id(), "telegram", "bot1", {"text": str(seq)}, next_at=NOW, seq=seq)


@pytest.fixture
def thread(store: Store) -> str:
    return store.run_sync(lambda tx: tx.thread_for("telegram", "bot1", "c1", "p1").id)


def queue(store: Store, *rows: OutboxRow) -> None:
    for one in rows:
        store.run_sync(lambda tx, one=one: tx.add_outbox(one))


def sender(store: Store, platform: Platform, clock: Callable[[], datetime] = lambda: NOW) -> OutboxSender:
    return OutboxSender(store, platform, clock, chance=lambda: 0.0)


def status(store: Store) -> list[tuple[str, int, str]]:
    return [(one.status, one.tries, one.error) for one in store.run_sync(lambda tx: tx.outbox())]


async def test_replies_of_a_thread_go_out_in_their_order(store: Store, thread: str) -> None:
    platform = Platform()
    queue(store, row(thread, 2), row(thread, 1), row(thread, 3))
    while await sender(store, platform).run_due():
        pass
    assert platform.got == ["1", "2", "3"]
    assert {one[0] for one in status(store)} == {"sent"}


async def test_a_refused_reply_waits_as_long_as_the_platform_asked_and_holds_back_the_next(
    store: Store, thread: str
) -> None:
    platform = Platform(NotSent("429", retry_after=30))
    queue(store, row(thread, 1), row(thread, 2))
    await sender(store, platform).run_due()
    assert await sender(store, platform).run_due() == 0
    later = NOW + timedelta(seconds=30)
    assert await sender(store, platform, lambda: later).run_due() == 1
    assert platform.got == ["1", "1"]


async def test_a_timed_out_reply_is_unknown_and_not_sent_again(
    store: Store, thread: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "TIME_OUT", 0.01)
    platform = Platform(5.0)
    queue(store, row(thread, 1), row(thread, 2))
    assert await sender(store, platform).run_due() == 1
    assert status(store)[0] == ("unknown", 1, "timed out")
    assert await sender(store, platform).run_due() == 1
    assert platform.got == ["1", "2"]


async def test_a_channel_that_raises_leaves_an_unknown(store: Store, thread: str) -> None:
    queue(store, row(thread, 1))
    await sender(store, Platform(RuntimeError("x"))).run_due()
    assert status(store) == [("unknown", 1, "RuntimeError")]


async def test_a_member_who_blocked_the_bot_is_marked_and_not_tried_again(store: Store, thread: str) -> None:
    queue(store, row(thread, 1))
    await sender(store, Platform(Blocked())).run_due()
    assert status(store) == [("dead", 1, "blocked")]
    found = store.run_sync(lambda tx: tx.thread(thread))
    assert found is not None
    assert found.blocked


async def test_a_sender_that_died_in_the_middle_leaves_an_unknown(store: Store, thread: str) -> None:
    queue(store, row(thread, 1))
    store.run_sync(lambda tx: tx.due_outbox("telegram", "bot1", NOW, 5, lease_seconds=60))
    platform = Platform()
    later = NOW + timedelta(seconds=60)
    assert await sender(store, platform, lambda: later).run_due() == 0
    assert status(store) == [("unknown", 1, "sender died")]
    assert platform.got == []


async def test_where_the_platform_knows_our_id_an_unknown_is_sent_again(store: Store, thread: str) -> None:
    platform = Platform(Unknown("reset"))
    platform.takes_our_id = True
    queue(store, row(thread, 1))
    await sender(store, platform).run_due()
    assert status(store) == [("new", 1, "reset")]


def test_pauses_double_up_to_ten_minutes_and_end() -> None:
    one = row("t", 1)
    pauses = []
    for _ in range(7):
        one = settled(one, NotSent("500"), NOW, takes_our_id=False, chance=0.0)
        assert one.next_at is not None
        pauses.append((one.next_at - NOW).total_seconds())
    assert pauses == [1, 2, 4, 8, 16, 32, 64]
    assert settled(one, NotSent("500"), NOW, takes_our_id=False, chance=0.0).status == "dead"
    spread = settled(row("t", 1), NotSent("500"), NOW, takes_our_id=False, chance=0.99)
    assert spread.next_at is not None
    assert 1 < (spread.next_at - NOW).total_seconds() < 1.5
    assert settled(row("t", 1), NotSent("400", final=True), NOW, takes_our_id=True, chance=0).status == "dead"
