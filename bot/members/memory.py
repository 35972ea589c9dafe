"""The members' records in memory: for `yibao chat` and for tests; it forgets everything with the process."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.members.port import (
    AccountRow,
    AttemptRow,
    BindingRow,
    ChallengeRow,
    LinkRow,
    MandateRow,
    MemberRow,
    MovementRow,
    RelationRow,
    SnapshotRow,
    StayRow,
)
from bot.storage.memory.shelf import Shelf, Undo

NEWEST = 20


class _Records:
    """Rows on shelves; what is handed out is a copy, and a transaction that fails takes its changes back."""

    def __init__(self) -> None:
        self._members: Shelf[MemberRow] = Shelf()
        self._relations: Shelf[RelationRow] = Shelf()
        self._accounts: Shelf[AccountRow] = Shelf()
        self._movements: Shelf[MovementRow] = Shelf()
        self._stays: Shelf[StayRow] = Shelf()
        self._challenges: Shelf[ChallengeRow] = Shelf()
        self._attempts: Shelf[AttemptRow] = Shelf()
        self._bindings: Shelf[BindingRow] = Shelf()
        self._links: Shelf[LinkRow] = Shelf()
        self._mandates: Shelf[MandateRow] = Shelf()
        self._snapshots: Shelf[SnapshotRow] = Shelf()

    def take_back_with(self, undo: Undo) -> None:
        """Remember the way back of every change in the list of the transaction that makes it."""
        shelves: list[Shelf[Any]] = [one for one in vars(self).values() if isinstance(one, Shelf)]
        for shelf in shelves:
            shelf.undo = undo

    def member(self, member_id: int) -> MemberRow | None:
        """One member."""
        return self._members.get(member_id)

    def member_by_hash(self, hashes: list[str]) -> MemberRow | None:
        """The member with one of these hashes of an identity number."""
        return next(self._members.where(lambda row: row.id_hash in hashes), None)

    def put_member(self, row: MemberRow) -> None:
        """Insert or write a member."""
        self._members.put(row.id, row)

    def relations(self, member_id: int) -> list[RelationRow]:
        """The insured relations, oldest first."""
        return sorted(self._relations.where(lambda row: row.member_id == member_id), key=lambda row: row.since)

    def put_relation(self, row: RelationRow) -> None:
        """Insert or write a relation."""
        self._relations.put(row.id, row)

    def account(self, member_id: int) -> AccountRow | None:
        """The personal account."""
        return self._accounts.get(member_id)

    def put_account(self, row: AccountRow) -> None:
        """Insert or write an account."""
        self._accounts.put(row.member_id, row)

    def add_movement(self, row: MovementRow) -> None:
        """Append to the ledger."""
        self._movements.put((row.batch, row.row_key, row.id), row)

    def movements(self, member_id: int, *, since: date | None = None, limit: int = 1000) -> list[MovementRow]:
        """Movements from a day on, newest first."""
        mine = self._movements.where(lambda row: row.member_id == member_id and (since is None or row.day >= since))
        return sorted(mine, key=lambda row: (row.day, row.id), reverse=True)[:limit]

    def ledger_sum(self, member_id: int) -> int:
        """What the whole ledger of a member adds up to."""
        return sum(row.amount for row in self._movements.where(lambda row: row.member_id == member_id))

    def add_stay(self, row: StayRow) -> None:
        """Add a settled stay."""
        self._stays.put((row.batch, row.row_key, row.id), row)

    def stays(self, member_id: int, year: int) -> list[StayRow]:
        """Stays discharged in a year."""
        mine = self._stays.where(lambda row: row.member_id == member_id and row.discharged.year == year)
        return sorted(mine, key=lambda row: (row.discharged, row.id))


class MemoryPeople(_Records):
    """The same, with challenges, attempts, bindings, counter links, mandates and snapshots."""

    def challenge(self, thread_id: str) -> ChallengeRow | None:
        """The open challenge of a thread, else the newest closed one."""
        mine = self._challenges.where(lambda row: row.thread_id == thread_id)
        return max(mine, key=lambda row: (not row.closed, row.expires_at), default=None)

    def challenges(self, *, thread_id: str, target: str) -> list[ChallengeRow]:
        """The challenges of a thread and those of a target, newest first, at most twenty."""
        here = self._challenges.where(lambda row: row.thread_id == thread_id or row.target == target)
        return sorted(here, key=lambda row: row.expires_at, reverse=True)[:NEWEST]

    def challenge_by_id(self, challenge_id: str) -> ChallengeRow | None:
        """One challenge."""
        return self._challenges.get(challenge_id)

    def put_challenge(self, row: ChallengeRow) -> None:
        """Insert or write a challenge."""
        self._challenges.put(row.id, row)

    def add_attempt(self, row: AttemptRow) -> None:
        """Note what happened."""
        self._attempts.put(row.id, row)

    def attempts(
        self, *, targets: list[str] | None = None, thread_id: str | None = None, since: datetime
    ) -> list[AttemptRow]:
        """What happened to a target or in a thread, oldest first."""
        found = self._attempts.where(
            lambda row: (
                row.at >= since
                and (targets is None or row.target in targets)
                and (thread_id is None or row.thread_id == thread_id)
            )
        )
        return sorted(found, key=lambda row: row.id)

    def binding(self, thread_id: str) -> BindingRow | None:
        """The binding of a thread."""
        return self._bindings.get(thread_id)

    def bindings(self, member_id: int) -> list[BindingRow]:
        """The threads that belong to a member."""
        return list(self._bindings.where(lambda row: row.member_id == member_id))

    def put_binding(self, row: BindingRow) -> None:
        """Bind, or bind anew."""
        self._bindings.put(row.thread_id, row)

    def drop_binding(self, thread_id: str) -> bool:
        """Unbind; False when there was nothing."""
        was = self._bindings.get(thread_id) is not None
        self._bindings.drop(thread_id)
        return was

    def put_link(self, row: LinkRow) -> None:
        """Insert or write a counter link."""
        self._links.put(row.token_hash, row)

    def take_link(self, hashes: list[str], now: datetime) -> LinkRow | None:
        """Use up a counter link, by the hash of its token; None when it is unknown, used or too old."""
        found = next(self._links.where(lambda row: row.token_hash in hashes), None)
        if found is None or found.used_at is not None or now > found.expires_at:
            return None
        self.put_link(replace(found, used_at=now))
        return found

    def mandate(self, mandate_id: int) -> MandateRow | None:
        """One mandate."""
        return self._mandates.get(mandate_id)

    def mandate_by_code(self, hashes: list[str]) -> MandateRow | None:
        """The mandate that was offered with a one-time code."""
        return next(self._mandates.where(lambda row: row.code_hash in hashes), None)

    def mandates(self, *, owner_id: int | None = None, holder_id: int | None = None) -> list[MandateRow]:
        """The mandates a member gave, or holds, newest first."""
        found = self._mandates.where(
            lambda row: owner_id in {None, row.owner_id} and holder_id in {None, row.holder_id}
        )
        return sorted(found, key=lambda row: row.id, reverse=True)

    def put_mandate(self, row: MandateRow) -> None:
        """Insert or write a mandate."""
        self._mandates.put(row.id, row)

    def snapshot(self, member_id: int) -> SnapshotRow | None:
        """What the core system last said of a member."""
        return self._snapshots.get(member_id)

    def put_snapshot(self, row: SnapshotRow) -> None:
        """Keep what the core system said."""
        self._snapshots.put(row.member_id, row)

    def hold(self, target: str) -> None:
        """Nobody else is here."""
