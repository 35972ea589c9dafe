"""Sample people for `--demo` and for tests: made-up names, identity numbers of a region that does not exist.

The region code 999999 is given to no place, the phone numbers begin with 19900. Movements end in the current month.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from bot.members.membership import Membership
from bot.members.port import AccountRow, MovementRow, People, RelationRow, StayRow, new_number
from bot.privacy.idnumber import check_character

SCHEME = "henan-employee"
REGION = "999999"
MONTHS = 12
CREDIT_DAY = 8
_PHARMACY, _CLINIC, _HOSPITAL = "示例大药房", "示例社区卫生服务中心", "示例市第一人民医院"


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """One made-up person as typed at the bot: name, identity number, phone, and what is special about them."""

    name: str
    number: str
    phone: str
    about: str
    scheme: str = SCHEME
    status: str = "active"
    unit: str = "示例机关事务中心"
    own: int = 0
    """The member's own part of a month's credit, fen."""
    from_unit: int = 0
    """The unit's part of a month's credit, fen."""
    frozen: str | None = None
    stays: tuple[tuple[int, int, int], ...] = ()
    """Days ago of discharge, total and what the fund paid, fen."""
    account: bool = field(default=True)
    died: bool = False


def _number(born: str, order: str) -> str:
    body = f"{REGION}{born}{order}"
    return body + check_character(body)


def sample_people() -> list[SamplePerson]:
    """Five people with an account or without, and one who has died."""
    return [
        SamplePerson(
            "王秀英", _number("19720315", "002"), "19900000001", "在职,45岁以上,今年住院一次",
            own=10_000, from_unit=10_000, stays=((40, 3_560_000, 2_368_000),),
        ),
        SamplePerson(
            "李建国", _number("19480609", "013"), "19900000002", "退休,今年住院两次", status="retired",
            unit="示例退休职工管理站", from_unit=18_000, stays=((75, 1_200_000, 510_000), (20, 880_000, 493_000)),
        ),
        SamplePerson("张小雨", _number("19960721", "024"), "19900000003", "在职,年轻", own=9_000, from_unit=4_500),
        SamplePerson(
            "陈志强", _number("19880102", "035"), "19900000004", "账户冻结", own=11_000, from_unit=5_500,
            unit="示例建筑公司", frozen="单位欠缴医疗保险费,账户暂停使用",
        ),
        SamplePerson(
            "赵春兰", _number("20110518", "046"), "19900000005", "城乡居民,没有个人账户", scheme="county-resident",
            status="resident", unit="示例乡示例村", account=False,
        ),
        SamplePerson(
            "孙德福", _number("19400202", "057"), "19900000006", "已去世", status="retired",
            unit="示例退休职工管理站", from_unit=15_000, died=True,
        ),
    ]  # fmt: skip


def fill(people: People, membership: Membership, today: date) -> list[SamplePerson]:
    """Put the sample people in, each once; returns them, to be shown in the terminal."""
    everybody = sample_people()
    for person in everybody:
        if people.member_by_hash(membership.targets(person.number)) is None:
            _fill_one(people, membership, person, today)
    return everybody


def _fill_one(people: People, membership: Membership, person: SamplePerson, today: date) -> None:
    row = membership.lock(person.name, person.number, person.phone)
    row.died_on = today - timedelta(days=30) if person.died else None
    people.put_member(row)
    since = date(today.year - 6, 7, 1)
    people.put_relation(RelationRow(new_number(), row.id, person.scheme, person.unit, person.status, since))
    for ago, total, fund in person.stays:
        out = max(today - timedelta(days=ago), date(today.year, 1, 1))
        id_ = new_number()
        admitted = out - timedelta(days=9)
        people.add_stay(StayRow(id_, row.id, admitted, out, _HOSPITAL, total, fund, row_key=str(id_)))
    if person.account:
        _fill_account(people, person, row.id, today)


def _fill_account(people: People, person: SamplePerson, member_id: int, today: date) -> None:
    rows = sorted(_year(person, member_id, today), key=lambda row: row.day)
    for row in rows:
        row.id = new_number()
        row.row_key = str(row.id)
        people.add_movement(row)
    balance = sum(row.amount for row in rows)
    people.put_account(AccountRow(member_id, rows[0].day, balance, person.frozen, today))


def _year(person: SamplePerson, member_id: int, today: date) -> list[MovementRow]:
    days = _credit_days(today)
    credit = person.own + person.from_unit
    rows = [
        MovementRow(0, member_id, day, "credit", credit, person.own or None, person.from_unit, person.unit)
        for day in days
    ]
    for turn, (one, following) in enumerate(pairwise(days)):
        day = one + (following - one) / 2
        if turn % 3 == 0:
            rows.append(MovementRow(0, member_id, day, "pharmacy", -credit // 4, place=_PHARMACY))
        elif turn % 3 == 1:
            rows.append(MovementRow(0, member_id, day, "clinic", -credit // 3, place=_CLINIC))
    if person.frozen:
        rows.append(MovementRow(0, member_id, days[-1], "freeze", 0, place=person.frozen))
    return rows


def _credit_days(today: date) -> list[date]:
    """The eighth of the last twelve months, the current one where the eighth has come, else the first of it."""
    this = today.replace(day=min(CREDIT_DAY, today.day))
    days = [this]
    for _ in range(MONTHS - 1):
        before = days[0].replace(day=1) - timedelta(days=1)
        days.insert(0, before.replace(day=CREDIT_DAY))
    return days
