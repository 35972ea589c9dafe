"""The REST API for the office's own systems: keys with scopes, JSON, one OpenAPI document; reports are never in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from aiohttp import web

from bot.desk.brief import asked
from bot.desk.errors import BadAct, Closed
from bot.desk.figures import figures_of
from bot.desk.hold import open_rows, words_of
from bot.desk.keys import find
from bot.desk.lines import jot, shown
from bot.desk.sight import Sight, open_groups, sight
from bot.desk.views import names, staff_line
from bot.desk.words import ENDINGS
from bot.desk.worklist import KINDS, items
from bot.storage.port import ApiKeyRow, CaseRow, StaffRow, Tx
from bot.web.address import address_of
from bot.web.guards import answer, problem, read_json
from bot.web.openapi import Handler, Operation, document
from bot.web.site import Site, site_of

MOST, MANY = 200, 20_000
LINES = 500
DEFAULT_DAYS = 7


def keyed(operation: Operation) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The operation for requests with a key that may do it."""

    @wraps(operation.handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        site = site_of(request)
        caller = f"api:{address_of(request, site.config.proxies)}"
        kind, _, key = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or site.logins.minutes_locked(caller, MOST):
            return problem("请在 Authorization 里带上 Bearer 密钥。", 401)
        found = await site.running.run(lambda tx: find(tx, key.strip(), site.now()))
        if found is None:
            site.logins.fail(caller)
            return problem("密钥不对或已吊销。", 401)
        if operation.scope not in found.scopes:
            return problem(f"这个密钥没有权限 {operation.scope}。", 403)
        if not site.calling.take(found.id):
            return problem("太快了,请稍后再试。", 429)
        return await operation.handler(request, found)

    return guarded


def moment(request: web.Request, name: str, default: datetime) -> datetime:
    """A time of the address, with its zone.

    Raises:
        BadAct: not a time.
    """
    text = request.query.get(name)
    if not text:
        return default
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadAct(f"{name} 请写成 2026-01-31T08:30:00+08:00 的样子。") from None
    if found.tzinfo is None:
        raise BadAct(f"{name} 要带时区,如 2026-01-31T08:30:00+08:00。")
    return found.astimezone(UTC)


def told(case: CaseRow, by_id: dict[str, str], site: Site) -> dict[str, Any]:
    """One case as JSON; times are ISO in UTC."""
    times = ("opened_at", "claimed_at", "first_answer_at", "closed_at", "due_at")
    at = {name: value.isoformat() if (value := getattr(case, name)) else None for name in times}
    return {
        "id": case.id,
        "channel": case.summary.get("channel", ""),
        "reason": case.reason,
        "group": case.group,
        "group_name": site.office.group(case.group).name,
        "tags": list(case.summary.get("tags") or []),
        **at,
        "agent": by_id.get(case.agent_id or "", ""),
        "waiting_for": case.waiting_for,
        "resolution": case.resolution,
        "resolution_label": ENDINGS.get(case.resolution, case.resolution),
        "rating": case.rating,
        "rating_words": case.rating_words,
    }


async def cases(request: web.Request, key: ApiKeyRow) -> web.Response:
    """Cases opened since a moment, oldest first, a page at a time."""
    del key
    site = site_of(request)
    since = moment(request, "since", site.now() - timedelta(days=DEFAULT_DAYS))
    state = request.query.get("state", "")
    if state not in {"", "open", "waiting", "closed"}:
        raise BadAct("state 可写 open、waiting、closed。")

    def work(tx: Tx) -> dict[str, Any]:
        rows = tx.cases(
            groups=open_groups(site.office), since=since, open_only=state == "open", waiting_only=state == "waiting",
            limit=MOST + 1,
        )  # fmt: skip
        by_id, page = names(tx), rows[:MOST]
        shown_rows = [told(row, by_id, site) for row in page if state != "closed" or row.closed_at]
        return {"cases": shown_rows, "next": rows[MOST].opened_at.isoformat() if len(rows) > MOST else None}

    return answer(await site.running.run(work))


def _case(tx: Tx, site: Site, case_id: str) -> CaseRow:
    """A case that a system may see.

    Raises:
        Closed: there is none; a report looks the same.
    """
    case = tx.case(case_id)
    if case is None or case.group not in open_groups(site.office):
        raise Closed("没有这个会话。")
    return case


async def transcript(request: web.Request, key: ApiKeyRow) -> web.Response:
    """The lines of a case's conversation, without what only the member or the oversight may read; logged."""
    site = site_of(request)

    def work(tx: Tx) -> dict[str, Any]:
        case = _case(tx, site, request.match_info["case"])
        seeing: Sight = sight(tx, open_groups(site.office), site.office)
        rows = [row for row in tx.messages(case.thread_id, limit=LINES, newest=True) if not seeing.hides(row)]
        lines = [staff_line(row, seeing) for row in rows]
        wanted = ("seq", "who", "name", "text", "at")
        tx.note_audit(f"key:{key.id}", "case.read", case.id, {"name": key.name}, site.now())
        said = [{name: line[name] for name in wanted} for line in lines]
        return {"case": told(case, names(tx), site), "asked": shown(asked(case, rows)), "lines": said}

    return answer(await site.running.run(work))


async def note(request: web.Request, key: ApiKeyRow) -> web.Response:
    """A note for the agents by another system; members never see it."""
    site, body = site_of(request), await read_json(request)
    text = body.get("text")

    def work(tx: Tx) -> None:
        case, thread = open_rows(tx, _case(tx, site, request.match_info["case"]).id)
        writer = StaffRow(f"key:{key.id}"[:36], "", key.name, "", "")
        row = jot(tx, thread, writer, words_of(text if isinstance(text, str) else ""), site.now())
        tx.note_audit(f"key:{key.id}", "case.note", case.id, {"message": row.id}, site.now())

    await site.running.run(work)
    return answer({"done": True})


async def numbers(request: web.Request, key: ApiKeyRow) -> web.Response:
    """The supervisor's figures since a moment."""
    del key
    site = site_of(request)
    since = moment(request, "since", site.now() - timedelta(days=1))
    return answer(await site.running.run(lambda tx: figures_of(tx, open_groups(site.office), since, site.now())))


async def worklist(request: web.Request, key: ApiKeyRow) -> web.Response:
    """What administrators should look at."""
    del key
    site, kind = site_of(request), request.query.get("kind") or None
    if kind is not None and kind not in KINDS:
        raise BadAct(f"kind 可写 {'、'.join(KINDS)}。")
    rows = await site.running.run(lambda tx: items(tx, kind, limit=MOST))
    wanted = ("id", "kind", "asked", "answered", "should", "entries", "rulebook", "by")
    told_items = [{name: getattr(row, name) for name in wanted} | {"at": row.at.isoformat()} for row in rows]
    return answer({"items": told_items})


async def entries(request: web.Request, key: ApiKeyRow) -> web.Response:
    """Entries for some words, with their citations."""
    del key
    site, words = site_of(request), request.query.get("q", "").strip()[:500]
    found = await asyncio.to_thread(site.hooks.suggest, words) if words else []
    return answer({"entries": [{**entry, "citations": site.cite(entry.get("citations") or [])} for entry in found]})


async def estimate(request: web.Request, key: ApiKeyRow) -> web.Response:
    """A stay priced."""
    del key
    site, body = site_of(request), await read_json(request)
    if site.hooks.price is None:
        raise BadAct("现在不能测算。")
    found = await asyncio.to_thread(site.hooks.price, body, site.now())
    return answer({name: found[name] for name in ("estimate", "text", "rulebook")})


def _made(handler: Handler, method: str, path: str, scope: str, *, summary: str, schema: str, **more: Any) -> Operation:
    return Operation(method, f"/api/v1{path}", scope, summary, handler, schema=schema, **more)


FACTS = {"type": "object", "description": "住院情况,字段与 yibao estimate 相同"}
TEXT = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
STATES = {"state": "open、waiting 或 closed"}
ITEM_KINDS = {"kind": "、".join(KINDS)}
SINCE = {"since": "从什么时候起,ISO 时间带时区"}
OPERATIONS: tuple[Operation, ...] = (
    _made(cases, "GET", "/cases", "cases", summary="会话列表", schema="Cases", query={**SINCE, **STATES}),
    _made(transcript, "GET", "/cases/{case}", "transcripts", summary="一个会话的对话", schema="Transcript"),
    _made(note, "POST", "/cases/{case}/notes", "notes", summary="给坐席写备注", schema="Done", body=TEXT),
    _made(numbers, "GET", "/figures", "figures", summary="统计", schema="Figures", query=SINCE),
    _made(worklist, "GET", "/worklist", "worklist", summary="待处理的回答", schema="Items", query=ITEM_KINDS),
    _made(entries, "GET", "/answers", "answers", summary="查政策条目", schema="Answers", query={"q": "问题"}),
    _made(estimate, "POST", "/estimate", "answers", summary="测算一次住院", schema="Estimate", body=FACTS),
)
"""Everything a system may ask for."""


async def openapi(request: web.Request) -> web.Response:
    """The document; it needs no key."""
    return answer(document(OPERATIONS, site_of(request).office.short))


def routes() -> list[web.RouteDef]:
    """The addresses of the API."""
    found = [web.route(operation.method, operation.path, keyed(operation)) for operation in OPERATIONS]
    return [web.get("/api/v1/openapi.json", openapi), *found]
