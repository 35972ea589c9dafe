"""Whole conversations about one's own account: months compared, my data, mandates, counter codes, odd codes."""

import asyncio
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from members_office import CHEN, LI, NOW, WANG, ZHAO, Office

from bot.engine.rulebooks import RulebookHolder
from bot.engine.turns import Parts
from bot.members.codes import TerminalSender, code_effect
from bot.members.counter import issue
from bot.members.forgetting import forget_effect
from bot.members.port import MovementRow, new_number
from bot.members.wiring import accounts_port, identity_port, records_port
from bot.parameters import office_parameters
from bot.privacy.secrets import keep
from bot.privacy.tokens import clean
from bot.rulebook import load_rulebook
from bot.runtime import Inbound, Runtime
from bot.storage.memory import MemoryStore
from estimator import Parameter
from handlers.jobs.monthly import worked
from handlers.ports import MonthView, Ports
from handlers.quiet import quiet_ports
from handlers.turn import reply_to

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def rulebook():
    rate = Parameter("henan-employee", "deposit_rate", "0.0035", None, None, "示例")
    return load_rulebook([*office_parameters(demo=True), rate])


class Talk:
    """An office in memory and its whole bot; `say` gives what one thread is answered."""

    def __init__(self, rulebook):
        self.office, self.count = Office(MemoryStore(), now=NOW), 0
        membership, desk = self.office.membership, quiet_ports().desk

        def ports(tx, thread, now):
            accounts = accounts_port(tx, thread, now, membership, lambda *_: 24_000_000)
            identity, records = identity_port(tx, thread, now, membership), records_port(tx, thread, now, membership)
            return Ports(identity, accounts, desk, records)

        def tokens(text, awaiting):
            found = clean(text, awaiting_code=awaiting == "code", awaiting_name=awaiting == "name")
            return found.text, found.values

        def kept(tx, thread_id, values, now):
            keep(tx, membership.vault, thread_id, values, now)

        clock = lambda: self.office.now  # noqa: E731
        self.sender = sender = TerminalSender(self.office.terminal.append)
        effects = {
            "send_code": code_effect(self.office.store, sender, membership, clock),
            "forget_me": forget_effect(self.office.store, clock),
        }
        holder = RulebookHolder(self.office.store, lambda _: rulebook)
        parts = Parts(reply_to, ports, tokens, kept)
        self.runtime = Runtime(self.office.store, holder, parts, effects=effects, clock=clock)

    def say(self, thread, text="", choice=None):
        async def turn():
            self.count += 1
            at = Inbound("web", "main", f"u{self.count}", thread, thread, self.office.now, text=text, choice=choice)
            receipt = await self.runtime.receive(at)
            await self.runtime.drain()
            return "\n".join(message.text for message in receipt.messages)

        self.office.now += timedelta(seconds=20)
        return asyncio.run(turn())

    def bind(self, thread, person, then="查余额"):
        for text in (then, "同意", f"{person.name} {person.number}"):
            self.say(thread, text)
        return self.say(thread, self.office.code())

    def lines(self, thread):
        def read(tx):
            return [row.text for row in tx.messages(tx.thread_for("web", "main", thread, thread).id)]

        return self.office.store.run_sync(read)


@pytest.fixture
def talk(rulebook):
    return Talk(rulebook)


def change(talk, person, unit_part, *, status="active", own=None):
    """Put this month's credit of a person right, as an import would: another movement."""

    def work(tx):
        people = talk.office.membership.people(tx)
        row = people.member_by_hash(talk.office.membership.targets(person.number))
        this = [one for one in people.movements(row.id, since=date(2026, 11, 1)) if one.kind == "credit"]
        for one in this:
            people._movements.drop((one.batch, one.row_key, one.id))
        parts = (own if own is not None else person.own) or None
        number = new_number()
        amount = unit_part + (parts or 0)
        people.add_movement(
            MovementRow(number, row.id, date(2026, 11, 8), "credit", amount, parts, unit_part, row_key=str(number))
        )
        if status != "active":
            (now,) = people.relations(row.id)
            people.put_relation(replace(now, until=date(2026, 10, 31)))
            people.put_relation(replace(now, id=new_number(), since=date(2026, 11, 1), status=status))

    talk.office.store.run_sync(work)


def test_a_balance_says_where_a_credit_came_from_and_what_interest_it_earns(talk):
    said = talk.bind("a", WANG)
    assert "1,933.32元" in said
    assert "个人缴费100.00 + 单位划入100.00" in said
    assert "统筹基金今年还可支付216,320.00元" in said
    assert "2026-12-08" in said


def test_a_lower_base_is_named_as_the_reason(talk):
    change(talk, WANG, 8_000, own=8_000)
    said = talk.bind("a", WANG, then="这个月怎么少了")
    assert "少40.00元" in said
    assert "月缴费工资由5,000.00元变为4,000.00元" in said
    assert "第九条" in said


def test_retiring_is_named_as_the_reason(talk):
    change(talk, WANG, 18_000, status="retired", own=0)
    said = talk.bind("a", WANG, then="这个月怎么少了")
    assert "在职变为退休" in said
    assert "4.5%" in said
    assert "第九条" in said


def test_an_older_band_is_worked_out(rulebook):
    born = date(1981, 11, 5)
    before = MonthView(
        date(2026, 10, 1), 15_000, 10_000, 5_000, 0, "active", born, date(2026, 10, 8), None, "henan-employee"
    )
    now = replace(before, first=date(2026, 11, 1), credited=20_000, unit_part=10_000, credited_on=date(2026, 11, 8))
    one, other = worked(rulebook, before), worked(rulebook, now)
    # 5,000.00 a month: 1% below 45, 2% from 45 on, and 2% of one's own (henan-employee-2001, articles 5 and 9).
    assert (one.base, one.band, one.unit, one.fits) == (500_000, "under_45", "5,000.00 × 1%", True)
    assert (other.base, other.band, other.unit, other.fits) == (500_000, "45_plus", "5,000.00 × 2%", True)
    assert worked(rulebook, replace(now, unit_part=9_000, credited=19_000)).fits is False


