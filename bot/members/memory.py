"""The members' records in memory: for `yibao chat` and for tests; it forgets everything with the process."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot.members.port import (
    AccountRow,
    AttemptRow,
    BindingRow,
    ChallengeRow,
    LinkRow,
    MemberRow,
    MovementRow,
    RelationRow,
    StayRow,
)


class MemoryPeople:
    """Rows in dictionaries; what is handed out is a copy, as a database would give."""

    def __init__(self) -> None:
        self._members: dict[int, MemberRow] = {}
        self._relations: dict[int, RelationRow] = {}
        self._accounts: dict[int, AccountRow] = {}
        self._movements: list[MovementRow] = []
        self._stays: list[StayRow] = []
        self._challenges: dict[str, ChallengeRow] = {}
        self._attempts: list[AttemptRow] = []
        self._bindings: dict[str, BindingRow] = {}
        self._links: dict[str, LinkRow] = {}

    def member(self, member_id: int) -> MemberRow | None:
        """One member."""
        row = self._members.get(member_id)
        return row and replace(row)

    def member_by_hash(self, hashes: list[str]) -> MemberRow | None:
        """The member with one of these hashes of an identity number."""
        return next((replace(row) for row in self._members.values() if row.id_hash in hashes), None)

    def put_member(self, row: MemberRow) -> None:
        """Insert or write a member."""
        self._members[row.id] = replace(row)

    def relations(self, member_id: int) -> list[RelationRow]:
        """The insured relations, oldest first."""
        mine = [replace(row) for row in self._relations.values() if row.member_id == member_id]
        return sorted(mine, key=lambda row: row.since)

    def put_relation(self, row: RelationRow) -> None:
        """Insert or write a relation."""
        self._relations[row.id] = replace(row)

    def account(self, member_id: int) -> AccountRow | None:
        """The personal account."""
        row = self._accounts.get(member_id)
        return row and replace(row)

    def put_account(self, row: AccountRow) -> None:
        """Insert or write an account."""
        self._accounts[row.member_id] = replace(row)

    def add_movement(self, row: MovementRow) -> None:
        """Append to the ledger."""
        self._movements.append(replace(row))

    def movements(self, member_id: int, *, since: date | None = None, limit: int = 1000) -> list[MovementRow]:
        """Movements from a day on, newest first."""
        mine = [row for row in self._movements if row.member_id == member_id and (since is None or row.day >= since)]
        return [replace(row) for row in sorted(mine, key=lambda row: (row.day, row.id), reverse=True)[:limit]]

    def ledger_sum(self, member_id: int) -> int:
        """What the whole ledger of a member adds up to."""
        return sum(row.amount for row in self._movements if row.member_id == member_id)

    def add_stay(self, row: StayRow) -> None:
        """Add a settled stay."""
        self._stays.append(replace(row))

    def stays(self, member_id: int, year: int) -> list[StayRow]:
        """Stays discharged in a year."""
        mine = [replace(row) for row in self._stays if row.member_id == member_id and row.discharged.year == year]
        return sorted(mine, key=lambda row: (row.discharged, row.id))

    def challenge(self, thread_id: str) -> ChallengeRow | None:
        """The open challenge of a thread, else the newest closed one."""
        mine = [row for row in self._challenges.values() if row.thread_id == thread_id]
        return replace(max(mine, key=lambda row: (not row.closed, row.expires_at))) if mine else None

    def challenge_by_id(self, challenge_id: str) -> ChallengeRow | None:
        """One challenge."""
        row = self._challenges.get(challenge_id)
        return row and replace(row)

    def put_challenge(self, row: ChallengeRow) -> None:
        """Insert or write a challenge."""
        self._challenges[row.id] = replace(row)

    def add_attempt(self, row: AttemptRow) -> None:
        """Note what happened."""
        self._attempts.append(replace(row))

    def attempts(
        self, *, targets: list[str] | None = None, thread_id: str | None = None, since: datetime
    ) -> list[AttemptRow]:
        """What happened to a target or in a thread, oldest first."""
        return [
            replace(row)
            for row in self._attempts
            if row.at >= since
            and (targets is None or row.target in targets)
            and (thread_id is None or row.thread_id == thread_id)
        ]

    def binding(self, thread_id: str) -> BindingRow | None:
        """The binding of a thread."""
        row = self._bindings.get(thread_id)
        return row and replace(row)

    def put_binding(self, row: BindingRow) -> None:
        """Bind, or bind anew."""
        self._bindings[row.thread_id] = replace(row)

    def drop_binding(self, thread_id: str) -> bool:
        """Unbind; False when there was nothing."""
        return self._bindings.pop(thread_id, None) is not None

    def put_link(self, row: LinkRow) -> None:
        """Insert or write a counter link."""
        self._links[row.token_hash] = replace(row)

    def take_link(self, hashes: list[str], now: datetime) -> LinkRow | None:
        """Use up a counter link, by the hash of its token; None when it is unknown, used or too old."""
        found = next((row for key, row in self._links.items() if key in hashes), None)
        if found is None or found.used_at is not None or now > found.expires_at:
            return None
        self.put_link(replace(found, used_at=now))
        return found

    def hold(self, target: str) -> None:
        """Nobody else is here."""
