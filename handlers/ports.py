"""Everything a turn may ask of the outside, as protocols; each has a quiet twin in `handlers/quiet.py`.

The ports a turn gets are bound to its thread and its transaction: what they write commits with the turn or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol


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
    own_part: int | None = None
    unit_part: int | None = None
    """Of a credit: what came from the member's own contribution and from the unit's, in fen."""


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
    """Where the figures are from, and since when where they were kept for a while."""
    whose: str = ""
    """The masked name of another member who lets this one look; empty for one's own account."""
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class MonthView:
    """What a month brought to a personal account and took from it (fen), and what the rule of the credit asks for."""

    first: date
    credited: int
    own_part: int | None
    unit_part: int | None
    spent: int
    status: str
    born: date | None
    credited_on: date | None
    frozen: str | None = None
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody read or changed something: when, who (a kind of person, never a name), what, why, on which channel."""

    at: datetime
    who: str
    act: str
    channel: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class MyData:
    """What is kept of a member, masked, and the last looks at it, newest first."""

    name: str
    number: str
    phone: str
    relations: tuple[str, ...]
    movements: int
    stays: int
    bound_at: datetime
    looks: tuple[Look, ...]
    bindings: int = 1


@dataclass(frozen=True, slots=True)
class MandateView:
    """One member lets another look: its id, whose account or who looks (masked), what, on which ground, until when."""

    id: str
    name: str
    scope: str
    basis: str
    until: date
    accepted: bool


class Identity(Protocol):
    """Binding a member: name, identity number, one-time code. The words never tell whether a person exists."""

    def member(self) -> MemberView | None:
        """The bound member when the binding is fresh (30 idle minutes), else None."""

    def is_bound(self) -> bool:
        """Whether this thread is bound at all, fresh or not."""

    def begin(self, name: str, id_token: str) -> str:
        """Start a challenge for a name and an identity number, each as typed or as its token.

        Returns:
            `sent` (said whether or not the person exists), `bad_number` (checksum, length), `locked`, `too_many`.
        """

    def refresh(self) -> str:
        """Send a fresh code to the bound member.

        Returns:
            `sent`, `merged` (sent to the record that stays), `no_phone`, `closed` (may be looked at no more), `locked`
            or `too_many`.
        """

    def verify(self, code: str) -> str:
        """Check a code, given as a token or as six digits.

        Returns:
            `ok`, `wrong`, `old` (a newer one was sent), `used`, `foreign` (asked for in another conversation),
            `expired`, `locked` or `none`.
        """

    def unbind(self) -> bool:
        """Forget the binding; False when there was none."""

    def redeem(self, token: str) -> str:
        """Use a one-time code of the counter or of another member.

        Returns:
            `bound`, `mandate` (one may look at another's account from now on), `bind_first`, `own` or `dead` (unknown,
            used or too old).
        """


class Accounts(Protocol):
    """The bound member's account, or that of another who lets this one look; only ever theirs."""

    def overview(self, today: date, mandate: str = "") -> AccountView | None:
        """Balance, last movements and the year's totals; None where there is no account, or no (more) right to look."""

    def months(self, today: date) -> tuple[MonthView, MonthView] | None:
        """The last full month's and this month's movements; None where there is no account."""

    def look_up(self, today: date, mandate: str = "") -> bool:
        """Ask the office's core system, where there is one and what is kept is too old.

        Returns:
            True when the answer comes back as an effect of the kind `fetch_account`, so that the member is asked to
            wait.
        """


class Records(Protocol):
    """What is kept of the bound member, and whom the member lets look; each needs a fresh binding."""

    def kept(self) -> MyData | None:
        """What is kept and who looked; None unless the binding is fresh."""

    def export(self) -> str | None:
        """Everything kept, masked, as text; None unless the binding is fresh."""

    def forget(self) -> bool:
        """Delete what may be deleted (bindings, mandates, conversations); False unless the binding is fresh."""

    def given(self) -> tuple[MandateView, ...]:
        """Who may look at this member's account."""

    def held(self) -> tuple[MandateView, ...]:
        """At whose accounts this member may look."""

    def grant(self, scope: str, days: int) -> str | None:
        """Offer a mandate: the one-time code to hand over; None unless the binding is fresh."""

    def revoke(self, mandate: str) -> bool:
        """Take a mandate back, or give it up; False when it is not this member's."""


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
    agent: str = ""
    """Who served this member last, where that is not long ago."""
    too_late: bool = False
    """Whether the channel stops taking messages before anybody is at the desk."""


class Desk(Protocol):
    """The help desk as the bot sees it."""

    def open_case(self, request: CaseRequest) -> Ticket:
        """Put the thread into the queue, or say where it already stands."""

    def ticket(self) -> Ticket | None:
        """The thread's place in the queue, None when it is not waiting."""

    def leave(self) -> bool:
        """Leave the queue; False when it was not waiting."""

    def call_back(self, token: str) -> bool:
        """Keep the number behind a token for a call; False when the thread is not waiting or the number is gone."""

    def rate(self, score: int, words: str) -> bool:
        """Rate the last closed case: 1 to 5 and a sentence; False when there is none to rate."""


def _no_records() -> Records:
    from handlers.quiet import QuietRecords  # noqa: PLC0415  (the twins know the ports, not the ports their twins)

    return QuietRecords()


@dataclass(frozen=True, slots=True)
class Ports:
    """What one turn gets besides message, state and rulebook."""

    identity: Identity
    accounts: Accounts
    desk: Desk
    records: Records = field(default_factory=_no_records)
    shows: Literal["full", "link", "never"] = "full"
    """How this channel may show personal data: in full, only on the office's own page, or not at all (a group)."""
    page: str = ""
    """The address of the office's own page, empty where none is entered."""
