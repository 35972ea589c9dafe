"""Moves the valid rows of a batch from staging into the office's tables, inside the database, in one transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, case, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.members import tables as t


def apply(connection: Connection, kind: str, batch: int) -> None:
    """Put members, movements with their balances, or stays in place."""
    {"members": _members, "movements": _movements, "stays": _stays}[kind](connection, batch)


def _insert(connection: Connection, table: Any) -> Any:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def _members(connection: Connection, batch: int) -> None:
    s, m, r = t.staged_members, t.members, t.relations
    valid = (s.c.batch == batch) & s.c.error.is_(None)
    names = ["id", "id_hash", "id_cipher", "name_cipher", "phone_cipher", "died_on"]
    source = select(s.c.member_id, *[s.c[name] for name in names[1:]]).where(valid, s.c.first)
    insert = _insert(connection, m).from_select(names, source)
    new = insert.excluded
    changes = {
        "id_hash": new.id_hash,
        "id_cipher": new.id_cipher,
        "name_cipher": new.name_cipher,
        "phone_cipher": func.coalesce(new.phone_cipher, m.c.phone_cipher),
        "died_on": func.coalesce(new.died_on, m.c.died_on),
    }
    connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=changes))
    names = ["id", "member_id", "scheme", "unit", "status", "since", "until"]
    source = select(s.c.relation_id, *[s.c[name] for name in names[1:]]).where(valid)
    insert = _insert(connection, r).from_select(names, source)
    changes = {name: insert.excluded[name] for name in ("unit", "status", "until")}
    connection.execute(insert.on_conflict_do_update(index_elements=["member_id", "scheme", "since"], set_=changes))


def _movements(connection: Connection, batch: int) -> None:
    s = t.staged_movements
    valid = (s.c.batch == batch) & s.c.error.is_(None)
    names = [
        "id", "member_id", "day", "kind", "amount", "own_part", "unit_part", "place", "corrects", "batch", "row_key",
    ]  # fmt: skip
    connection.execute(t.movements.insert().from_select(names, select(*[s.c[name] for name in names]).where(valid)))
    _balances(connection, batch)
    changes = select(s.c.member_id, s.c.kind, s.c.place).where(valid, s.c.kind.in_(("freeze", "unfreeze")))
    for member_id, kind, why in connection.execute(changes.order_by(s.c.day, s.c.line)).all():
        frozen = (why or "账户已冻结") if kind == "freeze" else None
        connection.execute(update(t.accounts).where(t.accounts.c.member_id == member_id).values(frozen=frozen))


def _balances(connection: Connection, batch: int) -> None:
    """Add the batch's sums to the accounts, opening those that are new."""
    s, a = t.staged_movements, t.accounts
    sums = (
        select(s.c.member_id, func.min(s.c.day), func.sum(s.c.amount), literal(None), func.max(s.c.day))
        .where(s.c.batch == batch, s.c.error.is_(None))
        .group_by(s.c.member_id)
    )
    insert = _insert(connection, a).from_select(["member_id", "opened_on", "balance", "frozen", "as_of"], sums)
    new = insert.excluded
    changes = {
        "balance": a.c.balance + new.balance,
        "opened_on": case((new.opened_on < a.c.opened_on, new.opened_on), else_=a.c.opened_on),
        "as_of": case((new.as_of > a.c.as_of, new.as_of), else_=a.c.as_of),
    }
    connection.execute(insert.on_conflict_do_update(index_elements=["member_id"], set_=changes))


def _stays(connection: Connection, batch: int) -> None:
    s = t.staged_stays
    names = ["id", "member_id", "admitted", "discharged", "hospital", "total", "fund_paid", "batch", "row_key"]
    source = select(*[s.c[name] for name in names]).where(s.c.batch == batch, s.c.error.is_(None))
    connection.execute(t.stays.insert().from_select(names, source))
