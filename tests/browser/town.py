"""An office with its pages on a port, and the windows of members and agents that look at it."""

from __future__ import annotations

from typing import Any

from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page

from tests.bot.web_office import PASSWORD, Fixture

PHONE = {"width": 360, "height": 740}
OFFICE = {"width": 1366, "height": 768}


class Town:
    """An office with its pages on a port, and windows that look at it."""

    def __init__(self, browser: Browser, office: Fixture, server: TestServer) -> None:
        self.browser, self.office, self.server = browser, office, server
        self.faults: list[str] = []

    def address(self, path: str = "/") -> str:
        return str(self.server.make_url(path))

    async def window(self, **more: Any) -> Page:
        """A window of a person of their own; faults of its scripts are kept."""
        context = await self.browser.new_context(**more)
        context.set_default_timeout(8000)
        page = await context.new_page()
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("console", lambda line: self.faults.append(line.text) if "Content Security" in line.text else None)
        return page

    async def member(self, **more: Any) -> Page:
        """A member's phone with the chat open."""
        page = await self.window(viewport=PHONE, **more)
        await page.goto(self.address())
        await page.locator(".example").first.wait_for()
        return page

    async def agent(self, login: str) -> Page:
        """A member of staff, logged in."""
        page = await self.window(viewport=OFFICE)
        await page.goto(self.address("/desk/login"))
        await page.get_by_label("登录名").fill(login)
        await page.get_by_label("密码").fill(PASSWORD)
        await page.get_by_role("button", name="登录").click()
        await page.get_by_text("实时").wait_for()
        return page


async def say(page: Page, words: str) -> None:
    """A member writes and sends."""
    await page.get_by_label("请输入您的问题").fill(words)
    await page.get_by_role("button", name="发送").click()
