"""The sample office as `yibao serve --demo` starts it: a policy answer, a priced stay, a person; all of it real."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.app import build
from bot.serving import serving
from bot.settings import load
from tests.browser.pictures import LOGIN, PASSWORD, talk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


class Sample:
    """The address of the sample office and what its terminal shows."""

    def __init__(self) -> None:
        self.address, self.terminal = "", list[str]()


@pytest_asyncio.fixture(loop_scope="session")
async def sample(tmp_path: Path) -> AsyncIterator[Sample]:
    found = Sample()
    settings = load({"YIBAO_DATA_DIR": str(tmp_path)}, port="0")
    async with serving(build(settings, demo=True, show=found.terminal.append)) as lines:
        address = re.search(r"http://127\.0\.0\.1:\d+", "\n".join(lines))
        assert address
        found.address = address[0]
        yield found


async def ask_about_the_deductible(page: Page) -> None:
    """A policy question, by way of a choice where the bot offers some; the answer carries its article."""
    await talk(page, "河南省直职工住院起付标准是多少")
    offered = page.locator(".line.bot").last.get_by_role("button", name="起付标准")
    if await offered.count() and "第十三条" not in await page.locator(".line.bot").last.inner_text():
        await offered.first.click()
    await expect(page.locator(".line.bot").last).to_contain_text("第十三条")


async def test_the_main_job_end_to_end(chromium: Browser, sample: Sample) -> None:
    context = await chromium.new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    await page.goto(sample.address)
    await page.locator(".example").first.wait_for()
    await ask_about_the_deductible(page)
    await talk(page, "我是省直在职职工，今年第一次住院，三级医院花了三万，没有自费和乙类，能报多少")
    # 10% of the sample wage is 6,000; 20% of the other 24,000 is 4,800: together 10,800
    await expect(page.locator(".line.bot .lead").last).to_contain_text("10,800.00")
    await page.get_by_role("button", name="转人工").first.click()
    await expect(page.locator(".line.bot").last).to_contain_text("位")

    desk = await (await chromium.new_context(viewport={"width": 1366, "height": 768})).new_page()
    await desk.goto(f"{sample.address}/desk/login")
    await desk.get_by_label("登录名").fill(LOGIN)
    await desk.get_by_label("密码").fill(PASSWORD)
    await desk.get_by_role("button", name="登录").click()
    await desk.locator(".card-item").first.click()
    await expect(desk.locator("#summary")).to_contain_text("10,800.00")
    await desk.get_by_role("button", name="接入 c").click()
    await expect(desk.locator("#close")).to_be_visible()
    bots = await page.locator(".line.bot").count()
    await page.get_by_label("请输入您的问题").fill("还有别的费用吗")
    await page.get_by_role("button", name="发送").click()
    await expect(desk.locator("#lines .member").last).to_contain_text("还有别的费用吗")
    await desk.locator("#pricing-box summary").click()
    await expect(desk.locator("#f-total")).to_have_value("30000.00")
    await desk.locator("#f-total").fill("40000")
    # the deductible stays 6,000; 20% of the other 34,000 is 6,800
    await expect(desk.locator("#pricing-result")).to_contain_text("12,800.00")
    await desk.locator("#pricing-send").click()
    await expect(page.locator(".line.agent").last).to_contain_text("您自己付12,800.00元")
    await expect(page.locator(".line.agent .basis").last).to_contain_text("第十三条")
    await desk.get_by_label("内容", exact=True).fill("没有了")
    await desk.keyboard.press("Enter")
    await expect(page.locator(".line.agent").last).to_contain_text("没有了")
    assert await page.locator(".line.bot").count() == bots
    await desk.locator("#close").click()
    await desk.get_by_role("button", name="已解决").click()
    await page.get_by_role("button", name="满意", exact=True).click()
    await expect(page.locator(".line.bot").last).to_contain_text("谢谢您的评价")
    await talk(page, "小周讲得很清楚")
    await expect(page.locator(".line.bot").last).to_contain_text("记下")
    await ask_about_the_deductible(page)
    await page.get_by_text("更多").click()
    await page.get_by_role("button", name="退出并清除").click()
    await page.get_by_role("button", name="清除", exact=True).click()
    await expect(page.locator(".line")).to_have_count(0)
    await context.close()
    await desk.context.close()
