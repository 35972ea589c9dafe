"""Says whether the process lives and whether it can serve; and what browsers ask for unbidden."""

from __future__ import annotations

from aiohttp import web

from bot.storage.port import StorageError
from bot.web.guards import answer, problem
from bot.web.site import site_of


async def healthz(_request: web.Request) -> web.Response:
    """The process lives."""
    return answer({"status": "ok"})


async def favicon(_request: web.Request) -> web.Response:
    """Browsers that ask for the old icon are shown the new one."""
    raise web.HTTPMovedPermanently("/static/mark.svg")


async def readyz(request: web.Request) -> web.Response:
    """The database answers; 503 with a sentence when it does not."""
    try:
        await site_of(request).running.run(lambda tx: tx.thread(""))
    except StorageError as error:
        return problem(str(error) or "数据库没有回答。", 503)
    return answer({"status": "ready"})
