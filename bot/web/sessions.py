"""Who is logged in at the console: a cookie, a session row that ends when idle, a token against forged posts."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from aiohttp import web

from bot.storage.port import StaffRow, Tx
from bot.web.guards import problem
from bot.web.site import Site, site_of

COOKIE = "yb_desk"
ACTIVE = "X-Active"
"""Header a page sends while its user is at work; a page that only refreshes itself does not keep a session alive."""
CSRF = "X-CSRF-Token"


@dataclass(frozen=True, slots=True)
class Session:
    """A logged-in person."""

    staff: StaffRow
    csrf: str
    key: str
    locked: bool = False
    """Nobody touched the console for a while: nothing is shown or done until the password is given again."""


Staffed = Callable[[web.Request, Session], Awaitable[web.StreamResponse]]


def key_of(token: str) -> str:
    """What the database keeps of a session cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(tx: Tx, site: Site, staff: StaffRow) -> str:
    """A new session; returns the cookie's value."""
    token, now = secrets.token_urlsafe(32), site.now()
    data = {"csrf": secrets.token_urlsafe(24), "until": (now + site.config.session).isoformat()}
    tx.put_session(key_of(token), staff.id, now + site.config.idle, data)
    tx.note_audit(staff.id, "staff.login", staff.id, {}, now)
    return token


def find(tx: Tx, site: Site, token: str, *, active: bool) -> Session | None:
    """The session of a cookie, prolonged when its user is at work; None when it is over or the person has left."""
    key, now = key_of(token), site.now()
    found = tx.session(key)
    if found is None or found[1] <= now:
        return None
    staff = tx.staff(staff_id=found[0])
    if staff is None or staff.disabled:
        return None
    until = min(now + site.config.idle, datetime.fromisoformat(found[2]["until"]))
    if active and (until - found[1]).total_seconds() > 60:  # noqa: PLR2004 - a write a minute at most
        tx.put_session(key, staff.id, until, found[2])
    return Session(staff, found[2]["csrf"], key, bool(found[2].get("locked")))


def set_lock(tx: Tx, session: Session, *, locked: bool) -> None:
    """Lock a session, or open it again."""
    found = tx.session(session.key)
    if found is not None:
        tx.put_session(session.key, found[0], found[1], {**found[2], "locked": locked})


async def session_of(request: web.Request) -> Session | None:
    """The session of a request."""
    token, site = request.cookies.get(COOKIE), site_of(request)
    if not token:
        return None
    active = request.headers.get(ACTIVE) == "1" or request.method == "POST"
    return await site.running.run(lambda tx: find(tx, site, token, active=active))


def staffed(
    handler: Staffed, *, roles: tuple[str, ...] = (), while_locked: bool = False
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A handler for people who are logged in (and have one of `roles`); a page sends others to the login. A locked
    session reaches only what is allowed `while_locked`.

    What changes something must carry the session's token, in a header or in the field `csrf`.
    """

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        session = await session_of(request)
        if session is None:
            return _sent_away(request, "登录已过期，请重新登录。", 401, "/desk/login")
        if session.locked and not while_locked:
            return _sent_away(request, "已锁屏，请输入密码。", 423, "/desk")
        if roles and session.staff.role not in roles:
            return problem("您的角色不能查看这一页。", 403)
        if request.method not in {"GET", "HEAD"} and not await _token_right(request, session):
            return problem("页面已过期，请刷新后重试。", 403)
        return await handler(request, session)

    return guarded


def _sent_away(request: web.Request, sentence: str, status: int, page: str) -> web.Response:
    """A sentence for scripts and live connections, another page for people."""
    if request.path.startswith("/desk/api") or "Upgrade" in request.headers:
        return problem(sentence, status)
    raise web.HTTPSeeOther(page)


async def _token_right(request: web.Request, session: Session) -> bool:
    """Whether a request carries the session's token."""
    sent = request.headers.get(CSRF, "")
    if not sent and request.content_type == "application/x-www-form-urlencoded":
        sent = str((await request.post()).get("csrf", ""))
    return secrets.compare_digest(sent.encode(), session.csrf.encode())
