"""The outbox: three outcomes, order within a thread, and pauses that grow."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.port import Blocked, NotSent, Outcome, Sent, Unknown
from bot.engine import outbox
from bot.engine.deadletters import drop, retry, stuck
from bot.engine.outbox import OutboxSender, settled
from bot.storage.backlog import Backlog
from bot.storage.port import CaseRow, Conflict, EffectRow, InboxRow, OutboxRow, StorageDown, Store, new_id

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


async def test_what_could_not_be_tried_in_time_is_given_back_untouched(store: Store, thread: str) -> None:
    platform = Platform()
    queue(store, row(thread, 1))
    assert await OutboxSender(store, platform, lambda: NOW, lease=0).run_due() == 1
    assert (platform.got, status(store)) == ([], [("new", 0, "")])


async def test_an_outcome_that_could_not_be_written_is_written_when_the_database_is_back(
    store: Store, thread: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "FIRST_PAUSE", 0.02)
    platform = Platform()
    queue(store, row(thread, 1))

    class Away:
        """Fails twice after the claim."""

        calls = 0

        async def run(self, work: object) -> object:
            self.calls += 1
            if self.calls in {2, 3}:
                raise StorageDown("away")
            return await store.run(work)  # type: ignore[arg-type]

    assert await sender(Away(), platform).run_due() == 1  # type: ignore[arg-type]
    assert status(store) == [("sent", 1, "")]


async def test_a_sender_told_to_end_settles_what_is_on_its_way(store: Store, thread: str) -> None:
    platform = Platform(0.1)
    queue(store, row(thread, 1))
    task = asyncio.create_task(sender(store, platform).run_due())
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert status(store) == [("sent", 1, "")]


async def test_a_person_sees_what_is_stuck_and_retries_or_drops_it(store: Store, thread: str) -> None:
    platform = Platform(Unknown("timed out"), Blocked())
    queue(store, row(thread, 1), row(thread, 2))
    while await sender(store, platform).run_due():
        pass
    unknown, dead = store.run_sync(stuck)
    assert (unknown.status, dead.status) == ("unknown", "dead")
    assert store.run_sync(lambda tx: dict(tx.backlog().outbox)) == {
        ("telegram", "unknown"): 1,
        ("telegram", "dead"): 1,
    }
    store.run_sync(lambda tx: drop(tx, dead.id, "wang", NOW))
    store.run_sync(lambda tx: retry(tx, unknown.id, "wang", NOW))
    with pytest.raises(Conflict):
        store.run_sync(lambda tx: retry(tx, unknown.id, "wang", NOW))
    assert await sender(store, platform).run_due() == 1
    assert platform.got == ["1", "2", "1"]
    assert store.run_sync(stuck) == []
    assert [entry["act"] for entry in store.run_sync(lambda tx: list(tx.audit()))] == [
        "outbox.retried",
        "outbox.dropped",
    ]


def test_what_was_not_sent_before_a_restore_may_have_been(store: Store, thread: str) -> None:
    queue(store, row(thread, 1), row(thread, 2))
    store.run_sync(lambda tx: tx.due_outbox("telegram", "bot1", NOW, 1))
    assert store.run_sync(lambda tx: tx.doubt_outbox("restored")) == 2
    assert {(one.status, one.error) for one in store.run_sync(lambda tx: tx.outbox())} == {("unknown", "restored")}
    assert store.run_sync(lambda tx: tx.due_outbox("telegram", "bot1", NOW, 5)) == []


def test_what_waits_is_counted(store: Store, thread: str) -> None:
    assert store.run_sync(lambda tx: tx.backlog()) == Backlog()
    waiting = InboxRow(new_id(), "telegram", "bot1", "u1", thread, {}, NOW)
    store.run_sync(lambda tx: tx.add_inbox(waiting))
    store.run_sync(lambda tx: tx.add_case(CaseRow(new_id(), thread, "asked", "医保", {}, NOW)))
    store.run_sync(lambda tx: tx.add_effect(EffectRow(new_id(), thread, "send_code", {})))
    queue(store, row(thread, 1))
    found = store.run_sync(lambda tx: tx.backlog())
    assert (found.inbox, found.inbox_oldest, found.cases, found.cases_oldest, found.effects) == (1, NOW, 1, NOW, 1)
    assert (dict(found.outbox), found.outbox_due) == ({("telegram", "new"): 1}, NOW)
    assert found.age(found.inbox_oldest, NOW + timedelta(seconds=90)) == 90
