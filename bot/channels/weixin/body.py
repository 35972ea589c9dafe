"""Reads the body of a call from a platform, up to a limit, after its signature was looked at."""

from __future__ import annotations

from aiohttp import web

MOST_BYTES = 64 * 1024
"""No message of these platforms comes near it; parsing more could be made slow on purpose."""


async def read_body(request: web.Request) -> bytes | None:
    """The body; None when it is longer than the limit, whatever its header says."""
    if (request.content_length or 0) > MOST_BYTES:
        return None
    body = bytearray()
    async for chunk in request.content.iter_chunked(MOST_BYTES):
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)
