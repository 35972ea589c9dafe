"""One Chromium for all browser tests, an office of its own for each; skipped with the reason where there is none."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, async_playwright

from bot.web import WebConfig
from tests.bot.web_office import Fixture
from tests.browser.chromium import ARGUMENTS, CHROMIUM
from tests.browser.town import Town


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no Chromium: install the package chromium to run the browser tests")
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def town(chromium: Browser) -> AsyncIterator[Town]:
    office = Fixture(config=WebConfig(sweep_every=0.2))
    await office.runtime.start()
    server = TestServer(office.app())
    await server.start_server()
    made = Town(chromium, office, server)
    yield made
    for context in chromium.contexts:
        await context.close()
    await made.server.close()
    await made.office.runtime.stop()
    assert made.faults == []
