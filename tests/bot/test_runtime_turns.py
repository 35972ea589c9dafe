"""What the runtime promises of one update: once, in order, all or nothing, silent where a person holds the thread."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from bot.engine.inbound import tidy
from bot.engine.rulebooks import RulebookHolder
from bot.engine.speech import say
from bot.engine.turns import APOLOGY, Parts
from bot.privacy.tokens import clean
from bot.runtime import Inbound, Runtime
from bot.storage.port import Conflict, MessageRow, StorageDown, Store, ThreadRow, Tx
from handlers.messages import Choice, Effect, Message, Reply

NOW = datetime(2016, 11, 20, 1, 30, tzinfo=UTC)


def turn(replies: tuple[Reply, ...], state: dict[str, Any], effects: tuple[Effect, ...] = ()) -> Any:
    """What the runtime reads of a `handlers.turn.Turn`."""
    return SimpleNamespace(
        replies=replies,
        state=state,
        intent="faq",
        rulebook="r1",
        entries=("e/1",),
        scheme=None,
        subject="self",
        citations=(),
        facts={},
        asking=(),
        estimate=None,
        effects=effects,
    )


@dataclass
class Echo:
    """A conversation that counts its messages and repeats them; some words make it fail."""

    heard: list[Message] = field(default_factory=list)

    def __call__(self, message: Message, state: dict[str, Any], _rulebook: Any, _ports: Any) -> Any:
        self.heard.append(message)
        if message.text == "raise":
            raise KeyError("a fault of ours")
        if message.text == "unstorable":
            return turn((), {"bad": {1, 2}})
        count = state.get("count", 0) + 1
        said = message.choice or message.text or str(message.result or message.event)
        effects = (Effect("double", {"n": 21}),) if message.text == "effect" else ()
        reply = Reply(f"{count}:{said}", (Choice("三级医院", "level:3"),))
        return turn((reply,), {**state, "count": count}, effects)


class Fixture:
    """A runtime over a store, with a conversation that can be looked into."""

    def __init__(self, store: Store, **more: Any) -> None:
        self.store = store
        self.echo = Echo()
        self.kept: list[dict[str, str]] = []
        holder = RulebookHolder(store, lambda _rows: object())  # type: ignore[arg-type,return-value]
        parts = Parts(
            self.echo,
            lambda _tx, _thread, _now: None,  # type: ignore[arg-type,return-value]
            self.clean,
            lambda _tx, _thread, values, _now: self.kept.append(values),
        )
        self.runtime = Runtime(store, holder, parts, clock=lambda: NOW, **more)

    @staticmethod
    def clean(text: str, awaiting: bool) -> tuple[str, dict[str, str]]:  # noqa: FBT001
        cleaned = clean(text, awaiting_code=awaiting)
        return cleaned.text, cleaned.values

    def transcript(self, thread_id: str) -> list[str]:
        said = self.store.run_sync(lambda tx: tx.messages(thread_id))
        return [f"{line.who} {line.text}" for line in said]

    def thread(self, thread_id: str) -> ThreadRow:
        row = self.store.run_sync(lambda tx: tx.thread(thread_id))
        assert row is not None
        return row


def update(text: str, platform_id: str = "u1", **more: Any) -> Inbound:
    return replace(Inbound("telegram", "bot1", platform_id, "c1", "p1", NOW, text=text), **more)


async def test_an_update_is_answered_and_written_down(store: Store) -> None:
    one = Fixture(store)
    receipt = await one.runtime.receive(update("起付线"))
    assert [line.text for line in receipt.messages] == ["1:起付线"]
    assert one.transcript(receipt.thread_id) == ["member 起付线", "bot 1:起付线"]
    row = one.thread(receipt.thread_id)
    assert (row.state, row.last_seq, row.active_at) == ({"count": 1}, 2, NOW)
    reply = receipt.messages[0]
    assert reply.meta["entries"] == ["e/1"]
    assert (reply.meta["rulebook"], reply.meta["as_of"]) == ("r1", "2016-11-20")
    queued = store.run_sync(lambda tx: tx.outbox())
    assert [(row.body["text"], row.seq, row.status) for row in queued] == [("1:起付线", 2, "new")]
    inbox = store.run_sync(lambda tx: tx.inbox("telegram", "bot1", "u1"))
    assert inbox is not None
    assert (inbox.done_at, inbox.body) == (NOW, {})


async def test_a_redelivery_changes_nothing_and_gets_the_same_answer(store: Store) -> None:
    one = Fixture(store)
    first = await one.runtime.receive(update("起付线"))
    again = await one.runtime.receive(update("起付线"))
    assert again.duplicate
    assert again.messages == first.messages
    assert len(one.echo.heard) == 1
    assert len(one.transcript(first.thread_id)) == 2


async def test_the_same_update_ten_times_at_once_is_one_turn(store: Store) -> None:
    one = Fixture(store)
    receipts = await asyncio.gather(*(one.runtime.receive(update("起付线")) for _ in range(10)))
    assert sum(not receipt.duplicate for receipt in receipts) == 1
    assert {receipt.messages[0].text for receipt in receipts} == {"1:起付线"}
    assert one.transcript(receipts[0].thread_id) == ["member 起付线", "bot 1:起付线"]


async def test_nobody_gets_the_answer_to_the_update_of_another_chat(store: Store) -> None:
    one = Fixture(store)
    await one.runtime.receive(update("我的余额"))
    stranger = await one.runtime.receive(update("我的余额", chat="c2"))
    assert (stranger.duplicate, stranger.messages) == (True, [])


async def test_messages_of_one_chat_are_counted_one_after_the_other(store: Store) -> None:
    one = Fixture(store)
    await asyncio.gather(*(one.runtime.receive(update("问", f"u{number}")) for number in range(20)))
    thread = store.run_sync(lambda tx: tx.thread_for("telegram", "bot1", "c1", "p1"))
    assert thread.state == {"count": 20}
    answers = [text for text in one.transcript(thread.id) if text.startswith("bot")]
    assert answers == [f"bot {number}:问" for number in range(1, 21)]


async def test_a_fault_of_ours_is_an_apology_and_nothing_is_lost(store: Store) -> None:
    one = Fixture(store)
    await one.runtime.receive(update("一"))
    for number, words in enumerate(("raise", "unstorable")):
        receipt = await one.runtime.receive(update(words, f"bad{number}"))
        assert [line.text for line in receipt.messages] == [APOLOGY]
        assert receipt.messages[0].choices[0]["value"] == "do:human"
        inbox = store.run_sync(lambda tx, number=number: tx.inbox("telegram", "bot1", f"bad{number}"))
        assert inbox is not None
        assert inbox.error == ("KeyError", "TypeError")[number]
        assert inbox.done_at == NOW
    after = await one.runtime.receive(update("二", "u2"))
    assert [line.text for line in after.messages] == ["2:二"]
    assert (await one.runtime.receive(update("raise", "bad0"))).messages[0].text == APOLOGY


async def test_a_fault_takes_back_what_the_turn_had_written(store: Store) -> None:
    one = Fixture(store)

    def ports_for(tx: Tx, thread: ThreadRow, _now: datetime) -> Any:
        tx.set_owner(thread.id, thread.owner_version, "queue", agent_id=None, case_id="k1")

    one.runtime._parts = replace(one.runtime._parts, ports_for=ports_for)
    receipt = await one.runtime.receive(update("raise"))
    assert one.thread(receipt.thread_id).owner == "bot"


async def test_the_bot_is_silent_while_an_agent_holds_the_thread(store: Store) -> None:
    one = Fixture(store)
    first = await one.runtime.receive(update("一"))
    for version, owner in enumerate(("queue", "agent", "bot")):
        store.run_sync(
            lambda tx, version=version, owner=owner: tx.set_owner(
                first.thread_id, version, owner, agent_id="a", case_id="k"
            )
        )
        receipt = await one.runtime.receive(update("在吗", f"in {owner}"))
        assert receipt.silent is (owner == "agent")
        assert bool(receipt.messages) is (owner != "agent")
    lines = store.run_sync(lambda tx: tx.messages(first.thread_id))
    assert [line.meta["intent"] for line in lines if line.meta.get("intent") == "silent"] == ["silent"]
    assert len([line for line in lines if line.text == "在吗"]) == 3


async def test_a_tapped_button_is_written_down_by_its_label(store: Store) -> None:
    one = Fixture(store)
    await one.runtime.receive(update("一"))
    receipt = await one.runtime.receive(update("", "u2", choice="level:3"))
    assert one.transcript(receipt.thread_id)[2:] == ["member 三级医院", "bot 2:level:3"]
    assert (one.echo.heard[-1].text, one.echo.heard[-1].choice) == ("", "level:3")


async def test_an_event_is_a_turn_without_a_line_of_the_member(store: Store) -> None:
    one = Fixture(store)
    receipt = await one.runtime.receive(update("", event="start"))
    assert one.transcript(receipt.thread_id) == ["bot 1:start"]


async def test_personal_numbers_are_kept_apart_before_the_first_insert(store: Store) -> None:
    one = Fixture(store)
    receipt = await one.runtime.receive(update("我的身份证410105197203150028"))
    assert "410105197203150028" not in "".join(one.transcript(receipt.thread_id))
    assert one.kept == [{"⟦身份证1⟧": "410105197203150028"}]
    assert "⟦身份证1⟧" in one.echo.heard[-1].text
    await one.runtime.receive(update("123456", "u2"))
    assert one.echo.heard[-1].text == "123456"
    store.run_sync(lambda tx: tx.save_state(receipt.thread_id, {"binding": {"step": "code"}}, NOW))
    await one.runtime.receive(update("123456", "u3"))
    assert one.echo.heard[-1].text == "⟦验证码1⟧"


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("", ""),
        ("字" * 12_000, "字" * 10_000),
        ("🙂👵🏽", "🙂👵🏽"),
        ("a\x00b\x1bc\ud800d\te\nf", "abcd\te\nf"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("مرحبا", "مرحبا"),
    ],
)
async def test_bad_input_is_stored_and_answered(store: Store, raw: str, kept: str) -> None:
    one = Fixture(store)
    receipt = await one.runtime.receive(update(raw))
    assert one.transcript(receipt.thread_id)[0] == f"member {kept}"
    assert receipt.messages
    assert tidy(raw) == kept


async def test_updates_left_behind_are_answered_at_the_next_start_in_their_order(store: Store) -> None:
    one = Fixture(store)
    for number in range(3):
        assert await one.runtime.accept(update(f"第{number}条", f"u{number}")) is True
    assert await one.runtime.accept(update("第0条", "u0")) is False
    assert one.echo.heard == []
    await one.runtime.start()
    await one.runtime.stop()
    thread = store.run_sync(lambda tx: tx.thread_for("telegram", "bot1", "c1", "p1"))
    assert [text for text in one.transcript(thread.id) if text.startswith("bot")] == [
        "bot 1:第0条",
        "bot 2:第1条",
        "bot 3:第2条",
    ]
    assert store.run_sync(lambda tx: tx.threads_pending(5)) == []


async def test_a_waiting_update_is_answered_before_a_new_one_of_its_thread(store: Store) -> None:
    one = Fixture(store)
    await one.runtime.accept(update("raise", "u1"))
    await one.runtime.accept(update("先", "u2"))
    receipt = await one.runtime.receive(update("后", "u3"))
    assert [line.text for line in receipt.messages] == ["2:后"]
    texts = [text for text in one.transcript(receipt.thread_id) if text.startswith("bot")]
    assert texts == [f"bot {APOLOGY}", "bot 1:先", "bot 2:后"]


async def test_an_effect_runs_after_the_commit_and_its_result_is_a_turn(store: Store) -> None:
    done: list[int] = []

    async def double(row: Any) -> dict[str, Any]:
        done.append(row.body["n"])
        return {"n": 2 * row.body["n"]}

    one = Fixture(store, effects={"double": double})
    await one.runtime.start()
    receipt = await one.runtime.receive(update("effect"))
    async with one.runtime.subscribe(f"thread:{receipt.thread_id}") as events:
        if len(one.transcript(receipt.thread_id)) < 3:
            await asyncio.wait_for(anext(events), 5)
    await one.runtime.stop()
    assert done == [21]
    assert one.transcript(receipt.thread_id)[-1] == "bot 2:{'kind': 'double', 'n': 42}"
    assert store.run_sync(lambda tx: tx.take_effects(5, NOW.replace(year=2017))) == []


async def test_a_failing_effect_is_told_to_the_conversation(store: Store) -> None:
    async def broken(_row: Any) -> None:
        raise TimeoutError

    one = Fixture(store, effects={"double": broken})
    receipt = await one.runtime.receive(update("effect"))
    await one.runtime.drain()
    assert one.echo.heard[-1].result == {"kind": "double", "error": "TimeoutError"}
    assert len(one.transcript(receipt.thread_id)) == 3


async def test_live_events_name_new_lines_after_the_commit(store: Store) -> None:
    one = Fixture(store)
    thread = store.run_sync(lambda tx: tx.thread_for("telegram", "bot1", "c1", "p1").id)
    async with one.runtime.subscribe(f"thread:{thread}") as events, one.runtime.subscribe("desk") as desk:
        await one.runtime.receive(update("一"))
        seen = [await asyncio.wait_for(anext(events), 5) for _ in range(2)]
        assert [(event["seq"], event["who"]) for event in seen] == [(1, "member"), (2, "bot")]
        assert (await asyncio.wait_for(anext(desk), 5))["thread"] == thread


async def test_a_slow_page_is_told_to_read_anew(store: Store) -> None:
    one = Fixture(store)
    async with one.runtime.subscribe("desk") as events:
        for number in range(150):
            one.runtime.publish("desk", {"kind": "n", "n": number})
        await asyncio.sleep(0.05)
        assert (await anext(events))["kind"] == "lagged"
        assert (await anext(events))["n"] == 101


async def test_a_database_that_is_away_is_told_to_the_channel(store: Store) -> None:
    one = Fixture(store)

    async def away(_work: Any) -> Any:
        raise StorageDown("away")

    one.store.run = away  # type: ignore[method-assign]
    with pytest.raises(StorageDown):
        await one.runtime.receive(update("一"))


async def test_a_lost_compare_and_set_is_tried_again(store: Store) -> None:
    one = Fixture(store)
    times: list[int] = []

    def ports_for(_tx: Tx, _thread: ThreadRow, _now: datetime) -> Any:
        times.append(1)
        if len(times) < 3:
            raise Conflict("somebody was faster")

    one.runtime._parts = replace(one.runtime._parts, ports_for=ports_for)
    receipt = await one.runtime.receive(update("一"))
    assert [line.text for line in receipt.messages] == ["1:一"]
    assert len(times) == 3


def test_a_note_of_the_staff_is_not_sent_to_the_member(store: Store) -> None:
    def note(tx: Tx) -> int:
        thread = tx.thread_for("telegram", "bot1", "c1", "p1")
        say(tx, thread, MessageRow("m1", thread.id, 0, "note", "内部", NOW))
        say(tx, thread, MessageRow("m2", thread.id, 0, "agent", "您好", NOW, agent_id="a"))
        return len(tx.outbox())

    assert store.run_sync(note) == 1
