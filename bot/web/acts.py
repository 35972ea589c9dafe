"""The acts of the console: each a row in one table, done in one transaction that also wakes everybody who looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from aiohttp import web

from bot.desk import hold
from bot.desk.errors import BadAct
from bot.desk.sight import LEADERS, may_see
from bot.desk.tags import put_tags
from bot.desk.worklist import mark_wrong
from bot.storage.port import CaseRow, StaffRow, Tx
from bot.web.guards import answer, problem, read_json
from bot.web.seen import seen
from bot.web.sessions import Session
from bot.web.site import Site, site_of
from knowledge.office import SHANGHAI


@dataclass(frozen=True, slots=True)
class Doing:
    """One act: on which case, by whom, with what."""

    tx: Tx
    site: Site
    case: CaseRow
    staff: StaffRow
    body: dict[str, Any]
    now: datetime

    def text(self, name: str = "text") -> str:
        """A text of the request, empty when it is missing."""
        value = self.body.get(name)
        return value if isinstance(value, str) else ""


def claim(do: Doing) -> None:
    """接入."""
    hold.claim(do.tx, do.case.id, do.staff, do.now, do.site.config.patience)


def reply(do: Doing) -> None:
    """回复; the citations of an inserted entry stand below its words, as the bot would write them."""
    given = do.body.get("citations")
    citations = [
        {"doc": item["doc"], "article": item["article"]}
        for item in (given if isinstance(given, list) else [])[:20]
        if isinstance(item, dict) and isinstance(item.get("doc"), str) and isinstance(item.get("article"), str)
    ]
    text = do.text()
    if citations and text.strip() and "依据" not in text:
        text = f"{text.rstrip()}\n{basis(do.site, citations)}"
    hold.reply(do.tx, do.case.id, do.staff, text, do.now, citations=citations, client_id=do.text("client_id")[:64])


def basis(site: Site, citations: list[dict[str, str]]) -> str:
    """One line with documents and articles."""
    articles: dict[str, list[str]] = {}
    for item in site.cite(citations):
        articles.setdefault(item["title"], []).append(item["article"])
    return "依据：" + "；".join(f"《{title.strip('《》')}》{'、'.join(found)}" for title, found in articles.items())


def estimate(do: Doing) -> None:
    """发送测算: worked out here and now from the facts of the panel, so that no figure comes from a page."""
    facts = do.body.get("facts")
    if do.site.hooks.price is None or not isinstance(facts, dict):
        raise BadAct("现在不能测算。")
    found = do.site.hooks.price(facts, do.now)
    if not found["sendable"]:
        raise BadAct("还算不出结果，请先补齐或改正。")
    kept = {name: found[name] for name in ("estimate", "facts", "rulebook")}
    client_id = do.text("client_id")[:64]
    citations = found["citations"]
    hold.reply(do.tx, do.case.id, do.staff, found["text"], do.now, citations=citations, client_id=client_id, more=kept)


def tag(do: Doing) -> None:
    """标签, by anybody who sees the case."""
    given = do.body.get("tags")
    put_tags(do.tx, do.case, do.staff, given if isinstance(given, list) else [], do.now)


def note(do: Doing) -> None:
    """备注."""
    hold.note(do.tx, do.case.id, do.staff, do.text(), do.now)


def close(do: Doing) -> None:
    """结束."""
    hold.close(do.tx, do.case.id, do.staff, do.text("resolution"), do.now)


def pause(do: Doing) -> None:
    """等待, until the end of a day in China."""
    due = do.text("due")
    try:
        end = datetime.combine(date.fromisoformat(due), time(23, 59), SHANGHAI).astimezone(UTC) if due else None
    except ValueError:
        raise BadAct("日期请写成 2026-01-31 的样子。") from None
    hold.pause(do.tx, do.case.id, do.staff, do.now, waiting_for=do.text("waiting_for"), due_at=end)


def transfer(do: Doing) -> None:
    """转交, to a colleague who may see the case or to a group."""
    if do.text("group"):
        group, office = do.text("group"), do.site.office
        hold.transfer_to_group(do.tx, do.case.id, do.staff, do.now, group_id=group, text=do.text(), office=office)
        return
    to = do.tx.staff(staff_id=do.text("to")) if do.text("to") else None
    if to is None or not may_see(do.case, to, do.site.office):
        raise BadAct("请选择转交给哪位同事或哪个小组。")
    patience = do.site.config.patience
    hold.transfer_to_person(do.tx, do.case.id, do.staff, do.now, to=to, text=do.text(), patience=patience)


def requeue(do: Doing) -> None:
    """放回队列: one's own case, or any for a leader."""
    if do.staff.role not in LEADERS:
        hold.held_rows(do.tx, do.case.id, do.staff)
    hold.requeue(do.tx, do.case.id, do.now, actor=do.staff.id, why="released")


def wrong(do: Doing) -> None:
    """机器人答错了; a report of fraud never enters a list that others read."""
    if do.site.office.group(do.case.group).closed:
        raise BadAct("这一组的会话不进入错误清单。")
    mark_wrong(do.tx, do.case.thread_id, do.text("message"), do.staff, do.now, should=do.text())


ACTS: dict[str, Callable[[Doing], None]] = {
    "claim": claim,
    "reply": reply,
    "estimate": estimate,
    "tag": tag,
    "note": note,
    "close": close,
    "pause": pause,
    "transfer": transfer,
    "requeue": requeue,
    "wrong": wrong,
}


async def act(request: web.Request, session: Session) -> web.Response:
    """Do one act on one case."""
    site, name = site_of(request), request.match_info["act"]
    doing, body = ACTS.get(name), await read_json(request)
    if doing is None:
        return problem("没有这个操作。", 404)

    def work(tx: Tx) -> None:
        case = seen(tx, site, session.staff, request.match_info["case"])
        doing(Doing(tx, site, case, session.staff, body, site.now()))

    await site.running.run(work)
    return answer({"done": name})


async def absent(request: web.Request, session: Session) -> web.Response:
    """A leader puts all cases of an absent colleague back into the queue."""
    site, who = site_of(request), request.match_info["staff"]

    def work(tx: Tx) -> int:
        person = tx.staff(staff_id=who)
        if person is None:
            raise BadAct("没有这位同事。")
        return len(hold.move_all(tx, person, session.staff, site.now()))

    return answer({"moved": await site.running.run(work)})
