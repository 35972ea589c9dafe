"""What stands beside a conversation: the member card, and a stay that the agent prices."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from bot.desk.brief import VALUES
from bot.desk.errors import BadAct
from bot.desk.hold import held_rows
from bot.desk.sight import LEADERS
from bot.storage.port import CaseRow, StaffRow, Tx
from bot.web.guards import answer, read_json
from bot.web.seen import seen
from bot.web.sessions import Session
from bot.web.site import Site, site_of

PROTECTED = "举报人受保护，不显示身份。"
CHOICES = {
    "status": ("active", "retired"),
    "hospital_level": ("community", "primary", "secondary", "tertiary"),
    "admission_no": ("1", "2", "3"),
}
"""Facts of the panel that are chosen; every other one is written."""


async def card(request: web.Request, session: Session) -> web.Response:
    """The masked member card; of a report nothing is shown."""
    site, case_id = site_of(request), request.match_info["case"]

    def work(tx: Tx) -> dict[str, Any]:
        case = seen(tx, site, session.staff, case_id)
        if site.office.group(case.group).closed:
            return {"protected": PROTECTED}
        return site.hooks.card(tx, case, session.staff, site.now())

    return answer(await site.running.run(work))


async def reveal(request: web.Request, session: Session) -> web.Response:
    """One value in the clear, for whoever holds the conversation or leads, with a reason."""
    site, body = site_of(request), await read_json(request)
    what, why = str(body.get("what", "")), str(body.get("why", ""))

    def work(tx: Tx) -> str:
        case = seen(tx, site, session.staff, request.match_info["case"])
        _may_reveal(tx, site, case, session.staff)
        return site.hooks.reveal(tx, case, session.staff, site.now(), what, why)

    return answer({"value": await site.running.run(work)})


def _may_reveal(tx: Tx, site: Site, case: CaseRow, staff: StaffRow) -> None:
    """Refuse for reports, and for conversations somebody else holds.

    Raises:
        BadAct, Held, Closed: why not.
    """
    if site.office.group(case.group).closed:
        raise BadAct(PROTECTED)
    if staff.role not in LEADERS:
        held_rows(tx, case.id, staff)


async def price(request: web.Request, session: Session) -> web.Response:
    """A stay priced with the facts of the panel; nothing is sent and nothing is kept."""
    site, body = site_of(request), await read_json(request)
    del session  # any member of staff may work something out
    facts = body.get("facts")
    if site.hooks.price is None or not isinstance(facts, dict):
        raise BadAct("现在不能测算。")
    return answer(cited(site, await asyncio.to_thread(site.hooks.price, facts, site.now())))


def cited(site: Site, found: dict[str, Any]) -> dict[str, Any]:
    """The same with printed titles at its citations, also at those of the lines."""
    estimate = with_titles(site, found["estimate"])
    return {**found, "estimate": estimate, "citations": site.cite(found["citations"])}


def with_titles(site: Site, estimate: dict[str, Any]) -> dict[str, Any]:
    """An estimate whose lines name their documents; of a range both ends."""
    told = dict(estimate)
    for end in ("low", "high"):
        if isinstance(told.get(end), dict):
            told[end] = with_titles(site, told[end])
    if told.get("lines"):
        told["lines"] = [{**line, "citations": site.cite(line.get("citations") or [])} for line in told["lines"]]
    return told


def panel(site: Site) -> dict[str, Any]:
    """What the panel's selects offer."""
    chosen = {name: [(value, VALUES.get(value, value)) for value in values] for name, values in CHOICES.items()}
    return {"schemes": list(site.hooks.schemes.items()), **chosen}
