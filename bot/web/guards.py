"""Guards around every page: security headers, one's own origin only, errors as plain Chinese sentences."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from bot.desk.errors import BadAct, Closed, DeskError, Held
from bot.storage.port import Conflict, StorageDown
from bot.web.site import site_of

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

NO_FRAME = "frame-ancestors 'none'"
POLICY = "; ".join(  # noqa: FLY002 - one line a directive
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        NO_FRAME,
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser sends a form with the origin "null"
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=31536000"
STATUS: tuple[tuple[type[Exception], int], ...] = ((Held, 409), (Closed, 410), (BadAct, 400), (DeskError, 400))


async def put_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Security headers on every answer; pages and JSON are never kept by a cache, static files are."""
    for name, value in (HEADERS | _framed(request)).items():
        if value:
            response.headers.setdefault(name, value)
    if site_of(request).config.secure:
        response.headers["Strict-Transport-Security"] = HSTS
    response.headers.setdefault("Cache-Control", _kept(request))


def _framed(request: web.Request) -> dict[str, str]:
    """The headers that change where the office lets other pages frame the chat; an empty one is not sent."""
    origins = site_of(request).config.embed
    if not origins or request.path != "/" or "embed" not in request.query:
        return {}
    policy = POLICY.replace(NO_FRAME, f"frame-ancestors {' '.join(sorted(origins))}")
    return {"Content-Security-Policy": policy, "X-Frame-Options": "", "Cross-Origin-Resource-Policy": "cross-origin"}


def _kept(request: web.Request) -> str:
    """How long a browser may keep an answer: a static file with its version for ever, without one it asks again."""
    if not request.path.startswith("/static/"):
        return "no-store"
    return "public, max-age=31536000, immutable" if request.query_string else "no-cache"


def own_origin(request: web.Request) -> bool:
    """Whether a request comes from our own page: its Origin, where there is one, is the host it was sent to."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}
    host = urlsplit(origin).netloc
    return bool(host) and (host == request.host or host in site_of(request).config.origins)


@web.middleware
async def same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what another site makes a browser send: anything that changes something, and live connections."""
    live = request.headers.get("Upgrade", "").lower() == "websocket"
    if (live or request.method not in {"GET", "HEAD"}) and not own_origin(request):
        return problem("请求来源不对，请从本页面操作。", 403)
    return await handler(request)


@web.middleware
async def plain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What the desk refuses, a lost race or a database that is away, as JSON with one sentence."""
    try:
        return await handler(request)
    except DeskError as error:
        return problem(str(error), next(status for kind, status in STATUS if isinstance(error, kind)))
    except Conflict:
        return problem("刚刚有别人操作过，请再看一眼后重试。", 409)
    except StorageDown:
        return problem("系统暂时连不上数据库，请稍后再试。", 503)


def problem(sentence: str, status: int) -> web.Response:
    """One sentence for a person, in JSON."""
    return web.json_response({"error": sentence}, status=status, dumps=dumps)


def answer(data: object) -> web.Response:
    """JSON in readable Chinese."""
    return web.json_response(data, dumps=dumps)


def dumps(data: object) -> str:
    """JSON with Chinese characters as they are."""
    return json.dumps(data, ensure_ascii=False)


async def read_json(request: web.Request) -> dict[str, object]:
    """The JSON object of a request.

    Raises:
        BadAct: another content type, not JSON, not an object.
    """
    try:
        data = await request.json() if request.content_type == "application/json" else None
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise BadAct("请求不是 JSON 对象。")
    return data
