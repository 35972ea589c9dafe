"""What is kept of members and accounts, and the port that reads and writes it; SQL and memory implement it alike.

Amounts are fen, signed from the member's side. Names, numbers and phones are ciphertexts; only the vault opens them.
"""

from __future__ import annotations

import itertools
import secrets
import time
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

_COUNT = itertools.count(secrets.randbelow(1 << 20))


def new_number() -> int:
    """A time-ordered number without meaning: milliseconds, and 20 bits that differ within one."""
    return (time.time_ns() // 1_000_000 << 20) | (next(_COUNT) & 0xFFFFF)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of movement: what a member reads, the sign of its amount (0: either), the yearly total it counts in."""

    label: str
    sign: int
    counts_as: str = ""


KINDS = {
    "credit": Kind("每月划入", 1, "credited"),
    "interest": Kind("利息", 1, "credited"),
    "pharmacy": Kind("药店购药", -1, "spent"),
    "clinic": Kind("门诊就医", -1, "spent"),
    "hospital": Kind("住院支付", -1, "spent"),
    "transfer_in": Kind("转入", 1),
    "transfer_out": Kind("转出", -1),
    "freeze": Kind("账户冻结", 0),
    "unfreeze": Kind("账户解冻", 0),
    "inherit_in": Kind("继承转入", 1),
    "inherit_out": Kind("继承划出", -1),
    "cancel": Kind("销户清退", -1),
    "correction": Kind("更正", 0),
}


@dataclass(slots=True)
class MemberRow:
    """A person, locked; a merged record points to the one that stays."""

    id: int
    id_hash: str
    id_cipher: bytes
    name_cipher: bytes
    phone_cipher: bytes | None = None
    died_on: date | None = None
    merged_into: int | None = None


@dataclass(slots=True)
class RelationRow:
    """Insured in a scheme through a unit: `active`, `retired`, `resident`, `suspended`, from and until (included)."""

    id: int
    member_id: int
    scheme: str
    unit: str
    status: str
    since: date
    until: date | None = None


@dataclass(slots=True)
class AccountRow:
    """A personal account. `balance` is what the ledger adds up to; `as_of` the day the ledger reaches to."""

    member_id: int
    opened_on: date
    balance: int
    frozen: str | None
    as_of: date


@dataclass(slots=True)
class MovementRow:
    """One movement; a correction names the one it corrects. A credit says what came from the member and the unit."""

    id: int
    member_id: int
    day: date
    kind: str
    amount: int
    own_part: int | None = None
    unit_part: int | None = None
    place: str = ""
    corrects: int | None = None
    batch: int = 0
    row_key: str = ""


@dataclass(slots=True)
class StayRow:
    """One settled stay and what the fund paid for it."""

    id: int
    member_id: int
    admitted: date
    discharged: date
    hospital: str
    total: int
    fund_paid: int
    batch: int = 0
    row_key: str = ""


@dataclass(slots=True)
class ChallengeRow:
    """A one-time code that was asked for. Without a member it is a decoy that no code opens."""

    id: str
    thread_id: str
    target: str
    member_id: int | None
    code_hash: str
    code_cipher: bytes | None
    expires_at: datetime
    tries: int = 0
    closed: bool = False


@dataclass(slots=True)
class AttemptRow:
    """What happened to one target (a hashed identity number or phone): `send`, `wrong`, `ok`, `sms`."""

    id: str
    target: str
    thread_id: str
    what: str
    at: datetime


@dataclass(slots=True)
class BindingRow:
    """Which member a thread belongs to; fresh for some idle minutes after `fresh_at`."""

    thread_id: str
    member_id: int
    bound_at: datetime
    fresh_at: datetime


@dataclass(slots=True)
class LinkRow:
    """A one-time link that an agent issued at the counter after checking the papers."""

    token_hash: str
    member_id: int
    staff_id: str
    reason: str
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(slots=True)
class MandateRow:
    """One member lets another look: offered with a one-time code, then taken up, until it ends or is taken back.

    `scope` is `account` or `account+stays`; `basis` is `consent`, `guardian` or `heir`.
    """

    id: int
    owner_id: int
    scope: str
    basis: str
    granted_by: str
    reason: str
    code_hash: str
    offered_until: datetime
    expires_at: datetime
    holder_id: int | None = None
    accepted_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(slots=True)
class SnapshotRow:
    """What the core system last said of a member's account, locked, and when."""

    member_id: int
    cipher: bytes
    fetched_at: datetime


class People(Protocol):
    """The records of one transaction."""

    def member(self, member_id: int) -> MemberRow | None:
        """One member."""

    def member_by_hash(self, hashes: list[str]) -> MemberRow | None:
        """The member with one of these hashes of an identity number."""

    def put_member(self, row: MemberRow) -> None:
        """Insert or write a member."""

    def relations(self, member_id: int) -> list[RelationRow]:
        """The insured relations, oldest first."""

    def put_relation(self, row: RelationRow) -> None:
        """Insert or write a relation."""

    def account(self, member_id: int) -> AccountRow | None:
        """The personal account."""

    def put_account(self, row: AccountRow) -> None:
        """Insert or write an account."""

    def add_movement(self, row: MovementRow) -> None:
        """Append to the ledger."""

    def movements(self, member_id: int, *, since: date | None = None, limit: int = 1000) -> list[MovementRow]:
        """Movements from a day on, newest first."""

    def ledger_sum(self, member_id: int) -> int:
        """What the whole ledger of a member adds up to."""

    def add_stay(self, row: StayRow) -> None:
        """Add a settled stay."""

    def stays(self, member_id: int, year: int) -> list[StayRow]:
        """Stays discharged in a year."""

    def challenge(self, thread_id: str) -> ChallengeRow | None:
        """The open challenge of a thread, else the newest closed one."""

    def challenges(self, *, thread_id: str, target: str) -> list[ChallengeRow]:
        """The challenges of a thread and those of a target, newest first, at most twenty."""

    def challenge_by_id(self, challenge_id: str) -> ChallengeRow | None:
        """One challenge."""

    def put_challenge(self, row: ChallengeRow) -> None:
        """Insert or write a challenge."""

    def add_attempt(self, row: AttemptRow) -> None:
        """Note what happened."""

    def attempts(
        self, *, targets: list[str] | None = None, thread_id: str | None = None, since: datetime
    ) -> list[AttemptRow]:
        """What happened to a target or in a thread, oldest first."""

    def binding(self, thread_id: str) -> BindingRow | None:
        """The binding of a thread."""

    def bindings(self, member_id: int) -> list[BindingRow]:
        """The threads that belong to a member."""

    def put_binding(self, row: BindingRow) -> None:
        """Bind, or bind anew."""

    def drop_binding(self, thread_id: str) -> bool:
        """Unbind; False when there was nothing."""

    def put_link(self, row: LinkRow) -> None:
        """Insert or write a counter link."""

    def take_link(self, hashes: list[str], now: datetime) -> LinkRow | None:
        """Use up a counter link, by the hash of its token; None when it is unknown, used or too old."""

    def mandate(self, mandate_id: int) -> MandateRow | None:
        """One mandate."""

    def mandate_by_code(self, hashes: list[str]) -> MandateRow | None:
        """The mandate that was offered with a one-time code."""

    def mandates(self, *, owner_id: int | None = None, holder_id: int | None = None) -> list[MandateRow]:
        """The mandates a member gave, or holds, newest first."""

    def put_mandate(self, row: MandateRow) -> None:
        """Insert or write a mandate."""

    def snapshot(self, member_id: int) -> SnapshotRow | None:
        """What the core system last said of a member."""

    def put_snapshot(self, row: SnapshotRow) -> None:
        """Keep what the core system said."""

    def hold(self, target: str) -> None:
        """Let nobody else ask or try codes of this target until the end of the transaction."""
