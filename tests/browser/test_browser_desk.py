"""The whole path in real windows: a member asks for a person, agents race for it, one answers, the bot comes back."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, expect

from tests.browser.town import Town, say

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def write(page: Page, words: str) -> None:
    """An agent answers."""
    await page.get_by_label("内容", exact=True).fill(words)
    await page.keyboard.press("Enter")


async def claim(page: Page) -> None:
    """Open the first case of the list and take it."""
    await page.locator(".card-item").first.click()
    await page.get_by_role("button", name="接入 c").click()
    await expect(page.locator("#close")).to_be_visible()


async def test_the_whole_path(town: Town) -> None:
    member, agent = await town.member(), await town.agent("li")
    await say(member, "妈妈住院花了三万")
    await member.locator(".line.bot").first.wait_for()
    await member.get_by_role("button", name="转人工").click()
    await expect(member.locator(".line.bot").last).to_contain_text("第1位")
    await expect(agent.locator("#n-queue")).to_have_text("1")
    await expect(agent).to_have_title("(1) 人工坐席 · 示例医保中心")
    await claim(agent)
    await expect(agent.locator("#lines")).to_contain_text("妈妈住院花了三万")
    await expect(agent.locator("#summary")).to_contain_text("30000.00")
    await expect(member.locator(".line.system")).to_contain_text("李静")
    await write(agent, "您好，请问是第几次住院？")
    await expect(member.locator(".line.agent")).to_contain_text("第几次住院")
    bots = await member.locator(".line.bot").count()
    await say(member, "第一次")
    await expect(agent.locator("#lines .member").last).to_contain_text("第一次")
    assert await member.locator(".line.bot").count() == bots
    await agent.locator("#close").click()
    await agent.get_by_role("button", name="已解决").click()
    await expect(member.locator(".line.system").last).to_contain_text("打分")
    await member.get_by_role("button", name="很满意", exact=True).click()
    await expect(member.locator(".line.bot").last).to_contain_text("谢谢您的评价")
    await say(member, "起付线多少")
    await expect(member.locator(".line.bot").last).to_contain_text("回答：起付线多少")
    await expect(agent.locator("#n-all")).to_have_text("0")


async def test_two_agents_claim_at_once_and_one_is_told_who_was_faster(town: Town) -> None:
    member = await town.member()
    await say(member, "转人工")
    li, wang = await town.agent("li"), await town.agent("wang")
    for page in (li, wang):
        await page.locator(".card-item").first.click()
        await page.get_by_role("button", name="接入 c").wait_for()
    await asyncio.gather(*(page.get_by_role("button", name="接入 c").click() for page in (li, wang)))
    await expect(member.locator(".line.system")).to_have_count(1)
    held = town.office.do(lambda tx: tx.cases())[0].agent_id
    loser, winner = (wang, "李静") if held == "staff-li" else (li, "王芳")
    await expect(loser.locator("#facts-line")).to_contain_text(f"由{winner}接待")
    await expect(loser.locator("#close")).to_be_hidden()


async def test_a_typical_question_is_answered_in_two_clicks(town: Town) -> None:
    member = await town.member()
    await say(member, "住院起付线是多少")
    await member.locator(".line.bot").first.wait_for()
    await say(member, "转人工")
    agent = await town.agent("li")
    await agent.keyboard.press("j")
    await agent.evaluate("window.clicks = 0; addEventListener('click', () => { window.clicks += 1; }, true)")
    await agent.get_by_role("button", name="接入 c").click()
    await expect(agent.locator("#close")).to_be_visible()
    await agent.get_by_role("button", name="直接发送").first.click()
    await expect(member.locator(".line.agent")).to_contain_text("平均工资的10%")
    assert await agent.evaluate("window.clicks") == 2
    await expect(member.locator(".line.agent .basis")).to_contain_text("第十三条")


async def test_a_silent_agents_conversation_goes_back(town: Town) -> None:
    member, agent = await town.member(), await town.agent("li")
    await say(member, "转人工")
    await claim(agent)
    await agent.context.close()
    town.office.clock.pass_(minutes=6)
    await expect(member.locator(".line.system").last).to_contain_text("回到排队")
    other = await town.agent("wang")
    await expect(other.locator(".card-item")).to_contain_text("退回 1 次")


async def test_markup_of_a_member_is_text_in_the_console(town: Town) -> None:
    member, agent = await town.member(), await town.agent("li")
    await say(member, "<img src=x onerror=alert(1)><script>alert(2)</script>")
    await say(member, "转人工")
    await agent.locator(".card-item").first.click()
    await expect(agent.locator("#lines")).to_contain_text("<script>alert(2)</script>")
    assert await agent.locator("#lines img, #lines script, #summary img").count() == 0


async def test_everything_goes_by_keyboard(town: Town) -> None:
    for chat in ("甲", "乙"):
        await town.office.say(chat, f"{chat}要转人工")
        town.office.clock.pass_(seconds=1)
    agent = await town.agent("li")
    await expect(agent.locator(".card-item")).to_have_count(2)
    await agent.keyboard.press("j")
    await expect(agent.locator("#lines")).to_contain_text("甲要转人工")
    await agent.keyboard.press("j")
    await expect(agent.locator("#lines")).to_contain_text("乙要转人工")
    await agent.keyboard.press("k")
    await expect(agent.locator("#lines")).to_contain_text("甲要转人工")
    await agent.keyboard.press("c")
    await expect(agent.locator("#close")).to_be_visible()
    await agent.keyboard.press("Escape")
    await agent.keyboard.press("n")
    await agent.keyboard.type("同事请看")
    await agent.keyboard.press("Enter")
    await expect(agent.locator("#lines .note")).to_contain_text("同事请看")
    await agent.keyboard.press("Escape")
    await agent.keyboard.press("r")
    await agent.keyboard.type("您好")
    await agent.keyboard.press("Enter")
    await expect(agent.locator("#lines .agent")).to_contain_text("您好")
    await agent.keyboard.press("Escape")
    await agent.keyboard.press("/")
    await expect(agent.locator("#search")).to_be_focused()
    await agent.keyboard.press("Escape")
    await agent.keyboard.press("Shift+?")
    await expect(agent.locator("#help-box")).to_be_visible()
    await agent.keyboard.press("Escape")
    await agent.keyboard.press("e")
    await agent.keyboard.press("1")
    await expect(agent.locator("#n-all")).to_have_text("1")
    assert "note: 同事请看" in town.office.transcript(town.office.do(lambda tx: tx.cases())[0].thread_id)


async def test_the_wrong_answer_button_is_one_click(town: Town) -> None:
    await town.office.say("甲", "起付线多少")
    await town.office.say("甲", "转人工")
    agent = await town.agent("li")
    await agent.locator(".card-item").first.click()
    await agent.get_by_role("button", name="机器人答错了").first.click()
    await expect(agent.get_by_text("已记入错误清单")).to_be_visible()
    boss = await town.agent("boss")
    await boss.get_by_role("link", name="统计").click()
    await expect(boss.get_by_text("回答：起付线多少")).to_be_visible()


async def test_a_transfer_and_a_pause_through_the_dialogs(town: Town) -> None:
    await town.office.say("甲", "转人工")
    agent, other = await town.agent("li"), await town.agent("wang")
    await claim(agent)
    await agent.locator("#pause").click()
    await agent.get_by_label("在等").select_option("hospital")
    await agent.get_by_label("到期日").fill("2026-11-30")
    await agent.locator("#pause-go").click()
    await expect(agent.locator("#facts-line")).to_contain_text("等医院回复")
    await agent.keyboard.press("Escape")
    await agent.keyboard.press("t")
    await agent.get_by_label("转给").select_option(label="王芳")
    await agent.get_by_label("说明").fill("请接着办")
    await agent.locator("#transfer-go").click()
    await expect(agent.locator("#facts-line")).to_contain_text("由王芳接待")
    await expect(other.locator("#n-mine")).to_have_text("1")
    await other.keyboard.press("2")
    await other.locator(".card-item").first.click()
    await expect(other.locator("#lines .note")).to_contain_text("请接着办")


async def test_the_console_fits_1366_by_768(town: Town) -> None:
    for number in range(30):
        await town.office.say(f"c{number}", "转人工")
    agent = await town.agent("boss")
    await claim(agent)
    assert await agent.evaluate("document.documentElement.scrollHeight") <= 768
    assert await agent.evaluate("document.documentElement.scrollWidth") <= 1366
    for name in ("#send", "#close", "#claim", "#seek"):
        if await agent.locator(name).is_visible():
            await expect(agent.locator(name)).to_be_in_viewport(ratio=1)
    await agent.locator("#pricing-box summary").click()
    assert await agent.evaluate("document.body.scrollHeight") <= 768
