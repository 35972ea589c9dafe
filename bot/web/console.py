"""The staff console: its page, the four lists, one conversation, suggested entries."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from bot.desk.brief import brief
from bot.desk.errors import BadAct, Closed
from bot.desk.views import (
    LEADERS,
    VIEWS,
    View,
    card,
    counts,
    has_words,
    last_words,
    listed,
    may_see,
    names,
    staff_line,
    unanswered,
    visible_groups,
)
from bot.desk.words import RESOLUTIONS, ROLES, WAITING_FOR
from bot.storage.port import CaseRow, MessageRow, StaffRow, Tx
from bot.web.guards import answer
from bot.web.pages import page
from bot.web.sessions import Session
from bot.web.site import Site, site_of

TRANSCRIPT = 500  # newest lines a conversation opens with
EARLIER = 5  # earlier cases shown beside it


async def desk_page(request: web.Request, session: Session) -> web.Response:
    """The console."""
    staff = session.staff
    return page(
        request,
        "desk.html",
        staff=staff,
        role=ROLES.get(staff.role, staff.role),
        leader=staff.role in LEADERS,
        csrf=session.csrf,
        resolutions=RESOLUTIONS,
        waiting_for=WAITING_FOR,
    )


async def lists(request: web.Request, session: Session) -> web.Response:
    """One list with the counts of all; `q` keeps the cases whose transcript holds some words."""
    site = site_of(request)
    wanted = request.query.get("view", "queue")
    view = next((name for name in VIEWS if name == wanted), None)
    if view is None:
        raise BadAct("没有这个列表。")
    sought = request.query.get("q", "").strip().casefold()[:50]
    return answer(await site.running.run(lambda tx: _list(tx, site, session.staff, view, sought)))


def _list(tx: Tx, site: Site, staff: StaffRow, view: View, sought: str) -> dict[str, Any]:
    """The cards of a list, each with the last words of its conversation."""
    cases = listed(tx, view, staff, site.office, site.now())
    if sought:
        cases = [case for case in cases if not site.office.group(case.group).closed and has_words(tx, case, sought)]
    by_id = names(tx)
    cards = []
    for case in cases:
        who, words = last_words(tx, case.thread_id)
        cards.append({**card(case, by_id, site.office), "last_who": who, "last": words})
    numbers = {**counts(tx, staff, site.office), "unanswered": unanswered(tx, staff)}
    return {"counts": numbers, "cases": cards, "now": site.now().isoformat()}


def seen(tx: Tx, site: Site, staff: StaffRow, case_id: str) -> CaseRow:
    """A case that this person may see.

    Raises:
        Closed: there is none; one of another group looks the same.
    """
    case = tx.case(case_id)
    if case is None or not may_see(case, staff, site.office):
        raise Closed("没有这个会话。")
    return case


async def conversation(request: web.Request, session: Session) -> web.Response:
    """A case with its transcript, its summary, earlier cases and whom it can be passed on to."""
    site, case_id = site_of(request), request.match_info["case"]
    return answer(await site.running.run(lambda tx: _conversation(tx, site, session.staff, case_id)))


def _conversation(tx: Tx, site: Site, staff: StaffRow, case_id: str) -> dict[str, Any]:
    """Everything about one case."""
    case, by_id = seen(tx, site, staff, case_id), names(tx)
    rows = tx.messages(case.thread_id, limit=TRANSCRIPT, newest=True)
    earlier = [
        card(other, by_id, site.office)
        for other in tx.cases(thread_id=case.thread_id)
        if other.opened_at < case.opened_at
    ]
    return {
        "case": card(case, by_id, site.office),
        "summary": _brief(case, rows, site),
        "lines": [{**line, "citations": site.cite(line["citations"])} for line in map(staff_line, rows)],
        "earlier": earlier[-EARLIER:],
        "colleagues": [
            {"id": person.id, "name": person.name}
            for person in tx.all_staff()
            if person.id != staff.id and not person.disabled and case.group in visible_groups(person, site.office)
        ],
        "groups": [{"id": group.id, "name": group.name} for group in site.office.groups if group.id != case.group],
    }


def _brief(case: CaseRow, rows: list[MessageRow], site: Site) -> dict[str, Any]:
    """What the bot knew when it handed over, with printed titles at its citations."""
    told = brief(case, rows, site.hooks.schemes)
    estimate = told["estimate"]
    if isinstance(estimate, dict):
        lines = [{**line, "citations": site.cite(line.get("citations") or [])} for line in estimate.get("lines") or []]
        told["estimate"] = {**estimate, "lines": lines}
    return told


async def suggestions(request: web.Request, session: Session) -> web.Response:
    """Entries for some words, to be put into an answer with their citations."""
    site, words = site_of(request), request.query.get("q", "").strip()[:500]
    del session  # any member of staff may ask
    found = await asyncio.to_thread(site.hooks.suggest, words) if words else []
    return answer({"entries": [{**entry, "citations": site.cite(entry.get("citations") or [])} for entry in found]})
