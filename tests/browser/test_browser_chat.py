"""The member's chat in a real browser: what it looks like measured, and what survives reloads, lost lines, clearing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.town import Town, say

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MEASURE = """() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => {
    const linear = (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = color.slice(0, 3).map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const shown = (element) => element.getClientRects().length > 0 && !element.closest('.unseen, .skip');
  const found = { texts: [], targets: [] };
  for (const element of document.body.querySelectorAll('*')) {
    if (!shown(element)) continue;
    const style = getComputedStyle(element);
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (says) {
      const [a, b] = [light(parse(style.color)), light(ground(element))];
      found.texts.push({ text: element.textContent.trim().slice(0, 20), size: parseFloat(style.fontSize),
                         contrast: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) });
    }
    if (element.matches('button:enabled, summary, textarea, .menu a')) {
      const box = element.getBoundingClientRect();
      found.targets.push({ text: element.textContent.trim().slice(0, 20), width: box.width, height: box.height });
    }
  }
  return found;
}"""


async def wide(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    width: int = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    inside: int = await page.evaluate("(m => m.scrollWidth - m.clientWidth)(document.getElementById('main'))")
    return max(width, inside)


async def fill_page(page: Page) -> None:
    """One line of every kind, the menu open."""
    for words in ("起付线多少", "请让我选一下", "画个图", "长" * 300, "http://example.com/" + "a" * 200):
        before = await page.locator(".line.bot").count()
        await say(page, words)
        await page.locator(".line.bot").nth(before).wait_for()
    await say(page, "请让我选一下")
    await page.locator(".choice:enabled").first.wait_for()
    await page.get_by_text("更多").click()


@pytest.mark.parametrize("elder", [False, True])
async def test_text_targets_and_contrast_suit_elderly_people(town: Town, elder: bool) -> None:  # noqa: FBT001
    page = await town.member()
    if elder:
        await page.get_by_role("button", name="长辈模式").click()
    start = await page.evaluate(MEASURE)
    await fill_page(page)
    full = await page.evaluate(MEASURE)
    texts, targets = start["texts"] + full["texts"], start["targets"] + full["targets"]
    assert len(texts) > 25
    assert [row for row in texts if row["size"] < (24 if elder else 18)] == []
    assert [row for row in texts if row["contrast"] < 4.5] == []
    assert [row for row in targets if row["height"] < 48 or row["width"] < 48] == []


@pytest.mark.parametrize("elder", [False, True])
@pytest.mark.parametrize("width", [360, 320, 180])
async def test_nothing_is_wider_than_the_window(town: Town, width: int, elder: bool) -> None:  # noqa: FBT001
    page = await town.member()
    await page.set_viewport_size({"width": width, "height": 740 if width > 200 else 370})
    if elder:
        await page.get_by_role("button", name="长辈模式").click()
    assert await wide(page) <= 0
    await fill_page(page)
    assert await wide(page) <= 0


async def test_a_desktop_at_200_percent_has_no_sideways_scroll(town: Town) -> None:
    page = await town.member()
    await page.set_viewport_size({"width": 640, "height": 400})
    await fill_page(page)
    assert await wide(page) <= 0
    await expect(page.get_by_role("button", name="发送")).to_be_in_viewport()


async def test_the_conversation_is_there_after_a_reload(town: Town) -> None:
    page = await town.member()
    await page.locator(".example").first.click()
    await expect(page.locator(".line.bot")).to_have_count(1)
    await page.reload()
    await expect(page.locator(".line")).to_have_count(2)
    await expect(page.locator("#hero")).to_be_hidden()
    await page.get_by_label("请输入您的问题").fill("还没发出的草稿")
    await page.reload()
    await expect(page.get_by_label("请输入您的问题")).to_have_value("还没发出的草稿")


async def test_markup_is_shown_as_text(town: Town) -> None:
    page = await town.member()
    await say(page, "<img src=x onerror=alert(1)><script>alert(2)</script><b>粗</b>")
    await expect(page.locator(".line.bot")).to_contain_text("<script>alert(2)</script>")
    assert await page.locator(".log img, .log script, .log b").count() == 0


async def test_a_picture_is_shown_with_its_words(town: Town) -> None:
    page = await town.member()
    await say(page, "画个图")
    picture = page.get_by_alt_text("一张示意图")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 40


async def test_old_buttons_are_dead_and_a_tap_is_one_message(town: Town) -> None:
    page = await town.member()
    await say(page, "请让我选一下")
    await page.get_by_role("button", name="三级医院").dblclick()
    await expect(page.locator(".line.bot")).to_have_count(2)
    await expect(page.locator(".line.member")).to_have_count(2)
    await expect(page.get_by_role("button", name="三级医院")).to_be_disabled()
    await page.reload()
    await expect(page.get_by_role("button", name="三级医院")).to_be_disabled()


async def test_what_is_written_without_a_connection_is_sent_once_it_is_back(town: Town) -> None:
    page = await town.member()
    await page.context.set_offline(True)
    await page.evaluate("window.dispatchEvent(new Event('offline'))")
    await expect(page.locator("#notice")).to_contain_text("网络断开")
    await page.context.set_offline(False)
    await page.evaluate("window.dispatchEvent(new Event('online'))")
    await say(page, "网络好了")
    await expect(page.locator(".line.bot")).to_have_count(1)
    await expect(page.locator(".line.member")).to_have_count(1)


async def test_without_websocket_the_chat_goes_on_over_plain_requests(town: Town) -> None:
    page = await town.window(viewport={"width": 360, "height": 740})
    await page.add_init_script(
        """window.WebSocket = class {
          constructor() { this.readyState = 3; setTimeout(() => this.onclose && this.onclose(), 5); }
          close() {}
        };
        window.WebSocket.OPEN = 1;"""
    )
    await page.goto(town.address())
    await page.locator(".example").first.wait_for()
    await say(page, "起付线多少")
    await expect(page.locator(".line.bot")).to_have_count(1)
    case_thread = await town.office.say("other", "转人工")
    assert case_thread
    await say(page, "转人工")
    await expect(page.locator(".line.bot")).to_have_count(2)
    await expect(page.locator(".line.waiting")).to_have_count(0)


async def test_a_lost_acknowledgement_does_not_double_a_message(town: Town) -> None:
    page = await town.member()
    await page.evaluate(
        """() => {
          const real = WebSocket.prototype.send;
          let cut = false;
          WebSocket.prototype.send = function (data) {
            real.call(this, data);
            if (cut || !String(data).includes('"send"')) return;
            cut = true;
            this.onmessage = null;
            setTimeout(() => this.close(), 300);
          };
        }"""
    )
    await say(page, "只说一次")
    await expect(page.locator(".line.bot")).to_have_count(1)
    await expect(page.locator(".line.member")).to_have_count(1)
    await expect(page.locator(".line.waiting")).to_have_count(0)
    await asyncio.sleep(0.3)
    await expect(page.locator(".line")).to_have_count(2)


async def test_leaving_clears_both_sides(town: Town) -> None:
    page = await town.member()
    await say(page, "转人工")
    await expect(page.locator(".line.bot")).to_have_count(1)
    thread = town.office.do(lambda tx: tx.cases())[0].thread_id
    before: Any = (await page.context.cookies())[0]["value"]
    second = await page.context.new_page()
    await second.goto(town.address())
    await expect(second.locator(".line")).to_have_count(2)
    await page.get_by_text("更多").click()
    await page.get_by_role("button", name="退出并清除").click()
    await page.get_by_role("button", name="清除", exact=True).click()
    await expect(page.locator("#hero")).to_be_visible()
    await expect(page.locator(".line")).to_have_count(0)
    await expect(second.locator(".line")).to_have_count(0)
    assert town.office.transcript(thread) == []
    assert (await page.context.cookies())[0]["value"] != before
    assert await page.evaluate("sessionStorage.length + localStorage.length") == 0
    await page.reload()
    await expect(page.locator("#hero")).to_be_visible()
    await say(page, "新的问题")
    await expect(page.locator(".line")).to_have_count(2)


async def test_it_can_be_used_from_the_keyboard(town: Town) -> None:
    page = await town.member()
    await page.keyboard.press("Tab")
    await expect(page.get_by_text("跳到输入框")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("请输入您的问题")).to_be_focused()
    await page.keyboard.type("起付线多少")
    await page.keyboard.press("Enter")
    await expect(page.locator(".line.bot")).to_have_count(1)
    names = await page.evaluate(
        """[...document.querySelectorAll('button, textarea, summary')]
          .filter(e => !(e.textContent.trim() || e.labels?.length || e.ariaLabel)).length"""
    )
    assert names == 0
