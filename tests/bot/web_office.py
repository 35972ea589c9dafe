"""A small office for the tests of desk and web: real runtime, storage and desk, and a conversation one can script."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from argon2 import PasswordHasher

from bot.desk.port import desk_port
from bot.engine.rulebooks import RulebookHolder
from bot.engine.turns import Parts
from bot.privacy.tokens import clean
from bot.runtime import Inbound, Runtime
from bot.storage.memory import MemoryStore
from bot.storage.port import CaseRow, StaffRow, Store, ThreadRow, Tx
from bot.web import WebConfig, build_web_app
from bot.web.site import Hooks
from handlers.messages import Choice, Citation, Message, Picture, Reply
from handlers.ports import CaseRequest, Ports
from handlers.quiet import QuietDesk, QuietIdentity
from knowledge.office import Office, load_office

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 10:00 in China, open
PASSWORD = "correct horse"
HASH = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="teal"/></svg>'
ENTRY = {
    "id": "henan-employee/deductible",
    "title": "住院起付标准",
    "text": "当年第一次住院，先自己付上年度平均工资的10%。",
    "citations": [{"doc": "henan-employee-2001", "article": "第十三条"}],
}


def office() -> Office:
    made, faults = load_office()
    assert made is not None, faults
    return made


def person(login: str, role: str = "agent", groups: tuple[str, ...] = ()) -> StaffRow:
    return StaffRow(f"staff-{login}", login, {"li": "李静", "wang": "王芳"}.get(login, login), role, HASH, list(groups))


PEOPLE = (person("li"), person("wang"), person("boss", "supervisor"), person("jian", "oversight"))
LI, WANG, BOSS, JIAN = PEOPLE


@dataclass
class Clock:
    """A clock that tests move."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **much: float) -> datetime:
        self.now += timedelta(**much)
        return self.now


def spoken(message: Message, state: dict[str, Any], _rulebook: Any, ports: Ports) -> Any:
    """A conversation with an answer of every kind."""
    text, choice = message.text, message.choice or ""
    replies, personal = [Reply(f"回答：{text or choice}\n\n依据：《省直暂行规定》第十三条")], False
    if choice == "do:human" or "转人工" in text:
        ticket = ports.desk.open_case(CaseRequest("asked", "general", {"said": text, "facts": {"total": "30000.00"}}))
        replies = [Reply(f"已为您转人工，您排在第{ticket.position}位。", (Choice("不排队了", "do:leave"),))]
    elif choice == "do:leave":
        replies = [Reply("好的，已经退出排队。" if ports.desk.leave() else "您没有在排队。")]
    elif choice.startswith("rate:"):
        replies = [Reply("谢谢您的评价。" if ports.desk.rate(int(choice[5:]), "") else "没有可评价的。")]
    elif "举报" in text:
        ports.desk.open_case(CaseRequest("fraud", "oversight", {"said": text}))
        replies = [Reply("已转监督人员。")]
    elif "选" in text:
        replies = [
            Reply("请选医院等级。", (Choice("三级医院", "set:hospital_level=tertiary"), Choice("二级", "set:x")))
        ]
    elif "图" in text:
        replies = [Reply("见图。", picture=Picture(SVG, "一张示意图"))]
    elif "余额" in text:
        replies, personal = [Reply("余额 1,234.56 元", personal=True)], True
    citations = () if personal else (Citation("henan-employee-2001", "第十三条"),)
    return SimpleNamespace(
        replies=tuple(replies),
        state={**state, "count": state.get("count", 0) + 1},
        intent="faq",
        rulebook="r1",
        entries=("henan-employee/deductible",),
        scheme=None,
        subject="self",
        citations=citations,
        facts={},
        asking=(),
        estimate=None,
        effects=(),
    )


def cleaned(text: str, awaiting: bool) -> tuple[str, dict[str, str]]:  # noqa: FBT001
    found = clean(text, awaiting_code=awaiting)
    return found.text, found.values


@dataclass
class Fixture:
    """An office that runs."""

    store: Store = field(default_factory=MemoryStore)
    clock: Any = field(default_factory=Clock)
    config: WebConfig = field(default_factory=WebConfig)
    hooks: Hooks = field(
        default_factory=lambda: Hooks(
            suggest=lambda words: [ENTRY] if words else [],
            titles={"henan-employee-2001": "省直职工基本医疗保险暂行规定"},
            schemes={"henan-employee": "省直职工"},
        )
    )
    office: Office = field(default_factory=office)
    reply_to: Any = spoken
    rulebook: Any = None
    keep: Any = lambda *_: None
    after: Any = lambda *_: None

    def __post_init__(self) -> None:
        holder = RulebookHolder(self.store, lambda _rows: self.rulebook or SimpleNamespace(version="r1"))  # type: ignore[arg-type,return-value]
        parts = Parts(self.reply_to, self.ports, cleaned, self.keep, self.after)
        self.runtime = Runtime(self.store, holder, parts, clock=self.clock)
        for someone in PEOPLE:
            self.store.run_sync(lambda tx, row=someone: tx.put_staff(row))  # type: ignore[misc]

    def ports(self, tx: Tx, thread: ThreadRow, now: datetime) -> Ports:
        quiet = Ports(QuietIdentity(), SimpleNamespace(overview=lambda _day: None), QuietDesk())  # type: ignore[arg-type]
        return Ports(quiet.identity, quiet.accounts, desk_port(tx, thread, now, self.office))

    def app(self) -> Any:
        return build_web_app(self.runtime, self.config, self.office, self.hooks, self.clock)

    async def say(
        self, chat: str, text: str, *, choice: str | None = None, update: str = "", channel: str = "web"
    ) -> str:
        """A message of a member, over the web where no other channel is named; returns the thread's id."""
        key = update or f"{chat}:{text}:{self.clock()}"
        receipt = await self.runtime.receive(Inbound(channel, channel, key, chat, chat, self.clock(), text, choice))
        return receipt.thread_id

    def thread(self, thread_id: str) -> ThreadRow:
        row = self.store.run_sync(lambda tx: tx.thread(thread_id))
        assert row is not None
        return row

    def case(self, thread_id: str) -> CaseRow:
        return self.store.run_sync(lambda tx: tx.cases(thread_id=thread_id)[-1])

    def transcript(self, thread_id: str) -> list[str]:
        rows = self.store.run_sync(lambda tx: tx.messages(thread_id))
        return [f"{row.who}: {row.text.splitlines()[0]}" for row in rows]

    def do(self, work: Any) -> Any:
        return self.store.run_sync(work)
