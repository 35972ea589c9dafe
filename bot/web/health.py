"""Says whether the process lives and whether it can serve; and what browsers ask for unbidden."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.storage.port import StorageError
from bot.web.guards import answer, problem
from bot.web.site import site_of

OLDEST = 60.0
"""Seconds after which an update that waits means that this worker is not keeping up."""


async def healthz(_request: web.Request) -> web.Response:
    """The process lives."""
    return answer({"status": "ok"})


async def favicon(_request: web.Request) -> web.Response:
    """Browsers that ask for the old icon are shown the new one."""
    raise web.HTTPMovedPermanently("/static/mark.svg")


async def readyz(request: web.Request) -> web.Response:
    """The database answers and nothing has waited too long; else 503 with a sentence.

    A balancer should send members elsewhere while this is 503; `/healthz` says whether to start the process anew.
    """
    running, now = site_of(request).running, site_of(request).now()
    try:
        backlog = await running.run(lambda tx: tx.backlog())
    except StorageError as error:
        return problem(str(error) or "数据库没有回答。", 503)
    oldest = round(backlog.age(backlog.inbox_oldest, now), 1)
    told = {
        "status": "ready" if oldest < OLDEST else "behind",
        "rulebook": running.rulebooks.current.version,
        "waiting": backlog.inbox,
        "oldest_seconds": oldest,
    }
    return web.json_response(told, status=200 if oldest < OLDEST else 503)


async def metrics(request: web.Request) -> web.Response:
    """Counters and what waits, for Prometheus; the proxy shows this page to nobody outside."""
    running, now = site_of(request).running, site_of(request).now()
    try:
        backlog = await running.run(lambda tx: tx.backlog())
    except StorageError as error:
        return problem(str(error) or "数据库没有回答。", 503)
    rulebooks = running.rulebooks
    page = running.metrics.page(backlog, now, rulebooks.current.version, rulebooks.failures)
    return web.Response(body=page, headers={"Content-Type": CONTENT_TYPE_LATEST})
