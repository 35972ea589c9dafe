"""Whatever people do in whatever order, a conversation has exactly one owner and the desk's rows agree about it."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.desk import hold, queue
from bot.desk.errors import DeskError
from bot.desk.silence import sweep
from bot.storage.memory import MemoryStore
from bot.storage.port import MessageRow, Tx, new_id
from handlers.ports import CaseRequest
from tests.bot.web_office import MONDAY, PEOPLE, office

OFFICE = office()
AGENTS = st.sampled_from(PEOPLE)
CHATS = st.sampled_from(["a", "b"])
PATIENCE = timedelta(minutes=5)


class Desk(RuleBasedStateMachine):
    """Two members, four people of the office, every act; refused acts must change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.store = MemoryStore()
        self.now = MONDAY
        for person in PEOPLE:
            self.store.run_sync(lambda tx, person=person: tx.put_staff(person))

    def act(self, chat: str, work: Any) -> None:
        """Do something with a member's thread; a refusal is rolled back by the store."""
        self.now += timedelta(seconds=20)
        with suppress(DeskError):
            self.store.run_sync(lambda tx: work(tx, tx.thread_for("web", "web", chat, chat)))

    @rule(chat=CHATS, reason=st.sampled_from(["asked", "crisis", "fraud"]))
    def open(self, chat: str, reason: str) -> None:
        self.act(chat, lambda tx, t: queue.open_case(tx, t, CaseRequest(reason, "general"), self.now, OFFICE))

    @rule(chat=CHATS)
    def leave(self, chat: str) -> None:
        self.act(chat, lambda tx, t: queue.leave(tx, t, self.now))

    @rule(chat=CHATS)
    def erase(self, chat: str) -> None:
        self.act(chat, lambda tx, t: queue.erase(tx, t, self.now))

    @rule(chat=CHATS)
    def write(self, chat: str) -> None:
        self.act(chat, lambda tx, t: tx.add_message(MessageRow(new_id(), t.id, 0, "member", "在吗", self.now)))

    @rule(chat=CHATS, who=AGENTS)
    def claim(self, chat: str, who: Any) -> None:
        self.act(chat, lambda tx, t: hold.claim(tx, t.case_id or "none", who, self.now))

    @rule(chat=CHATS, who=AGENTS)
    def reply(self, chat: str, who: Any) -> None:
        self.act(chat, lambda tx, t: hold.reply(tx, t.case_id or "none", who, "您好", self.now))

    @rule(chat=CHATS, who=AGENTS, ending=st.sampled_from(["solved", "back_to_bot"]))
    def close(self, chat: str, who: Any, ending: str) -> None:
        self.act(chat, lambda tx, t: hold.close(tx, t.case_id or "none", who, ending, self.now))

    @rule(chat=CHATS, who=AGENTS, group=st.sampled_from(["general", "settlement", "nowhere"]))
    def to_group(self, chat: str, who: Any, group: str) -> None:
        more = {"group_id": group, "text": "请看", "office": OFFICE}
        self.act(chat, lambda tx, t: hold.transfer_to_group(tx, t.case_id or "none", who, self.now, **more))

    @rule(chat=CHATS, who=AGENTS, to=AGENTS)
    def to_person(self, chat: str, who: Any, to: Any) -> None:
        self.act(chat, lambda tx, t: hold.transfer_to_person(tx, t.case_id or "none", who, self.now, to=to, text="看"))

    @rule(chat=CHATS, who=AGENTS, why=st.sampled_from(["", "hospital"]))
    def pause(self, chat: str, who: Any, why: str) -> None:
        self.act(chat, lambda tx, t: hold.pause(tx, t.case_id or "none", who, self.now, waiting_for=why))

    @rule(chat=CHATS, score=st.integers(0, 6))
    def rate(self, chat: str, score: int) -> None:
        self.act(chat, lambda tx, t: queue.rate(tx, t, score, "", self.now))

    @rule(who=AGENTS)
    def absent(self, who: Any) -> None:
        self.act("a", lambda tx, _t: hold.move_all(tx, who, PEOPLE[2], self.now))

    @rule(minutes=st.integers(1, 9))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.store.run_sync(lambda tx: sweep(tx, self.now, PATIENCE))

    @precondition(lambda self: self.now > MONDAY)
    @invariant()
    def one_owner_and_the_rows_agree(self) -> None:
        self.store.run_sync(agree)

    @invariant()
    def places_in_the_queue_are_one_two_three(self) -> None:
        self.store.run_sync(lambda tx: in_line(tx, self.now))


def agree(tx: Tx) -> None:
    """Thread and case tell the same story, and no thread has two open cases."""
    for chat in ("a", "b"):
        thread = tx.thread_for("web", "web", chat, chat)
        open_cases = [case for case in tx.cases(thread_id=thread.id) if case.closed_at is None]
        assert [case.id for case in open_cases] == ([thread.case_id] if thread.owner != "bot" else [])
        assert (thread.agent_id is not None) == (thread.owner == "agent")
        assert all(case.agent_id == thread.agent_id for case in open_cases)
        assert all((case.claimed_at is None) == (case.agent_id is None) for case in open_cases)
        assert all(case.resolution for case in tx.cases(thread_id=thread.id) if case.closed_at)


def in_line(tx: Tx, now: Any) -> None:
    """Within each group the tickets are 1, 2, 3 … without a gap."""
    places: dict[str, list[int]] = {}
    for chat in ("a", "b"):
        thread = tx.thread_for("web", "web", chat, chat)
        ticket = queue.ticket(tx, thread, now, OFFICE)
        if ticket and thread.case_id:
            case = tx.case(thread.case_id)
            assert case is not None
            places.setdefault(case.group, []).append(ticket.position)
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in places.values())


Desk.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestDesk = Desk.TestCase
