"""The bound member's personal account: balance, last movements, this year's totals, and what the fund has left.

The balance is added up from the ledger each time and compared with the one kept beside it; if they differ, the ledger
counts and the difference is written down for the office.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta

from bot.members.gate import Gate
from bot.members.membership import Membership, relation_on
from bot.members.port import KINDS, AccountRow, MovementRow, RelationRow
from bot.storage.port import ThreadRow, Tx
from handlers.ports import AccountView, Movement

FundCap = Callable[[str, date], int | None]
"""The fund's yearly limit of a scheme on a day, in fen; None where no wage or cap is entered."""

SHOWN = 5
CREDIT_DAYS = {"beijing-employee": 20}
"""The day of the month on which a rule has the credit made (beijing-account 第二十二条)."""
_HABIT = 3

log = logging.getLogger(__name__)


class MemberAccounts:
    """The accounts port of one thread in one transaction."""

    def __init__(self, tx: Tx, thread: ThreadRow, now: datetime, membership: Membership, fund_cap: FundCap) -> None:
        self._gate = Gate(tx, thread, now, membership)
        self._people = self._gate.people
        self._fund_cap = fund_cap

    def overview(self, today: date) -> AccountView | None:
        """Balance, last movements and the year's totals; None where the office keeps no account for the member."""
        member = self._gate.open("read_account")
        account = None if member is None else self._people.account(member.id)
        if member is None or account is None:
            return None
        relation = relation_on(self._people, member.id, today)
        balance = self._balance(account)
        year = self._people.movements(member.id, since=date(today.year, 1, 1))
        recent = self._people.movements(member.id, limit=SHOWN)
        stays = self._people.stays(member.id, today.year)
        fund_paid = sum(stay.fund_paid for stay in stays)
        return AccountView(
            as_of=account.as_of,
            balance=balance,
            frozen=account.frozen,
            movements=_shown(recent, balance),
            credited_this_year=_total(year, "credited"),
            spent_this_year=-_total(year, "spent"),
            stays_this_year=len(stays),
            inpatient_total_this_year=sum(stay.total for stay in stays),
            fund_paid_this_year=fund_paid,
            fund_left=self._fund_left(relation, fund_paid, today),
            next_credit=self._next_credit(member.id, account, relation, today),
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
        shown.append(Movement(row.day, KINDS[row.kind].label, row.amount, balance, row.place))
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
