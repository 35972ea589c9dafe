"""“我的数据”: what the office's helper keeps of a bound member and who looked; export, and what goes on 退出并清除.

The ledger and the insured relation belong to the office's books and are not deleted here; what the helper itself keeps
of a conversation is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from bot.members import tables as t
from bot.members.gate import Gate
from bot.members.membership import Membership
from bot.members.port import KINDS
from bot.members.prefill import yuan
from bot.privacy import masks
from bot.storage.port import ThreadRow, Tx
from bot.storage.tables import audit
from handlers.ports import Look, MyData

LOOKS = 20
ACTS = {
    "read_account": "查看账户",
    "read_stays": "查看住院",
    "read_member": "查看参保信息",
    "read_my_data": "查看我的数据",
    "export_my_data": "导出数据",
    "compare_months": "比较两个月",
    "look_up_account": "向核心系统查询",
    "ask_code": "请求验证码",
    "wrong_code": "输错验证码",
    "bind": "核对身份",
    "unbind": "解除绑定",
    "bind_by_link": "用柜台绑定码核对身份",
    "issue_link": "柜台发绑定码",
    "offer_mandate": "给出授权",
    "accept_mandate": "接受授权",
    "revoke_mandate": "结束授权",
    "forget_me": "删除数据",
    "reveal": "查看完整号码",
    "code_not_sent": "验证码没发出去",
    "balance_differs": "余额与台账不符",
    "take_up_mandate": "使用授权码",
}
"""Acts of the audit log as a member reads them."""


def my_data(tx: Tx, thread: ThreadRow, now: datetime, membership: Membership) -> MyData | None:
    """What is kept of the member bound to this thread; None unless the binding is fresh."""
    gate = Gate(tx, thread, now, membership)
    member, binding = gate.open("read_my_data"), gate.people.binding(thread.id)
    if member is None or binding is None:
        return None
    phone = membership.phone_of(member)
    relations = tuple(f"{one.scheme} {one.since}起" for one in gate.people.relations(member.id))
    return MyData(
        name=masks.name(membership.name_of(member)),
        number=masks.identity(membership.identity_of(member)),
        phone=masks.phone(phone) if phone else "",
        relations=relations,
        movements=len(gate.people.movements(member.id, limit=100_000)),
        stays=sum(len(gate.people.stays(member.id, year)) for year in _years(now)),
        bound_at=binding.bound_at,
        bindings=len(gate.people.bindings(member.id)),
        looks=tuple(_looks(tx, f"member:{member.id}", thread)),
    )


def export(tx: Tx, thread: ThreadRow, now: datetime, membership: Membership) -> dict[str, Any] | None:
    """The member's own ledger and stays as JSON, masked like everything; None unless the binding is fresh."""
    gate = Gate(tx, thread, now, membership)
    member = gate.open("export_my_data")
    if member is None:
        return None
    movements = gate.people.movements(member.id, limit=100_000)
    return {
        "name": masks.name(membership.name_of(member)),
        "number": masks.identity(membership.identity_of(member)),
        "movements": [
            {"day": str(one.day), "kind": KINDS[one.kind].label, "amount": yuan(one.amount), "place": one.place}
            for one in movements
        ],
        "stays": [
            {"admitted": str(one.admitted), "discharged": str(one.discharged), "total": yuan(one.total)}
            | {"hospital": one.hospital, "fund_paid": yuan(one.fund_paid)}
            for year in _years(now)
            for one in gate.people.stays(member.id, year)
        ],
    }


def _years(now: datetime) -> range:
    """The years of which stays are shown."""
    return range(now.year - 9, now.year + 1)


def as_text(data: dict[str, Any]) -> str:
    """An export as lines that a member can read or paste into a table."""
    head = f"{data['name']} {data['number']}"
    movements = [f"{one['day']}\t{one['kind']}\t{one['amount']}\t{one['place']}" for one in data["movements"]]
    stays = [
        f"{one['admitted']}\t{one['discharged']}\t{one['hospital']}\t{one['total']}\t{one['fund_paid']}"
        for one in data["stays"]
    ]
    ledger = ["日期\t类型\t金额(元)\t地点", *movements]
    settled = ["入院\t出院\t医院\t总费用(元)\t统筹支付(元)", *stays]
    return "\n".join([head, f"账户收支{len(movements)}笔", *ledger, f"住院{len(stays)}次", *settled])


def forget_thread(tx: Tx, membership: Membership, thread_id: str) -> None:
    """For 退出并清除: the binding goes, and what was asked and typed on the way to it."""
    membership.people(tx).drop_binding(thread_id)
    tx.drop_secrets(thread_id=thread_id)
    if tx.sql is not None:
        tx.sql.execute(delete(t.challenges).where(t.challenges.c.thread_id == thread_id))


def _looks(tx: Tx, about: str, thread: ThreadRow) -> list[Look]:
    if tx.sql is None:
        lines: list[Any] = [line for line in tx.audit() if line["about"] == about][:LOOKS]
    else:
        query = select(audit).where(audit.c.about == about).order_by(audit.c.id.desc()).limit(LOOKS)
        lines = list(tx.sql.execute(query).mappings())
    return [_look(line, thread) for line in lines]


def _look(line: Any, thread: ThreadRow) -> Look:
    detail = line["detail"]
    act = ACTS.get(line["act"], line["act"])
    return Look(line["at"], _who(line["actor"], thread), act, detail.get("channel", ""), detail.get("why", ""))


def _who(actor: str, thread: ThreadRow) -> str:
    if actor == f"thread:{thread.id}":
        return "本对话"
    return {"thread": "您绑定的其他对话", "staff": "工作人员", "operator": "系统管理员"}.get(
        actor.partition(":")[0], "系统"
    )
