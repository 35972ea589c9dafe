"""Turns the rows of a members' file into staged members, locked before they touch the database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from bot.members import tables as t
from bot.members.intake import values
from bot.members.intake.bulk import among
from bot.members.intake.kinds import MEMBERS, MEMBERS_NEED, STATES
from bot.members.intake.reading import Row
from bot.members.intake.values import BadCell
from bot.members.membership import Membership
from bot.members.port import new_number

_SCHEME = re.compile(r"[a-z]+(?:-[a-z0-9]+)+$")

Staged = tuple[Any, ...]


class MembersIntake:
    """Reads members. `schemes` says which scheme a word of the file means; under "" the one for every row."""

    kind = "members"
    headers = MEMBERS
    need = MEMBERS_NEED
    table = t.staged_members
    columns = (
        "batch", "line", "error", "row_key", "member_id", "first", "id_hash", "id_cipher", "name_cipher",
        "phone_cipher", "died_on", "relation_id", "scheme", "unit", "status", "since", "until",
    )  # fmt: skip

    def __init__(self, membership: Membership, schemes: Mapping[str, str]) -> None:
        self._membership = membership
        self._schemes = schemes

    def stage(self, connection: Connection, batch: int, rows: Sequence[Row]) -> list[Staged]:
        """Check and lock rows; a row that is wrong keeps only its line and what is wrong with it."""
        numbers = [_number(row) for row in rows]
        known = self._known(connection, batch, [number for number in numbers if number])
        return [self._one(batch, row, number, known) for row, number in zip(rows, numbers, strict=True)]

    def _known(self, connection: Connection, batch: int, numbers: Sequence[str]) -> dict[str, tuple[int, bool]]:
        """By identity number: the member's number, and whether this batch brings it already."""
        hashes = {one: number for number in numbers for one in self._membership.targets(number)}
        known: dict[str, tuple[int, bool]] = {}
        in_members = select(t.members.c.id_hash, t.members.c.id).where(among(connection, t.members.c.id_hash, hashes))
        for hashed, id_ in connection.execute(in_members):
            known[hashes[hashed]] = (id_, False)
        staged = t.staged_members.c
        mine = (staged.batch == batch) & among(connection, staged.id_hash, hashes)
        here = select(staged.id_hash, staged.member_id).where(mine)
        for hashed, id_ in connection.execute(here):
            known[hashes[hashed]] = (id_, True)
        return known

    def _one(self, batch: int, row: Row, number: str | None, known: dict[str, tuple[int, bool]]) -> Staged:
        try:
            relation = self._relation(row)
            person = self._person(row, number or values.identity(row.cells.get("number", "")), known)
        except BadCell as bad:
            return (batch, row.line, str(bad), f"L{row.line}", *[None] * (len(self.columns) - 4))
        id_, *locked = person
        return (batch, row.line, None, f"L{row.line}", id_, *locked, new_number(), *relation)

    def _person(self, row: Row, number: str, known: dict[str, tuple[int, bool]]) -> tuple[Any, ...]:
        name = row.cells.get("name", "").strip()
        if not name:
            raise BadCell("姓名空着", "请补上")
        died = values.day(row.cells["died_on"]) if row.cells.get("died_on") else None
        phone = values.phone(row.cells.get("phone", ""))
        id_, repeated = known.get(number, (None, False))
        locked = self._membership.lock(name, number, phone, member_id=id_)
        known[number] = (locked.id, True)
        return locked.id, not repeated, locked.id_hash, locked.id_cipher, locked.name_cipher, locked.phone_cipher, died

    def _relation(self, row: Row) -> tuple[Any, ...]:
        cells = row.cells
        since = values.day_or_month(cells.get("since", ""))
        until = values.day(cells["until"]) if cells.get("until") else None
        if until is not None and until < since:
            raise BadCell("终止日期早于参保日期", "请核对")
        scheme = self._scheme(cells.get("scheme", ""))
        return scheme, values.words(cells.get("unit", "")), _status(cells.get("status", ""), scheme), since, until

    def _scheme(self, word: str) -> str:
        scheme = self._schemes.get(word) or (word if _SCHEME.match(word) else self._schemes.get("", ""))
        if not scheme:
            raise BadCell("不知道属于哪个参保方案", "请加 --scheme henan-employee,或 --scheme 文件里的写法=方案名")
        return scheme


def _number(row: Row) -> str | None:
    try:
        return values.identity(row.cells.get("number", ""))
    except BadCell:
        return None


def _status(word: str, scheme: str) -> str:
    if not word:
        if "resident" in scheme:
            return "resident"
        raise BadCell("人员状态空着", "请写:在职、退休、居民或停保")
    try:
        return STATES[word]
    except KeyError:
        raise BadCell("人员状态认不出", "请写:在职、退休、居民或停保") from None
