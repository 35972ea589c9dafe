"""The bound member's personal account: balance, last movements, this year's totals, and what the fund has left.

The balance is added up from the ledger each time and compared with the one kept beside it; if they differ, the ledger
counts and the difference is written down for the office.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.members.gate import Gate
from bot.members.membership import Membership, relation_on
from bot.members.port import KINDS, AccountRow, MemberRow, MovementRow, RelationRow
from bot.members.source import Accumulations, snapshot_of
from bot.privacy import masks
from bot.privacy.idnumber import born
from bot.storage.port import EffectRow, ThreadRow, Tx, new_id
from handlers.messages import SHANGHAI
from handlers.ports import AccountView, MonthView, Movement

FundCap = Callable[[str, date], int | None]
"""The fund's yearly limit of a scheme on a day, in fen; None where no wage or cap is entered."""

SHOWN = 5
FETCH = "fetch_balance"
CREDIT_DAYS = {"beijing-employee": 20}
"""The day of the month on which a rule has the credit made (beijing-account 第二十二条)."""
_HABIT = 3

log = logging.getLogger(__name__)


class MemberAccounts:
    """The accounts port of one thread in one transaction."""

    def __init__(self, tx: Tx, thread: ThreadRow, now: datetime, membership: Membership, fund_cap: FundCap) -> None:
        self._tx, self._thread_id = tx, thread.id
        self._gate = Gate(tx, thread, now, membership)
        self._people = self._gate.people
        self._fund_cap = fund_cap

    def overview(self, today: date, mandate: str = "") -> AccountView | None:
        """Balance, last movements and the year's totals; None where there is no account, or no (more) right to look."""
        member = self._gate.open("read_account", mandate)
        account = None if member is None else self._people.account(member.id)
        told = None if member is None else self._told(member.id)
        if member is None or (account is None and told is None):
            return None
        stays = not mandate or self._gate.open("read_stays", mandate, stays=True) is not None
        view = self._local(member, account, today, stays=stays)
        if told is not None:
            view = overlaid(view, *told, stays=stays)
        return replace(view, whose=masks.name(self._gate.membership.name_of(member)) if mandate else "")

    def _local(self, member: MemberRow, account: AccountRow | None, today: date, *, stays: bool) -> AccountView:
        """What the local ledger says; without an account all is zero, to be written over."""
        relation = relation_on(self._people, member.id, today)
        balance = 0 if account is None else self._balance(account)
        year = self._people.movements(member.id, since=date(today.year, 1, 1))
        recent = self._people.movements(member.id, limit=SHOWN)
        settled = self._people.stays(member.id, today.year) if stays else []
        fund_paid = sum(stay.fund_paid for stay in settled)
        return AccountView(
            as_of=today if account is None else account.as_of,
            balance=balance,
            frozen=None if account is None else account.frozen,
            movements=_shown(recent, balance),
            credited_this_year=_total(year, "credited"),
            spent_this_year=-_total(year, "spent"),
            stays_this_year=len(settled),
            inpatient_total_this_year=sum(stay.total for stay in settled),
            fund_paid_this_year=fund_paid,
            fund_left=self._fund_left(relation, fund_paid, today) if stays else None,
            next_credit=None if account is None else self._next_credit(member.id, account, relation, today),
            scheme=relation.scheme if relation else "",
        )

    def _told(self, member_id: int) -> tuple[Accumulations, datetime, bool] | None:
        """What the core system said last, when, and whether that is too old to be called today's."""
        fresh = self._gate.membership.core_fresh
        row = None if fresh is None else self._people.snapshot(member_id)
        if fresh is None or row is None:
            return None
        return snapshot_of(self._gate.membership, row), row.fetched_at, self._gate.now - row.fetched_at > fresh

    def look_up(self, today: date, mandate: str = "") -> bool:
        """Promise to ask the core system; True when its answer comes back as an effect."""
        del today
        fresh = self._gate.membership.core_fresh
        member = None if fresh is None else self._gate.open("look_up_account", mandate)
        if fresh is None or member is None:
            return False
        row = self._people.snapshot(member.id)
        if row is not None and self._gate.now - row.fetched_at <= fresh:
            return False
        body = {"member": str(member.id), "mandate": mandate}
        self._tx.add_effect(EffectRow(new_id(), self._thread_id, FETCH, body, created_at=self._gate.now))
        return True

    def months(self, today: date) -> tuple[MonthView, MonthView] | None:
        """The month before this one, and this one."""
        member = self._gate.open("compare_months")
        account = None if member is None else self._people.account(member.id)
        if member is None or account is None:
            return None
        this = today.replace(day=1)
        before = (this - timedelta(days=1)).replace(day=1)
        following = (this + timedelta(days=32)).replace(day=1)
        rows = [row for row in self._people.movements(member.id, since=before) if row.day < following]
        born_on = born(self._gate.membership.identity_of(member))
        return (
            self._month(before, [row for row in rows if row.day < this], account, born_on),
            self._month(this, [row for row in rows if row.day >= this], account, born_on),
        )

    def _month(self, first: date, rows: list[MovementRow], account: AccountRow, born_on: date | None) -> MonthView:
        end = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        relation = relation_on(self._people, account.member_id, end)
        credited = [row for row in rows if row.kind == "credit"]
        return MonthView(
            first=first,
            credited=_total(rows, "credited"),
            own_part=_part(credited, "own_part"),
            unit_part=_part(credited, "unit_part"),
            spent=-_total(rows, "spent"),
            status=relation.status if relation else "",
            born=born_on,
            credited_on=credited[0].day if credited else None,
            frozen=account.frozen,
            scheme=relation.scheme if relation else "",
        )

    def _balance(self, account: AccountRow) -> int:
        added_up = self._people.ledger_sum(account.member_id)
        if added_up != account.balance:
            log.error("The balance kept for member %d differs from its ledger.", account.member_id)
            self._gate.note("balance_differs", account.member_id)
        return added_up

    def _fund_left(self, relation: RelationRow | None, fund_paid: int, today: date) -> int | None:
        cap = None if relation is None else self._fund_cap(relation.scheme, today)
        return None if cap is None else max(0, cap - fund_paid)

    def _next_credit(
        self, member_id: int, account: AccountRow, relation: RelationRow | None, today: date
    ) -> date | None:
        """The rule's day, else the day of the last three credits when they fell on the same one."""
        running = relation is not None and relation.status in {"active", "retired"} and _runs(relation, today)
        if relation is None or not running or account.frozen:
            return None
        rows = self._people.movements(member_id, since=today - timedelta(days=130))
        days = [row.day.day for row in rows if row.kind == "credit"][:_HABIT]
        day = CREDIT_DAYS.get(relation.scheme) or (days[0] if len(days) == _HABIT and len(set(days)) == 1 else None)
        if day is None:
            return None
        credited = any(row.kind == "credit" and row.day >= today.replace(day=1) for row in rows)
        return _next_day(day, today, this_month=not credited)


