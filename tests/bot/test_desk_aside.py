"""What stands beside a conversation: quotas, merged lines, a call-back number, the member card, tags, the work list."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from bot.desk import hold, queue
from bot.desk.brief import asked, bare
from bot.desk.card import masked, reveal
from bot.desk.errors import BadAct
from bot.desk.export import as_csv
from bot.desk.figures import by_time, spread
from bot.desk.quota import GATHER, allowance
from bot.desk.sight import sight_of
from bot.desk.silence import alerts, sweep
from bot.desk.tags import put_tags
from bot.desk.views import fits, has_words, staff_line
from bot.desk.wiring import after_turn
from bot.desk.words import COVERED
from bot.desk.worklist import items, mark_wrong, settle, thumb
from bot.members.port import BindingRow
from bot.members.sample import sample_people
from bot.privacy.secrets import keep
from bot.storage.memory import MemoryStore
from bot.storage.port import CaseRow, MessageRow
from handlers.ports import CaseRequest
from tests.bot.members_office import Office as MembersOffice
from tests.bot.web_office import BOSS, JIAN, LI, MONDAY, WANG, Fixture, office

FRIDAY_EVENING = MONDAY - timedelta(days=3) + timedelta(hours=9)  # 20 November, 19:00 in China
PERSON = sample_people()[0]


@pytest.fixture
def desk(store: Any) -> Fixture:
    return Fixture(store)


async def held(desk: Fixture, channel: str = "web", chat: str = "c1") -> CaseRow:
    case = desk.case(await desk.say(chat, "转人工", channel=channel))
    desk.do(lambda tx: hold.claim(tx, case.id, LI, desk.clock()))
    return case


# ---- channels that count messages


async def test_lines_written_within_seconds_go_out_as_one_message(desk: Fixture) -> None:
    case = await held(desk, "wechat")
    for words in ("您好", "请问是第几次住院？"):
        desk.do(lambda tx, words=words: hold.reply(tx, case.id, LI, words, MONDAY))
    new = desk.do(lambda tx: tx.outbox(status="new", thread_id=case.thread_id))
    (agents,) = [row for row in new if row.body.get("gather")]
    assert (agents.body["text"], agents.next_at) == ("您好\n请问是第几次住院？", MONDAY + GATHER)
    said = [line for line in desk.transcript(case.thread_id) if line.startswith("agent")]
    assert said == ["agent: 您好", "agent: 请问是第几次住院？"]


async def test_a_line_after_the_first_went_out_is_a_message_of_its_own(desk: Fixture) -> None:
    case = await held(desk, "wechat")
    desk.do(lambda tx: hold.reply(tx, case.id, LI, "您好", MONDAY))

    def sent(tx: Any) -> None:
        for row in tx.outbox(status="new", thread_id=case.thread_id):
            row.status = "sent"
            tx.update_outbox(row)

    desk.do(sent)
    desk.do(lambda tx: hold.reply(tx, case.id, LI, "查到了", MONDAY))
    (waiting,) = desk.do(lambda tx: tx.outbox(status="new", thread_id=case.thread_id))
    assert waiting.body["text"] == "查到了"


async def test_the_desks_own_lines_cost_nothing_where_messages_are_counted(desk: Fixture) -> None:
    case = await held(desk, "wechat")
    assert any(line.startswith("system: 工作人员李静已接入") for line in desk.transcript(case.thread_id))
    sent = desk.do(lambda tx: [row.body["text"] for row in tx.outbox(thread_id=case.thread_id)])
    assert not any("已接入" in text for text in sent)
    desk.do(lambda tx: hold.close(tx, case.id, LI, "solved", MONDAY))
    sent = desk.do(lambda tx: [row.body["text"] for row in tx.outbox(thread_id=case.thread_id)])
    assert any("打分" in text for text in sent)


def line(seq: int, who: str, minutes: int, **meta: Any) -> MessageRow:
    return MessageRow(f"m{seq}", "t1", seq, who, "话", MONDAY + timedelta(minutes=minutes), meta=meta)  # type: ignore[arg-type]


def test_five_messages_within_two_days_of_the_members_last_word() -> None:
    rows = [line(1, "member", 0), line(2, "bot", 0), line(3, "member", 5), line(4, "bot", 5), line(5, "note", 6)]
    rows += [line(6, "system", 7, sent=False), line(7, "agent", 8), line(8, "agent", 8, sent=False)]
    found = allowance("wechat", rows)
    assert found is not None
    assert (found.left, found.until) == (
        3,
        MONDAY + timedelta(minutes=5, hours=48),
    )  # 5, less one by the bot, one by hand
    assert found.to_json(found.until)["left"] == 0
    assert allowance("web", rows) is None
    assert allowance("wecom", rows + [line(9 + n, "agent", 9) for n in range(9)]).left == 0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("channel", "hours", "late"),
    [("wechat", 0, True), ("wechat", 16, False), ("web", 0, False)],  # Monday 8:30 is 61.5 hours away, then 45.5
)
async def test_over_a_weekend_a_counting_channel_asks_for_a_number(
    desk: Fixture,
    channel: str,
    hours: int,
    late: bool,  # noqa: FBT001
) -> None:
    desk.clock.now = FRIDAY_EVENING + timedelta(hours=hours)
    thread = desk.thread(await desk.say("c1", "转人工", channel=channel))
    ticket = desk.do(lambda tx: queue.ticket(tx, tx.thread(thread.id), desk.clock(), desk.office))
    assert ticket.too_late is late


async def test_a_call_back_number_is_kept_locked_until_the_case_ends(desk: Fixture) -> None:
    members = MembersOffice(MemoryStore())
    case = desk.case(await desk.say("c1", "转人工", channel="wechat"))
    values = {"⟦手机1⟧": "13800000000"}
    desk.do(lambda tx: keep(tx, members.membership.vault, case.thread_id, values, MONDAY))
    assert desk.do(lambda tx: queue.call_back(tx, tx.thread(case.thread_id), "⟦手机1⟧", MONDAY))
    assert not desk.do(lambda tx: queue.call_back(tx, tx.thread(case.thread_id), "⟦手机9⟧", MONDAY))
    desk.do(lambda tx: tx.drop_secrets())
    kept = desk.case(case.thread_id)
    assert "13800000000" not in str(kept.summary)
    shown = partial(reveal, membership=members.membership, case=kept, staff=LI, now=MONDAY, what="callback")
    assert desk.do(lambda tx: shown(tx, why="回电")) == "13800000000"
    desk.do(lambda tx: hold.claim(tx, case.id, LI, MONDAY))
    desk.do(lambda tx: hold.close(tx, case.id, LI, "solved", MONDAY))
    assert "callback" not in desk.case(case.thread_id).summary


# ---- the member card


async def test_the_card_is_masked_and_a_look_behind_it_needs_a_reason() -> None:
    desk, membership = Fixture(), MembersOffice(MemoryStore()).membership
    case = await held(desk)
    member = membership.memory.member_by_hash(membership.targets(PERSON.number))
    assert member is not None
    look = partial(masked, membership=membership, case=case, staff=LI, now=MONDAY, schemes={"henan-employee": "省直"})
    assert desk.do(look) == {"callback": False, "bound": False}
    membership.memory.put_binding(BindingRow(case.thread_id, member.id, MONDAY, MONDAY))
    card = desk.do(look)
    assert (card["name"], card["identity"], card["scheme"]) == ("王*", "9999…0026", "省直")
    assert PERSON.number not in str(card)
    assert str(PERSON.phone) not in str(card)
    show = partial(reveal, membership=membership, case=case, staff=LI, now=MONDAY)
    for what, why, words in (("phone", " ", "为什么"), ("balance", "核对", "可查看"), ("callback", "核对", "没有登记")):
        with pytest.raises(BadAct, match=words):
            desk.do(lambda tx, what=what, why=why: show(tx, what=what, why=why))
    assert desk.do(lambda tx: show(tx, what="phone", why="核对回电")) == PERSON.phone
    looks = [row for row in desk.do(lambda tx: list(tx.audit())) if row["about"] == f"member:{member.id}"]
    told = [(row["actor"], row["act"], row["detail"]["why"]) for row in looks]
    actor = f"staff:{LI.id}"
    assert told == [(actor, "reveal_phone", "核对回电"), (actor, "read_card", "会话中查看")]


# ---- tags


async def test_tags_are_few_short_and_without_numbers(desk: Fixture) -> None:
    case = await held(desk)
    assert desk.do(lambda tx: put_tags(tx, tx.case(case.id), LI, [" 起付线 ", "起付线", "", 7], MONDAY)) == ["起付线"]
    assert fits(desk.case(case.thread_id), "tag:起付线")
    assert not fits(desk.case(case.thread_id), "tag:转诊")
    for wrong in (["一" * 13], [str(n) for n in range(9)], ["13812345678"]):
        with pytest.raises(BadAct):
            desk.do(lambda tx, wrong=wrong: put_tags(tx, tx.case(case.id), LI, wrong, MONDAY))
    assert desk.case(case.thread_id).summary["tags"] == ["起付线"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("", True), ("reason:asked", True), ("reason:anger", False), ("group:general", True), ("channel:web", True)],
)
async def test_filters(desk: Fixture, wanted: str, found: bool) -> None:  # noqa: FBT001
    assert fits(await held(desk), wanted) is found


# ---- what was asked


@pytest.mark.parametrize("text", ["转人工", "我要转人工，谢谢", "找个真人", ""])
def test_a_bare_request_for_a_person_is_not_the_matter(text: str) -> None:
    assert bare(text)


def test_the_matter_is_what_was_asked_before() -> None:
    case = CaseRow("k", "t1", "asked", "general", {"said": "转人工", "question": "透析怎么报"}, MONDAY)
    assert asked(case, []) == "透析怎么报"
    rows = [line(1, "member", -5), line(2, "member", -1)]
    rows[0].text, rows[1].text = "住院起付线多少", "转人工"
    assert asked(case, rows) == "住院起付线多少"
    case.summary = {"said": "转人工问问透析的事怎么办理手续才行"}
    assert asked(case, rows) == "转人工问问透析的事怎么办理手续才行"


# ---- reports


async def test_a_report_stays_with_the_oversight_even_in_a_later_case(desk: Fixture) -> None:
    thread = await desk.say("c1", "我要举报第三医院骗保")
    report = desk.case(thread)
    desk.clock.pass_(minutes=1)
    await desk.say("c1", "他们让我挂床")
    desk.do(lambda tx: hold.claim(tx, report.id, JIAN, desk.clock()))
    args = {"group_id": "general", "text": "请看", "office": desk.office}
    with pytest.raises(BadAct, match="监督组"):
        desk.do(lambda tx: hold.transfer_to_group(tx, report.id, JIAN, desk.clock(), **args))
    desk.do(lambda tx: hold.close(tx, report.id, JIAN, "advised", desk.clock()))
    desk.clock.pass_(minutes=5)
    await desk.say("c1", "起付线多少")
    later = desk.case(await desk.say("c1", "转人工"))
    assert later.id != report.id
    rows = desk.do(lambda tx: tx.messages(thread))
    li, jian = (desk.do(lambda tx, who=who: sight_of(tx, who, desk.office)) for who in (LI, JIAN))
    told = [staff_line(row, li)["text"] for row in rows]
    assert not any("骗保" in text or "挂床" in text for text in told)
    assert COVERED in told
    assert any("起付线多少" in text for text in told)
    assert any("骗保" in staff_line(row, jian)["text"] for row in rows)
    assert not desk.do(lambda tx: has_words(tx, later, "挂床", li))
    text, count = desk.do(lambda tx: as_csv(tx, desk.office, MONDAY, desk.clock() + timedelta(hours=1)))
    assert (count, report.id in text) == (1, False)


# ---- silence


async def test_the_leader_is_told_of_a_silent_agent(desk: Fixture) -> None:
    await held(desk)
    desk.do(lambda tx: sweep(tx, MONDAY + timedelta(minutes=5), timedelta(minutes=5)))
    opened = desk.do(lambda tx: tx.cases(open_only=True))
    (told,) = alerts(opened, {LI.id: "李静"}, MONDAY + timedelta(minutes=6))
    assert (told["agent"], told["why"], told["case"]) == ("李静", "silent", opened[0].id)
    assert alerts(opened, {}, MONDAY + timedelta(hours=9)) == []


async def test_a_day_that_was_waited_for_brings_the_case_back_without_a_word(desk: Fixture) -> None:
    case = await held(desk)
    due = MONDAY + timedelta(days=1)
    desk.do(lambda tx: hold.pause(tx, case.id, LI, MONDAY, waiting_for="hospital", due_at=due))
    before = desk.transcript(case.thread_id)
    assert desk.do(lambda tx: sweep(tx, due + timedelta(minutes=4), timedelta(minutes=5))) == []
    assert len(desk.do(lambda tx: sweep(tx, due + timedelta(minutes=5), timedelta(minutes=5)))) == 1
    assert desk.thread(case.thread_id).owner == "queue"
    assert desk.transcript(case.thread_id) == before


# ---- the work list


async def test_a_thumb_down_is_listed_and_taken_back(desk: Fixture) -> None:
    thread = desk.thread(await desk.say("c1", "起付线多少"))
    seq = thread.last_seq
    press = partial(thumb, thread=thread, seq=seq, now=MONDAY, office=desk.office)
    assert desk.do(lambda tx: press(tx, up=False)) == "down"
    (item,) = desk.do(items)
    assert (item.kind, item.asked, item.by) == ("down", "起付线多少", "member")
    assert desk.do(lambda tx: tx.messages(thread.id))[-1].meta["thumb"] == "down"
    assert desk.do(lambda tx: press(tx, up=True)) == "up"
    assert desk.do(items) == []
    assert desk.do(lambda tx: press(tx, up=True)) == ""
    with pytest.raises(BadAct):
        desk.do(lambda tx: thumb(tx, thread, 1, MONDAY, up=True, office=desk.office))


async def test_an_item_leaves_the_list_once_it_is_settled(desk: Fixture) -> None:
    thread = await desk.say("c1", "起付线多少")
    answer = desk.do(lambda tx: tx.messages(thread))[-1]
    desk.do(lambda tx: mark_wrong(tx, thread, answer.id, LI, MONDAY, should="一成"))
    (item,) = desk.do(items)
    assert "起付线多少" not in str(list(desk.do(lambda tx: tx.audit())))
    desk.do(lambda tx: settle(tx, item, BOSS, MONDAY))
    assert desk.do(items) == []
    assert len(desk.do(lambda tx: items(tx, open_only=False))) == 1
    desk.do(lambda tx: queue.erase(tx, tx.thread(thread), MONDAY))
    assert desk.do(lambda tx: items(tx, open_only=False)) == []


def unsure(message: Any, state: dict[str, Any], _rulebook: Any, ports: Any) -> Any:
    """A conversation that knows nothing but how to count, and how to take a report."""
    if "举报" in message.text:
        ports.desk.open_case(CaseRequest("fraud", "oversight"))
    known = "好" in message.text
    now = state if known else {**state, "unsure": (state.get("unsure", 0) + 1) % 2}
    reply = SimpleNamespace(text="没有查到", choices=(), picture=None, personal=False)
    said = {"replies": (reply,), "state": now, "intent": "smalltalk" if known else "fallback", "rulebook": "r1"}
    more = {"entries": (), "scheme": None, "subject": "self", "citations": (), "facts": {}, "asking": ()}
    return SimpleNamespace(**said, **more, estimate=None, effects=())


async def test_a_question_that_nothing_answered_is_listed_but_never_a_report(store: Any) -> None:
    rulebooks = SimpleNamespace(current=SimpleNamespace(office=office()))
    desk = Fixture(store, reply_to=unsure, after=after_turn(rulebooks))  # type: ignore[arg-type]
    await desk.say("c1", "牙齿矫正报不报")
    await desk.say("c1", "美容针呢")
    await desk.say("c1", "你好")
    assert [item.asked for item in desk.do(items)] == ["美容针呢", "牙齿矫正报不报"]
    await desk.say("c2", "举报某诊所")
    await desk.say("c2", "他们天天刷卡")
    assert len(desk.do(items)) == 2


# ---- figures


def closed(number: int, opened: int, claimed: int | None) -> CaseRow:
    at = MONDAY - timedelta(minutes=opened)
    taken = None if claimed is None else MONDAY - timedelta(minutes=claimed)
    return CaseRow(f"k{number}", f"t{number}", "asked", "general", {}, at, claimed_at=taken)


def test_waiting_times_fall_into_spans() -> None:
    # waits of 0, 1, 4, 5, 60 minutes, and one nobody claimed
    rows = [closed(n, o, c) for n, (o, c) in enumerate([(9, 9), (9, 8), (9, 5), (9, 4), (90, 30), (5, None)])]
    assert [count for _, count in spread(rows)] == [1, 2, 1, 0, 1]


def test_a_day_is_shown_by_the_hour_and_a_week_by_the_day() -> None:
    rows = [closed(1, 0, None), closed(2, 61, None), closed(3, 24 * 60, None)]
    day = dict(by_time(rows[:2], MONDAY - timedelta(hours=10), MONDAY))
    assert (day["10时"], day["8时"], day["9时"]) == (1, 1, 0)  # 10:00 and 8:59 in China
    week = by_time(rows, MONDAY - timedelta(days=6, hours=10), MONDAY)
    assert (len(week), week[-1], week[-2]) == (7, ("11-23", 2), ("11-22", 1))


async def test_the_export_is_a_table_that_no_spreadsheet_runs(desk: Fixture) -> None:
    case = await held(desk)
    desk.do(lambda tx: put_tags(tx, tx.case(case.id), WANG, ["=1+1"], MONDAY))
    desk.do(lambda tx: hold.close(tx, case.id, LI, "solved", MONDAY + timedelta(minutes=3)))
    desk.do(lambda tx: queue.rate(tx, tx.thread(case.thread_id), 5, "很好,谢谢\n李静", MONDAY))
    text, count = desk.do(lambda tx: as_csv(tx, desk.office, MONDAY, MONDAY + timedelta(hours=1)))
    assert (count, text[0]) == (1, "\ufeff")
    (row,) = csv.DictReader(io.StringIO(text[1:]))
    assert (row["标签"], row["处理结果"], row["评分"], row["评价"]) == ("'=1+1", "已解决", "5", "很好,谢谢\n李静")
    assert (row["转人工时间"], row["处理秒数"]) == ("2026-11-23 10:00:00", "180")
