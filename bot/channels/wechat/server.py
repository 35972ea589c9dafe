"""Takes what the platform of an official account posts, and answers within its five seconds.

Protocol: developers.weixin.qq.com/doc/offiaccount/Basic_Information/Access_Overview.html (the check by GET) and
Message_Management/Passive_user_reply_message.html: `success` for nothing to say; a message that is not answered in
five seconds comes again, three times in all, with the same MsgId.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from bot.channels.intake import TOO_FAST, Intake
from bot.channels.port import Channel
from bot.channels.wechat.account import WechatChannel, WechatKeys, api_of
from bot.channels.wechat.claim import claim
from bot.channels.wechat.messages import Aside, Left, Said, meaning, platform_id
from bot.channels.weixin import xml
from bot.channels.weixin.body import read_body
from bot.channels.weixin.crypto import WxCrypt, WxCryptError, seal, signed, timely
from bot.engine.inbound import Inbound, Receipt
from bot.runtime import Runtime

PATH = "/channels/wechat"
PATIENCE = 4.0
"""Seconds a turn may take to stand in the response."""
NOTHING = "success"
_log = logging.getLogger(__name__)


class Wechat:
    """One official account."""

    title = "微信公众号"

    def __init__(self, running: Runtime, keys: WechatKeys, *, answers_only: bool = False) -> None:
        """Serve an account; `answers_only` where it has no right to customer-service messages.

        Raises:
            WxCryptError: the EncodingAESKey cannot be used.
        """
        self._running = running
        self._keys = keys
        self._crypt = WxCrypt(keys.aes_key, keys.appid) if keys.aes_key else None
        self._intake = Intake(running)
        self._api = None if answers_only else api_of(keys)
        self._channel = WechatChannel(keys.appid, self._api, running.store, running.clock)
        self._late: set[asyncio.Task[Receipt]] = set()

    def channels(self) -> Sequence[Channel]:
        """What the outbox sends through."""
        return (self._channel,)

    def routes(self) -> Sequence[web.RouteDef]:
        """The address to enter on the platform's page."""
        return (web.get(PATH, self.verify), web.post(PATH, self.receive))

    async def start(self) -> None:
        """Nothing runs by itself."""

    async def stop(self) -> None:
        """Wait for turns whose response is long gone, then let go of the connection."""
        await asyncio.gather(*self._late, return_exceptions=True)
        if self._api is not None:
            await self._api.close()

    async def verify(self, request: web.Request) -> web.Response:
        """The platform's check of our address."""
        if not self._signed(request):
            return _refused("signature")
        return web.Response(text=request.query.get("echostr", ""))

    async def receive(self, request: web.Request) -> web.Response:
        """One message or event."""
        if not self._signed(request):
            return _refused("signature")
        body = await read_body(request)
        if body is None:
            return web.Response(status=413)
        try:
            fields = self._open(request, xml.read(body))
        except (xml.XmlError, WxCryptError) as fault:
            _log.warning("wechat: message refused", extra={"why": str(fault)})
            return web.Response(status=400)
        return self._respond(fields, await self._answer(fields))

    def _signed(self, request: web.Request) -> bool:
        """Whether the call comes from the platform, just now; the body is not looked at before."""
        query = request.query
        stamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        right = signed(query.get("signature", ""), self._keys.token, stamp, nonce)
        return right and timely(stamp, self._running.clock())

    def _open(self, request: web.Request, outer: dict[str, str]) -> dict[str, str]:
        """The message itself: decrypted in safe mode, where a bare one is refused."""
        if self._crypt is None:
            if "Encrypt" in outer and "MsgType" not in outer:
                raise WxCryptError("平台用安全模式,请填 EncodingAESKey")
            return outer
        query, text = request.query, outer.get("Encrypt", "")
        parts = (self._keys.token, query.get("timestamp", ""), query.get("nonce", ""), text)
        if not text or not signed(query.get("msg_signature", ""), *parts):
            raise WxCryptError("没有加密或签名不对,请在平台选安全模式")
        return xml.read(self._crypt.decrypt(text))

    async def _answer(self, fields: dict[str, str]) -> str:
        """The text of the response; empty for nothing to say."""
        meant, openid = meaning(fields), fields.get("FromUserName", "")
        if meant is None or not openid:
            return ""
        inbound = self._inbound(fields, openid, meant if isinstance(meant, Said) else Said())
        if isinstance(meant, Left):
            await self._running.run(lambda tx: tx.set_blocked(_thread(tx, inbound), blocked=True))
            return ""
        if not self._intake.allows(openid):
            return TOO_FAST if self._intake.warns(openid) else ""
        if isinstance(meant, Aside):
            work = self._intake.aside(inbound, meant.heard, meant.answer)
        else:
            work = self._running.receive(inbound)
        receipt = await self._in_time(work)
        if receipt is None:
            return ""
        now = self._running.clock()
        return await self._running.run(lambda tx: claim(tx, receipt, inbound.platform_id, now, self._channel.can))

    async def _in_time(self, work: Any) -> Receipt | None:
        """What became of the turn; None when it takes too long and its reply goes by customer-service message."""
        task: asyncio.Task[Receipt] = asyncio.create_task(work)
        self._late.add(task)
        task.add_done_callback(self._done)
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        return task.result() if done else None

    def _done(self, task: asyncio.Task[Receipt]) -> None:
        self._late.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.warning("wechat: turn failed", extra={"fault": type(task.exception()).__name__})

    def _inbound(self, fields: dict[str, str], openid: str, said: Said) -> Inbound:
        key, now = platform_id(fields), self._running.clock()
        account = self._keys.appid
        return Inbound(
            "wechat", account, key, openid, openid, now, text=said.text, choice=said.choice, event=said.event
        )

    def _respond(self, fields: dict[str, str], text: str) -> web.Response:
        """The response: a text message, encrypted and signed in safe mode, or `success`."""
        if not text:
            return web.Response(text=NOTHING)
        stamp = int(time.time())
        body = xml.write(
            ToUserName=fields["FromUserName"],
            FromUserName=fields.get("ToUserName", ""),
            CreateTime=stamp,
            MsgType="text",
            Content=text,
        )
        if self._crypt is not None:
            body = seal(self._crypt, self._keys.token, body, str(stamp))
        return web.Response(body=body, content_type="application/xml", charset="utf-8")


def _thread(tx: Any, inbound: Inbound) -> str:
    thread_id: str = tx.thread_for(inbound.channel, inbound.account, inbound.chat, inbound.person).id
    return thread_id


def _refused(why: str) -> web.Response:
    _log.warning("wechat: call refused", extra={"why": why})
    return web.Response(status=403)
