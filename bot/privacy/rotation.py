"""Changes the keys while the office works: a new key, then every member locked anew, then the old key may go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, LargeBinary, bindparam, func, or_, select, update
from sqlalchemy.sql.expression import cast

from bot.members import tables as t
from bot.members.membership import Membership
from bot.members.port import MemberRow
from bot.privacy.vault import Vault
from bot.storage.port import Store
from bot.storage.sql.base import columns
from bot.storage.tables import secrets

CHUNK = 2000
_RELOCK = update(t.members).where(t.members.c.id == bindparam("member")).values(
    id_hash=bindparam("hash"),
    id_cipher=bindparam("number"),
    name_cipher=bindparam("name"),
    phone_cipher=bindparam("phone"),
)  # fmt: skip


class OldKeyInUse(Exception):
    """Something is still locked with an old key; forgetting it would lose the data."""


def relock(store: Store, membership: Membership, progress: Callable[[int], None] = lambda _: None) -> int:
    """Lock every member with the newest key, a few thousand in a transaction; may be cut and run again."""
    done, after = 0, 0
    while True:
        count, after = store.run_sync(lambda tx, after=after: _relock_some(tx.sql, membership, after))  # type: ignore[misc]
        if not after:
            return done
        done += count
        progress(done)


def _relock_some(connection: Connection, membership: Membership, after: int) -> tuple[int, int]:
    """One chunk: how many were locked anew, and the last id seen (0 at the end)."""
    query = select(*columns(t.members, MemberRow)).where(t.members.c.id > after).order_by(t.members.c.id).limit(CHUNK)
    rows = [MemberRow(*line) for line in connection.execute(query)]
    old = [row for row in rows if not membership.vault.is_current(row.id_cipher)]
    if old:
        connection.execute(_RELOCK, [_anew(membership, row) for row in old])
    return len(old), rows[-1].id if rows else 0


def _anew(membership: Membership, row: MemberRow) -> dict[str, Any]:
    name, number, phone = membership.name_of(row), membership.identity_of(row), membership.phone_of(row)
    new = membership.lock(name, number, phone, member_id=row.id)
    return {
        "member": row.id,
        "hash": new.id_hash,
        "number": new.id_cipher,
        "name": new.name_cipher,
        "phone": new.phone_cipher,
    }


def forget_old(store: Store, vault: Vault) -> list[str]:
    """Drop every key but the newest.

    Raises:
        OldKeyInUse: A member, an import in progress or a number typed in the last half hour still needs it.
    """
    left = store.run_sync(lambda tx: _left(tx.sql, vault.current))
    if left:
        raise OldKeyInUse(f"还有 {left} 条数据用旧密钥加密;请先运行 yibao keys rotate,半小时后再试。")
    return vault.forget_old()


def _left(connection: Connection, current: str) -> int:
    mark = f"{current}:"
    tests = [
        (t.members, t.members.c.id_hash.not_like(f"{mark}%")),
        (t.staged_members, t.staged_members.c.id_hash.not_like(f"{mark}%")),
        (secrets, func.substr(secrets.c.cipher, 1, len(mark)) != cast(mark.encode(), LargeBinary)),
    ]
    return sum(
        int(connection.scalar(select(func.count()).select_from(table).where(or_(test))) or 0) for table, test in tests
    )
