"""Binding at the counter: an agent checks the papers and gives out a one-time link, say to a member without a phone.

The link works once, for a quarter of an hour, and both giving it out and using it are written to the audit log.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from bot.members.membership import Membership, same_name
from bot.members.port import BindingRow, LinkRow, MemberRow
from bot.privacy.idnumber import normal
from bot.storage.port import ThreadRow, Tx

LIFE = timedelta(minutes=15)


class CounterRefused(Exception):
    """Why no link is given out, in words for the agent."""


def issue(tx: Tx, membership: Membership, *, staff_id: str, name: str, number: str, reason: str, now: datetime) -> str:
    """The secret of a one-time link for the person whose papers the agent has seen.

    Raises:
        CounterRefused: The number is wrong, nobody has it, the name differs, the person died, or no reason is given.
    """
    if not reason.strip():
        raise CounterRefused("请写明核对了什么证件、为什么在柜台办理。")
    member = _find(tx, membership, name, number)
    secret = secrets.token_urlsafe(24)
    hashed = membership.vault.digest("link", secret)
    membership.people(tx).put_link(LinkRow(hashed, member.id, staff_id, reason.strip(), now + LIFE))
    tx.note_audit(f"staff:{staff_id}", "issue_link", f"member:{member.id}", {"why": reason.strip()}, now)
    return secret


def redeem(tx: Tx, membership: Membership, thread: ThreadRow, secret: str, now: datetime) -> bool:
    """Bind the thread by a link; False when it is unknown, used or too old (nobody is told which)."""
    people = membership.people(tx)
    link = people.take_link(membership.vault.digests("link", secret), now)
    if link is None:
        return False
    people.put_binding(BindingRow(thread.id, link.member_id, now, now))
    detail = {"channel": thread.channel, "staff": link.staff_id}
    tx.note_audit(f"thread:{thread.id}", "bind_by_link", f"member:{link.member_id}", detail, now)
    return True


def _find(tx: Tx, membership: Membership, name: str, number: str) -> MemberRow:
    whole = normal(number)
    if whole is None:
        raise CounterRefused("身份证号不对(位数、出生日期或校验码),请与证件核对。")
    people = membership.people(tx)
    found = people.member_by_hash(membership.targets(whole))
    if found is not None and found.merged_into is not None:
        found = people.member(found.merged_into)
    if found is None or not same_name(name, membership.name_of(found)):
        raise CounterRefused("参保库里没有这个姓名和身份证号,请先核对参保登记。")
    if found.died_on is not None:
        raise CounterRefused("这位参保人已登记死亡,账户继承请按继承手续办理。")
    return found
