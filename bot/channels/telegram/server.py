"""One Telegram bot: takes updates by asking for them or by webhook, in order within each chat.

Protocol: core.telegram.org/bots/api#getting-updates. An update is confirmed after its turn is stored: one that comes
again changes nothing.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections import defaultdict
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from telegram import Bot, BotCommand, InlineKeyboardMarkup, MenuButtonCommands, Message, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.channels.intake import TOO_FAST, Intake
from bot.channels.port import Channel
from bot.channels.telegram.account import TelegramChannel, pause_of
from bot.channels.telegram.menu import COMMANDS
from bot.channels.telegram.updates import ALLOWED, GROUP, PRIVATE, Aside, Heard, Presence, Said, heard
from bot.channels.weixin.body import read_body
from bot.engine.inbound import Inbound
from bot.engine.single import SECONDS, Single
from bot.runtime import Runtime
from bot.storage.port import StorageError, Store, Tx

PATH = "/channels/telegram"
SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  (the name of a header)
POLL_SECONDS = 25
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TelegramKeys:
    """What the operator got from BotFather. `webhook` is the public address of our pages; empty means polling."""

    token: str
    webhook: str = ""
    secret: str = ""
    base: str = "https://api.telegram.org"

    @property
    def account(self) -> str:
        """The bot's number, which begins its token."""
        return self.token.partition(":")[0]


