"""Calls the HTTP interface of WeChat or WeCom: the token in the address, one renewal when it is refused."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

import aiohttp

from bot.channels.port import KEPT, NotSent, Outcome, Sent, Unknown
from bot.channels.weixin.token import TokenKeeper

BAD_TOKEN = frozenset({40001, 40014, 42001})
"""Wrong or expired (developers.weixin.qq.com/doc/offiaccount/Getting_Started/Global_Return_Code.html)."""
BUSY = frozenset({-1, 45009, 45011})
"""The platform is busy, or too many calls for now."""
TIME_OUT = aiohttp.ClientTimeout(total=10)


class WxApiError(Exception):
    """The platform refused: its `code` and what an operator can do."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(f"{code}:{REMEDIES.get(code, said[:80])}")
        self.code = code


REMEDIES = {
    -1: "平台繁忙,稍后再试",
    40001: "access_token 无效,请核对密钥(secret)",
    40013: "appid 或 corpid 不对",
    40125: "密钥(secret)不对,请在平台上重置后填入",
    40164: "服务器的 IP 不在平台的白名单里,请把它加进去",
    42001: "access_token 过期",
    45009: "今天的调用次数用完了",
    45015: "参保人超过 48 小时没有来消息,不能主动回复",
    45047: "这一次的客服消息条数用完了",
    48001: "这个公众号没有此接口的权限(要认证的服务号)",
    60020: "服务器的 IP 不在企业可信 IP 里,请把它加进去",
}


class WxApi:
    """One account's calls; the session is made at the first one."""

    def __init__(self, base: str, keeper: TokenKeeper | None = None) -> None:
        self._base = base.rstrip("/")
        self._keeper = keeper
        self._session: aiohttp.ClientSession | None = None

    def kept_by(self, keeper: TokenKeeper) -> None:
        """Take tokens from a keeper, which itself calls through `raw`."""
        self._keeper = keeper

    async def raw(self, method: str, path: str, body: Any = None, **query: str) -> dict[str, Any]:
        """One call without a token.

        Raises:
            WxApiError: the platform refused.
            aiohttp.ClientError, TimeoutError, ValueError: no answer, or none that can be read.
        """
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=TIME_OUT)
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        async with self._session.request(method, self._base + path, params=query, data=data) as response:
            told = json.loads(await response.read())
        if not isinstance(told, dict):
            raise ValueError("the platform's answer is no object")  # noqa: TRY004  (bad input, not a bug)
        if told.get("errcode"):
            raise WxApiError(int(told["errcode"]), str(told.get("errmsg", "")))
        return told

    async def post(self, path: str, body: Any) -> dict[str, Any]:
        """One call with the token; a refused token is renewed and the call made once more.

        Raises:
            WxApiError, aiohttp.ClientError, TimeoutError, ValueError: as `raw`.
        """
        assert self._keeper is not None
        token = await self._keeper.get()
        try:
            return await self.raw("POST", path, body, access_token=token)
        except WxApiError as fault:
            if fault.code not in BAD_TOKEN:
                raise
        return await self.raw("POST", path, body, access_token=await self._keeper.get(refused=token))

    async def deliver(self, path: str, body: Any, kept: Collection[int] = ()) -> Outcome:
        """Send something; says what became of it instead of raising. What is refused for a code in `kept` is kept."""
        assert self._keeper is not None
        try:
            await self._keeper.get()
        except WxApiError as fault:
            return NotSent(f"no token: {fault}")
        except (aiohttp.ClientError, TimeoutError, ValueError) as fault:
            return NotSent(f"no token: {type(fault).__name__}")
        try:
            await self.post(path, body)
        except WxApiError as fault:
            why = f"{KEPT}: {fault}" if fault.code in kept else str(fault)
            return NotSent(why, final=fault.code not in BUSY | BAD_TOKEN)
        except aiohttp.ClientConnectorError:
            return NotSent("no connection")
        except (aiohttp.ClientError, TimeoutError, ValueError) as fault:
            return Unknown(type(fault).__name__)
        return Sent()

    async def token(self) -> str:
        """The token, asked for when there is none yet; raises as `raw`."""
        assert self._keeper is not None
        return await self._keeper.get()

    async def close(self) -> None:
        """Let go of the connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None
