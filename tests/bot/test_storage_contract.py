"""One contract, three engines: what a transaction promises, whichever storage is behind it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from bot.storage.port import (
    ApiKeyRow,
    CaseRow,
    Conflict,
    EffectRow,
    InboxRow,
    MessageRow,
    OutboxRow,
    ParameterRow,
    StaffRow,
    Store,
    Tx,
    WorkItemRow,
    new_id,
)

NOW = datetime(2016, 11, 20, 1, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


def thread_id(store: Store, chat: str = "c1") -> str:
    return store.run_sync(lambda tx: tx.thread_for("web", "main", chat, "p1").id)


def inbox_row(thread: str, platform_id: str) -> InboxRow:
    return InboxRow(new_id(), "web", "main", platform_id, thread, {"text": "你好"}, NOW)


def line(thread: str, text: str, who: str = "member", **more: object) -> MessageRow:
    return MessageRow(new_id(), thread, 0, who, text, NOW, **more)  # type: ignore[arg-type]


def outgoing(thread: str, seq: int) -> OutboxRow:
    return OutboxRow(new_id(), thread, new_id(), "telegram", "bot1", {"text": str(seq)}, next_at=NOW, seq=seq)


def test_an_address_is_always_the_same_thread(store: Store) -> None:
    first = thread_id(store)
    assert thread_id(store) == first
    assert thread_id(store, "c2") != first
    row = store.run_sync(lambda tx: tx.thread(first))
    assert row is not None
    assert (row.owner, row.owner_version, row.state, row.last_seq, row.waiting) == ("bot", 0, {}, 0, False)
    assert row.created_at is not None
    assert row.created_at.tzinfo is not None
    assert store.run_sync(lambda tx: tx.thread("none")) is None


def test_the_state_comes_back_as_it_went_in(store: Store) -> None:
    thread = thread_id(store)
    state = {"form": {"facts": {"total": "35600.00", "说": ["三级", None, True, 2]}}, "z": 1, "a": 2}
    store.run_sync(lambda tx: tx.save_state(thread, state, NOW))
    row = store.run_sync(lambda tx: tx.thread(thread))
    assert row is not None
    assert row.state == state
    assert list(row.state) == ["form", "z", "a"]
    assert row.active_at == NOW


def test_a_failing_work_leaves_nothing_behind(store: Store) -> None:
    thread = thread_id(store)

    def fail(tx: Tx) -> None:
        tx.add_message(line(thread, "一"))
        tx.save_state(thread, {"a": 1}, NOW)
        tx.put_meta("sample", "yes")
        tx.add_inbox(inbox_row(thread, "u1"))
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        store.run_sync(fail)
    row = store.run_sync(lambda tx: tx.thread(thread))
    assert row is not None
    assert (row.last_seq, row.state) == (0, {})
    assert store.run_sync(lambda tx: (tx.messages(thread), tx.meta("sample"), tx.pending(thread))) == ([], None, [])


def test_the_transcript_counts_from_one_and_keeps_its_order(store: Store) -> None:
    thread = thread_id(store)

    def talk(tx: Tx) -> list[int]:
        return [tx.add_message(line(thread, text)).seq for text in "一二三"]

    assert store.run_sync(talk) == [1, 2, 3]
    assert store.run_sync(lambda tx: tx.add_message(line(thread, "四")).seq) == 4
    said = store.run_sync(lambda tx: tx.messages(thread, after=1, limit=2))
    assert [row.text for row in said] == ["二", "三"]
    said = store.run_sync(lambda tx: tx.messages(thread, limit=2, newest=True))
    assert [row.text for row in said] == ["三", "四"]


def test_a_message_keeps_everything_it_was_given(store: Store) -> None:
    thread = thread_id(store)
    row = line(
        thread, "<b>\u4f60🙂</b>", "bot", choices=[{"label": "三级", "value": "3"}], meta={"x": 1}, personal=True
    )
    kept = store.run_sync(lambda tx: tx.add_message(row))
    assert store.run_sync(lambda tx: tx.messages(thread)) == [kept]
    assert kept.seq == 1


def test_saving_the_state_and_counting_messages_do_not_undo_each_other(store: Store) -> None:
    thread = thread_id(store)

    def turn(tx: Tx) -> None:
        tx.add_message(line(thread, "一"))
        tx.save_state(thread, {"n": 1}, NOW)
        tx.add_message(line(thread, "二"))
        tx.set_owner(thread, 0, "queue", agent_id=None, case_id="k1")

    store.run_sync(turn)
    row = store.run_sync(lambda tx: tx.thread(thread))
    assert row is not None
    assert (row.last_seq, row.state, row.owner, row.owner_version, row.case_id) == (2, {"n": 1}, "queue", 1, "k1")


def test_a_platform_id_is_taken_once(store: Store) -> None:
    thread = thread_id(store)
    row = inbox_row(thread, "u1")
    assert store.run_sync(lambda tx: tx.add_inbox(row)) is True
    assert store.run_sync(lambda tx: tx.add_inbox(inbox_row(thread, "u1"))) is False
    found = store.run_sync(lambda tx: tx.inbox("web", "main", "u1"))
    assert found == row
    assert store.run_sync(lambda tx: tx.inbox("web", "main", "u2")) is None


def test_waiting_updates_are_found_in_order_until_they_are_done(store: Store) -> None:
    one, two = thread_id(store, "c1"), thread_id(store, "c2")
    rows = [inbox_row(two, "a"), inbox_row(one, "b"), inbox_row(two, "c")]
    for row in rows:
        store.run_sync(lambda tx, row=row: tx.add_inbox(row))
    assert store.run_sync(lambda tx: tx.threads_pending(5)) == [two, one]
    assert [row.platform_id for row in store.run_sync(lambda tx: tx.pending(two))] == ["a", "c"]
    waiting = store.run_sync(lambda tx: tx.thread(two))
    assert waiting is not None
    assert waiting.waiting
    for row in rows:
        store.run_sync(lambda tx, row=row: tx.finish_inbox(row.id, LATER, "KeyError"))
    assert store.run_sync(lambda tx: tx.threads_pending(5)) == []
    done = store.run_sync(lambda tx: tx.inbox("web", "main", "a"))
    assert done is not None
    assert (done.done_at, done.error, done.body) == (LATER, "KeyError", {})


def test_replies_to_an_update_are_what_the_bot_said(store: Store) -> None:
    thread = thread_id(store)
    row = inbox_row(thread, "u1")

    def turn(tx: Tx) -> None:
        tx.add_inbox(row)
        tx.add_message(line(thread, "问", inbox_id=row.id))
        tx.add_message(line(thread, "答一", "bot", inbox_id=row.id))
        tx.add_message(line(thread, "答二", "bot", inbox_id=row.id))

    store.run_sync(turn)
    assert [said.text for said in store.run_sync(lambda tx: tx.replies_to(row.id))] == ["答一", "答二"]


def test_an_owner_changes_only_from_the_version_that_was_seen(store: Store) -> None:
    thread = thread_id(store)
    assert store.run_sync(lambda tx: tx.set_owner(thread, 0, "queue", agent_id=None, case_id="k")) == 1
    with pytest.raises(Conflict):
        store.run_sync(lambda tx: tx.set_owner(thread, 0, "agent", agent_id="a", case_id="k"))
    assert store.run_sync(lambda tx: tx.set_owner(thread, 1, "agent", agent_id="a", case_id="k")) == 2
    row = store.run_sync(lambda tx: tx.thread(thread))
    assert row is not None
    assert (row.owner, row.agent_id) == ("agent", "a")


def test_of_many_who_claim_at_once_one_gets_it(store: Store) -> None:
    thread = thread_id(store)
    won: list[str] = []

    def claim(name: str) -> None:
        try:
            store.run_sync(lambda tx: tx.set_owner(thread, 0, "agent", agent_id=name, case_id="k"))
        except Conflict:
            return
        won.append(name)

    claims = [threading.Thread(target=claim, args=(f"a{number}",)) for number in range(8)]
    for one in claims:
        one.start()
    for one in claims:
        one.join()
    row = store.run_sync(lambda tx: tx.thread(thread))
    assert row is not None
    assert [row.agent_id] == won


def test_a_blocked_member_is_marked(store: Store) -> None:
    thread = thread_id(store)
    store.run_sync(lambda tx: tx.set_blocked(thread, blocked=True))
    row = store.run_sync(lambda tx: tx.thread(thread))
    assert row is not None
    assert row.blocked


def test_the_outbox_gives_the_oldest_of_each_thread_and_waits_for_it(store: Store) -> None:
    one, two = thread_id(store, "c1"), thread_id(store, "c2")
    rows = [outgoing(one, 1), outgoing(one, 2), outgoing(two, 1)]

    def queue(tx: Tx) -> None:
        for row in reversed(rows):
            tx.add_outbox(row)

    store.run_sync(queue)
    due = store.run_sync(lambda tx: tx.due_outbox("telegram", "bot1", NOW, 10))
    assert {(row.thread_id, row.seq, row.status) for row in due} == {(one, 1, "sending"), (two, 1, "sending")}
    assert store.run_sync(lambda tx: tx.due_outbox("telegram", "bot1", NOW, 10)) == []
    first = next(row for row in due if row.thread_id == one)
    first.status = "sent"
    store.run_sync(lambda tx: tx.update_outbox(first))
    due = store.run_sync(lambda tx: tx.due_outbox("telegram", "bot1", NOW, 10))
    assert [(row.thread_id, row.seq) for row in due] == [(one, 2)]
    assert store.run_sync(lambda tx: tx.due_outbox("telegram", "other", NOW, 10)) == []
    assert len(store.run_sync(lambda tx: tx.outbox(thread_id=one))) == 2
    assert len(store.run_sync(lambda tx: tx.outbox(status="sent"))) == 1


def test_a_row_is_not_sent_before_its_time_and_is_stale_after_its_lease(store: Store) -> None:
    thread = thread_id(store)
    row = outgoing(thread, 1)
    row.next_at = LATER
    store.run_sync(lambda tx: tx.add_outbox(row))
    assert store.run_sync(lambda tx: tx.due_outbox("telegram", "bot1", NOW, 10)) == []
    assert len(store.run_sync(lambda tx: tx.due_outbox("telegram", "bot1", LATER, 10, lease_seconds=30))) == 1
    assert store.run_sync(lambda tx: tx.stale_outbox("telegram", "bot1", LATER)) == []
    stale = store.run_sync(lambda tx: tx.stale_outbox("telegram", "bot1", LATER + timedelta(seconds=30)))
    assert [one.id for one in stale] == [row.id]


def test_an_effect_is_taken_once_and_again_only_after_its_lease(store: Store) -> None:
    thread = thread_id(store)
    row = EffectRow(new_id(), thread, "send_code", {"challenge": "x"}, created_at=NOW)
    store.run_sync(lambda tx: tx.add_effect(row))
    taken = store.run_sync(lambda tx: tx.take_effects(5, NOW, 60))
    assert [(one.id, one.status, one.body) for one in taken] == [(row.id, "running", {"challenge": "x"})]
    assert store.run_sync(lambda tx: tx.take_effects(5, NOW, 60)) == []
    again = store.run_sync(lambda tx: tx.take_effects(5, NOW + timedelta(seconds=60), 60))
    assert [one.id for one in again] == [row.id]
    store.run_sync(lambda tx: tx.finish_effect(row.id, "done"))
    assert store.run_sync(lambda tx: tx.take_effects(5, NOW + timedelta(days=1), 60)) == []


def test_cases_are_found_by_what_they_wait_for(store: Store) -> None:
    one, two = thread_id(store, "c1"), thread_id(store, "c2")
    waiting = CaseRow(new_id(), one, "asked", "医保", {"问": "起付线"}, NOW)
    held = CaseRow(new_id(), two, "unsure", "报销", {}, LATER, agent_id="a1", claimed_at=LATER)
    closed = CaseRow(new_id(), two, "asked", "医保", {}, NOW, closed_at=LATER, resolution="solved", rating=5)
    for case in (held, waiting, closed):
        store.run_sync(lambda tx, case=case: tx.add_case(case))
    assert store.run_sync(lambda tx: tx.case(waiting.id)) == waiting
    assert store.run_sync(lambda tx: tx.cases()) == [waiting, closed, held]
    assert store.run_sync(lambda tx: tx.cases(open_only=True)) == [waiting, held]
    assert store.run_sync(lambda tx: tx.cases(waiting_only=True)) == [waiting]
    assert store.run_sync(lambda tx: tx.cases(agent_id="a1")) == [held]
    assert store.run_sync(lambda tx: tx.cases(thread_id=two, open_only=True)) == [held]
    assert store.run_sync(lambda tx: tx.cases(groups=["医保"])) == [waiting, closed]
    assert store.run_sync(lambda tx: tx.cases(since=LATER)) == [held]
    assert store.run_sync(lambda tx: tx.cases(limit=1)) == [waiting]
    waiting.agent_id, waiting.summary = "a2", {"改": True}
    store.run_sync(lambda tx: tx.update_case(waiting))
    assert store.run_sync(lambda tx: tx.case(waiting.id)) == waiting


def test_staff_and_their_sessions(store: Store) -> None:
    row = StaffRow(new_id(), "wang", "王芳", "agent", "hash", ["医保"])
    store.run_sync(lambda tx: tx.put_staff(row))
    assert store.run_sync(lambda tx: tx.staff(login="wang")) == row
    row.disabled = True
    store.run_sync(lambda tx: tx.put_staff(row))
    assert store.run_sync(lambda tx: (tx.staff(staff_id=row.id), tx.all_staff())) == (row, [row])
    assert store.run_sync(lambda tx: tx.staff(login="li")) is None
    store.run_sync(lambda tx: tx.put_session("t1", row.id, NOW, {"csrf": "x"}))
    store.run_sync(lambda tx: tx.put_session("t1", row.id, LATER, {"csrf": "y"}))
    assert store.run_sync(lambda tx: tx.session("t1")) == (row.id, LATER, {"csrf": "y"})
    store.run_sync(lambda tx: tx.drop_session("t1"))
    assert store.run_sync(lambda tx: tx.session("t1")) is None


def test_a_parameter_is_replaced_by_its_date_and_counted(store: Store) -> None:
    row = ParameterRow("henan-employee", "average_wage", "45403.00", "2015-01-01", "2015-12-31", "公报", "li", NOW)
    store.run_sync(lambda tx: tx.put_parameter(row))
    row.value = "45404.00"
    store.run_sync(lambda tx: tx.put_parameter(row))
    assert store.run_sync(lambda tx: tx.parameters()) == [row]
    assert store.run_sync(lambda tx: tx.meta("parameters")) == "2"


def test_secrets_are_kept_until_dropped(store: Store) -> None:
    thread = thread_id(store)
    store.run_sync(lambda tx: tx.put_secret(thread, "⟦身份证1⟧", b"\x00\xff", NOW))
    store.run_sync(lambda tx: tx.put_secret(thread, "⟦手机1⟧", b"two", LATER))
    assert store.run_sync(lambda tx: tx.secret(thread, "⟦身份证1⟧")) == b"\x00\xff"
    assert store.run_sync(lambda tx: tx.drop_secrets(before=LATER)) == 1
    assert store.run_sync(lambda tx: tx.secret(thread, "⟦身份证1⟧")) is None
    assert store.run_sync(lambda tx: tx.drop_secrets(thread_id=thread)) == 1


def test_the_audit_log_is_read_newest_first(store: Store) -> None:
    for act in ("login", "claim"):
        store.run_sync(lambda tx, act=act: tx.note_audit("wang", act, "k1", {"ip": "x"}, NOW))
    entries = store.run_sync(lambda tx: list(tx.audit(limit=5)))
    assert [entry["act"] for entry in entries] == ["claim", "login"]
    assert entries[0]["at"] == NOW
    assert entries[0]["detail"] == {"ip": "x"}


def test_an_erased_thread_keeps_its_place_and_nothing_else(store: Store) -> None:
    thread = thread_id(store)
    done, waiting = inbox_row(thread, "u1"), inbox_row(thread, "u2")
    done.done_at = NOW

    def fill(tx: Tx) -> None:
        tx.add_inbox(done)
        tx.add_inbox(waiting)
        tx.add_message(line(thread, "我叫李四"))
        tx.save_state(thread, {"form": {}}, NOW)
        tx.put_secret(thread, "t", b"x", LATER)
        tx.add_outbox(outgoing(thread, 1))
        tx.add_effect(EffectRow(new_id(), thread, "send_code", {}))
        tx.add_case(CaseRow("k1", thread, "asked", "医保", {"问": "x"}, NOW))
        tx.set_owner(thread, 0, "queue", agent_id=None, case_id="k1")

    store.run_sync(fill)
    store.run_sync(lambda tx: tx.erase_thread(thread))
    row = store.run_sync(lambda tx: tx.thread(thread))
    case = store.run_sync(lambda tx: tx.case("k1"))
    assert row is not None
    assert case is not None
    assert (row.state, row.owner, row.owner_version, row.case_id) == ({}, "bot", 2, None)
    assert (case.resolution, case.summary) == ("erased", {})
    assert case.closed_at is not None
    left = store.run_sync(lambda tx: (tx.messages(thread), tx.pending(thread), tx.outbox(), tx.secret(thread, "t")))
    assert left == ([], [], [], None)
    assert store.run_sync(lambda tx: tx.take_effects(5)) == []
    assert store.run_sync(lambda tx: tx.add_inbox(inbox_row(thread, "u1"))) is False
    assert store.run_sync(lambda tx: tx.add_message(line(thread, "又来了")).seq) == 2


def test_events_are_heard_after_the_commit_and_never_of_a_rollback(store: Store) -> None:
    heard: list[tuple[str, object]] = []
    store.listen(lambda topic, event: heard.append((topic, event["n"])))

    def fail(tx: Tx) -> None:
        tx.publish("desk", {"n": 0})
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.run_sync(fail)
    store.run_sync(lambda tx: tx.publish("desk", {"n": 1}))
    store.tell([("desk", {"n": 2})])
    assert heard == [("desk", 1), ("desk", 2)]


async def test_works_run_off_the_loop_and_come_back_with_their_result(store: Store) -> None:
    assert await store.run(lambda tx: tx.thread_for("web", "main", "c", "p").owner) == "bot"


def test_ids_rise_even_within_one_millisecond() -> None:
    ids = [new_id() for _ in range(2000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 2000
    assert {len(one) for one in ids} == {24}


def test_a_mark_on_a_line_is_kept_beside_what_was_there(store: Store) -> None:
    thread = thread_id(store)
    said = store.run_sync(lambda tx: tx.add_message(line(thread, "答", "bot", meta={"intent": "faq"})))
    store.run_sync(lambda tx: tx.mark_message(said.id, "thumb", "down"))
    store.run_sync(lambda tx: tx.mark_message("none", "thumb", "down"))
    assert store.run_sync(lambda tx: tx.messages(thread))[0].meta == {"intent": "faq", "thumb": "down"}


def item(thread: str, message: str, kind: str = "wrong", *, at: datetime = NOW, should: str = "") -> WorkItemRow:
    return WorkItemRow(new_id(), kind, thread, message, "问", "答", should, ["a/b"], "r1", "staff:1", at)


def test_work_items_are_one_a_kind_and_message_newest_first(store: Store) -> None:
    thread = thread_id(store)
    rows = (
        item(thread, "m1"),
        item(thread, "m1", "down"),
        item(thread, "m2", at=LATER),
        item(thread, "m1", should="改"),
    )
    for row in rows:
        store.run_sync(lambda tx, row=row: tx.put_work_item(row))  # type: ignore[misc]
    found = store.run_sync(lambda tx: tx.work_items(kind="wrong"))
    assert [(row.message_id, row.should, row.entries) for row in found] == [("m2", "", ["a/b"]), ("m1", "改", ["a/b"])]
    store.run_sync(lambda tx: tx.drop_work_item("down", "m1"))
    found[0].done_at = LATER
    store.run_sync(lambda tx: tx.put_work_item(found[0]))
    assert [row.message_id for row in store.run_sync(lambda tx: tx.work_items())] == ["m1"]
    assert len(store.run_sync(lambda tx: tx.work_items(open_only=False))) == 2
    store.run_sync(lambda tx: tx.erase_thread(thread))
    assert store.run_sync(lambda tx: tx.work_items(open_only=False)) == []


def test_keys_are_kept_and_revoked(store: Store) -> None:
    key = ApiKeyRow(new_id(), "财务系统", "h" * 64, ["cases:read"], "shell:root", NOW)
    store.run_sync(lambda tx: tx.put_api_key(key))
    key.revoked_at = LATER
    store.run_sync(lambda tx: tx.put_api_key(key))
    assert store.run_sync(lambda tx: tx.api_keys()) == [key]


def test_a_lease_is_held_by_one_and_its_fence_counts_the_changes_of_hands(store: Store) -> None:
    assert store.run_sync(lambda tx: tx.take_lease("poll", "a", 60)) == 1
    assert store.run_sync(lambda tx: tx.take_lease("poll", "b", 60)) is None
    assert store.run_sync(lambda tx: tx.take_lease("seal", "b", 60)) == 1
    assert store.run_sync(lambda tx: tx.take_lease("poll", "a", 60)) == 1
    assert store.run_sync(lambda tx: (tx.holds_lease("poll", 1), tx.holds_lease("none", 1))) == (True, False)
    store.run_sync(lambda tx: tx.drop_lease("poll", 7))
    assert store.run_sync(lambda tx: tx.take_lease("poll", "b", 60)) is None
    store.run_sync(lambda tx: tx.drop_lease("poll", 1))
    assert store.run_sync(lambda tx: tx.take_lease("poll", "b", 0.0)) == 2
    assert store.run_sync(lambda tx: tx.take_lease("poll", "a", 60)) == 3
    assert store.run_sync(lambda tx: (tx.holds_lease("poll", 2), tx.holds_lease("poll", 3))) == (False, True)


def test_a_lease_from_a_clock_far_ahead_binds_nobody(store: Store) -> None:
    assert store.run_sync(lambda tx: tx.take_lease("poll", "a", 10_000_000)) == 1
    assert store.run_sync(lambda tx: tx.take_lease("poll", "b", 60)) == 2


def test_taking_in_tells_what_is_new_and_what_still_waits(store: Store) -> None:
    thread = thread_id(store)

    def take(row: InboxRow) -> tuple[bool, bool]:
        def work(tx: Tx) -> tuple[bool, bool]:
            tx.thread_for("web", "main", "c1", "p1")
            return tx.take_in(row)

        return store.run_sync(work)

    done, waiting = inbox_row(thread, "u1"), inbox_row(thread, "u2")
    done.done_at, done.body = NOW, {"说": "三级"}
    assert take(done) == (True, False)
    assert take(inbox_row(thread, "u1")) == (False, False)
    assert store.run_sync(lambda tx: tx.inbox("web", "main", "u1")) == done
    assert take(waiting) == (True, False)
    assert take(inbox_row(thread, "u3")) == (True, True)
