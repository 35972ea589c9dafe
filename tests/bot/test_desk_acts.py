"""What each act of the desk does to the owner, the case, the transcript and the audit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.desk import hold, queue
from bot.desk.errors import BadAct, Closed, DeskError, Held
from bot.desk.sight import may_see
from bot.desk.silence import sweep
from bot.desk.views import counts, listed
from bot.desk.worklist import items, mark_wrong
from bot.storage.port import CaseRow, Conflict
from handlers.ports import CaseRequest
from tests.bot.web_office import BOSS, JIAN, LI, MONDAY, WANG, Fixture


@pytest.fixture
def desk(store: Any) -> Fixture:
    return Fixture(store)


async def waiting(desk: Fixture, chat: str = "c1") -> CaseRow:
    return desk.case(await desk.say(chat, "转人工"))


def acts(desk: Fixture) -> list[str]:
    return [row["act"] for row in reversed(list(desk.do(lambda tx: tx.audit())))]


async def test_asking_for_a_person_puts_the_thread_into_the_queue(desk: Fixture) -> None:
    case = await waiting(desk)
    thread = desk.thread(case.thread_id)
    assert (thread.owner, thread.case_id, thread.agent_id) == ("queue", case.id, None)
    assert case.summary["facts"] == {"total": "30000.00"}
    assert desk.transcript(thread.id)[-1] == "bot: 已为您转人工，您排在第1位。"


async def test_the_bot_answers_in_the_queue_and_the_place_is_kept(desk: Fixture) -> None:
    first, second = await waiting(desk, "c1"), await waiting(desk, "c2")
    await desk.say("c1", "起付线多少")
    assert desk.transcript(first.thread_id)[-1].startswith("bot: 回答")
    assert await desk.say("c2", "转人工", update="again") == second.thread_id
    assert desk.transcript(second.thread_id)[-1] == "bot: 已为您转人工，您排在第2位。"
    assert len(desk.do(lambda tx: tx.cases(thread_id=second.thread_id))) == 1


async def test_a_claim_silences_the_bot_and_closing_gives_the_thread_back(desk: Fixture) -> None:
    case = await waiting(desk)
    desk.do(lambda tx: hold.claim(tx, case.id, LI, MONDAY))
    await desk.say("c1", "在吗")
    assert desk.transcript(case.thread_id)[-1] == "member: 在吗"
    desk.do(lambda tx: hold.reply(tx, case.id, LI, "您好，请讲", MONDAY))
    desk.do(lambda tx: hold.close(tx, case.id, LI, "solved", MONDAY))
    assert desk.thread(case.thread_id).owner == "bot"
    await desk.say("c1", "起付线多少")
    lines = desk.transcript(case.thread_id)
    assert lines[-1].startswith("bot: 回答")
    assert "agent: 您好，请讲" in lines
    assert acts(desk) == ["case.open", "case.claim", "case.reply", "case.close"]


async def test_a_second_agent_is_told_who_holds_it(desk: Fixture) -> None:
    case = await waiting(desk)
    desk.do(lambda tx: hold.claim(tx, case.id, LI, MONDAY))
    with pytest.raises(Held, match="李静已先接入") as lost:
        desk.do(lambda tx: hold.claim(tx, case.id, WANG, MONDAY))
    assert isinstance(lost.value, Conflict)
    with pytest.raises(Held, match="由李静接待"):
        desk.do(lambda tx: hold.reply(tx, case.id, WANG, "我来答", MONDAY))
    again = desk.do(lambda tx: hold.claim(tx, case.id, LI, MONDAY))
    assert again.agent_id == LI.id
    assert acts(desk).count("case.claim") == 1


async def test_a_reply_sent_twice_is_said_once(desk: Fixture) -> None:
    case = await waiting(desk)
    desk.do(lambda tx: hold.claim(tx, case.id, LI, MONDAY))
    one = desk.do(lambda tx: hold.reply(tx, case.id, LI, "好", MONDAY, client_id="x1"))
    two = desk.do(lambda tx: hold.reply(tx, case.id, LI, "好", MONDAY, client_id="x1"))
    assert one.id == two.id
    assert desk.transcript(case.thread_id).count("agent: 好") == 1


@pytest.mark.parametrize("text", ["", "  \n ", "\x00\x07", "长" * 4001, "他的身份证号 11010519491231002X"])
async def test_a_senseless_reply_is_refused(desk: Fixture, text: str) -> None:
    case = await waiting(desk)
    desk.do(lambda tx: hold.claim(tx, case.id, LI, MONDAY))
    before = desk.transcript(case.thread_id)
    with pytest.raises(BadAct):
        desk.do(lambda tx: hold.reply(tx, case.id, LI, text, MONDAY))
    assert desk.transcript(case.thread_id) == before


async def test_a_silent_agent_loses_the_case_and_the_place_is_kept(desk: Fixture) -> None:
    first, second = await waiting(desk, "c1"), await waiting(desk, "c2")
    patience = timedelta(minutes=5)
    desk.do(lambda tx: hold.claim(tx, first.id, LI, MONDAY))
    assert desk.do(lambda tx: sweep(tx, MONDAY + timedelta(minutes=4), patience)) == []
    back = desk.do(lambda tx: sweep(tx, MONDAY + timedelta(minutes=5), patience))
    assert [case.id for case in back] == [first.id]
    assert desk.thread(first.thread_id).owner == "queue"
    order = desk.do(lambda tx: listed(tx, "queue", WANG, desk.office, MONDAY))
    assert [case.id for case in order] == [first.id, second.id]
    assert desk.case(first.thread_id).summary["returned"][0]["agent"] == LI.id
    assert acts(desk)[-1] == "case.requeue"


async def test_the_lease_runs_only_while_the_member_waits(desk: Fixture) -> None:
    case = await waiting(desk)
    patience = timedelta(minutes=5)
    desk.do(lambda tx: hold.claim(tx, case.id, LI, MONDAY))
    desk.clock.pass_(minutes=1)
    desk.do(lambda tx: hold.reply(tx, case.id, LI, "请稍等", desk.clock()))
    assert desk.do(lambda tx: sweep(tx, MONDAY + timedelta(hours=3), patience)) == []
    desk.clock.pass_(hours=3)
    await desk.say("c1", "还在吗")
    assert desk.do(lambda tx: sweep(tx, desk.clock() + timedelta(minutes=4), patience)) == []
    assert desk.case(case.thread_id).lease_until == desk.clock() + patience
    assert len(desk.do(lambda tx: sweep(tx, desk.clock() + timedelta(minutes=6), patience))) == 1


async def test_a_pause_stops_the_lease_and_a_reply_ends_the_pause(desk: Fixture) -> None:
    case = await waiting(desk)
    desk.do(lambda tx: hold.claim(tx, case.id, LI, MONDAY))
    due = MONDAY + timedelta(days=2)
    desk.do(lambda tx: hold.pause(tx, case.id, LI, MONDAY, waiting_for="hospital", due_at=due))
    assert desk.do(lambda tx: sweep(tx, MONDAY + timedelta(hours=9), timedelta(minutes=5))) == []
    desk.do(lambda tx: hold.reply(tx, case.id, LI, "医院回复了", MONDAY + timedelta(hours=9)))
    assert desk.case(case.thread_id).waiting_for == ""
    with pytest.raises(BadAct, match="等医院回复"):
        desk.do(lambda tx: hold.pause(tx, case.id, LI, MONDAY, waiting_for="weather"))


async def test_a_transfer_to_a_group_waits_there_with_its_note(desk: Fixture) -> None:
    case = await waiting(desk)
    desk.do(lambda tx: hold.claim(tx, case.id, LI, MONDAY))
    args = {"group_id": "settlement", "text": "要查结算单", "office": desk.office}
    desk.do(lambda tx: hold.transfer_to_group(tx, case.id, LI, MONDAY, **args))
    moved = desk.case(case.thread_id)
    assert (moved.group, moved.agent_id, desk.thread(case.thread_id).owner) == ("settlement", None, "queue")
    assert "note: 转交待遇结算：要查结算单" in desk.transcript(case.thread_id)
    desk.do(lambda tx: hold.claim(tx, case.id, LI, MONDAY))
    with pytest.raises(BadAct, match="没有这个小组"):
        desk.do(lambda tx: hold.transfer_to_group(tx, case.id, LI, MONDAY, **{**args, "group_id": "nobody"}))


async def test_a_transfer_to_a_colleague_makes_them_the_owner(desk: Fixture) -> None:
    case = await waiting(desk)
    desk.do(lambda tx: hold.claim(tx, case.id, LI, MONDAY))
    desk.do(lambda tx: hold.transfer_to_person(tx, case.id, LI, MONDAY, to=WANG, text="请接着办"))
    assert desk.thread(case.thread_id).agent_id == WANG.id
    with pytest.raises(Held, match="由王芳接待"):
        desk.do(lambda tx: hold.reply(tx, case.id, LI, "我再说一句", MONDAY))
    with pytest.raises(BadAct):
        desk.do(lambda tx: hold.transfer_to_person(tx, case.id, WANG, MONDAY, to=WANG, text="给自己"))


async def test_an_absent_agents_cases_move_in_one_act(desk: Fixture) -> None:
    cases = [await waiting(desk, chat) for chat in ("c1", "c2", "c3")]
    for case in cases[:2]:
        desk.do(lambda tx, case=case: hold.claim(tx, case.id, LI, MONDAY))
    desk.do(lambda tx: hold.claim(tx, cases[2].id, WANG, MONDAY))
    assert len(desk.do(lambda tx: hold.move_all(tx, LI, BOSS, MONDAY))) == 2
    assert [desk.thread(case.thread_id).owner for case in cases] == ["queue", "queue", "agent"]


async def test_the_member_may_leave_the_queue_and_nobody_can_claim_then(desk: Fixture) -> None:
    case = await waiting(desk)
    await desk.say("c1", "", choice="do:leave", update="leave")
    assert desk.thread(case.thread_id).owner == "bot"
    assert desk.case(case.thread_id).resolution == "left"
    with pytest.raises(Closed, match="已经结束"):
        desk.do(lambda tx: hold.claim(tx, case.id, LI, MONDAY))
    with pytest.raises(Closed, match="没有这个会话"):
        desk.do(lambda tx: hold.claim(tx, "nothing", LI, MONDAY))


async def test_the_member_rates_with_one_tap(desk: Fixture) -> None:
    case = await waiting(desk)
    assert not desk.do(lambda tx: queue.rate(tx, tx.thread(case.thread_id), 5, "", MONDAY))
    desk.do(lambda tx: hold.claim(tx, case.id, LI, MONDAY))
    desk.do(lambda tx: hold.close(tx, case.id, LI, "advised", MONDAY))
    offered = desk.do(lambda tx: tx.messages(case.thread_id))[-1].choices
    assert [choice["value"] for choice in offered] == [f"rate:{score}" for score in (5, 4, 3, 2, 1)]
    await desk.say("c1", "满意", choice="rate:4", update="rate")
    assert desk.case(case.thread_id).rating == 4
    thread = desk.thread(case.thread_id)
    assert desk.do(lambda tx: queue.rate(tx, thread, 4, "很耐心", MONDAY))
    assert desk.case(case.thread_id).rating_words == "很耐心"
    assert not desk.do(lambda tx: queue.rate(tx, thread, 6, "", MONDAY))


async def test_giving_back_to_the_bot_asks_for_no_rating(desk: Fixture) -> None:
    case = await waiting(desk)
    desk.do(lambda tx: hold.claim(tx, case.id, LI, MONDAY))
    desk.do(lambda tx: hold.give_back(tx, case.id, LI, MONDAY))
    assert desk.do(lambda tx: tx.messages(case.thread_id))[-1].choices == []
    assert desk.case(case.thread_id).resolution == "back_to_bot"


async def test_one_who_comes_back_is_offered_the_same_agent(desk: Fixture) -> None:
    case = await waiting(desk)
    desk.do(lambda tx: hold.claim(tx, case.id, WANG, MONDAY))
    desk.do(lambda tx: hold.close(tx, case.id, WANG, "solved", MONDAY))
    desk.clock.pass_(days=1)
    again = desk.case(await desk.say("c1", "转人工"))
    assert again.id != case.id
    assert again.summary["earlier_agent"] == WANG.id


async def test_erasing_ends_the_case_and_leaves_no_words(desk: Fixture) -> None:
    case = await waiting(desk)
    desk.do(lambda tx: hold.claim(tx, case.id, LI, MONDAY))
    desk.do(lambda tx: queue.erase(tx, tx.thread(case.thread_id), MONDAY))
    assert desk.transcript(case.thread_id) == []
    assert (desk.thread(case.thread_id).owner, desk.case(case.thread_id).resolution) == ("bot", "erased")
    with pytest.raises(DeskError):
        desk.do(lambda tx: hold.reply(tx, case.id, LI, "还在吗", MONDAY))


async def test_urgent_cases_are_taken_first(desk: Fixture) -> None:
    first, second = await waiting(desk, "c1"), await waiting(desk, "c2")
    thread = desk.thread(second.thread_id)
    desk.do(lambda tx: queue.open_case(tx, tx.thread(thread.id), CaseRequest("crisis", "general"), MONDAY, desk.office))
    order = desk.do(lambda tx: listed(tx, "queue", LI, desk.office, MONDAY))
    assert [case.id for case in order] == [second.id, first.id]


async def test_reports_of_fraud_are_seen_by_the_oversight_group_only(desk: Fixture) -> None:
    case = desk.case(await desk.say("c1", "我要举报医院骗保"))
    assert case.group == "oversight"
    assert [may_see(case, someone, desk.office) for someone in (LI, WANG, BOSS, JIAN)] == [False, False, False, True]
    assert desk.do(lambda tx: counts(tx, LI, desk.office))["queue"] == 0
    assert desk.do(lambda tx: counts(tx, JIAN, desk.office))["queue"] == 1


async def test_a_wrong_answer_is_kept_with_its_question(desk: Fixture) -> None:
    thread = await desk.say("c1", "起付线多少")
    answer = desk.do(lambda tx: tx.messages(thread))[-1]
    desk.do(lambda tx: mark_wrong(tx, thread, answer.id, LI, MONDAY))
    desk.do(lambda tx: mark_wrong(tx, thread, answer.id, LI, MONDAY, should="是百分之十"))
    (row,) = desk.do(items)
    assert (row.kind, row.asked, row.should) == ("wrong", "起付线多少", "是百分之十")
    assert row.answered.startswith("回答：起付线多少")
    assert row.entries == ["henan-employee/deductible"]
    with pytest.raises(BadAct):
        desk.do(lambda tx: mark_wrong(tx, thread, "nothing", LI, MONDAY))
