"""The ports of members for one turn, as the composition root asks for them."""

from __future__ import annotations

from datetime import datetime

from bot.members.accounts import FundCap, MemberAccounts
from bot.members.identity import MemberIdentity
from bot.members.membership import Membership
from bot.members.records import MemberRecords
from bot.storage.port import ThreadRow, Tx
from handlers.ports import Accounts, Identity, Records


def identity_port(tx: Tx, thread: ThreadRow, now: datetime, membership: Membership) -> Identity:
    """Identity of this thread, in this transaction."""
    return MemberIdentity(tx, thread, now, membership)


def accounts_port(tx: Tx, thread: ThreadRow, now: datetime, membership: Membership, fund_cap: FundCap) -> Accounts:
    """The account of the member bound to this thread; `fund_cap(scheme, day)` gives the yearly limit in fen or None."""
    return MemberAccounts(tx, thread, now, membership, fund_cap)


def records_port(tx: Tx, thread: ThreadRow, now: datetime, membership: Membership) -> Records:
    """What is kept of the member bound to this thread, and the mandates."""
    return MemberRecords(tx, thread, now, membership)
