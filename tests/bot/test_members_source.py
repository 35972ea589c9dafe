"""Both sources of figures keep one contract; the core system is asked patiently, and believed with its time."""

import asyncio
import json
from datetime import date, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from members_office import NOW, TODAY, WANG, ZHAO, Office

from bot.members.breaker import Breaker
from bot.members.core import CoreSystem, HttpSource, fetch_effect
from bot.members.membership import Membership
from bot.members.source import Bill, LocalLedger, SourceFailed, SourceResting
from bot.members.wiring import accounts_port
from bot.privacy.vault import Vault
from bot.storage.memory import MemoryStore
from bot.storage.port import EffectRow

CODES = {"A1": "fund_paid", "A2": "stays", "A3": "inpatient_total"}
BILL = Bill(date(2026, 11, 20), "tertiary", 1_000_000)


class Core:
    """A core system that knows one person, as the national interfaces answer; `broken` answers come first."""

    def __init__(self):
        self.asked, self.broken = [], []

    async def answer(self, request):
        body = await request.json()
        self.asked.append((body["infno"], body["input"]["data"]))
        assert request.headers["Authorization"] == "Bearer key"
        if self.broken:
            return await self.broken.pop(0)()
        data = body["input"]["data"]
        if data.get("mdtrt_cert_no", WANG.number) != WANG.number or data.get("psn_no", "P1") != "P1":
            return web.json_response({"infcode": -1, "err_msg": f"没有{data}"})
        return web.Response(text=json.dumps({"infcode": 0, "output": self.output(body["infno"])}))

    def output(self, number):
        sums = [("A1", "202610", 1), ("A1", "202611", 23680.0), ("A2", "202611", 1.0), ("A3", "202611", 35600.00)]
        rows = [{"insutype": "310", "year": "2026", "cum_ym": m, "cum_type_code": c, "cum": v} for c, m, v in sums]
        rows.append({"insutype": "310", "year": "2025", "cum_ym": "202512", "cum_type_code": "A1", "cum": 9})
        paid = {"medfee_sumamt": 10000, "inscp_scp_amt": 10000.0, "act_pay_dedc": 3000, "fund_pay_sumamt": 5600}
        return {
            "1101": {"baseinfo": {"psn_no": "P1"}, "insuinfo": [{"insutype": "310", "balc": 1933.32}]},
            "5206": {"cuminfo": rows},
            "2303": {"setlinfo": {**paid, "acct_pay": 1933.32, "psn_cash_pay": 2466.68}},
        }[number]


def priced(request):
    assert request["scheme"] == "henan-employee"
    names = {"total": "10000.00", "in_scope": "10000.00", "deductible": "3000.00", "fund_pays": "5600.00"}
    return {"status": "ok", **names, "account_pays": "1933.32", "cash_pays": "2466.68"}


@pytest.fixture
async def core():
    """A running core system and its address."""
    system = Core()
    app = web.Application()
    app.router.add_post("/", system.answer)
    server = TestServer(app)
    await server.start_server()
    yield system, str(server.make_url("/"))
    await server.close()


@pytest.fixture
def office():
    membership = Membership(Vault.ephemeral(), office="示例医保中心", core_fresh=timedelta(minutes=10))
    return Office(MemoryStore(), membership=membership)


def http(office, url, **more):
    system = CoreSystem(url, "key", codes=CODES, **{"timeout": 2.0, **more})
    return HttpSource(system, office.store, office.membership, lambda: office.now)


def id_of(office, person):
    people = office.membership.people
    return office.store.run_sync(lambda tx: people(tx).member_by_hash(office.membership.targets(person.number)).id)


@pytest.mark.parametrize("kind", ["local", "http"])
async def test_every_source_keeps_the_contract(office, core, kind):
    local = LocalLedger(office.store, office.membership, priced)
    source = local if kind == "local" else http(office, core[1])
    told = await source.accumulations(id_of(office, WANG), TODAY)
    assert (told.balance, told.fund_paid, told.stays, told.inpatient_total) == (193_332, 2_368_000, 1, 3_560_000)
    paid = await source.pre_settle(id_of(office, WANG), BILL)
    assert paid.fund_pays + paid.account_pays + paid.cash_pays == paid.total == 1_000_000
    assert (paid.deductible, paid.fund_pays) == (300_000, 560_000)
    for unknown in (1, id_of(office, ZHAO)):
        with pytest.raises(SourceFailed) as refused:
            await source.accumulations(unknown, TODAY)
        assert ZHAO.number not in str(refused.value)


