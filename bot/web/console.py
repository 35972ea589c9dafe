"""The staff console: its page, the four lists, one conversation, suggested entries."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from bot.desk.brief import brief
from bot.desk.errors import BadAct
from bot.desk.quota import allowance
from bot.desk.sight import LEADERS, Sight, sight_of, visible_groups
from bot.desk.silence import alerts
from bot.desk.views import (
    VIEWS,
    View,
    card,
    counts,
    fits,
    has_words,
    last_words,
    listed,
    names,
    staff_line,
    unanswered,
)
from bot.desk.words import CHANNELS, REASONS, RESOLUTIONS, ROLES, TAGS, WAITING_FOR
from bot.storage.port import CaseRow, MessageRow, StaffRow, Tx
from bot.web import aside
from bot.web.guards import answer
from bot.web.pages import page
from bot.web.seen import seen
from bot.web.sessions import Session
from bot.web.site import Site, site_of

TRANSCRIPT = 500  # newest lines a conversation opens with
EARLIER = 5  # earlier cases shown beside it
MANY = 20_000  # open cases


async def desk_page(request: web.Request, session: Session) -> web.Response:
    """The console."""
    site, staff = site_of(request), session.staff
    return page(
        request,
        "desk.html",
        staff=staff,
        role=ROLES.get(staff.role, staff.role),
        leader=staff.role in LEADERS,
        csrf=session.csrf,
        locked=session.locked,
        lock_seconds=int(site.config.lock.total_seconds()),
        resolutions=RESOLUTIONS,
        waiting_for=WAITING_FOR,
        tags=TAGS,
        filters=_filters(site, staff),
        panel=aside.panel(site),
    )


def _filters(site: Site, staff: StaffRow) -> list[tuple[str, list[tuple[str, str]]]]:
    """What the lists can be narrowed to."""
    seen_groups = visible_groups(staff, site.office)
    groups = [(f"group:{group.id}", group.name) for group in site.office.groups if group.id in seen_groups]
    reasons = [(f"reason:{key}", label) for key, label in REASONS.items()]
    tags = [(f"tag:{tag}", tag) for tag in TAGS]
    return [
        ("小组", groups),
        ("原因", reasons),
        ("标签", tags),
        ("渠道", [(f"channel:{key}", label) for key, label in CHANNELS.items()]),
    ]


async def lists(request: web.Request, session: Session) -> web.Response:
    """One list with the counts of all; `q` keeps the cases whose transcript holds some words."""
    site = site_of(request)
    wanted = request.query.get("view", "queue")
    view = next((name for name in VIEWS if name == wanted), None)
    if view is None:
        raise BadAct("没有这个列表。")
    sought = request.query.get("q", "").strip().casefold()[:50]
    narrowed = request.query.get("f", "")[:80]
    return answer(
        await site.running.run(lambda tx: _list(tx, site, session.staff, view, sought=sought, narrowed=narrowed))
    )


def _list(tx: Tx, site: Site, staff: StaffRow, view: View, *, sought: str, narrowed: str) -> dict[str, Any]:
    """The cards of a list, each with the last words of its conversation."""
    now, seeing = site.now(), sight_of(tx, staff, site.office)
    cases = [case for case in listed(tx, view, staff, site.office, now) if fits(case, narrowed)]
    if sought:
        cases = [case for case in cases if _found(tx, site, case, sought, seeing)]
    by_id = names(tx)
    cards = []
    for case in cases:
        who, words = last_words(tx, case.thread_id, seeing)
        cards.append({**card(case, by_id, site.office), "last_who": who, "last": words})
    numbers = {**counts(tx, staff, site.office), "unanswered": unanswered(tx, staff, now)}
    told = alerts(tx.cases(open_only=True, groups=seeing.groups, limit=MANY), by_id, now) if _leads(staff) else []
    return {"counts": numbers, "cases": cards, "alerts": told, "now": now.isoformat()}


def _leads(staff: StaffRow) -> bool:
    return staff.role in LEADERS


def _found(tx: Tx, site: Site, case: CaseRow, sought: str, seeing: Sight) -> bool:
    """Whether a search finds a case, by its words or a tag; never a report."""
    if site.office.group(case.group).closed:
        return False
    return fits(case, f"tag:{sought.removeprefix('#')}") or has_words(tx, case, sought, seeing)


async def conversation(request: web.Request, session: Session) -> web.Response:
    """A case with its transcript, its summary, earlier cases and whom it can be passed on to."""
    site, case_id = site_of(request), request.match_info["case"]
    found = await site.running.run(lambda tx: _conversation(tx, site, session.staff, case_id))
    found["summary"]["estimate"] = await _estimate(site, found["summary"])
    return answer(found)


async def _estimate(site: Site, told: dict[str, Any]) -> dict[str, Any] | None:
    """The facts priced by what holds now; where that gives no figure, the bot's last one."""
    facts = {fact["name"]: fact["raw"] for fact in told["facts"]}
    if site.hooks.price is not None and "total" in facts and "scheme" in facts:
        found = await asyncio.to_thread(site.hooks.price, facts, site.now())
        if found["sendable"]:
            return aside.with_titles(site, found["estimate"])
    estimate = told["estimate"]
    return aside.with_titles(site, estimate) if isinstance(estimate, dict) else None


def _conversation(tx: Tx, site: Site, staff: StaffRow, case_id: str) -> dict[str, Any]:
    """Everything about one case."""
    case, by_id, seeing = seen(tx, site, staff, case_id), names(tx), sight_of(tx, staff, site.office)
    rows = tx.messages(case.thread_id, limit=TRANSCRIPT, newest=True)
    readable = [row for row in rows if not seeing.hides(row)]
    earlier = [
        card(other, by_id, site.office)
        for other in tx.cases(thread_id=case.thread_id)
        if other.opened_at < case.opened_at and other.group in seeing.groups
    ]
    left = allowance(str(case.summary.get("channel", "")), rows)
    lines = [staff_line(row, seeing) for row in rows]
    return {
        "case": card(case, by_id, site.office),
        "summary": _brief(case, readable, site),
        "quota": left.to_json(site.now()) if left and not case.closed_at else None,
        "lines": [{**line, "citations": site.cite(line["citations"])} for line in lines],
        "earlier": earlier[-EARLIER:],
        "colleagues": [
            {"id": person.id, "name": person.name}
            for person in tx.all_staff()
            if person.id != staff.id and not person.disabled and case.group in visible_groups(person, site.office)
        ],
        "groups": [{"id": group.id, "name": group.name} for group in site.office.groups if group.id != case.group],
    }


def _brief(case: CaseRow, rows: list[MessageRow], site: Site) -> dict[str, Any]:
    """What the bot knows; of who reports something, nothing but the words."""
    told = brief(case, rows, site.hooks.schemes)
    if site.office.group(case.group).closed:
        told |= {"facts": [], "bound": False, "estimate": None}
    return told


async def suggestions(request: web.Request, session: Session) -> web.Response:
    """Entries for some words, to be put into an answer with their citations."""
    site, words = site_of(request), request.query.get("q", "").strip()[:500]
    del session  # any member of staff may ask
    found = await asyncio.to_thread(site.hooks.suggest, words) if words else []
    return answer({"entries": [{**entry, "citations": site.cite(entry.get("citations") or [])} for entry in found]})