class Telegram:
    """One bot."""

    title = "Telegram"

    def __init__(self, running: Runtime, keys: TelegramKeys, *, lease: float = SECONDS) -> None:
        """Serve a bot; of many workers one polls, and another takes over within `lease` seconds of its death."""
        self._running = running
        self._keys = keys
        requests = [HTTPXRequest(connection_pool_size=32), HTTPXRequest(connection_pool_size=1)]
        self._bot = Bot(keys.token, f"{keys.base}/bot", request=requests[0], get_updates_request=requests[1])
        self._intake = Intake(running)
        self._single = Single(running.store, f"telegram:{keys.account}", self._poll, seconds=lease)
        self._main: asyncio.Task[None] | None = None
        self._ready = False
        self._asides: set[asyncio.Task[None]] = set()

    def channels(self) -> Sequence[Channel]:
        """What the outbox sends through: private chats and groups are apart, for what may be shown in them."""
        account = self._keys.account
        return (
            TelegramChannel(self._bot, account, PRIVATE, "link"),
            TelegramChannel(self._bot, account, GROUP, "never"),
        )

    def routes(self) -> Sequence[web.RouteDef]:
        """The webhook's address, where there is one."""
        return (web.post(PATH, self.receive),) if self._keys.webhook else ()

    async def start(self) -> None:
        """Begin in the background: the platform may be away."""
        self._main = asyncio.create_task(self._run(), name="telegram")

    async def stop(self) -> None:
        """End the polling and let another worker have it."""
        tasks = [task for task in (self._main, *self._asides) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._bot.shutdown()

    async def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._ready:
            try:
                await self._introduce()
                self._ready = True
            except InvalidToken:
                _log.error("telegram: the token is wrong, get a new one from BotFather")
                return
            except TelegramError as fault:
                _log.warning("telegram: not reached", extra={"why": type(fault).__name__, "again_in": pause})
            except Exception:  # noqa: BLE001  (an answer nobody expected; it may be better next time)
                _log.exception("telegram: not understood")
            if not self._ready:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
        if not self._keys.webhook:
            await self._single.run()

    async def _introduce(self) -> None:
        """Find out who we are, and tell the platform our menu and our address."""
        await self._bot.initialize()
        await self._bot.set_my_commands([BotCommand(name, line) for name, (_, line) in COMMANDS.items()])
        await self._bot.set_chat_menu_button(menu_button=MenuButtonCommands())
        if self._keys.webhook:
            address = self._keys.webhook.rstrip("/") + PATH
            await self._bot.set_webhook(address, secret_token=self._keys.secret, allowed_updates=ALLOWED)
        else:
            await self._bot.delete_webhook()

    async def _poll(self, _store: Store) -> None:
        """Ask for updates for ever; the next number is asked for only after all before it are stored."""
        offset, pause = 0, FIRST_PAUSE
        while True:
            try:
                found = await self._bot.get_updates(offset=offset, timeout=POLL_SECONDS, allowed_updates=ALLOWED)
                await self.take(found)
                offset, pause = (found[-1].update_id + 1 if found else offset), FIRST_PAUSE
            except (TelegramError, StorageError) as fault:
                asked = pause_of(fault) if isinstance(fault, RetryAfter) else pause
                remedy = "another program polls with this token" if isinstance(fault, Conflict) else None
                _log.warning("telegram: poll failed", extra={"why": type(fault).__name__, "remedy": remedy})
                await asyncio.sleep(asked)
                pause = min(2 * pause, LONGEST_PAUSE)
            except Exception:  # noqa: BLE001  (the bot must go on)
                _log.exception("telegram: poll not understood")
                await asyncio.sleep(LONGEST_PAUSE)

    async def receive(self, request: web.Request) -> web.Response:
        """One update by webhook; its secret is checked before its body is read."""
        claimed = request.headers.get(SECRET, "").encode(errors="replace")
        if not hmac.compare_digest(claimed, self._keys.secret.encode()):
            return web.Response(status=401)
        body = await read_body(request)
        if body is None:
            return web.Response(status=413)
        if not self._ready:
            return web.Response(status=503)
        update = self._read(body)
        if update is None:
            return web.Response(status=400)
        await self.take([update])
        return web.Response()

    def _read(self, body: bytes) -> Update | None:
        try:
            data = json.loads(body)
            return Update.de_json(data, self._bot) if isinstance(data, dict) else None
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
            _log.warning("telegram: update refused", extra={"why": type(fault).__name__})
            return None

    async def take(self, updates: Sequence[Update]) -> None:
        """Store and answer updates: in order within a chat and person, side by side between them.

        Raises:
            StorageError: some were not stored; all must come again.
        """
        threads: dict[tuple[str, str], list[Heard]] = defaultdict(list)
        for update in updates:
            one = heard(update, self._bot.bot)
            if one is not None:
                threads[(one.chat, one.person)].append(one)
        await asyncio.gather(*(self._in_order(some) for some in threads.values()))

    async def _in_order(self, some: list[Heard]) -> None:
        for one in some:
            if one.tap is not None:
                self._beside(self._mark(one))
            try:
                await self._hear(one)
            except StorageError:
                raise
            except Exception:  # noqa: BLE001  (one broken update must not stop the others)
                _log.exception("telegram: update failed")

    async def _hear(self, one: Heard) -> None:
        said = one.meaning if isinstance(one.meaning, Said) else Said()
        address = (one.channel, self._keys.account, one.key, one.chat, one.person)
        inbound = Inbound(*address, self._running.clock(), text=said.text, choice=said.choice, event=said.event)
        match one.meaning:
            case Presence(blocked):
                await self._running.run(lambda tx: _set_blocked(tx, inbound, blocked=blocked))
            case _ if not self._intake.allows(one.person):
                if self._intake.warns(one.person):
                    await self._intake.aside(inbound, "", TOO_FAST)
            case Aside(words, answer):
                await self._intake.aside(inbound, words, answer)
            case _:
                await self._intake.take(inbound)

    def _beside(self, work: Any) -> None:
        """Do something nobody waits for."""
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)

    async def _mark(self, one: Heard) -> None:
        """Stop the button's clock, and put what was chosen in place of the buttons."""
        assert one.tap is not None
        await _try(self._bot.answer_callback_query(one.tap.id))
        message = one.tap.message
        if not isinstance(message, Message) or message.text is None or one.channel == GROUP:
            return
        label = _label(message.reply_markup, one.tap.data)
        text = f"{message.text}\n\n✓ {label}" if label else message.text
        await _try(self._bot.edit_message_text(text, message.chat.id, message.message_id, reply_markup=None))


def _label(markup: InlineKeyboardMarkup | None, value: str | None) -> str:
    buttons = [button for row in markup.inline_keyboard for button in row] if markup else []
    return next((button.text for button in buttons if button.callback_data == value), "")


async def _try(call: Awaitable[object]) -> None:
    """What only looks nicer may fail: too old, already so."""
    try:
        await call
    except TelegramError as fault:
        _log.info("telegram: not marked", extra={"why": type(fault).__name__})


def _set_blocked(tx: Tx, inbound: Inbound, *, blocked: bool) -> None:
    thread = tx.thread_for(inbound.channel, inbound.account, inbound.chat, inbound.person)
    tx.set_blocked(thread.id, blocked=blocked)
