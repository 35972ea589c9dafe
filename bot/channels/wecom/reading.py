"""Reads new messages of a WeCom service account, page by page; each page is stored together with how far it goes.

Protocol: developer.work.weixin.qq.com/document/path/94670: go on while `has_more`, whether or not a page is empty.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import datetime

from bot.channels.intake import TOO_FAST, Intake
from bot.channels.owed import offer_again
from bot.channels.port import KEPT
from bot.channels.wecom.account import WecomChannel
from bot.channels.wecom.memory import cursor, put_cursor, put_person, with_person
from bot.channels.wecom.messages import Aside, Failed, Item, Said, Session, items
from bot.channels.weixin.api import WxApi
from bot.engine.inbound import Inbound
from bot.runtime import Runtime
from bot.storage.port import OutboxRow, Tx

PAGE = 1000


class Reader:
    """One at a time for each service account, since the cursor is a single thread."""

    def __init__(self, running: Runtime, api: WxApi, channel: WecomChannel) -> None:
        self._running = running
        self._api = api
        self._channel = channel
        self._corpid = channel.account
        self._intake = Intake(running)
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def pull(self, service: str, token: str) -> int:
        """Read and store all that is new; returns how many items there were.

        Raises:
            WxApiError, aiohttp.ClientError, TimeoutError, ValueError: the platform did not answer as it should.
            StorageError: the page was not stored, and will be read again.
        """
        async with self._locks[service]:
            count = 0
            while True:
                begin = await self._running.run(lambda tx: cursor(tx, self._corpid, service))
                asked = {"cursor": begin, "token": token, "limit": PAGE, "voice_format": 0, "open_kfid": service}
                page = await self._api.post("/cgi-bin/kf/sync_msg", asked)
                found, after = items(page), str(page.get("next_cursor") or begin)
                await self._store(service, found, after)
                count += len(found)
                if not page.get("has_more") or after == begin:
                    return count

    async def _store(self, service: str, found: list[Item], after: str) -> None:
        now = self._running.clock()
        held = await self._running.run(lambda tx: _held(tx, found))
        plan = [self._planned(item, held) for item in found]
        said = [_inbound(item, self._corpid, now) for item in plan if isinstance(item.meaning, Said)]
        for item in plan:
            if isinstance(item.meaning, Said) and item.meaning.welcome:
                self._channel.welcome(item.service, item.customer, item.meaning.welcome)

        def beside(tx: Tx) -> None:
            for item in plan:
                self._other(tx, item, now)
            put_cursor(tx, self._corpid, service, after)

        await self._running.accept_all(said, beside)

    def _planned(self, item: Item, held: set[tuple[str, str]]) -> Item:
        """The item, changed where the bot is to be silent or the customer writes too fast."""
        who, meant = (item.service, item.customer), item.meaning
        if isinstance(meant, Session):
            (held.add if meant.with_person else held.discard)(who)
            return item
        if not isinstance(meant, Said | Aside):
            return item
        if who in held:
            heard = meant.text if isinstance(meant, Said) else meant.heard
            return Item(item.id, *who, Aside(heard, ""))
        if not self._intake.allows(item.customer):
            return Item(item.id, *who, Aside("", TOO_FAST if self._intake.warns(item.customer) else ""))
        return item

    def _other(self, tx: Tx, item: Item, now: datetime) -> None:
        """What is not for the conversation; and what a customer who writes is owed."""
        match item.meaning:
            case Said():
                thread = tx.thread_for("wecom", self._corpid, item.service, item.customer)
                offer_again(tx, thread.id, now)
            case Aside(heard, answer):
                self._intake.write_aside(tx, _inbound(item, self._corpid, now), heard, answer)
            case Session(held):
                put_person(tx, item.service, item.customer, held=held)
            case Failed(ours):
                tx.update_outbox(OutboxRow(ours, "", "", "", "", {}, "dead", 1, None, f"{KEPT}: not delivered"))


def _held(tx: Tx, found: list[Item]) -> set[tuple[str, str]]:
    who = {(item.service, item.customer) for item in found}
    return {one for one in who if with_person(tx, *one)}


def _inbound(item: Item, corpid: str, now: datetime) -> Inbound:
    said = item.meaning if isinstance(item.meaning, Said) else Said()
    text, choice, event = said.text, said.choice, said.event
    return Inbound("wecom", corpid, item.id, item.service, item.customer, now, text, choice, event)
