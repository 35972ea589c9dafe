"""Holds the access token of an account: fetched by one task at a time, renewed before it ends or when it is refused.

Official account: `POST /cgi-bin/stable_token` (developers.weixin.qq.com/doc/offiaccount/Basic_Information/
getStableAccessToken.html): calling it again gives the same token, so that several workers do not spoil each other's.
WeCom: `GET /cgi-bin/gettoken` (developer.work.weixin.qq.com/document/path/91039), which does the same.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

Fetch = Callable[[bool], Awaitable[tuple[str, float]]]
"""Ask the platform: (token, seconds it lives); told whether the old one was refused."""
EARLY = 300.0
"""Seconds before its end at which a token is renewed."""


class TokenKeeper:
    """The only one who asks for a token in this process."""

    def __init__(self, fetch: Fetch, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = asyncio.Lock()
        self._token = ""
        self._until = 0.0

    async def get(self, refused: str = "") -> str:
        """The token; another than `refused`, which the platform has just called wrong or expired."""
        async with self._lock:
            if not self._token or self._clock() >= self._until or (refused and refused == self._token):
                token, lives = await self._fetch(bool(refused) and refused == self._token)
                self._token, self._until = token, self._clock() + max(lives - EARLY, lives / 2)
            return self._token
