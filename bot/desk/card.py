"""The member card beside a conversation: masked; what stands behind a mask is shown with a reason, and logged."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.desk.errors import BadAct
from bot.members.membership import Membership, relation_on
from bot.members.port import MemberRow
from bot.privacy import masks
from bot.privacy.secrets import opened
from bot.storage.port import CaseRow, StaffRow, Tx
from knowledge.office import SHANGHAI

WHAT = {"name": "姓名", "identity": "身份证号", "phone": "手机号", "callback": "回电号码"}
STATUS = {"active": "在职", "retired": "退休", "resident": "居民", "suspended": "停保"}
SHORTEST_REASON = 2


def masked(
    tx: Tx, membership: Membership, case: CaseRow, staff: StaffRow, now: datetime, *, schemes: Mapping[str, str]
) -> dict[str, Any]:
    """What an agent sees of who writes; an empty card where the conversation is not bound. The look is logged."""
    card: dict[str, Any] = {"callback": "callback" in case.summary, "bound": False}
    member = _member(tx, membership, case.thread_id)
    if member is None:
        return card
    tx.note_audit(f"staff:{staff.id}", "read_card", f"member:{member.id}", _detail(case, "会话中查看"), now)
    phone = membership.phone_of(member)
    relation = relation_on(membership.people(tx), member.id, now.astimezone(SHANGHAI).date())
    return card | {
        "bound": True,
        "name": masks.name(membership.name_of(member)),
        "identity": masks.identity(membership.identity_of(member)),
        "phone": masks.phone(phone) if phone else "",
        "scheme": schemes.get(relation.scheme, relation.scheme) if relation else "",
        "status": STATUS.get(relation.status, relation.status) if relation else "",
        "unit": relation.unit if relation else "",
    }


def reveal(
    tx: Tx, membership: Membership, case: CaseRow, staff: StaffRow, now: datetime, *, what: str, why: str
) -> str:
    """One value in the clear, for a reason that stands in the audit log with who looked.

    Raises:
        BadAct: no reason, nothing of this kind, or nobody is bound.
    """
    if what not in WHAT:
        raise BadAct(f"可查看：{'、'.join(WHAT.values())}。")
    if len(why.strip()) < SHORTEST_REASON:
        raise BadAct("请写明为什么要查看。")
    member = _member(tx, membership, case.thread_id)
    value = _callback(membership, case) if what == "callback" else _value(membership, member, what)
    if not value:
        raise BadAct(f"没有登记{WHAT[what]}。")
    about = f"member:{member.id}" if member else f"case:{case.id}"
    tx.note_audit(f"staff:{staff.id}", f"reveal_{what}", about, _detail(case, why.strip()[:200]), now)
    return value


def _member(tx: Tx, membership: Membership, thread_id: str) -> MemberRow | None:
    people = membership.people(tx)
    binding = people.binding(thread_id)
    return people.member(binding.member_id) if binding else None


def _value(membership: Membership, member: MemberRow | None, what: str) -> str | None:
    if member is None:
        return None
    if what == "name":
        return membership.name_of(member)
    return membership.identity_of(member) if what == "identity" else membership.phone_of(member)


def _callback(membership: Membership, case: CaseRow) -> str | None:
    kept = case.summary.get("callback")
    if not kept:
        return None
    return opened(membership.vault, case.thread_id, kept["token"], base64.b64decode(kept["cipher"]))


def _detail(case: CaseRow, why: str) -> dict[str, Any]:
    return {"channel": case.summary.get("channel", ""), "case": case.id, "why": why}
