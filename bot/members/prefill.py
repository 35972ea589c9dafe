"""What is known of a member that an estimate may start from: status, age, balance, what the fund has paid this year."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.members.membership import Membership
from bot.members.port import MemberRow, People, RelationRow
from bot.privacy.idnumber import born


def facts_of(
    people: People, membership: Membership, row: MemberRow, relation: RelationRow | None, today: date
) -> dict[str, Any]:
    """Facts by the names of the interface; money in yuan as a string, `admission_no` of the next stay."""
    stays = people.stays(row.id, today.year)
    facts: dict[str, Any] = {
        "fund_used": yuan(sum(stay.fund_paid for stay in stays)),
        "admission_no": len(stays) + 1,
    }
    if relation is not None and relation.status in {"active", "retired"}:
        facts["status"] = relation.status
    birthday = born(membership.identity_of(row))
    if birthday is not None:
        facts["age"] = today.year - birthday.year - ((today.month, today.day) < (birthday.month, birthday.day))
    if people.account(row.id) is not None:
        facts["account_balance"] = yuan(people.ledger_sum(row.id))
    return facts


def yuan(fen: int) -> str:
    """Fen as the interface writes money.

    >>> yuan(-123456)
    '-1234.56'
    """
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
