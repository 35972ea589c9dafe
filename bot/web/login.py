"""The staff's way in and out: a login form, argon2 passwords, and a lock on guessing."""

from __future__ import annotations

import asyncio
import secrets
from functools import cache

from aiohttp import web
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from bot.storage.port import StaffRow, Tx
from bot.web.address import address_of
from bot.web.pages import page
from bot.web.sessions import COOKIE, Session, begin, session_of
from bot.web.site import Site, site_of

PRE = "yb_login"
"""Cookie that must come back in the form: another site cannot log somebody in."""
MOST_BY_ADDRESS = 50  # failures from one address: an office may stand behind one
WRONG = "登录名或密码不对。"

HASHER = PasswordHasher()


@cache
def nobody() -> str:
    """A hash to check against for a login that does not exist, so that the time tells nothing."""
    return HASHER.hash(secrets.token_urlsafe(16))


async def login_page(request: web.Request) -> web.Response:
    """The form; who is logged in goes straight to the console."""
    if await session_of(request):
        raise web.HTTPSeeOther("/desk")
    return _form(request, "")


def _form(request: web.Request, problem: str, login: str = "", status: int = 200) -> web.Response:
    """The form with a sentence above it."""
    token, config = secrets.token_urlsafe(24), site_of(request).config
    response = page(
        request, "login.html", problem=problem, login=login, pre=token, samples=config.demo_logins, status=status
    )
    response.set_cookie(PRE, token, httponly=True, samesite="Strict", secure=config.secure, path="/desk")
    return response


async def login(request: web.Request) -> web.Response:
    """Check a login; after five failures of one name it is locked for ten minutes, right password or not."""
    site, form = site_of(request), await request.post()
    name, password = str(form.get("login", "")).strip()[:100], str(form.get("password", ""))[:200]
    sent, kept = str(form.get("pre", "")), request.cookies.get(PRE, "")
    if not kept or not secrets.compare_digest(sent.encode(), kept.encode()):
        return _form(request, "页面已过期，请再试一次。", name, 403)
    keys = (f"login:{name.casefold()}", f"address:{address_of(request, site.config.proxies)}")
    minutes = max(site.logins.minutes_locked(keys[0]), site.logins.minutes_locked(keys[1], MOST_BY_ADDRESS))
    if minutes:
        return _form(request, f"尝试次数过多，请 {minutes} 分钟后再试，或请管理员重置密码。", name, 429)
    staff = await site.running.run(lambda tx: tx.staff(login=name))
    if not await asyncio.to_thread(right, staff, password) or staff is None:
        return await _refused(request, site, keys, name)
    site.logins.forgive(keys[0])
    return await _welcome(site, staff)


async def _refused(request: web.Request, site: Site, keys: tuple[str, ...], name: str) -> web.Response:
    """Count and write down a failed login; the answer never tells which part was wrong."""
    for key in keys:
        site.logins.fail(key)
    await site.running.run(lambda tx: tx.note_audit("nobody", "staff.refused", name, {}, site.now()))
    return _form(request, WRONG, name, 401)


async def _welcome(site: Site, staff: StaffRow) -> web.Response:
    """Begin a session."""
    token = await site.running.run(lambda tx: begin(tx, site, staff))
    response = web.Response(status=303, headers={"Location": "/desk"})
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(site.config.session.total_seconds()),
        httponly=True,
        samesite="Strict",
        secure=site.config.secure,
        path="/desk",
    )
    response.del_cookie(PRE, path="/desk")
    return response


def right(staff: StaffRow | None, password: str) -> bool:
    """Whether a password is the person's; takes as long for nobody."""
    known = staff is not None and not staff.disabled
    try:
        HASHER.verify(staff.password_hash if staff is not None else nobody(), password)
    except (Argon2Error, InvalidHashError):
        return False
    return known


async def logout(request: web.Request, session: Session) -> web.Response:
    """End the session."""
    site = site_of(request)

    def end(tx: Tx) -> None:
        tx.drop_session(session.key)
        tx.note_audit(session.staff.id, "staff.logout", session.staff.id, {}, site.now())

    await site.running.run(end)
    response = web.Response(status=303, headers={"Location": "/desk/login"})
    response.del_cookie(COOKIE, path="/desk")
    return response
