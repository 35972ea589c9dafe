"""Mandates: a member lets another look (a child for a parent, a guardian, an heir), with scope, consent and an end.

The owner offers one in a conversation, or an agent at the counter after seeing the papers; a one-time code hands it
over. Whoever takes it up must be bound too, so that the audit log knows who looked. Either side ends it at any time.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from bot.members.gate import holds
from bot.members.membership import Membership
from bot.members.port import MandateRow, People, new_number
from bot.storage.port import ThreadRow, Tx

SCOPES = {"account": "个人账户", "account+stays": "个人账户和住院"}
MOST_DAYS = 3 * 366
OFFERED = timedelta(minutes=30)
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without signs that look alike."""
_GROUPS, _EACH = 4, 4


def new_code() -> str:
    """A one-time code that a person can type: 16 signs, some 79 bits."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_EACH)) for _ in range(_GROUPS))
    return "-".join(["YB", *groups])


def plain_code(typed: str) -> str:
    """A code as it is hashed: capital letters and digits only.

    >>> plain_code("yb-2345 6789-abcd-efgh")
    'YB23456789ABCDEFGH'
    """
    return "".join(char for char in typed.upper() if char.isascii() and char.isalnum())


def offer(
    tx: Tx,
    membership: Membership,
    owner_id: int,
    *,
    scope: str,
    days: int,
    basis: str,
    granted_by: str,
    reason: str,
    now: datetime,
    life: timedelta = OFFERED,
) -> str:
    """Offer a mandate; returns the one-time code that hands it over.

    Args:
        tx: the transaction.
        membership: the office's members.
        owner_id: whose data may be looked at.
        scope: `account` or `account+stays`.
        days: how long it holds from now on.
        basis: `consent`, `guardian` or `heir`.
        granted_by: `member:<number>` or `staff:<id>`.
        reason: the consent's words, or which papers were seen.
        now: the time.
        life: how long the code may be used.

    Raises:
        ValueError: an unknown scope, or a time that is none or longer than three years.
    """
    if scope not in SCOPES or not 0 < days <= MOST_DAYS:
        raise ValueError("授权范围或期限不对")
    code = new_code()
    hashed = membership.vault.digest("mandate", plain_code(code))
    end = now + timedelta(days=days)
    row = MandateRow(new_number(), owner_id, scope, basis, granted_by, reason, hashed, now + life, end)
    membership.people(tx).put_mandate(row)
    detail = {"mandate": str(row.id), "scope": scope, "days": days, "basis": basis, "why": reason}
    tx.note_audit(granted_by, "offer_mandate", f"member:{owner_id}", detail, now)
    return code


def take_up(
    tx: Tx, membership: Membership, thread: ThreadRow, code: str, *, holder_id: int | None, now: datetime
) -> str:
    """Take up what was offered with a code: `mandate`, `bind_first`, `own` or `dead` (unknown, used, too old)."""
    people = membership.people(tx)
    hashes = membership.vault.digests("mandate", plain_code(code))
    people.hold(hashes[0])
    row = people.mandate_by_code(hashes)
    if row is None or row.accepted_at or row.revoked_at or now > row.offered_until:
        return "dead"
    if holder_id is None:
        return "bind_first"
    if holder_id == row.owner_id:
        return "own"
    people.put_mandate(replace(row, holder_id=holder_id, accepted_at=now))
    detail = {"channel": thread.channel, "mandate": str(row.id), "holder": f"member:{holder_id}"}
    tx.note_audit(f"thread:{thread.id}", "accept_mandate", f"member:{row.owner_id}", detail, now)
    return "mandate"


def revoke(
    tx: Tx, membership: Membership, thread: ThreadRow, mandate_id: int, *, member_id: int, now: datetime
) -> bool:
    """End a mandate, by either side; False when it is not theirs or has ended."""
    people = membership.people(tx)
    row = people.mandate(mandate_id)
    if row is None or member_id not in {row.owner_id, row.holder_id} or row.revoked_at is not None:
        return False
    people.put_mandate(replace(row, revoked_at=now))
    detail = {"channel": thread.channel, "mandate": str(row.id)}
    tx.note_audit(f"thread:{thread.id}", "revoke_mandate", f"member:{row.owner_id}", detail, now)
    return True


def revoke_all(tx: Tx, membership: Membership, thread: ThreadRow, member_id: int, now: datetime) -> int:
    """End every mandate a member gave or holds; returns how many."""
    people = membership.people(tx)
    mine = [*people.mandates(owner_id=member_id), *people.mandates(holder_id=member_id)]
    return sum(revoke(tx, membership, thread, row.id, member_id=member_id, now=now) for row in mine)


def running(
    people: People, now: datetime, *, owner_id: int | None = None, holder_id: int | None = None
) -> list[MandateRow]:
    """Mandates that hold, and (of an owner) those offered and not taken up yet."""
    rows = people.mandates(owner_id=owner_id, holder_id=holder_id)
    offered = [
        row for row in rows if owner_id and not row.accepted_at and not row.revoked_at and now <= row.offered_until
    ]
    return [row for row in rows if holds(row, now) or row in offered]
