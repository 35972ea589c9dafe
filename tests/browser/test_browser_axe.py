"""Every page passes axe: no breach of WCAG 2.2 A or AA that it can find."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.browser.town import Town, say

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const found = await axe.run(document, { runOnly: { type: "tag", values: tags } });
  return found.violations.map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 160))]);
}"""


async def breaches(page: Page) -> list[object]:
    """What axe finds; it is put in from outside, past the page's own policy."""
    await page.evaluate(AXE)
    found: list[object] = await page.evaluate(RUN)
    return found


async def test_the_chat(town: Town) -> None:
    page = await town.member()
    assert await breaches(page) == []
    for number, words in enumerate(("起付线多少", "画个图", "请让我选一下", "转人工")):
        await say(page, words)
        await page.locator(".line.bot").nth(number).wait_for()
    await page.get_by_text("更多").click()
    assert await breaches(page) == []
    await page.get_by_role("button", name="退出并清除").click()
    assert await breaches(page) == []


async def test_the_console(town: Town) -> None:
    await town.office.say("甲", "起付线多少")
    await town.office.say("甲", "转人工")
    login = await town.window()
    await login.goto(town.address("/desk/login"))
    assert await breaches(login) == []
    agent = await town.agent("boss")
    assert await breaches(agent) == []
    await agent.locator(".card-item").first.click()
    await agent.locator("#found b").first.wait_for()
    assert await breaches(agent) == []
    await agent.keyboard.press("c")
    await agent.locator("#close").wait_for()
    await agent.locator("#close").click()
    assert await breaches(agent) == []
    await agent.goto(town.address("/desk/figures"))
    assert await breaches(agent) == []