async def fails():
    return web.Response(status=502)


async def hangs():
    await asyncio.sleep(1)
    return web.Response(text="late")


async def babbles():
    return web.Response(text="<html>")


async def lacks():
    return web.Response(text=json.dumps({"infcode": 0, "output": {}}))


@pytest.mark.parametrize("broken", [fails, hangs, babbles])
async def test_a_broken_answer_is_asked_for_again(office, core, broken):
    core[0].broken = [broken]
    told = await http(office, core[1], timeout=0.3).accumulations(id_of(office, WANG), TODAY)
    assert told.balance == 193_332
    assert [number for number, _ in core[0].asked] == ["1101", "1101", "5206"]


async def test_an_incomplete_answer_is_no_figure(office, core):
    core[0].broken = [lacks]
    with pytest.raises(SourceFailed, match="1101"):
        await http(office, core[1]).accumulations(id_of(office, WANG), TODAY)


async def test_what_fails_again_and_again_is_left_alone(office, core):
    core[0].broken = [fails] * 9
    source, member = http(office, core[1], tries=1), id_of(office, WANG)
    for _ in range(5):
        with pytest.raises(SourceFailed):
            await source.accumulations(member, TODAY)
    with pytest.raises(SourceResting):
        await source.accumulations(member, TODAY)
    assert len(core[0].asked) == 5


def test_after_its_rest_one_call_tries_again():
    now = [0.0]
    breaker = Breaker(failures=2, rest=30, clock=lambda: now[0])
    for _ in range(2):
        assert breaker.allows()
        breaker.failed()
    assert not breaker.allows()
    now[0] = 31
    assert breaker.allows()
    assert not breaker.allows()
    breaker.went_well()
    assert breaker.allows()


def account(office, work):
    def turn(tx):
        row = tx.thread_for("web", "main", "t", "t")
        return work(accounts_port(tx, row, office.now, office.membership, lambda *_: 24_000_000))

    return office.store.run_sync(turn)


async def fetched(office, source):
    """Do the effect that a look promised."""
    (row,) = office.store.run_sync(lambda tx: tx.take_effects(10))
    assert isinstance(row, EffectRow)
    assert row.kind == "fetch_balance"
    result = await fetch_effect(office.store, source, office.membership, lambda: office.now)(row)
    office.store.run_sync(lambda tx: tx.finish_effect(row.id, "done"))
    return result


def bound(office):
    from bot.members.port import BindingRow  # noqa: PLC0415

    def work(tx):
        row = tx.thread_for("web", "main", "t", "t")
        office.membership.people(tx).put_binding(BindingRow(row.id, id_of(office, WANG), NOW, NOW))

    office.store.run_sync(work)


async def test_a_look_asks_the_core_system_once_and_says_the_time(office, core):
    bound(office)
    assert account(office, lambda port: port.look_up(TODAY)) is True
    assert await fetched(office, http(office, core[1])) == {"status": "ok", "mandate": ""}
    assert account(office, lambda port: port.look_up(TODAY)) is False
    view = account(office, lambda port: port.overview(TODAY))
    assert (view.balance, view.source) == (193_332, "核心系统11月20日10:00的数据")
    assert view.fund_left == 24_000_000 - 2_368_000
    office.now += timedelta(minutes=11)
    assert account(office, lambda port: port.look_up(TODAY)) is True
    core[0].broken = [fails] * 9
    assert (await fetched(office, http(office, core[1])))["status"] == "failed"
    assert "没有查到更新" in account(office, lambda port: port.overview(TODAY)).source


async def test_what_is_kept_of_an_answer_is_locked(office, core):
    bound(office)
    account(office, lambda port: port.look_up(TODAY))
    await fetched(office, http(office, core[1]))
    row = office.store.run_sync(lambda tx: office.membership.people(tx).snapshot(id_of(office, WANG)))
    assert b"193332" not in row.cipher


def test_nobody_unbound_makes_the_core_system_answer(office):
    assert account(office, lambda port: port.look_up(TODAY)) is False
    assert office.store.run_sync(lambda tx: tx.take_effects(10)) == []