def overlaid(view: AccountView, told: Accumulations, at: datetime, old: bool, *, stays: bool) -> AccountView:  # noqa: FBT001
    """The local view with what the core system says over it; movements only where they lead to the same balance."""
    when = at.astimezone(SHANGHAI)
    said = f"核心系统{when.month}月{when.day}日{when:%H:%M}的数据" + (",现在没有查到更新的" if old else "")
    sums = {"credited_this_year": told.credited, "spent_this_year": told.spent}
    if stays:
        sums |= {"stays_this_year": told.stays, "inpatient_total_this_year": told.inpatient_total}
        sums |= {"fund_paid_this_year": told.fund_paid}
    found: dict[str, Any] = {name: value for name, value in sums.items() if value is not None}
    if view.fund_left is not None and "fund_paid_this_year" in found:
        found["fund_left"] = max(0, view.fund_left + view.fund_paid_this_year - found["fund_paid_this_year"])
    movements = view.movements if told.balance == view.balance else ()
    frozen = told.frozen or view.frozen
    return replace(
        view, balance=told.balance, as_of=when.date(), source=said, frozen=frozen, movements=movements, **found
    )


def _part(rows: list[MovementRow], name: str) -> int | None:
    """The sum of one part of the credits; None where the office did not enter parts."""
    parts = [getattr(row, name) for row in rows if getattr(row, name) is not None]
    return sum(parts) if parts else None


def _runs(relation: RelationRow, today: date) -> bool:
    return relation.until is None or relation.until >= today


def _next_day(day: int, today: date, *, this_month: bool) -> date | None:
    """The next such day of a month; in a month without it the month's last."""
    month = today.replace(day=1)
    if not this_month or day < today.day:
        month = (month + timedelta(days=32)).replace(day=1)
    last = (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return month.replace(day=min(day, last.day))


def _shown(rows: list[MovementRow], balance: int) -> tuple[Movement, ...]:
    """Newest first, each with the balance after it, counted back from today's."""
    shown = []
    for row in rows:
        label = KINDS[row.kind].label
        shown.append(Movement(row.day, label, row.amount, balance, row.place, row.own_part, row.unit_part))
        balance -= row.amount
    return tuple(shown)


def _total(rows: list[MovementRow], counts_as: str) -> int:
    """The year's total of one sort; a correction counts where the movement it corrects does."""
    kinds = {row.id: row.kind for row in rows}

    def sort_of(row: MovementRow) -> str:
        if row.kind != "correction":
            return KINDS[row.kind].counts_as
        corrected = kinds.get(row.corrects or 0)
        return KINDS[corrected].counts_as if corrected else ("credited" if row.amount > 0 else "spent")

    return sum(row.amount for row in rows if sort_of(row) == counts_as)
