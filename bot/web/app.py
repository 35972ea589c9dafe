"""Puts the web application together: every address on one page, its guards, and what runs beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import WSCloseCode, web

from bot.clock import Clock, utc_now
from bot.desk.sight import LEADERS
from bot.engine.single import Single
from bot.runtime import Runtime
from bot.web import acts, api, aside, console, desk_live, figures_page, health, lock, login, member, thumbs, widget
from bot.web.guards import plain_errors, put_headers, same_origin
from bot.web.pages import STATIC, static_version
from bot.web.sessions import staffed
from bot.web.site import SITE, Hooks, Site, WebConfig
from knowledge.office import Office

LARGEST_BODY = 256 * 1024  # bytes


def build_web_app(
    running: Runtime, config: WebConfig, office: Office, hooks: Hooks | None = None, clock: Clock = utc_now
) -> web.Application:
    """The whole web application over a running office.

    Args:
        running: the runtime (`receive`, `run`, `subscribe`, `publish`).
        config: cookies, patience with silent agents, sessions.
        office: the office file.
        hooks: suggested entries, document titles, what to forget on 退出并清除.
        clock: the time now, in UTC.
    """
    app = web.Application(middlewares=[same_origin, plain_errors], client_max_size=LARGEST_BODY)
    app[SITE] = Site(running, config, office, hooks or Hooks(), clock, static_version())
    app.add_routes(routes())
    app.router.add_static("/static/", STATIC)
    app.on_response_prepare.append(put_headers)
    app.on_shutdown.append(part)
    app.cleanup_ctx.append(beside)
    return app


def routes() -> list[web.RouteDef]:
    """Every address."""
    return [
        web.get("/", member.chat_page),
        web.get("/widget.js", widget.script),
        web.get("/widget.css", widget.style),
        web.get("/chat/live", member.chat_socket),
        web.get("/chat/poll", member.chat_poll),
        web.post("/chat/send", member.chat_send),
        web.post("/chat/clear", member.chat_clear),
        web.post("/chat/thumb", thumbs.chat_thumb),
        web.get("/desk", staffed(console.desk_page, while_locked=True)),
        web.get("/desk/login", login.login_page),
        web.post("/desk/login", login.login),
        web.post("/desk/logout", staffed(login.logout, while_locked=True)),
        web.post("/desk/api/lock", staffed(lock.lock, while_locked=True)),
        web.post("/desk/api/unlock", staffed(lock.unlock, while_locked=True)),
        web.get("/desk/live", staffed(desk_live.desk_socket)),
        web.get("/desk/figures", staffed(figures_page.figures_page, roles=LEADERS)),
        web.get("/desk/figures.csv", staffed(figures_page.export, roles=LEADERS)),
        web.post("/desk/api/items/{item}/done", staffed(figures_page.work_done, roles=LEADERS)),
        web.get("/desk/api/lists", staffed(console.lists)),
        web.get("/desk/api/suggest", staffed(console.suggestions)),
        web.get("/desk/api/cases/{case}", staffed(console.conversation)),
        web.get("/desk/api/cases/{case}/card", staffed(aside.card)),
        web.post("/desk/api/cases/{case}/reveal", staffed(aside.reveal)),
        web.post("/desk/api/price", staffed(aside.price)),
        web.post("/desk/api/cases/{case}/{act}", staffed(acts.act)),
        web.post("/desk/api/staff/{staff}/absent", staffed(acts.absent, roles=LEADERS)),
        *api.routes(),
        web.get("/favicon.ico", health.favicon),
        web.get("/healthz", health.healthz),
        web.get("/readyz", health.readyz),
        web.get("/metrics", health.metrics),
    ]


async def part(app: web.Application) -> None:
    """Close the live connections, so that a stop waits for none; the pages connect anew."""
    for socket in list(app[SITE].sockets):
        await socket.close(code=WSCloseCode.GOING_AWAY)


async def beside(app: web.Application) -> AsyncIterator[None]:
    """The look-out for silent agents, in one worker among all, from start to shutdown."""
    site = app[SITE]
    sweeping = Single(site.running.store, "silence", lambda store: desk_live.sweep_silent(site, store))
    task = asyncio.create_task(sweeping.run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
