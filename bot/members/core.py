"""The core system of an office over HTTP, spoken to as the national interfaces have it: 1101, 5206 and 2303.

1101 finds the person and the balance by identity number, 5206 gives the year's accumulated sums, 2303 the
pre-settlement of a stay. Which code of 5206 means which sum is the province's own, so the office configures it. Reads
may be repeated, so a time-out or a broken answer is tried again; what fails again and again is left alone for a while.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import aiohttp

from bot.members.breaker import Breaker
from bot.members.membership import Membership
from bot.members.prefill import yuan
from bot.members.source import (
    AccountSource,
    Accumulations,
    Bill,
    PreSettlement,
    SourceFailed,
    SourceResting,
    keep_snapshot,
)
from bot.storage.port import EffectRow, Store, Tx, new_id
from estimator.money import parse_yuan
from handlers.messages import SHANGHAI

log = logging.getLogger(__name__)
VERSION = "V1.0"
IDENTITY_CARD = "02"
"""The code of an identity number among the kinds of certificates (interface 1101)."""
SUMS = ("fund_paid", "stays", "inpatient_total", "credited", "spent")
_BAD_GATEWAY = 500


@dataclass(frozen=True, slots=True)
class CoreSystem:
    """Where the core system answers, as whom the office asks, and which of its codes mean which sum of `SUMS`."""

    url: str
    token: str
    office: str = ""
    region: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 5.0
    tries: int = 2


class HttpSource:
    """`AccountSource` over HTTP; one session a call, since asking is rare and answers are kept."""

    def __init__(self, system: CoreSystem, store: Store, membership: Membership, clock: Callable[[], datetime]) -> None:
        self._system, self._store, self._membership, self._clock = system, store, membership, clock
        self._breaker = Breaker()

    async def accumulations(self, member_id: int, today: date) -> Accumulations:
        """1101 for the balance, 5206 for the sums of the year."""
        number = await self._number(member_id)
        insured = await self._call("1101", {"mdtrt_cert_type": IDENTITY_CARD, "mdtrt_cert_no": number})
        person, balance = _person_of(insured)
        told = await self._call("5206", {"psn_no": person, "cum_ym": today.strftime("%Y%m")})
        return _accumulations(self._system, told, balance, today.year)

    async def pre_settle(self, member_id: int, bill: Bill) -> PreSettlement:
        """2303 for one bill."""
        number = await self._number(member_id)
        insured = await self._call("1101", {"mdtrt_cert_type": IDENTITY_CARD, "mdtrt_cert_no": number})
        data = {
            "psn_no": _person_of(insured)[0],
            "mdtrt_cert_type": IDENTITY_CARD,
            "mdtrt_cert_no": number,
            "medfee_sumamt": yuan(bill.total),
            "fulamt_ownpay_amt": yuan(bill.self_paid),
            "class_b_sumamt": yuan(bill.class_b),
            "hosp_lv": bill.hospital_level,
            "begntime": bill.day.isoformat(),
            "acct_used_flag": "1",
        }
        return _settlement(await self._call("2303", data))

    async def _number(self, member_id: int) -> str:
        """The identity number, read in a transaction of its own."""

        def work(tx: Tx) -> str:
            row = self._membership.people(tx).member(member_id)
            if row is None:
                raise SourceFailed("没有这个人")
            return self._membership.identity_of(row)

        return await self._store.run(work)

    async def _call(self, number: str, data: dict[str, str]) -> dict[str, Any]:
        """One transaction of the interface, tried again where that can help; its `output`."""
        if not self._breaker.allows():
            raise SourceResting("核心系统连续没有应答,暂停片刻")
        for left in reversed(range(self._system.tries)):
            try:
                answer = await self._post(number, data)
            except (TimeoutError, aiohttp.ClientError, ValueError) as error:
                self._breaker.failed()
                if not left or not self._breaker.allows():
                    raise SourceFailed(f"核心系统没有正常应答:{type(error).__name__}") from error
                await asyncio.sleep(0.2)
            else:
                self._breaker.went_well()
                return _output(answer)
        raise SourceFailed("核心系统没有应答")

    async def _post(self, number: str, data: dict[str, str]) -> dict[str, Any]:
        system = self._system
        body = {
            "infno": number,
            "msgid": new_id(),
            "infver": VERSION,
            "inf_time": self._clock().astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"),
            "fixmedins_code": system.office,
            "insuplc_admdvs": system.region,
            "input": {"data": data},
        }
        headers = {"Authorization": f"Bearer {system.token}"}
        limit = aiohttp.ClientTimeout(total=system.timeout)
        async with (
            aiohttp.ClientSession(timeout=limit) as session,
            session.post(system.url, json=body, headers=headers) as answer,
        ):
            if answer.status >= _BAD_GATEWAY:
                raise aiohttp.ClientPayloadError(f"HTTP {answer.status}")
            found = json.loads(await answer.text(), parse_float=str, parse_int=str)
        if not isinstance(found, dict):
            raise ValueError("not an object")  # noqa: TRY004  (bad data of another system, not a bug)
        return found


def _output(answer: dict[str, Any]) -> dict[str, Any]:
    """What an answer gives out; one that says no is no reason to ask again."""
    output = answer.get("output")
    if answer.get("infcode") != "0" or not isinstance(output, dict):
        raise SourceFailed(f"核心系统拒绝:infcode {answer.get('infcode')}")
    return output


def _person_of(output: dict[str, Any]) -> tuple[str, int]:
    """Number of the person and balance in fen, of 1101."""
    try:
        person = output["baseinfo"]["psn_no"]
        return person, sum(parse_yuan(row["balc"]) for row in output["insuinfo"])
    except (KeyError, TypeError, ValueError) as error:
        raise SourceFailed("核心系统的1101应答缺少人员编号或余额") from error


def _accumulations(system: CoreSystem, output: dict[str, Any], balance: int, year: int) -> Accumulations:
    """The sums of 5206 by the office's codes; the newest month of a code counts."""
    found: dict[str, Any] = {}
    try:
        rows = sorted(output.get("cuminfo") or [], key=lambda row: str(row["cum_ym"]))
        for row in rows:
            name = system.codes.get(row["cum_type_code"])
            if name in SUMS and str(row["year"]) == str(year):
                found[str(name)] = int(str(row["cum"]).split(".")[0]) if name == "stays" else parse_yuan(row["cum"])
    except (KeyError, TypeError, ValueError) as error:
        raise SourceFailed("核心系统的5206应答不完整") from error
    return Accumulations(balance, **found)


