"""Takes the pictures of the docs from a running sample office: the chat at phone size, the console at 1366 × 768.

`python -m tests.browser.pictures http://127.0.0.1:8080 docs/pictures`
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from tests.browser.chromium import ARGUMENTS, CHROMIUM

LOGIN, PASSWORD = "kefu", "shili-kefu"
LEADER = "zuzhang"
ASKED = ("起付线是多少", "我是省直在职职工，今年第一次住院，三级医院花了三万，没有自费和乙类，能报多少")


async def talk(page: Page, *words: str) -> None:
    """Say some things to the bot, each after the answer to the one before."""
    for said in words:
        before = await page.locator(".line.bot").count()
        await page.get_by_label("请输入您的问题").fill(said)
        await page.get_by_role("button", name="发送").click()
        await page.locator(".line.bot").nth(before).wait_for()


async def chat(browser: Browser, address: str, to: Path) -> Page:
    """The chat with a priced stay."""
    context = await browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2)
    page = await context.new_page()
    await page.goto(address)
    await page.locator(".example").first.wait_for()
    await talk(page, *ASKED)
    await page.wait_for_timeout(300)
    await page.locator(".line.member").last.evaluate("line => line.scrollIntoView({block: 'start'})")
    await page.screenshot(path=to / "chat.png")
    await talk(page, "转人工")
    return page


async def desk(browser: Browser, address: str, member: Page, to: Path) -> None:
    """The console with a conversation that is being answered."""
    context = await browser.new_context(viewport={"width": 1366, "height": 768})
    page = await context.new_page()
    await page.goto(f"{address}/desk/login")
    await page.get_by_label("登录名").fill(LOGIN)
    await page.get_by_label("密码").fill(PASSWORD)
    await page.get_by_role("button", name="登录").click()
    await page.locator(".card-item").last.click()
    await page.get_by_role("button", name="接入 c").click()
    await page.locator("#close").wait_for()
    await page.get_by_label("内容", exact=True).fill("您好，我看到您问的起付线和三万元的费用了，我来帮您核对。")
    await page.keyboard.press("Enter")
    await member.locator(".line.agent").wait_for()
    await talk_to_person(member, "谢谢，第二次住院起付线会降吗？")
    await page.locator("#lines .member").last.wait_for()
    await page.locator("#found b").first.wait_for()
    await page.wait_for_timeout(500)
    await page.screenshot(path=to / "desk.png")
    await page.locator("#pricing-box summary").click()
    await page.locator("#f-total").fill("42000")
    await page.locator("#pricing-send:enabled").wait_for()
    await page.locator("#pricing-send").click()
    await member.locator(".line.agent").nth(1).wait_for()
    await page.locator("#pricing").evaluate("box => box.scrollIntoView()")
    await page.wait_for_timeout(500)
    await page.screenshot(path=to / "desk-estimate.png")


async def figures(browser: Browser, address: str, to: Path) -> None:
    """The supervisor's page."""
    context = await browser.new_context(viewport={"width": 1366, "height": 768})
    page = await context.new_page()
    await page.goto(f"{address}/desk/login")
    await page.get_by_label("登录名").fill(LEADER)
    await page.get_by_label("密码").fill(f"shili-{LEADER}")
    await page.get_by_role("button", name="登录").click()
    await page.get_by_role("link", name="统计").click()
    await page.screenshot(path=to / "desk-figures.png")


async def talk_to_person(page: Page, words: str) -> None:
    """Say something while an agent holds the conversation."""
    await page.get_by_label("请输入您的问题").fill(words)
    await page.get_by_role("button", name="发送").click()
    await page.locator(".line.member:not(.waiting)").last.wait_for()


async def main(address: str, to: Path) -> None:
    """All pictures."""
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        member = await chat(browser, address, to)
        await desk(browser, address, member, to)
        await figures(browser, address, to)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1].rstrip("/"), Path(sys.argv[2])))
