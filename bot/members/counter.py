"""At the counter: an agent checks the papers and gives out a one-time code, say to a member without a phone.

It binds the conversation into which it is typed, or lets another member look (a guardian, an heir). It works once, for
a quarter of an hour; giving it out and using it are written to the audit log.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.members import mandates
from bot.members.membership import Membership, same_name
from bot.members.port import BindingRow, LinkRow, MemberRow
from bot.privacy.idnumber import normal
from bot.storage.port import ThreadRow, Tx

LIFE = timedelta(minutes=15)


class CounterRefused(Exception):
    """Why no link is given out, in words for the agent."""


def issue(tx: Tx, membership: Membership, *, staff_id: str, name: str, number: str, reason: str, now: datetime) -> str:
    """The one-time code for the person whose papers the agent has seen.

    Raises:
        CounterRefused: The number is wrong, nobody has it, the name differs, the person died, or no reason is given.
    """
    member = _find(tx, membership, name, number, reason)
    if member.died_on is not None:
        raise CounterRefused("这位参保人已登记死亡;继承人请用 --heir 办理授权,账户继承按继承手续办理。")
    secret = mandates.new_code()
    hashed = membership.vault.digest("link", mandates.plain_code(secret))
    membership.people(tx).put_link(LinkRow(hashed, member.id, staff_id, reason.strip(), now + LIFE))
    tx.note_audit(f"staff:{staff_id}", "issue_link", f"member:{member.id}", {"why": reason.strip()}, now)
    return secret


def issue_mandate(
    tx: Tx,
    membership: Membership,
    *,
    staff_id: str,
    name: str,
    number: str,
    basis: str,
    scope: str,
    days: int,
    reason: str,
    now: datetime,
) -> str:
    """The one-time code that lets another member look at this person's data: `basis` is `guardian`, `heir`, `consent`.

    Raises:
        CounterRefused: As for `issue`; an heir's owner lives, another's is dead; the time is too long.
    """
    owner = _find(tx, membership, name, number, reason)
    if (owner.died_on is not None) != (basis == "heir"):
        raise CounterRefused("继承人授权只用于已登记死亡的参保人;健在的请按本人同意或监护人办理。")
    try:
        return mandates.offer(
            tx,
            membership,
            owner.id,
            scope=scope,
            days=days,
            basis=basis,
            granted_by=f"staff:{staff_id}",
            reason=reason.strip(),
            now=now,
            life=LIFE,
        )
    except ValueError as error:
        raise CounterRefused(f"{error}:期限最长三年。") from error


def redeem(tx: Tx, membership: Membership, thread: ThreadRow, secret: str, now: datetime) -> bool:
    """Bind the thread by a code; False when it is unknown, used or too old (nobody is told which)."""
    people = membership.people(tx)
    link = people.take_link(membership.vault.digests("link", mandates.plain_code(secret)), now)
    if link is None:
        return False
    people.put_binding(BindingRow(thread.id, link.member_id, now, now))
    detail = {"channel": thread.channel, "staff": link.staff_id}
    tx.note_audit(f"thread:{thread.id}", "bind_by_link", f"member:{link.member_id}", detail, now)
    return True


def _find(tx: Tx, membership: Membership, name: str, number: str, reason: str) -> MemberRow:
    if not reason.strip():
        raise CounterRefused("请写明核对了什么证件、为什么在柜台办理。")
    whole = normal(number)
    if whole is None:
        raise CounterRefused("身份证号不对(位数、出生日期或校验码),请与证件核对。")
    people = membership.people(tx)
    found = people.member_by_hash(membership.targets(whole))
    if found is not None and found.merged_into is not None:
        found = people.member(found.merged_into)
    if found is None or not same_name(name, membership.name_of(found)):
        raise CounterRefused("参保库里没有这个姓名和身份证号,请先核对参保登记。")
    return found
