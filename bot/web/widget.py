"""The chat on other pages of the office, by one script tag; who may frame it stands in the settings."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

FILES = Path(__file__).parent / "static" / "widget"
OTHERS = {"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "public, max-age=3600"}
"""What other pages load must be allowed to be loaded by them."""


async def script(_request: web.Request) -> web.FileResponse:
    """The script of the tag."""
    return web.FileResponse(FILES / "widget.js", headers=OTHERS)


async def style(_request: web.Request) -> web.FileResponse:
    """Its style sheet."""
    return web.FileResponse(FILES / "widget.css", headers=OTHERS)
