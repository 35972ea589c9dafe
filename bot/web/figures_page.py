"""The supervisor's page of figures, and the administrators' list of wrong answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aiohttp import web

from bot.desk.figures import figures
from bot.desk.wrong import wrong_answers
from bot.storage.port import Tx
from bot.web.pages import page
from bot.web.sessions import Session
from bot.web.site import Site, site_of
from knowledge.office import SHANGHAI

PERIODS = {"day": ("今天", 0), "week": ("最近 7 天", 6), "month": ("最近 30 天", 29)}


def span(seconds: int | None) -> str:
    """A duration for people.

    >>> span(None), span(40), span(95), span(3700), span(90000)
    ('—', '40 秒', '1 分 35 秒', '1 小时 1 分', '1 天 1 小时')
    """
    if seconds is None:
        return "—"
    for unit, name, below, lower in ((86400, "天", 3600, "小时"), (3600, "小时", 60, "分"), (60, "分", 1, "秒")):
        if seconds >= unit:
            return f"{seconds // unit} {name} {seconds % unit // below} {lower}"
    return f"{seconds} 秒"


async def figures_page(request: web.Request, session: Session) -> web.Response:
    """Figures of today, a week or a month, for leaders."""
    site = site_of(request)
    period = request.query.get("period", "day")
    period = period if period in PERIODS else "day"
    data = await site.running.run(lambda tx: _collect(tx, site, session, PERIODS[period][1]))
    return page(
        request,
        "figures.html",
        span=span,
        period=period,
        periods=PERIODS,
        staff=session.staff,
        csrf=session.csrf,
        **data,
    )


def _collect(tx: Tx, site: Site, session: Session, days: int) -> dict[str, Any]:
    """The figures since the start of a day in China, who is online, and the wrong answers."""
    now = site.now()
    today = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    people = [person for person in tx.all_staff() if not person.disabled]
    return {
        "figures": figures(tx, session.staff, site.office, today - timedelta(days=days), now),
        "people": [{"id": p.id, "name": p.name, "online": site.online.get(p.id, 0) > 0} for p in people],
        "wrong": wrong_answers(tx)[:100],
    }
