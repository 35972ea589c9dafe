"""Telegram from end to end: python-telegram-bot on our side, an emulator that others wrote as the platform."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

sys.path.insert(0, str(Path(__file__).parents[1] / "bot"))

from web_office import Fixture

from bot import log
from bot.channels.pump import Pump
from bot.channels.telegram import server
from bot.channels.telegram.menu import payload
from bot.channels.telegram.server import PATH, Telegram, TelegramKeys
from bot.clock import utc_now
from bot.storage.port import StorageDown

TOKEN = "123:TEST"
pytestmark = pytest.mark.slow
Json = dict[str, Any]


@dataclass
class Chat:
    """The platform's side: people who write, and what they see."""

    address: str
    http: aiohttp.ClientSession
    office: Fixture
    telegram: Telegram
    names: dict[int, str] = field(default_factory=dict)

    async def call(self, path: str, body: Json) -> Any:
        async with self.http.post(self.address + path, json=body) as response:
            return (await response.json()).get("result")

    def _from(self, person: int, group: int) -> Json:
        user = {"id": person, "first_name": "张三", "is_bot": False}
        chat = {"id": group, "type": "supergroup", "title": "g"} if group else {**user, "type": "private"}
        return {"botToken": TOKEN, "from": user, "chat": chat, "date": int(time.time())}

    async def write(self, text: str, person: int = 42, group: int = 0, entities: list[Json] | None = None) -> None:
        body = {**self._from(person, group), "text": text}
        if text.startswith("/"):
            entities = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
        await self.call("/sendCommand" if entities else "/sendMessage", {**body, "entities": entities or []})

    async def tap(self, message: Json, data: str) -> None:
        about = {"message_id": message["messageId"], "from": {"id": 666, "is_bot": True, "first_name": "b"}}
        about |= {"chat": self._from(42, 0)["chat"], "date": int(time.time())}
        about |= {"text": message["message"]["text"], "reply_markup": message["message"]["reply_markup"]}
        await self.call("/sendCallback", {**self._from(42, 0), "data": data, "message": about})

    async def seen(self, count: int = 1, chat: int = 42, within: float = 8.0) -> list[Json]:
        """The next messages of the bot in a chat."""
        found: list[Json] = []
        end = time.monotonic() + within
        while len(found) < count and time.monotonic() < end:
            found += await self.call("/getUpdates", {"token": TOKEN, "chatId": chat})
            await asyncio.sleep(0.03)
        return found

    async def read(self, count: int = 1, chat: int = 42) -> list[str]:
        return [one["message"]["text"].splitlines()[0] for one in await self.seen(count, chat)]

    async def history(self) -> list[str]:
        found = await self.call("/getUpdatesHistory", {"token": TOKEN})
        return [one["message"].get("text", "") for one in found if "message" in one]

    async def fault(self, method: str, status: int, times: int = 1, **more: int) -> None:
        await self.call("/fault", {"method": method, "status": status, "times": times, **more})

    async def calls(self, method: str) -> list[Json]:
        async with self.http.get(f"{self.address}/calls") as response:
            return [body for name, body in (await response.json())["result"] if name == method]

    async def until(self, true: Any, within: float = 8.0) -> None:
        end = time.monotonic() + within
        while not true() and time.monotonic() < end:  # noqa: ASYNC110  (the other side is a process of its own)
            await asyncio.sleep(0.02)
        assert true()


