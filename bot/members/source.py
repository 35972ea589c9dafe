"""Where figures of an account come from: the local ledger, or the core system of the office (`bot/members/core.py`).

Shaped like the national interfaces 5206 (personal accumulations of the year) and 2303 (pre-settlement of a stay).

Errors: `SourceFailed`
    └── `SourceResting`   it failed several times in a row and is left alone for a while
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Protocol

from bot.members.membership import Membership, relation_on
from bot.members.port import SnapshotRow
from bot.members.prefill import facts_of, yuan
from bot.storage.port import Store, Tx
from estimator.money import parse_yuan

Price = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""One stay priced: request and result are the JSON of docs/interface.md."""


class SourceFailed(Exception):
    """No figures: the sentence says why, for the log, and names neither person nor number."""


class SourceResting(SourceFailed):
    """The circuit breaker is open."""


@dataclass(frozen=True, slots=True)
class Accumulations:
    """The balance and the year's sums, in fen; None where the source does not say."""

    balance: int
    fund_paid: int | None = None
    stays: int | None = None
    inpatient_total: int | None = None
    credited: int | None = None
    spent: int | None = None
    frozen: str | None = None


@dataclass(frozen=True, slots=True)
class Bill:
    """A stay to be settled, in fen: total, what is out of the catalogue, what is class B, on which level and day."""

    day: date
    hospital_level: str
    total: int
    self_paid: int = 0
    class_b: int = 0


@dataclass(frozen=True, slots=True)
class PreSettlement:
    """Who would pay what of a bill, in fen; fund and member add up to the total."""

    total: int
    in_scope: int
    deductible: int
    fund_pays: int
    account_pays: int
    cash_pays: int


class AccountSource(Protocol):
    """Asks for one member; both calls may take long and run outside of any turn."""

    async def accumulations(self, member_id: int, today: date) -> Accumulations:
        """Balance and sums of the year of `today`; raises `SourceFailed`."""

    async def pre_settle(self, member_id: int, bill: Bill) -> PreSettlement:
        """What would be paid of a bill; raises `SourceFailed`."""


class LocalLedger:
    """The figures of this database, priced by the rules of the published rulebook."""

    def __init__(self, store: Store, membership: Membership, price: Price) -> None:
        self._store = store
        self._membership = membership
        self._price = price

    async def accumulations(self, member_id: int, today: date) -> Accumulations:
        """Added up from movements and stays; raises `SourceFailed` where there is no account."""
        return await self._store.run(lambda tx: self._added_up(tx, member_id, today))

    def _added_up(self, tx: Tx, member_id: int, today: date) -> Accumulations:
        people = self._membership.people(tx)
        account = people.account(member_id)
        if account is None:
            raise SourceFailed("本地台账没有这个账户")
        stays = people.stays(member_id, today.year)
        return Accumulations(
            people.ledger_sum(member_id),
            fund_paid=sum(stay.fund_paid for stay in stays),
            stays=len(stays),
            inpatient_total=sum(stay.total for stay in stays),
            frozen=account.frozen,
        )

    async def pre_settle(self, member_id: int, bill: Bill) -> PreSettlement:
        """Priced with what is on file; raises `SourceFailed` where a fact or a parameter is missing."""
        facts = await self._store.run(lambda tx: self._facts(tx, member_id, bill.day))
        told = {"total": bill.total, "self_paid": bill.self_paid, "class_b": bill.class_b}
        stay = {name: yuan(fen) for name, fen in told.items()} | {"hospital_level": bill.hospital_level}
        priced = self._price({**facts, **stay, "as_of": bill.day.isoformat()})
        if priced["status"] != "ok":
            raise SourceFailed(f"按规则还算不出来:{priced['status']}")
        names = ("total", "in_scope", "deductible", "fund_pays", "account_pays", "cash_pays")
        return PreSettlement(*(parse_yuan(priced[name]) for name in names))

    def _facts(self, tx: Tx, member_id: int, day: date) -> dict[str, Any]:
        people = self._membership.people(tx)
        row, relation = people.member(member_id), relation_on(people, member_id, day)
        if row is None or relation is None:
            raise SourceFailed("本地没有这个人的参保关系")
        return {"scheme": relation.scheme, **facts_of(people, self._membership, row, relation, day)}


def keep_snapshot(tx: Tx, membership: Membership, member_id: int, told: Accumulations, now: datetime) -> None:
    """Keep, locked, what a source said."""
    cipher = membership.vault.seal(json.dumps(asdict(told)), f"snapshot:{member_id}")
    membership.people(tx).put_snapshot(SnapshotRow(member_id, cipher, now))


def snapshot_of(membership: Membership, row: SnapshotRow) -> Accumulations:
    """What was kept."""
    return Accumulations(**json.loads(membership.vault.unseal(row.cipher, f"snapshot:{row.member_id}")))
