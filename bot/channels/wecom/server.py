"""Takes the calls of WeCom customer service: they only say that there is something to read.

Protocol: developer.work.weixin.qq.com/document/path/90238 (the encrypted check by GET) and 94670 (kf_msg_or_event).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import aiohttp
from aiohttp import web

from bot.channels.port import Channel
from bot.channels.wecom.account import Handover, WecomChannel, WecomKeys, api_of
from bot.channels.wecom.reading import Reader
from bot.channels.weixin import xml
from bot.channels.weixin.api import WxApiError
from bot.channels.weixin.body import read_body
from bot.channels.weixin.crypto import WxCrypt, WxCryptError, signed, timely
from bot.runtime import Runtime

PATH = "/channels/wecom"
PATIENCE = 3.0
"""Seconds within which a failed reading makes the platform call again; a longer one goes on by itself."""
_log = logging.getLogger(__name__)


class Wecom:
    """The customer service of one company."""

    title = "微信客服"

    def __init__(self, running: Runtime, keys: WecomKeys, handover: Handover = "own") -> None:
        """Serve a company.

        Raises:
            WxCryptError: the EncodingAESKey cannot be used.
        """
        self._running = running
        self._keys = keys
        self._crypt = WxCrypt(keys.aes_key, keys.corpid)
        self._api = api_of(keys)
        self._channel = WecomChannel(keys.corpid, self._api, running.store, running.clock, handover)
        self._reader = Reader(running, self._api, self._channel)
        self._reading: set[asyncio.Task[int]] = set()

    def channels(self) -> Sequence[Channel]:
        """What the outbox sends through."""
        return (self._channel,)

    def routes(self) -> Sequence[web.RouteDef]:
        """The address to enter on the platform's page."""
        return (web.get(PATH, self.verify), web.post(PATH, self.receive))

    async def start(self) -> None:
        """Nothing runs by itself; what came while we were away is read at the next call."""

    async def stop(self) -> None:
        """End the readings; the cursor stands at the last page stored."""
        for task in self._reading:
            task.cancel()
        await asyncio.gather(*self._reading, return_exceptions=True)
        await self._api.close()

    async def verify(self, request: web.Request) -> web.Response:
        """The platform's check of our address: the text it sent, decrypted."""
        text = request.query.get("echostr", "")
        if not self._signed(request, text):
            return web.Response(status=403)
        try:
            return web.Response(body=self._crypt.decrypt(text), content_type="text/plain")
        except WxCryptError as fault:
            _log.warning("wecom: check refused", extra={"why": str(fault)})
            return web.Response(status=400)

    async def receive(self, request: web.Request) -> web.Response:
        """One call; its signature covers the body, which is therefore read first, up to its limit."""
        if not timely(request.query.get("timestamp", ""), self._running.clock()):
            return web.Response(status=403)
        body = await read_body(request)
        if body is None:
            return web.Response(status=413)
        try:
            text = xml.read(body).get("Encrypt", "")
            if not self._signed(request, text):
                return web.Response(status=403)
            fields = xml.read(self._crypt.decrypt(text))
        except (xml.XmlError, WxCryptError) as fault:
            _log.warning("wecom: call refused", extra={"why": str(fault)})
            return web.Response(status=400)
        if fields.get("Event") == "kf_msg_or_event" and fields.get("OpenKfId"):
            return await self._read(fields["OpenKfId"], fields.get("Token", ""))
        return web.Response(text="success")

    def _signed(self, request: web.Request, text: str) -> bool:
        query = request.query
        stamp = query.get("timestamp", "")
        right = signed(query.get("msg_signature", ""), self._keys.token, stamp, query.get("nonce", ""), text)
        return right and timely(stamp, self._running.clock())

    async def _read(self, service: str, token: str) -> web.Response:
        task = asyncio.create_task(self._reader.pull(service, token))
        self._reading.add(task)
        task.add_done_callback(self._done)
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        failed = done and task.exception() is not None
        return web.Response(status=503) if failed else web.Response(text="success")

    def _done(self, task: asyncio.Task[int]) -> None:
        self._reading.discard(task)
        fault = None if task.cancelled() else task.exception()
        if isinstance(fault, WxApiError):
            _log.warning("wecom: not read", extra={"why": str(fault)})
        elif isinstance(fault, aiohttp.ClientError | TimeoutError):
            _log.warning("wecom: not read", extra={"why": type(fault).__name__})
        elif fault is not None:
            _log.error("wecom: not read", exc_info=fault)