@asynccontextmanager
async def opened(emulator: str, office: Fixture, *, webhook: bool = False) -> AsyncIterator[Chat]:
    holder: dict[str, Telegram] = {}
    app = web.Application()

    async def receive(request: web.Request) -> web.Response:
        return await holder["one"].receive(request)

    app.router.add_post(PATH, receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    ours = f"http://127.0.0.1:{runner.addresses[0][1]}"
    keys = TelegramKeys(TOKEN, ours if webhook else "", "s3cret" if webhook else "", emulator)
    telegram = holder["one"] = Telegram(office.runtime, keys)
    pump = Pump(office.store, telegram.channels(), office.clock)
    await telegram.start()
    await pump.start()
    async with aiohttp.ClientSession() as http:
        chat = Chat(emulator, http, office, telegram, {0: ours})
        try:
            await chat.until(lambda: telegram._ready)
            yield chat
        finally:
            await pump.stop()
            await telegram.stop()
            await runner.cleanup()


def office() -> Fixture:
    return Fixture(clock=utc_now)


@pytest.fixture(params=["polling", "webhook"])
async def chat(emulator: str, request: pytest.FixtureRequest) -> AsyncIterator[Chat]:
    async with opened(emulator, office(), webhook=request.param == "webhook") as one:
        yield one


@pytest.fixture
async def polled(emulator: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Chat]:
    monkeypatch.setattr(server, "POLL_SECONDS", 1)
    async with opened(emulator, office()) as one:
        yield one


async def test_words_commands_links_and_buttons(chat: Chat) -> None:
    await chat.write("起付线")
    assert await chat.read() == ["回答：起付线"]
    await chat.write("/human")
    assert await chat.read() == ["已为您转人工，您排在第1位。"]
    await chat.write(f"/start {payload('ask:henan-employee/deductible')}")
    assert await chat.read() == ["回答：ask:henan-employee/deductible"]
    await chat.write("选")
    (asked,) = await chat.seen()
    keyboard = asked["message"]["reply_markup"]["inline_keyboard"]
    assert [row[0]["text"] for row in keyboard] == ["三级医院", "二级"]
    await chat.tap(asked, keyboard[0][0]["callback_data"])
    assert await chat.read() == ["回答：set:hospital_level=tertiary"]
    for _ in range(100):
        if any("✓ 三级医院" in text for text in await chat.history()):
            break
        await asyncio.sleep(0.03)
    assert any("请选医院等级。\n\n✓ 三级医院" in text for text in await chat.history())
    assert len(await chat.calls("answerCallbackQuery")) == 1


async def test_the_menu_is_in_chinese(polled: Chat) -> None:
    (commands,) = await polled.calls("setMyCommands")
    lines = {one["command"]: one["description"] for one in json.loads(commands["commands"])}
    assert lines["estimate"] == "算住院自己要付多少"
    assert len(await polled.calls("setChatMenuButton")) == 1


async def test_each_chat_is_answered_in_order_with_many_at_once(polled: Chat) -> None:
    for number in range(4):
        for person in range(100, 110):
            await polled.write(f"第{number}问", person)
    for person in range(100, 110):
        assert await polled.read(4, person) == [f"回答：第{number}问" for number in range(4)]


async def test_a_pause_the_platform_asks_for_is_kept(polled: Chat) -> None:
    await polled.fault("sendMessage", 429, retry_after=1)
    began = time.monotonic()
    await polled.write("起付线")
    assert await polled.read() == ["回答：起付线"]
    assert time.monotonic() - began >= 1.0


async def test_a_failure_of_the_platform_is_tried_again(polled: Chat) -> None:
    await polled.fault("sendMessage", 500)
    await polled.fault("getUpdates", 500)
    await polled.write("起付线")
    assert await polled.read() == ["回答：起付线"]


async def test_neither_the_token_nor_what_was_said_is_logged(emulator: str) -> None:
    root, written = logging.getLogger(), io.StringIO()
    before, level = list(root.handlers), root.level
    log.setup("DEBUG", "json", written)
    try:
        async with opened(emulator, office()) as chat:
            await chat.fault("sendMessage", 400)
            await chat.write("我的病情不能让人知道")
            await chat.write("起付线")
            assert await chat.read() == ["回答：起付线"]
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    assert '"channel": "telegram"' in written.getvalue()
    assert TOKEN not in written.getvalue()
    assert "病情" not in written.getvalue()


async def test_who_blocked_the_bot_is_marked_and_heard_again(polled: Chat) -> None:
    def blocked() -> bool:
        return polled.office.store.run_sync(lambda tx: tx.thread_for("telegram", "123", "42", "42")).blocked

    await polled.fault("sendMessage", 403)
    await polled.write("起付线")
    await polled.until(blocked)
    await polled.write("我回来了")
    assert await polled.read() == ["回答：我回来了"]
    assert not blocked()


async def test_a_long_answer_comes_in_pieces(polled: Chat) -> None:
    await polled.write("长" * 4090)
    first, second = await polled.seen(2)
    said = first["message"]["text"] + second["message"]["text"]
    assert said.count("长") == 4090
    assert len(first["message"]["text"]) <= 4096


async def test_in_a_group_only_what_is_addressed_is_answered_and_nothing_personal_can_be(polled: Chat) -> None:
    await polled.write("大家好", 42, -77)
    named = [{"type": "mention", "offset": 0, "length": len("@TestNameBot")}]
    await polled.write("@TestNameBot 起付线", 42, -77, named)
    await polled.write("/balance@TestNameBot", 43, -77)
    assert set(await polled.read(2, -77)) == {"回答：起付线", "回答：do:balance"}
    thread = polled.office.store.run_sync(lambda tx: tx.thread_for("telegram-group", "123", "-77", "42"))
    assert thread.state == {"count": 1}
    assert [channel.can.personal for channel in polled.telegram.channels()] == ["link", "never"]


async def test_an_update_is_confirmed_only_after_its_turn_is_stored(emulator: str) -> None:
    one = office()
    real, failures = one.runtime.receive, [True, True]

    async def failing(inbound: Any) -> Any:
        if failures:
            failures.pop()
            raise StorageDown("away")
        return await real(inbound)

    one.runtime.receive = failing  # type: ignore[method-assign]
    async with opened(emulator, one) as chat:
        await chat.write("起付线")
        assert await chat.read() == ["回答：起付线"]


async def test_a_webhook_call_without_the_secret_is_refused(emulator: str) -> None:
    async with opened(emulator, office(), webhook=True) as chat:
        address = chat.names[0] + PATH
        for headers, body, status in (
            ({}, b"{}", 401),
            ({server.SECRET: "wrong"}, b"{}", 401),
            ({server.SECRET: "s3cret"}, b"not json", 400),
            ({server.SECRET: "s3cret"}, b"[]", 400),
            ({server.SECRET: "s3cret"}, b'{"update_id": 1, "message": {"chat": 3}}', 400),
            ({server.SECRET: "s3cret"}, b" " * 70_000, 413),
            ({server.SECRET: "s3cret"}, b'{"update_id": 9, "never_heard_of": {}}', 200),
        ):
            async with chat.http.post(address, headers=headers, data=body) as response:
                assert response.status == status, body[:40]
        await chat.write("还在吗")
        assert await chat.read() == ["回答：还在吗"]


async def test_only_one_of_two_workers_polls_and_the_other_takes_over(
    emulator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "POLL_SECONDS", 1)
    one = office()
    second = Telegram(one.runtime, TelegramKeys(TOKEN, base=emulator), lease=0.6)
    async with opened(emulator, one) as chat, AsyncExitStack() as leaving:
        leaving.push_async_callback(second.stop)
        await chat.write("起付线")
        assert await chat.read() == ["回答：起付线"]
        await second.start()
        await chat.until(lambda: second._ready)
        polls = len(await chat.calls("getUpdates"))
        await asyncio.sleep(0.5)
        assert len(await chat.calls("getUpdates")) <= polls + 1
        assert chat.telegram._main is not None
        chat.telegram._main.cancel()
        await chat.write("第二问")
        assert await chat.read() == ["回答：第二问"]