def test_the_same_months_and_one_without_a_credit(talk):
    talk.bind("a", WANG)
    assert "和10月一样" in talk.say("a", "和上个月比一比")
    assert "10月划入200.00元" in talk.say("a", "上个月怎么少了")
    talk.office.now += timedelta(days=12)  # 2 December: not credited yet, and a fresh code is needed
    assert "验证码已发" in talk.say("a", "这个月怎么少了")
    assert "12月还没有划入" in talk.say("a", talk.office.code())


def test_a_frozen_account_and_one_that_the_scheme_does_not_have(talk):
    assert "封存期间" in talk.bind("c", CHEN)
    assert "没有设个人账户" in talk.bind("z", ZHAO)


def test_what_becomes_of_the_account_leads_to_the_entries(talk):
    talk.bind("a", WANG)
    assert "哪种情况" in talk.say("a", choice="my:events")
    assert "继承" in talk.say("a", choice="ask:henan-employee/account-inheritance")


def test_my_data_is_shown_exported_and_deleted(talk):
    said = talk.bind("a", WANG, then="我的数据")
    assert "王*" in said
    assert "9999…" in said
    assert "本对话 核对身份" in said
    exported = talk.say("a", choice="my:export")
    assert "每月划入\t200.00" in exported
    assert "23680.00" in exported
    assert "确定吗" in talk.say("a", choice="my:erase")
    assert "正在删除" in talk.say("a", choice="my:erased")
    assert not any("1,933" in line or "王*" in line for line in talk.lines("a"))
    assert "同意" in talk.say("a", "查余额")


def test_a_child_is_let_in_looks_and_is_let_out(talk):
    talk.bind("mother", WANG)
    talk.bind("child", LI)
    assert "还没有得到" in talk.say("child", "查我妈的余额")
    assert "点了就表示您同意" in talk.say("mother", "授权女儿查我的账户")
    code = re.search(r"YB(-\w{4}){4}", talk.say("mother", choice="my:grant=account,90"))[0]
    assert "授权生效" in talk.say("child", f"授权码 {code}")
    assert "王*的个人账户余额1,933.32元" in talk.say("child", "查我妈的余额")
    assert code not in "".join(talk.lines("child"))
    assert "李*" in talk.say("mother", "授权家人")


def test_a_code_of_the_counter_binds_in_one_message(talk):
    given = {"staff_id": "s1", "name": WANG.name, "number": WANG.number, "reason": "核对身份证原件"}
    office = talk.office
    code = office.store.run_sync(lambda tx: issue(tx, office.membership, now=office.now, **given))
    assert "窗口已核对" in talk.say("a", code)
    assert "1,933.32" in talk.say("a", "查余额")
    assert "无效、用过了或过期" in talk.say("b", code)
    assert code not in "".join(talk.lines("a") + talk.lines("b"))


def test_each_odd_code_has_its_sentence(talk):
    for text in ("查余额", "同意", f"{WANG.name} {WANG.number}"):
        talk.say("a", text)
    first = talk.office.code()
    assert "不对" in talk.say("a", f"{(int(first) + 1) % 1_000_000:06d}")
    for text in ("取消", "查余额", "同意", f"{WANG.name} {WANG.number}"):
        talk.say("a", text)
    if first != talk.office.code():
        assert "前一条短信" in talk.say("a", first)
    assert "余额1,933.32元" in talk.say("a", talk.office.code())


def test_a_code_of_another_conversation_a_late_one_and_a_guessed_one(talk):
    for thread in ("a", "b"):
        for text in ("查余额", "同意", f"{WANG.name} {WANG.number}"):
            talk.say(thread, text)
        if thread == "a":
            foreign = talk.office.code()
    if foreign != talk.office.code():
        assert "另一个对话" in talk.say("b", foreign)
    talk.office.now += timedelta(minutes=11)
    assert "过期" in talk.say("b", talk.office.code())


def test_the_transcript_holds_neither_name_nor_number_nor_code(talk):
    talk.bind("a", WANG)
    lines = "".join(talk.lines("a"))
    assert "⟦姓名1⟧ ⟦身份证1⟧" in lines
    assert not any(part in lines for part in (WANG.name, WANG.number, talk.office.code()))


def test_a_wide_number_with_a_small_x_is_understood_and_a_wrong_one_is_told(talk):
    for text in ("查余额", "同意"):
        talk.say("a", text)
    wide = WANG.number.lower().translate({ord(str(one)): chr(0xFF10 + one) for one in range(10)})
    wrong = WANG.number[:-1] + ("0" if WANG.number[-1] != "0" else "1")
    assert "不对" in talk.say("a", f"{WANG.name} {wrong}")
    assert "验证码已发" in talk.say("a", f"{WANG.name} {wide}")


async def test_a_code_is_sent_as_soon_as_the_turn_is_committed(talk):
    await talk.runtime.start()
    await asyncio.sleep(0.05)  # the background has looked and found nothing
    shown = asyncio.Event()
    talk.sender._show = lambda _text: shown.set()
    for index, text in enumerate(("查余额", "同意", f"{WANG.name} {WANG.number}")):
        await talk.runtime.receive(Inbound("web", "main", f"n{index}", "n", "n", NOW, text=text))
    async with asyncio.timeout(0.7):  # the background looks by itself once a second
        await shown.wait()
    await talk.runtime.stop()
