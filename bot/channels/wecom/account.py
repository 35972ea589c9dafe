"""Sends messages of WeCom customer service, with our id and choices as a menu, and hands a session to its people.

Protocol: developer.work.weixin.qq.com/document/path/94677 (send_msg), 95122 (send_msg_on_event), 94669 (service_state).
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Any, Literal

import aiohttp

from bot.channels.port import Capabilities, Outcome, Sent
from bot.channels.render import Piece, first_of
from bot.channels.wecom.memory import put_person
from bot.channels.weixin.api import WxApi, WxApiError
from bot.channels.weixin.token import TokenKeeper
from bot.clock import Clock
from bot.desk import queue
from bot.storage.port import OutboxRow, Store, Tx

WECOM = Capabilities(most=2048, unit="bytes", buttons=10, label=128, head=1024, quota=5, links=True)
HELD_BACK = frozenset({95001, 95002, 95018})
"""Too many, too late, or with a person: kept until the customer writes again."""
WELCOME_SECONDS = 18.0
"""A welcome code lives twenty."""
QUEUE = 2
"""`service_state` of a session that waits for a person."""
Handover = Literal["own", "wecom"]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WecomKeys:
    """What the operator copied from the platform's pages; `secret` is that of 微信客服."""

    corpid: str
    secret: str
    token: str
    aes_key: str
    base: str = "https://qyapi.weixin.qq.com"


def api_of(keys: WecomKeys) -> WxApi:
    """Calls with the company's token, which one task at a time asks for."""
    api = WxApi(keys.base)

    async def fetch(_refused: bool) -> tuple[str, float]:  # noqa: FBT001  (the keeper's port)
        told = await api.raw("GET", "/cgi-bin/gettoken", corpid=keys.corpid, corpsecret=keys.secret)
        return str(told["access_token"]), float(told["expires_in"])

    api.kept_by(TokenKeeper(fetch))
    return api


class WecomChannel:
    """The company's customer service as the outbox sees it; a thread's chat is the service account."""

    name = "wecom"
    takes_our_id = True
    per_second = 20.0
    can = WECOM

    def __init__(self, account: str, api: WxApi, store: Store, clock: Clock, handover: Handover) -> None:
        self.account = account
        self._api = api
        self._store = store
        self._clock = clock
        self._handover = handover
        self._welcomes: dict[tuple[str, str], tuple[str, float]] = {}

    def welcome(self, service: str, customer: str, code: str) -> None:
        """Remember the code with which a customer who has not written yet may be greeted once."""
        now = time.monotonic()
        self._welcomes = {who: one for who, one in self._welcomes.items() if one[1] > now}
        self._welcomes[(service, customer)] = (code, now + WELCOME_SECONDS)

    async def send(self, row: OutboxRow) -> Outcome:
        """Send the next piece; after the last one, a conversation that waits for a person is handed to WeCom's own."""
        service, customer = row.body["chat"], row.body["person"]
        piece, rest = first_of(row, self.can)
        body = {"msgid": row.id, **_content(piece)}
        code, until = self._welcomes.pop((service, customer), ("", 0.0))
        if code and time.monotonic() < until:
            outcome = await self._api.deliver("/cgi-bin/kf/send_msg_on_event", {"code": code, **body})
        else:
            address = {"touser": customer, "open_kfid": service}
            outcome = await self._api.deliver("/cgi-bin/kf/send_msg", {**address, **body}, kept=HELD_BACK)
        if not isinstance(outcome, Sent):
            return outcome
        if rest is None and self._handover == "wecom":
            await self._hand_over(row.thread_id, service, customer)
        return Sent(rest)

    async def _hand_over(self, thread_id: str, service: str, customer: str) -> None:
        thread = await self._store.run(lambda tx: tx.thread(thread_id))
        if thread is None or thread.owner != "queue":
            return
        body = {"open_kfid": service, "external_userid": customer, "service_state": QUEUE}
        try:
            await self._api.post("/cgi-bin/kf/service_state/trans", body)
        except (WxApiError, aiohttp.ClientError, TimeoutError, ValueError) as fault:
            said = str(fault) if isinstance(fault, WxApiError) else type(fault).__name__
            _log.warning("wecom: not handed over, it stays in our queue", extra={"thread_id": thread_id, "why": said})
            return
        await self._store.run(lambda tx: self._handed(tx, thread_id, service, customer))

    def _handed(self, tx: Tx, thread_id: str, service: str, customer: str) -> None:
        """Our own queue lets go, and the bot is silent until the session ends."""
        put_person(tx, service, customer, held=True)
        thread = tx.thread(thread_id)
        if thread is not None:
            queue.leave(tx, thread, self._clock())


def _content(piece: Piece) -> dict[str, Any]:
    if not piece.buttons:
        return {"msgtype": "text", "text": {"content": piece.text}}
    rows = [{"type": "click", "click": {"id": one.value, "content": one.label}} for one in piece.buttons]
    return {"msgtype": "msgmenu", "msgmenu": {"head_content": piece.text, "list": rows}}
