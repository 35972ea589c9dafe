"""Turns the rows of a ledger file, or of a file of settled stays, into staged rows of known members."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, select

from bot.members import tables as t
from bot.members.intake import kinds, values
from bot.members.intake.bulk import among
from bot.members.intake.reading import Headers, Row
from bot.members.intake.values import BadCell
from bot.members.membership import Membership, same_name
from bot.members.port import KINDS, new_number

_ALNUM = re.compile(r"[\w\-]{1,60}$")
Known = Mapping[str, tuple[int, bytes]]
Staged = tuple[Any, ...]


class _Intake:
    """What ledger and stays share: the member is looked up, the name compared where the file has one."""

    columns: tuple[str, ...]

    def __init__(self, membership: Membership, parse: Callable[[Row], tuple[Any, ...]]) -> None:
        self._membership = membership
        self._parse = parse

    def stage(self, connection: Connection, batch: int, rows: Sequence[Row]) -> list[Staged]:
        """Check rows; a row that is wrong keeps only its line and what is wrong with it."""
        numbers: list[str | BadCell] = [_try(values.identity, row.cells.get("number", "")) for row in rows]
        known = self._known(connection, [number for number in numbers if isinstance(number, str)])
        return [self._one(batch, row, number, known) for row, number in zip(rows, numbers, strict=True)]

    def _known(self, connection: Connection, numbers: Sequence[str]) -> Known:
        hashes = {one: number for number in numbers for one in self._membership.targets(number)}
        table = t.members.c
        query = select(table.id_hash, table.id, table.name_cipher, table.merged_into)
        found = connection.execute(query.where(among(connection, table.id_hash, hashes)))
        return {hashes[hashed]: (merged or id_, name) for hashed, id_, name, merged in found}

    def _one(self, batch: int, row: Row, number: str | BadCell, known: Known) -> Staged:
        try:
            if isinstance(number, BadCell):
                raise number
            member_id = self._member(row, number, known)
            parsed = self._parse(row)
        except BadCell as bad:
            return (batch, row.line, str(bad), f"L{row.line}", *[None] * (len(self.columns) - 4))
        return (batch, row.line, None, _key(row), member_id, new_number(), *parsed)

    def _member(self, row: Row, number: str, known: Known) -> int:
        if number not in known:
            raise BadCell("没有这个人", "请先用 yibao members import 导入人员")
        id_, cipher = known[number]
        name = row.cells.get("name")
        if name and not same_name(name, self._membership.vault.unseal(cipher, f"member:{id_}:name")):
            raise BadCell("姓名与身份证号不是同一个人", "请核对这一行")
        return id_


class MovementsIntake(_Intake):
    """Reads movements of personal accounts. `every` is the kind of rows that name none."""

    kind = "movements"
    headers: Headers = kinds.MOVEMENTS
    need = kinds.MOVEMENTS_NEED
    table: Table = t.staged_movements
    columns = (
        "batch", "line", "error", "row_key", "member_id", "id",
        "day", "kind", "amount", "own_part", "unit_part", "place", "corrects",
    )  # fmt: skip

    def __init__(self, membership: Membership, every: str) -> None:
        super().__init__(membership, self._movement)
        self._every = every

    def stage(self, connection: Connection, batch: int, rows: Sequence[Row]) -> list[Staged]:
        """As for every file; a correction is tied to the movement of the member that it names."""
        staged = super().stage(connection, batch, rows)
        named = {row.line: row.cells["corrects"] for row in rows if row.cells.get("corrects")}
        if not named:
            return staged
        table = t.movements.c
        ids = {one[4] for one in staged if one[1] in named and one[4]}
        query = select(table.member_id, table.row_key, table.id).where(
            table.member_id.in_(ids), table.row_key.in_(set(named.values()))
        )
        found = {(member_id, key): id_ for member_id, key, id_ in connection.execute(query)}
        return [_tie(one, named.get(one[1]), found) for one in staged]

    def _movement(self, row: Row) -> tuple[Any, ...]:
        cells = row.cells
        kind = self._kind(cells.get("kind", ""))
        day = values.day_or_month(cells.get("day", ""))
        own, unit = (values.fen(cells[part]) if cells.get(part) else None for part in ("own_part", "unit_part"))
        amount = _signed(values.fen(cells["amount"]) if cells.get("amount") else 0, kind)
        if (own is not None or unit is not None) and kind == "credit" and (own or 0) + (unit or 0) != amount:
            raise BadCell("个人部分与单位部分加起来不等于金额", "请核对这一行")
        if kind == "correction" and not cells.get("corrects"):
            raise BadCell("更正没有写原流水号", "请在“原流水号”列写上被更正的那一笔")
        return day, kind, amount, own, unit, values.words(cells.get("place", "")), None

    def _kind(self, word: str) -> str:
        kind = kinds.WORDS.get(word or self._every)
        if kind is None:
            raise BadCell("业务类型认不出", "请写:" + "、".join(one.label for one in KINDS.values()))
        return kind


class StaysIntake(_Intake):
    """Reads settled stays."""

    kind = "stays"
    headers: Headers = kinds.STAYS
    need = kinds.STAYS_NEED
    table: Table = t.staged_stays
    columns = (
        "batch", "line", "error", "row_key", "member_id", "id",
        "admitted", "discharged", "hospital", "total", "fund_paid",
    )  # fmt: skip

    def __init__(self, membership: Membership) -> None:
        super().__init__(membership, self._stay)

    def _stay(self, row: Row) -> tuple[date, date, str, int, int]:
        cells = row.cells
        admitted, discharged = values.day(cells.get("admitted", "")), values.day(cells.get("discharged", ""))
        if discharged < admitted:
            raise BadCell("出院日期早于入院日期", "请核对")
        total, fund = values.fen(cells.get("total", "")), values.fen(cells.get("fund_paid", ""))
        if not 0 <= fund <= total:
            raise BadCell("基金支付超过总费用或为负数", "请核对")
        return admitted, discharged, values.words(cells.get("hospital", "")), total, fund


def _try(parse: Callable[[str], str], cell: str) -> str | BadCell:
    try:
        return parse(cell)
    except BadCell as bad:
        return bad


def _key(row: Row) -> str:
    """The office's own number of the row, else its line: a batch knows a row again by it."""
    key = row.cells.get("key", "").strip()
    if not key:
        return f"L{row.line}"
    if not _ALNUM.match(key):
        raise BadCell("流水号太长或有特殊字符", "请用字母、数字和短横,最多60位")
    return key


def _signed(amount: int, kind: str) -> int:
    sign = KINDS[kind].sign
    if kind in {"freeze", "unfreeze"}:
        return 0
    if amount == 0:
        raise BadCell("金额空着或为零", "请补上或删去这一行")
    if sign > 0 and amount < 0:
        raise BadCell("划入、转入、利息不能是负数", "冲销请用“更正”并写原流水号")
    return -abs(amount) if sign < 0 else amount


def _tie(staged: Staged, key: str | None, found: Mapping[tuple[int, str], int]) -> Staged:
    if key is None or staged[2] is not None:
        return staged
    id_ = found.get((staged[4], key))
    if id_ is None:
        return (*staged[:2], "原流水号找不到,或不是这个人的;请核对", *staged[3:])
    return (*staged[:-1], id_)
