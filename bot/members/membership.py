"""What the office has fixed about members' data: the vault, limits of one-time codes, what each channel may show."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from bot.members.memory import MemoryPeople
from bot.members.port import MemberRow, People, RelationRow, new_number
from bot.members.sql import SqlPeople
from bot.privacy.idnumber import normal
from bot.privacy.vault import Vault
from bot.storage.memory.turn import TurnRows
from bot.storage.port import Tx

Shows = Literal["full", "link", "never"]
CHANNELS: dict[str, Shows] = {"telegram": "link", "telegram-group": "never"}


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one-time codes and bindings; the defaults are those of the product, an office may be stricter."""

    code_life: timedelta = timedelta(minutes=10)
    tries: int = 3
    sends_per_number: int = 3
    sends_per_thread: int = 6
    locked_for: timedelta = timedelta(hours=1)
    idle: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Membership:
    """Everything members' data needs besides a transaction. `memory` serves where there is no database."""

    vault: Vault
    office: str = "医保经办机构"
    limits: Limits = field(default_factory=Limits)
    shows: Mapping[str, Shows] = field(default_factory=lambda: dict(CHANNELS))
    memory: MemoryPeople = field(default_factory=MemoryPeople)
    core_fresh: timedelta | None = None
    """How long figures of the office's core system are good; None where the local ledger is all there is."""

    def people(self, tx: Tx) -> People:
        """The records of a transaction."""
        if tx.sql is not None:
            return SqlPeople(tx.sql)
        if isinstance(tx, TurnRows):
            self.memory.take_back_with(tx.undo)
        return self.memory

    def channel_shows(self, channel: str) -> Shows:
        """How personal data is shown on a channel: in full, through a page of the office, or not at all."""
        return self.shows.get(channel, "full")

    def targets(self, number: str) -> list[str]:
        """The hashes of an identity number, the newest key's first."""
        return self.vault.digests("identity", number)

    def identity_of(self, row: MemberRow) -> str:
        """The identity number of a member, in the clear."""
        return self.vault.unseal(row.id_cipher, f"member:{row.id}:id")

    def name_of(self, row: MemberRow) -> str:
        """The name of a member, in the clear."""
        return self.vault.unseal(row.name_cipher, f"member:{row.id}:name")

    def nobody(self) -> str:
        """A name that is nobody's, opened like a real one: looking for a stranger takes the same time."""
        return self.vault.unseal(self.vault.seal("", "nobody"), "nobody")

    def phone_of(self, row: MemberRow) -> str | None:
        """The phone of a member, in the clear; None when there is none on file."""
        return None if row.phone_cipher is None else self.vault.unseal(row.phone_cipher, f"member:{row.id}:phone")

    def lock(self, name: str, number: str, phone: str | None, *, member_id: int | None = None) -> MemberRow:
        """A member's row from what is in the clear.

        Raises:
            ValueError: The identity number is not well-formed.
        """
        whole = normal(number)
        if whole is None:
            raise ValueError("not an identity number")
        id_ = new_number() if member_id is None else member_id
        seal = self.vault.seal
        return MemberRow(
            id_,
            self.vault.digest("identity", whole),
            seal(whole, f"member:{id_}:id"),
            seal(name, f"member:{id_}:name"),
            seal(phone, f"member:{id_}:phone") if phone else None,
        )


def same_name(one: str, other: str) -> bool:
    """Whether two names are one: blanks, middle dots and wide letters make no difference.

    >>> same_name("阿卜杜拉·买买提", "阿卜杜拉・买买提 ")
    True
    """
    return _plain(one) == _plain(other) != ""


def _plain(name: str) -> str:
    wide = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in wide if char.isalnum())


def relation_on(people: People, member_id: int, day: date) -> RelationRow | None:
    """The insured relation in force on a day; the latest one that began, when none is."""
    begun = [row for row in people.relations(member_id) if row.since <= day]
    running = [row for row in begun if row.until is None or row.until >= day]
    return (running or begun)[-1] if begun else None
