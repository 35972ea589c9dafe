"""The sample office of `--demo`: its mark in the database, its wage, its people and logins; never beside real data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher

from bot.members.membership import Membership
from bot.members.sample import SamplePerson, fill
from bot.parameters import SAMPLE_WAGE
from bot.storage.port import ParameterRow, StaffRow, StorageError, Tx, new_id
from handlers.messages import SHANGHAI

MARK = "sample"


class WrongKindError(StorageError):
    """A sample database where a real one is meant, or the other way round."""


@dataclass(frozen=True, slots=True)
class SampleLogin:
    """A login of the sample office, shown in the terminal and on the login page."""

    login: str
    password: str
    name: str
    role: str


LOGINS = (
    SampleLogin("kefu", "shili-kefu", "示例客服小周", "agent"),
    SampleLogin("zuzhang", "shili-zuzhang", "示例组长老郑", "supervisor"),
    SampleLogin("guanli", "shili-guanli", "示例管理员小何", "administrator"),
    SampleLogin("jiandu", "shili-jiandu", "示例监督员老陆", "oversight"),
)


def mark(tx: Tx, *, demo: bool) -> bool:
    """Mark a new database as sample or real, or see that it is what is meant; True when it was new.

    Raises:
        WrongKindError: it is of the other kind.
    """
    found = tx.meta(MARK)
    if found is None:
        tx.put_meta(MARK, "yes" if demo else "no")
        return True
    if found == "yes" and not demo:
        raise WrongKindError("这是示例数据库,不能当正式的用;请另设 YIBAO_DATABASE_URL 或 YIBAO_DATA_DIR,或加 --demo。")
    if found == "no" and demo:
        raise WrongKindError("这是正式数据库,不能放示例数据;请去掉 --demo,或另设 YIBAO_DATABASE_URL。")
    return False


def furnish(tx: Tx, membership: Membership, now: datetime) -> list[SamplePerson]:
    """Put in what a sample database holds and does not yet have; returns the sample members."""
    if not tx.parameters():
        for value in (SAMPLE_WAGE,):
            row = ParameterRow(value.scheme, value.name, value.value, "", None, value.source, "demo", now)
            tx.put_parameter(row)
    missing = [one for one in LOGINS if tx.staff(login=one.login) is None]
    if missing:
        hasher = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
        for one in missing:
            tx.put_staff(StaffRow(new_id(), one.login, one.name, one.role, hasher.hash(one.password)))
    return fill(membership.people(tx), membership, now.astimezone(SHANGHAI).date())
