"""Checks that need the whole batch and the accounts beside it: a row twice, an overdraft, a frozen account."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, delete, func, select, update

from bot.members import tables as t

_SPENDING = ("pharmacy", "clinic", "hospital", "transfer_out")


def check(connection: Connection, kind: str, batch: int) -> None:
    """Mark the rows of a batch that are wrong beside others; rows an earlier run has applied are left out."""
    if kind == "members":
        table = t.staged_members
        key = [table.c.member_id, table.c.scheme, table.c.since]
        _mark_twice(connection, table, batch, key, "同一个人、同一险种、同一参保日期写了两遍;请删去一行")
        return
    table, done = (t.staged_movements, t.movements) if kind == "movements" else (t.staged_stays, t.stays)
    applied = select(done.c.row_key).where(done.c.batch == batch)
    connection.execute(delete(table).where(table.c.batch == batch, table.c.row_key.in_(applied)))
    _mark_twice(connection, table, batch, [table.c.row_key], "流水号重复;同一笔只能有一行")
    if kind == "movements":
        _mark_frozen(connection, batch)
        _mark_overdrawn(connection, batch)


def _valid(table: Table, batch: int) -> Any:
    return (table.c.batch == batch) & table.c.error.is_(None)


def _mark(connection: Connection, table: Table, batch: int, which: Any, problem: str) -> None:
    connection.execute(update(table).where(_valid(table, batch), which).values(error=problem))


def _mark_twice(connection: Connection, table: Table, batch: int, key: list[Any], problem: str) -> None:
    """Of rows with one key, every one but the first."""
    place = func.row_number().over(partition_by=key, order_by=table.c.line).label("place")
    numbered = select(table.c.line, place).where(_valid(table, batch)).subquery()
    _mark(connection, table, batch, table.c.line.in_(select(numbered.c.line).where(numbered.c.place > 1)), problem)


def _mark_frozen(connection: Connection, batch: int) -> None:
    table, accounts = t.staged_movements, t.accounts
    opened = select(table.c.member_id).where(_valid(table, batch), table.c.kind == "unfreeze")
    frozen = select(accounts.c.member_id).where(accounts.c.frozen.is_not(None), accounts.c.member_id.not_in(opened))
    spending = table.c.kind.in_(_SPENDING) & table.c.member_id.in_(frozen)
    _mark(connection, table, batch, spending, "账户已冻结,不能支出;请先解冻或核对这一笔")


def _mark_overdrawn(connection: Connection, batch: int) -> None:
    table, accounts = t.staged_movements, t.accounts
    spenders = select(table.c.member_id).where(_valid(table, batch), table.c.amount < 0)
    balance = func.coalesce(accounts.c.balance, 0)
    over = (
        select(table.c.member_id)
        .outerjoin(accounts, accounts.c.member_id == table.c.member_id)
        .where(_valid(table, batch), table.c.member_id.in_(spenders))
        .group_by(table.c.member_id, accounts.c.balance)
        .having(func.sum(table.c.amount) + balance < 0)
    )
    spending = (table.c.amount < 0) & table.c.member_id.in_(over)
    _mark(connection, table, batch, spending, "余额不够,个人账户不能透支;请核对金额或先导入划入")


def balances_that_differ(connection: Connection) -> tuple[int, list[tuple[int, int, int]]]:
    """How many accounts there are, and those whose balance is not what the ledger adds up to: id, kept, added up."""
    a, m = t.accounts, t.movements
    sums = select(m.c.member_id, func.sum(m.c.amount).label("added_up")).group_by(m.c.member_id).subquery()
    added_up = func.coalesce(sums.c.added_up, 0)
    query = select(a.c.member_id, a.c.balance, added_up).outerjoin(sums, sums.c.member_id == a.c.member_id)
    differ = [(id_, kept, int(total)) for id_, kept, total in connection.execute(query.where(a.c.balance != added_up))]
    return int(connection.scalar(select(func.count()).select_from(a)) or 0), differ
