"""Turns the templates into pages; everything that comes from people is escaped."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.web.site import site_of

HERE = Path(__file__).parent
STATIC = HERE / "static"


@cache
def environment() -> Environment:
    """The templates, with escaping on."""
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def static_version() -> str:
    """A short digest of all static files."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(STATIC).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:10]


def page(request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
    """A page from a template; `office` and the version of the static files are always at hand."""
    site = site_of(request)
    text = environment().get_template(template).render(office=site.office, v=site.version, **values)
    return web.Response(text=text, content_type="text/html", charset="utf-8", status=status)
