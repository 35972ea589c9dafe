"""What stands beside a conversation, in a real browser; and what happens when connections drop and servers restart."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, expect

from bot.desk.worklist import items
from bot.web.site import SITE
from tests.bot.test_web_lock import price
from tests.bot.web_office import PASSWORD, Fixture
from tests.browser.test_browser_axe import breaches
from tests.browser.test_browser_desk import claim, write
from tests.browser.town import Town, say

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_panel_is_filled_changed_and_sent_with_its_basis(town: Town) -> None:
    town.office.hooks.price = price
    member, agent = await town.member(), await town.agent("li")
    await say(member, "转人工")
    await claim(agent)
    await agent.keyboard.press("Escape")
    await agent.keyboard.press("g")
    await expect(agent.locator("#f-total")).to_have_value("30000.00")
    await expect(agent.locator("#pricing-result")).to_contain_text("10,800.00")
    await agent.locator("#f-total").fill("1")
    await expect(agent.locator("#pricing-send")).to_be_disabled()
    await agent.locator("#f-total").fill("30000.00")
    await expect(agent.locator("#pricing-send")).to_be_enabled()
    assert await breaches(agent) == []
    await agent.locator("#pricing-send").click()
    await expect(member.locator(".line.agent")).to_contain_text("您自己付10,800.00元")
    await expect(member.locator(".line.agent .basis")).to_contain_text("第十三条")


async def test_the_lock_hides_everything_and_keeps_the_draft(town: Town) -> None:
    await town.office.say("甲", "我的秘密问题")
    await town.office.say("甲", "转人工")
    agent = await town.agent("li")
    await claim(agent)
    await agent.get_by_label("内容", exact=True).fill("写了一半")
    await agent.get_by_role("button", name="锁屏").click()
    await expect(agent.locator("#lock-box")).to_be_visible()
    await expect(agent.locator("#lines")).to_be_hidden()
    assert await breaches(agent) == []
    await agent.keyboard.press("Escape")
    await expect(agent.locator("#lock-box")).to_be_visible()
    await agent.locator("#lock-password").fill("falsch")
    await agent.keyboard.press("Enter")
    await expect(agent.locator("#lock-problem")).to_have_text("密码不对。")
    await agent.locator("#lock-password").fill(PASSWORD)
    await agent.keyboard.press("Enter")
    await expect(agent.locator("#lines")).to_contain_text("我的秘密问题")
    await expect(agent.get_by_label("内容", exact=True)).to_have_value("写了一半")


async def test_a_reloaded_page_is_still_locked(town: Town) -> None:
    await town.office.say("甲", "转人工")
    agent = await town.agent("li")
    await agent.get_by_role("button", name="锁屏").click()
    await expect(agent.locator("#lock-box")).to_be_visible()
    await agent.reload()
    await expect(agent.locator("#lock-box")).to_be_visible()
    assert await agent.locator(".card-item").count() == 0


async def test_tags_narrow_the_list(town: Town) -> None:
    for chat in ("甲", "乙"):
        await town.office.say(chat, "转人工")
        town.office.clock.pass_(seconds=1)
    agent = await town.agent("li")
    await expect(agent.locator(".card-item")).to_have_count(2)
    await agent.locator(".card-item").first.click()
    await agent.get_by_label("加标签").fill("转诊")
    await agent.keyboard.press("Enter")
    await expect(agent.locator(".card-item .tag")).to_have_text("转诊")
    await agent.get_by_label("筛选").select_option("tag:转诊")
    await expect(agent.locator(".card-item")).to_have_count(1)
    await agent.get_by_role("button", name="去掉标签转诊").click()
    await expect(agent.locator(".card-item")).to_have_count(0)


async def test_the_leader_hears_of_a_silent_agent(town: Town) -> None:
    await town.office.say("甲", "转人工")
    agent, boss = await town.agent("li"), await town.agent("boss")
    await claim(agent)
    town.office.clock.pass_(minutes=6)
    await expect(boss.locator("#alerts")).to_contain_text("李静没有及时答复")
    assert await breaches(boss) == []
    await boss.get_by_role("button", name="知道了").click()
    await expect(boss.locator("#alerts")).to_be_hidden()
    await expect(agent.locator("#alerts")).to_be_hidden()


async def test_a_channel_that_counts_says_what_is_left(town: Town) -> None:
    await town.office.say("甲", "转人工", channel="wechat")
    agent = await town.agent("li")
    await claim(agent)
    await expect(agent.locator("#quota")).to_contain_text("公众号还能发 4 条")
    await write(agent, "您好")
    await write(agent, "请讲")
    await expect(agent.locator("#lines .agent")).to_have_count(2)
    await expect(agent.locator("#quota")).to_contain_text("还能发 3 条")


async def test_a_thumb_down_reaches_the_leaders_list(town: Town) -> None:
    member, boss = await town.member(), await town.agent("boss")
    await say(member, "起付线多少")
    down = member.get_by_role("button", name="没用")
    await down.click()
    await expect(down).to_have_attribute("aria-pressed", "true")
    await member.reload()
    await expect(member.get_by_role("button", name="没用")).to_have_attribute("aria-pressed", "true")
    await boss.goto(town.address("/desk/figures"))
    await expect(boss.locator(".items")).to_contain_text("参保人觉得没用")
    await boss.get_by_role("button", name="已处理").click()
    await expect(boss.get_by_role("button", name="已处理")).to_have_count(0)
    assert town.office.do(items) == []


async def test_an_agent_whose_connection_drops_loses_no_word(town: Town) -> None:
    member, agent = await town.member(), await town.agent("li")
    await say(member, "转人工")
    await claim(agent)
    await agent.get_by_label("内容", exact=True).fill("正在查")
    await agent.context.set_offline(True)
    await cut_desk(town)
    await expect(agent.locator("#live")).to_contain_text("连接断开")
    await say(member, "断线时说的话")
    await agent.context.set_offline(False)
    await expect(agent.locator("#live")).to_have_text("实时", timeout=15000)
    await expect(agent.locator("#lines")).to_contain_text("断线时说的话")
    await expect(agent.get_by_label("内容", exact=True)).to_have_value("正在查")
    await agent.locator("#send").click()
    await expect(member.locator(".line.agent")).to_have_count(1)


async def cut_desk(town: Town) -> None:
    """The network drops every live connection."""
    for socket in list(town.server.app[SITE].sockets):  # type: ignore[union-attr,attr-defined]
        await socket.close()


async def test_a_restart_in_the_middle_keeps_owner_and_words(town: Town) -> None:
    member, agent = await town.member(), await town.agent("li")
    await say(member, "转人工")
    await claim(agent)
    await write(agent, "稍等")
    await expect(member.locator(".line.agent")).to_have_count(1)
    port = town.server.port
    await town.server.close()
    await town.office.runtime.stop()
    town.office = Fixture(store=town.office.store, clock=town.office.clock, config=town.office.config)
    await town.office.runtime.start()
    town.server = TestServer(town.office.app(), port=port)
    await town.server.start_server()
    await expect(agent.locator("#live")).to_have_text("实时", timeout=20000)
    await say(member, "我还在")
    await expect(agent.locator("#lines")).to_contain_text("我还在", timeout=20000)
    await write(agent, "查到了")
    await expect(member.locator(".line.agent")).to_have_count(2, timeout=20000)
    case = town.office.do(lambda tx: tx.cases(open_only=True))[0]
    assert (case.agent_id, town.office.thread(case.thread_id).owner) == ("staff-li", "agent")


QUEUE_SHOWN = """async () => {
  const cards = document.getElementById("cards");
  document.querySelector('[data-view="mine"]').click();
  while (cards.childElementCount) await new Promise(requestAnimationFrame);
  const start = performance.now();
  document.querySelector('[data-view="queue"]').click();
  while (cards.childElementCount < 200) await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""


@pytest.mark.slow
async def test_two_hundred_waiting_conversations_show_within_a_fifth_of_a_second(town: Town) -> None:
    for number in range(200):
        await town.office.say(f"c{number}", "转人工")
    agent = await town.agent("li")
    await expect(agent.locator(".card-item")).to_have_count(200)
    assert min([await shown(agent) for _ in range(5)]) < 200


async def shown(agent: Page) -> float:
    """Milliseconds from the choice of the queue to its last card."""
    took: float = await agent.evaluate(QUEUE_SHOWN)
    return took


async def test_the_chat_on_another_page(town: Town) -> None:
    page = await town.window()
    await page.goto(town.address("/healthz"))
    await page.set_content(f'<h1>某单位</h1><script src="{town.address("/widget.js")}"></script>')
    await page.get_by_role("button", name="医保咨询").click()
    await expect(page.locator("iframe.yibao-widget-frame")).to_have_attribute("title", "医保小助手")
    await page.keyboard.press("Escape")
    town.faults.clear()  # this office lets nobody frame the chat, and the browser says so
