"""Everything a turn may ask of the outside, as protocols; each has a quiet twin in `handlers/quiet.py`.

The ports a turn gets are bound to its thread and its transaction: what they write commits with the turn or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class MemberView:
    """The bound member as the conversation may know them: a masked name and the facts that prefill an estimate."""

    masked_name: str
    scheme: str
    facts: dict[str, Any]
    """Facts of a stay by interface name: status, age, account_balance, fund_used, admission_no (of the NEXT stay)."""


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of the ledger: day, kind in Chinese, signed amount in fen, balance after it in fen, where."""

    day: date
    label: str
    amount: int
    balance: int
    place: str = ""


@dataclass(frozen=True, slots=True)
class AccountView:
    """A personal account on a day. Amounts are fen."""

    as_of: date
    balance: int
    frozen: str | None
    movements: tuple[Movement, ...]
    credited_this_year: int
    spent_this_year: int
    stays_this_year: int
    inpatient_total_this_year: int
    fund_paid_this_year: int
    fund_left: int | None
    """What is left of the fund's yearly limit; None where no wage or cap is entered for the year."""
    next_credit: date | None
    source: str = "本地台账"


class Identity(Protocol):
    """Binding a member: name, identity number, one-time code. The words never tell whether a person exists."""

    def member(self) -> MemberView | None:
        """The bound member when the binding is fresh (30 idle minutes), else None."""

    def is_bound(self) -> bool:
        """Whether this thread is bound at all, fresh or not."""

    def begin(self, name: str, id_token: str) -> str:
        """Start a challenge for a name and the token of an identity number.

        Returns:
            `sent` (said whether or not the person exists), `bad_number` (checksum, length), `locked`, `too_many`.
        """

    def refresh(self) -> str:
        """Send a fresh code to the bound member: `sent`, `locked` or `too_many`."""

    def verify(self, code: str) -> str:
        """Check a code, given as a token or as six digits: `ok`, `wrong`, `expired`, `locked`, `none`."""

    def unbind(self) -> bool:
        """Forget the binding; False when there was none."""


class Accounts(Protocol):
    """The bound member's account; only ever that member's."""

    def overview(self, today: date) -> AccountView | None:
        """Balance, last movements and the year's totals; None where the office keeps no account for the member."""


@dataclass(frozen=True, slots=True)
class CaseRequest:
    """A hand-over to people: why, to which group, and everything known so far."""

    reason: str
    """`asked`, `unsure`, `emergency`, `crisis`, `anger`, `fraud`, `unpublished`."""
    group: str
    summary: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ticket:
    """Where the member stands in the queue: position from 1, honest wait in minutes (None: unknown), hours open now."""

    position: int
    wait_minutes: int | None
    open_now: bool
    opens_at: datetime | None = None
    already: bool = False


class Desk(Protocol):
    """The help desk as the bot sees it."""

    def open_case(self, request: CaseRequest) -> Ticket:
        """Put the thread into the queue, or say where it already stands."""

    def ticket(self) -> Ticket | None:
        """The thread's place in the queue, None when it is not waiting."""

    def leave(self) -> bool:
        """Leave the queue; False when it was not waiting."""

    def rate(self, score: int, words: str) -> bool:
        """Rate the last closed case: 1 to 5 and a sentence; False when there is none to rate."""


@dataclass(frozen=True, slots=True)
class Ports:
    """What one turn gets besides message, state and rulebook."""

    identity: Identity
    accounts: Accounts
    desk: Desk
