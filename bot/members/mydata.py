"""“我的数据”: what the office's helper keeps of a bound member and who looked, and what is forgotten when.

The ledger and the insured relation belong to the office's books and are not deleted here; what the helper itself keeps
of a conversation is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select

from bot.members import tables as t
from bot.members.gate import Gate
from bot.members.membership import Membership
from bot.members.port import KINDS
from bot.members.prefill import yuan
from bot.privacy import masks
from bot.storage.port import ThreadRow, Tx
from bot.storage.tables import audit

LOOKS = 20


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody read or changed something: when, who (a kind of person, never a name), what, on which channel."""

    at: datetime
    who: str
    act: str
    channel: str


@dataclass(frozen=True, slots=True)
class MyData:
    """What is kept, masked, and the last looks at it, newest first."""

    name: str
    number: str
    phone: str
    relations: tuple[str, ...]
    movements: int
    stays: int
    bound_at: datetime
    looks: tuple[Look, ...]


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is no book of the office is kept."""

    attempts: timedelta = timedelta(days=30)
    challenges: timedelta = timedelta(days=1)
    idle_bindings: timedelta = timedelta(days=365)


def my_data(tx: Tx, thread: ThreadRow, now: datetime, membership: Membership) -> MyData | None:
    """What is kept of the member bound to this thread; None unless the binding is fresh."""
    gate = Gate(tx, thread, now, membership)
    member, binding = gate.open("read_my_data"), gate.people.binding(thread.id)
    if member is None or binding is None:
        return None
    phone = membership.phone_of(member)
    relations = tuple(f"{one.scheme} {one.since}起" for one in gate.people.relations(member.id))
    return MyData(
        name=masks.name(membership.name_of(member)),
        number=masks.identity(membership.identity_of(member)),
        phone=masks.phone(phone) if phone else "",
        relations=relations,
        movements=len(gate.people.movements(member.id, limit=100_000)),
        stays=len(gate.people.stays(member.id, now.year)),
        bound_at=binding.bound_at,
        looks=tuple(_looks(tx, f"member:{member.id}", thread)),
    )


def export(tx: Tx, thread: ThreadRow, now: datetime, membership: Membership) -> dict[str, Any] | None:
    """The member's own ledger and stays as JSON, masked like everything; None unless the binding is fresh."""
    gate = Gate(tx, thread, now, membership)
    member = gate.open("export_my_data")
    if member is None:
        return None
    movements = gate.people.movements(member.id, limit=100_000)
    return {
        "name": masks.name(membership.name_of(member)),
        "number": masks.identity(membership.identity_of(member)),
        "movements": [
            {"day": str(one.day), "kind": KINDS[one.kind].label, "amount": yuan(one.amount), "place": one.place}
            for one in movements
        ],
        "stays": [
            {"admitted": str(one.admitted), "discharged": str(one.discharged), "total": yuan(one.total)}
            | {"hospital": one.hospital, "fund_paid": yuan(one.fund_paid)}
            for year in range(now.year - 9, now.year + 1)
            for one in gate.people.stays(member.id, year)
        ],
    }


def sweep(tx: Tx, now: datetime, retention: Retention | None = None) -> int:
    """Forget what is older than its time; returns how many rows went. A job runs it once a day."""
    kept = retention or Retention()
    gone = tx.drop_secrets(before=now)
    if tx.sql is None:
        return gone
    old_link = or_(t.links.c.expires_at < now - kept.attempts, t.links.c.used_at < now - kept.attempts)
    for statement in (
        delete(t.attempts).where(t.attempts.c.at < now - kept.attempts),
        delete(t.challenges).where(t.challenges.c.expires_at < now - kept.challenges),
        delete(t.bindings).where(t.bindings.c.fresh_at < now - kept.idle_bindings),
        delete(t.links).where(old_link),
    ):
        gone += tx.sql.execute(statement).rowcount
    return gone


def forget_thread(tx: Tx, membership: Membership, thread_id: str) -> None:
    """For 退出并清除: the binding goes, and what was asked and typed on the way to it."""
    membership.people(tx).drop_binding(thread_id)
    tx.drop_secrets(thread_id=thread_id)
    if tx.sql is not None:
        tx.sql.execute(delete(t.challenges).where(t.challenges.c.thread_id == thread_id))


def _looks(tx: Tx, about: str, thread: ThreadRow) -> list[Look]:
    if tx.sql is None:
        lines: list[Any] = [line for line in tx.audit() if line["about"] == about][:LOOKS]
    else:
        query = select(audit).where(audit.c.about == about).order_by(audit.c.id.desc()).limit(LOOKS)
        lines = list(tx.sql.execute(query).mappings())
    return [
        Look(line["at"], _who(line["actor"], thread), line["act"], line["detail"].get("channel", "")) for line in lines
    ]


def _who(actor: str, thread: ThreadRow) -> str:
    if actor == f"thread:{thread.id}":
        return "本对话"
    return {"thread": "您绑定的其他对话", "staff": "工作人员", "operator": "系统管理员"}.get(
        actor.partition(":")[0], "系统"
    )
