"""The lock of a console nobody touches: nothing is shown until its user gives the password again."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.storage.port import Tx
from bot.web.guards import answer, problem, read_json
from bot.web.login import right
from bot.web.sessions import Session, set_lock
from bot.web.site import site_of


async def lock(request: web.Request, session: Session) -> web.Response:
    """Lock this session, in every window."""
    site = site_of(request)

    def work(tx: Tx) -> None:
        set_lock(tx, session, locked=True)
        tx.note_audit(session.staff.id, "staff.lock", session.staff.id, {}, site.now())

    await site.running.run(work)
    return answer({"locked": True})


async def unlock(request: web.Request, session: Session) -> web.Response:
    """Open it with the password; wrong ones count like those of the login."""
    site, body = site_of(request), await read_json(request)
    key = f"login:{session.staff.login.casefold()}"
    minutes = site.logins.minutes_locked(key)
    if minutes:
        return problem(f"尝试次数过多，请 {minutes} 分钟后再试。", 429)
    if not await asyncio.to_thread(right, session.staff, str(body.get("password", ""))[:200]):
        site.logins.fail(key)
        return problem("密码不对。", 403)
    site.logins.forgive(key)

    def work(tx: Tx) -> None:
        set_lock(tx, session, locked=False)
        tx.note_audit(session.staff.id, "staff.unlock", session.staff.id, {}, site.now())

    await site.running.run(work)
    return answer({"locked": False})
