"""What a member is owed, what went out in a response, and what the quota leaves: the same on every storage engine."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.owed import ASK_ANEW, OFFERED, offer_again
from bot.channels.port import KEPT, NotSent, Outcome, Sent
from bot.channels.pump import Pump
from bot.channels.wechat.account import WECHAT, quota_left
from bot.channels.wechat.claim import claim
from bot.clock import utc_now
from bot.engine.inbound import Receipt
from bot.engine.speech import say
from bot.storage.port import MessageRow, OutboxRow, Store, Tx, new_id

NOW = datetime(2016, 11, 20, 1, 30, tzinfo=UTC)


def speak(
    tx: Tx, text: str, *, who: Any = "bot", status: str = "new", error: str = "", personal: bool = False, **more: Any
) -> str:
    """A line of the thread, its outbox row in a given state; returns the thread's id."""
    thread = tx.thread_for("wechat", "wx1", "o1", "o1")
    meta = more.pop("meta", {})
    line = MessageRow(new_id(), thread.id, 0, who, text, NOW, meta=meta, personal=personal, inbox_id=new_id())
    said = say(tx, thread, line)
    rows = [row for row in tx.outbox(thread_id=thread.id) if row.seq == said.seq]
    for row in rows:
        if status != "new":
            tx.update_outbox(replace(row, status=status, error=error, next_at=None))
    return thread.id


def states(store: Store) -> list[tuple[str, str, str]]:
    rows = store.run_sync(lambda tx: tx.outbox())
    return [(row.body["text"], row.status, row.error) for row in sorted(rows, key=lambda row: (row.seq, row.id))]


def test_what_may_not_have_arrived_is_offered_again_and_the_rest_is_left(store: Store) -> None:
    def work(tx: Tx) -> int:
        speak(tx, "到了", status="sent")
        speak(tx, "不知道", status="unknown", error="timed out")
        speak(tx, "没条数", status="dead", error=f"{KEPT}: no quota")
        return offer_again(tx, speak(tx, "拉黑", status="dead", error="blocked"), NOW)

    assert store.run_sync(work) == 2
    assert states(store) == [
        ("到了", "sent", ""),
        ("不知道", "new", OFFERED),
        ("没条数", "new", OFFERED),
        ("拉黑", "dead", "blocked"),
    ]


def test_what_is_personal_is_not_repeated(store: Store) -> None:
    def work(tx: Tx) -> int:
        return offer_again(tx, speak(tx, "余额 1,234.56 元", status="unknown", personal=True), NOW)

    store.run_sync(work)
    assert states(store) == [("余额 1,234.56 元", "dead", "personal"), (ASK_ANEW, "new", "")]


def test_only_the_last_three_are_offered(store: Store) -> None:
    def work(tx: Tx) -> int:
        for number in range(4):
            speak(tx, f"第{number}句", status="unknown")
        return offer_again(tx, speak(tx, "第4句", status="unknown"), NOW)

    assert store.run_sync(work) == 3
    assert [one[2] for one in states(store)] == ["let go", "let go", OFFERED, OFFERED, OFFERED]


def test_a_response_takes_what_is_held_for_it_and_gives_the_same_again(store: Store) -> None:
    def work(tx: Tx) -> list[str]:
        speak(tx, "欠着的", status="dead", error=f"{KEPT}: no quota")
        thread_id = speak(tx, "新的答复")
        fresh = Receipt(thread_id, duplicate=False, messages=[])
        again = Receipt(thread_id, duplicate=True, messages=[])
        return [claim(tx, one, "m1", NOW, WECHAT) for one in (fresh, again, again)]

    first, second, third = store.run_sync(work)
    assert first == second == third
    assert first.index("欠着的") < first.index("新的答复")
    assert states(store) == [("欠着的", "sent", "answer+ m1"), ("新的答复", "sent", "answer m1")]


@pytest.mark.parametrize(
    ("meta", "sent", "after", "left"),
    [
        ({}, 0, timedelta(hours=48), 5),
        ({}, 3, timedelta(hours=1), 2),
        ({}, 7, timedelta(hours=1), 0),
        ({}, 0, timedelta(hours=48, seconds=1), 0),
        ({"choice": "do:human"}, 0, timedelta(seconds=60), 3),
        ({"choice": "do:human"}, 1, timedelta(seconds=60), 2),
        ({"choice": "do:human"}, 0, timedelta(seconds=61), 0),
    ],
)
def test_the_quota_after_words_and_after_a_tap(
    store: Store, meta: dict[str, str], sent: int, after: timedelta, left: int
) -> None:
    def work(tx: Tx) -> int:
        thread_id = speak(tx, "问", who="member", meta=meta)
        for _ in range(sent):
            speak(tx, "答", status="sent")
        speak(tx, "答在回复里", status="sent", error="answer m1")
        return quota_left(tx, thread_id, NOW + after)

    assert store.run_sync(work) == left


class Platform:
    """Takes everything, one piece at a time, or says for how long to wait."""

    name = "wechat"
    account = "wx1"
    takes_our_id = False
    per_second = 1000.0
    can = WECHAT

    def __init__(self) -> None:
        self.got: list[str] = []
        self.busy = 1

    async def send(self, row: OutboxRow) -> Outcome:
        if self.busy:
            self.busy -= 1
            return NotSent("busy", retry_after=0.0)
        self.got.append(row.body["text"])
        head, _, rest = row.body["text"].partition("|")
        return Sent({**row.body, "text": rest} if rest else None) if head else Sent()


async def test_the_pump_sends_what_is_said_in_order_piece_by_piece(store: Store) -> None:
    platform = Platform()
    pump = Pump(store, [platform], utc_now)
    await pump.start()
    await store.run(lambda tx: speak(tx, "一|二|三"))
    await store.run(lambda tx: speak(tx, "四"))
    for _ in range(400):
        if len(platform.got) == 4:
            break
        await asyncio.sleep(0.02)
    await pump.stop()
    assert platform.got == ["一|二|三", "二|三", "三", "四"]


def test_the_library_of_a_platform_is_not_loaded_where_none_is_configured() -> None:
    code = "import sys, bot.app, bot.serving; sys.exit('telegram' in sys.modules or 'httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
