"""The supervisor's page of figures with its export, and the list of what administrators should look at."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.desk.errors import BadAct
from bot.desk.export import as_csv
from bot.desk.figures import figures
from bot.desk.lines import shown
from bot.desk.worklist import KINDS, items, settle
from bot.storage.port import Tx
from bot.web.guards import answer
from bot.web.pages import page
from bot.web.sessions import Session
from bot.web.site import Site, site_of
from knowledge.office import SHANGHAI

MANY = 5000  # items of the work list
LABEL = 40  # units a label under a bar takes
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


def bars(counted: list[tuple[str, int]], width: int = 560, height: int = 120) -> dict[str, Any]:
    """Upright bars for a picture: where each stands, how high it is, its label and count.

    >>> bars([("8时", 2), ("9时", 4)], width=100, height=50)["bars"][1]
    {'x': 50, 'y': 0, 'width': 40, 'height': 50, 'label': '9时', 'count': 4, 'named': True}
    """
    step = width // max(1, len(counted))
    top = max([count for _, count in counted], default=0) or 1
    every = max(1, -(-len(counted) * LABEL // width))
    drawn = [
        {
            "x": place * step,
            "y": height - height * count // top,
            "width": step * 4 // 5,
            "height": height * count // top,
            "label": label,
            "count": count,
            "named": place % every == 0,
        }
        for place, (label, count) in enumerate(counted)
    ]
    return {"bars": drawn, "width": width, "height": height}


async def figures_page(request: web.Request, session: Session) -> web.Response:
    """Figures of today, a week or a month, for leaders."""
    site = site_of(request)
    period = _period(request)
    data = await site.running.run(lambda tx: _collect(tx, site, session, PERIODS[period][1]))
    return page(
        request,
        "figures.html",
        span=span,
        shown=shown,
        bars=bars,
        period=period,
        periods=PERIODS,
        staff=session.staff,
        csrf=session.csrf,
        **data,
    )


def _period(request: web.Request) -> str:
    period = request.query.get("period", "day")
    return period if period in PERIODS else "day"


def _since(now: datetime, days: int) -> datetime:
    """The start of a day in China, so many days ago."""
    return now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days)


async def export(request: web.Request, session: Session) -> web.Response:
    """The cases of the period as a CSV file; taking it is written down."""
    site, period = site_of(request), _period(request)
    now = site.now()

    def work(tx: Tx) -> str:
        text, count = as_csv(tx, site.office, _since(now, PERIODS[period][1]), now)
        tx.note_audit(session.staff.id, "figures.export", period, {"cases": count}, now)
        return text

    name = f"cases-{period}-{now.astimezone(SHANGHAI):%Y%m%d-%H%M}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(text=await site.running.run(work), content_type="text/csv", charset="utf-8", headers=headers)


async def work_done(request: web.Request, session: Session) -> web.Response:
    """An item of the work list is dealt with."""
    site, item_id = site_of(request), request.match_info["item"]

    def work(tx: Tx) -> None:
        item = next((row for row in items(tx, limit=MANY) if row.id == item_id), None)
        if item is None:
            raise BadAct("这一条已经处理过了。")
        settle(tx, item, session.staff, site.now())

    await site.running.run(work)
    return answer({"done": item_id})


def _collect(tx: Tx, site: Site, session: Session, days: int) -> dict[str, Any]:
    """The figures since the start of a day in China, who is online, and what administrators should look at."""
    now = site.now()
    people = [person for person in tx.all_staff() if not person.disabled]
    return {
        "figures": figures(tx, session.staff, site.office, _since(now, days), now),
        "people": [{"id": p.id, "name": p.name, "online": site.online.get(p.id, 0) > 0} for p in people],
        "items": items(tx, limit=100),
        "kinds": KINDS,
    }
