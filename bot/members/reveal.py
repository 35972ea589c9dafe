"""Shows an agent one personal value in full: a logged act with a reason, never a matter of course."""

from __future__ import annotations

from datetime import datetime

from bot.members.membership import Membership
from bot.members.port import MemberRow
from bot.storage.port import Tx

WHAT = {"identity": "身份证号", "phone": "手机号", "name": "姓名"}
SHORTEST = 4
"""Characters of a reason."""


class RevealRefused(Exception):
    """Why nothing is shown, in words for the agent."""


def reveal_of_thread(
    tx: Tx, membership: Membership, thread_id: str, *, what: str, staff_id: str, reason: str, now: datetime
) -> str:
    """One value of the member bound to a conversation (see `reveal`); for the help-desk console.

    Raises:
        RevealRefused: nobody is bound to it, or what `reveal` refuses.
    """
    binding = membership.people(tx).binding(thread_id)
    if binding is None:
        raise RevealRefused("这个对话没有绑定参保人。")
    return reveal(tx, membership, binding.member_id, what=what, staff_id=staff_id, reason=reason, now=now)


def reveal(
    tx: Tx, membership: Membership, member_id: int, *, what: str, staff_id: str, reason: str, now: datetime
) -> str:
    """Identity number, phone or name in the clear; written to the audit log before it is returned.

    Raises:
        RevealRefused: no reason is given, the member is unknown, or there is no such value on file.
    """
    row = membership.people(tx).member(member_id)
    if len(reason.strip()) < SHORTEST or what not in WHAT:
        raise RevealRefused("请写明为什么要看完整号码(至少4个字)。")
    value = None if row is None else _value(membership, row, what)
    if value is None:
        raise RevealRefused(f"没有登记{WHAT[what]}。")
    tx.note_audit(f"staff:{staff_id}", "reveal", f"member:{member_id}", {"what": what, "why": reason.strip()}, now)
    return value


def _value(membership: Membership, row: MemberRow, what: str) -> str | None:
    if what == "phone":
        return membership.phone_of(row)
    return membership.identity_of(row) if what == "identity" else membership.name_of(row)
