"""The members' records in SQL, alike on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, or_, select, text, update

from bot.members import tables as t
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
from bot.storage.sql.base import SqlBase, Upsert, columns, values

_MEMBER: Any = select(*columns(t.members, MemberRow))
_MEMBER_BY_ID: Any = _MEMBER.where(t.members.c.id == bindparam("member"))
_RELATION: Any = select(*columns(t.relations, RelationRow))
_ACCOUNT: Any = select(*columns(t.accounts, AccountRow))
_MOVEMENT: Any = select(*columns(t.movements, MovementRow)).order_by(t.movements.c.day.desc(), t.movements.c.id.desc())
_STAY: Any = select(*columns(t.stays, StayRow)).order_by(t.stays.c.discharged, t.stays.c.id)
_CHALLENGE: Any = select(*columns(t.challenges, ChallengeRow))
_ATTEMPT: Any = select(*columns(t.attempts, AttemptRow)).order_by(t.attempts.c.id)
_BINDING: Any = select(*columns(t.bindings, BindingRow)).where(t.bindings.c.thread_id == bindparam("thread"))
_LINK: Any = select(*columns(t.links, LinkRow))
_MANDATE: Any = select(*columns(t.mandates, MandateRow)).order_by(t.mandates.c.id.desc())
_SNAPSHOT: Any = select(*columns(t.snapshots, SnapshotRow)).where(t.snapshots.c.member_id == bindparam("member"))


def _upsert(table: Any, row: type, *key: str) -> Upsert:
    names = [column.name for column in columns(table, row)]
    return Upsert(table, key, update=tuple(name for name in names if name not in key))


_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:target, 0))")
_PUT_MEMBER = _upsert(t.members, MemberRow, "id")
_PUT_RELATION = _upsert(t.relations, RelationRow, "id")
_PUT_ACCOUNT = _upsert(t.accounts, AccountRow, "member_id")
_PUT_CHALLENGE = _upsert(t.challenges, ChallengeRow, "id")
_PUT_BINDING = _upsert(t.bindings, BindingRow, "thread_id")
_PUT_LINK = _upsert(t.links, LinkRow, "token_hash")
_PUT_MANDATE = _upsert(t.mandates, MandateRow, "id")
_PUT_SNAPSHOT = _upsert(t.snapshots, SnapshotRow, "member_id")


class _Records(SqlBase):
    """Members, relations, accounts, ledger, stays."""

    def member(self, member_id: int) -> MemberRow | None:
        """One member."""
        return self._one(MemberRow, _MEMBER_BY_ID, {"member": member_id})

    def member_by_hash(self, hashes: list[str]) -> MemberRow | None:
        """The member with one of these hashes of an identity number."""
        return self._one(MemberRow, _MEMBER.where(t.members.c.id_hash.in_(hashes)))

    def put_member(self, row: MemberRow) -> None:
        """Insert or write a member."""
        self._run(_PUT_MEMBER.on(self._connection), values(row))

    def relations(self, member_id: int) -> list[RelationRow]:
        """The insured relations, oldest first."""
        query = _RELATION.where(t.relations.c.member_id == member_id).order_by(t.relations.c.since)
        return self._all(RelationRow, query)

    def put_relation(self, row: RelationRow) -> None:
        """Insert or write a relation."""
        self._run(_PUT_RELATION.on(self._connection), values(row))

    def account(self, member_id: int) -> AccountRow | None:
        """The personal account."""
        return self._one(AccountRow, _ACCOUNT.where(t.accounts.c.member_id == member_id))

    def put_account(self, row: AccountRow) -> None:
        """Insert or write an account."""
        self._run(_PUT_ACCOUNT.on(self._connection), values(row))

    def add_movement(self, row: MovementRow) -> None:
        """Append to the ledger."""
        self._run(insert(t.movements), values(row))

    def movements(self, member_id: int, *, since: date | None = None, limit: int = 1000) -> list[MovementRow]:
        """Movements from a day on, newest first."""
        query = _MOVEMENT.where(t.movements.c.member_id == member_id).limit(limit)
        return self._all(MovementRow, query if since is None else query.where(t.movements.c.day >= since))

    def ledger_sum(self, member_id: int) -> int:
        """What the whole ledger of a member adds up to."""
        query = select(func.sum(t.movements.c.amount)).where(t.movements.c.member_id == member_id)
        return int(self._connection.scalar(query) or 0)

    def add_stay(self, row: StayRow) -> None:
        """Add a settled stay."""
        self._run(insert(t.stays), values(row))

    def stays(self, member_id: int, year: int) -> list[StayRow]:
        """Stays discharged in a year."""
        days = t.stays.c.discharged.between(date(year, 1, 1), date(year, 12, 31))
        return self._all(StayRow, _STAY.where(t.stays.c.member_id == member_id, days))


class SqlPeople(_Records):
    """The same, with challenges, attempts, bindings and counter links."""

    def challenge(self, thread_id: str) -> ChallengeRow | None:
        """The open challenge of a thread, else the newest closed one."""
        query = _CHALLENGE.where(t.challenges.c.thread_id == thread_id)
        newest = query.order_by(t.challenges.c.closed, t.challenges.c.expires_at.desc()).limit(1)
        return self._one(ChallengeRow, newest)

    def challenges(self, *, thread_id: str, target: str) -> list[ChallengeRow]:
        """The challenges of a thread and those of a target, newest first, at most twenty."""
        here = or_(t.challenges.c.thread_id == thread_id, t.challenges.c.target == target)
        return self._all(ChallengeRow, _CHALLENGE.where(here).order_by(t.challenges.c.expires_at.desc()).limit(20))

    def challenge_by_id(self, challenge_id: str) -> ChallengeRow | None:
        """One challenge."""
        return self._one(ChallengeRow, _CHALLENGE.where(t.challenges.c.id == challenge_id))

    def put_challenge(self, row: ChallengeRow) -> None:
        """Insert or write a challenge."""
        self._run(_PUT_CHALLENGE.on(self._connection), values(row))

    def add_attempt(self, row: AttemptRow) -> None:
        """Note what happened."""
        self._run(insert(t.attempts), values(row))

    def attempts(
        self, *, targets: list[str] | None = None, thread_id: str | None = None, since: datetime
    ) -> list[AttemptRow]:
        """What happened to a target or in a thread, oldest first."""
        query = _ATTEMPT.where(t.attempts.c.at >= since)
        if targets is not None:
            query = query.where(t.attempts.c.target.in_(targets))
        if thread_id is not None:
            query = query.where(t.attempts.c.thread_id == thread_id)
        return self._all(AttemptRow, query)

    def binding(self, thread_id: str) -> BindingRow | None:
        """The binding of a thread."""
        return self._one(BindingRow, _BINDING, {"thread": thread_id})

    def bindings(self, member_id: int) -> list[BindingRow]:
        """The threads that belong to a member."""
        query = select(*columns(t.bindings, BindingRow)).where(t.bindings.c.member_id == member_id)
        return self._all(BindingRow, query)

    def put_binding(self, row: BindingRow) -> None:
        """Bind, or bind anew."""
        self._run(_PUT_BINDING.on(self._connection), values(row))

    def drop_binding(self, thread_id: str) -> bool:
        """Unbind; False when there was nothing."""
        return self._run(delete(t.bindings).where(t.bindings.c.thread_id == thread_id)) > 0

    def put_link(self, row: LinkRow) -> None:
        """Insert or write a counter link."""
        self._run(_PUT_LINK.on(self._connection), values(row))

    def take_link(self, hashes: list[str], now: datetime) -> LinkRow | None:
        """Use up a counter link, by the hash of its token; None when it is unknown, used or too old."""
        good = t.links.c.token_hash.in_(hashes) & t.links.c.used_at.is_(None) & (t.links.c.expires_at >= now)
        if not self._run(update(t.links).where(good).values(used_at=now)):
            return None
        return self._one(LinkRow, _LINK.where(t.links.c.token_hash.in_(hashes)))

    def mandate(self, mandate_id: int) -> MandateRow | None:
        """One mandate."""
        return self._one(MandateRow, _MANDATE.where(t.mandates.c.id == mandate_id))

    def mandate_by_code(self, hashes: list[str]) -> MandateRow | None:
        """The mandate that was offered with a one-time code."""
        return self._one(MandateRow, _MANDATE.where(t.mandates.c.code_hash.in_(hashes)))

    def mandates(self, *, owner_id: int | None = None, holder_id: int | None = None) -> list[MandateRow]:
        """The mandates a member gave, or holds, newest first."""
        query = _MANDATE if owner_id is None else _MANDATE.where(t.mandates.c.owner_id == owner_id)
        return self._all(MandateRow, query if holder_id is None else query.where(t.mandates.c.holder_id == holder_id))

    def put_mandate(self, row: MandateRow) -> None:
        """Insert or write a mandate."""
        self._run(_PUT_MANDATE.on(self._connection), values(row))

    def snapshot(self, member_id: int) -> SnapshotRow | None:
        """What the core system last said of a member."""
        return self._one(SnapshotRow, _SNAPSHOT, {"member": member_id})

    def put_snapshot(self, row: SnapshotRow) -> None:
        """Keep what the core system said."""
        self._run(_PUT_SNAPSHOT.on(self._connection), values(row))

    def hold(self, target: str) -> None:
        """Let nobody else ask or try codes of this target until the end of the transaction; SQLite has one writer."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(_HOLD, {"target": target})