def _settlement(output: dict[str, Any]) -> PreSettlement:
    names = ("medfee_sumamt", "inscp_scp_amt", "act_pay_dedc", "fund_pay_sumamt", "acct_pay", "psn_cash_pay")
    try:
        told = PreSettlement(*(parse_yuan(output["setlinfo"][name]) for name in names))
    except (KeyError, TypeError, ValueError) as error:
        raise SourceFailed("核心系统的2303应答不完整") from error
    if told.fund_pays + told.account_pays + told.cash_pays != told.total:
        raise SourceFailed("核心系统的2303应答各项合计与总费用不符")
    return told


def fetch_effect(
    store: Store, source: AccountSource, membership: Membership, clock: Callable[[], datetime]
) -> Callable[[EffectRow], Awaitable[dict[str, Any]]]:
    """The effect `fetch_balance`: ask, keep the answer locked; the next turn is only told how it went."""

    async def fetch(row: EffectRow) -> dict[str, Any]:
        member_id, told = int(row.body["member"]), {"mandate": row.body.get("mandate", "")}
        try:
            found = await source.accumulations(member_id, clock().astimezone(SHANGHAI).date())
        except SourceFailed as error:
            why = str(error)
            log.warning("The core system gave no figures: %s", why)
            return {"status": "failed", **told}
        await store.run(lambda tx: keep_snapshot(tx, membership, member_id, found, clock()))
        return {"status": "ok", **told}

    return fetch
