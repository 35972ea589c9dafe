"""Where a channel may not show personal data, nobody is asked for a number or a code: the way to the page is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import Installation, build
from bot.clock import utc_now
from bot.members.port import BindingRow
from bot.runtime import Inbound
from bot.settings import load
from bot.storage.port import Tx


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Installation]:
    environment = {"YIBAO_DATA_DIR": str(tmp_path), "YIBAO_PUBLIC_URL": "https://yb.example.cn"}
    installation = build(load(environment), demo=True, show=lambda _text: None)
    yield installation
    await installation.close()


def bind(installation: Installation, channel: str) -> None:
    """The member was bound here at the counter."""

    def work(tx: Tx) -> None:
        people = installation.membership.people(tx)
        number = installation.people[0].number
        member = people.member_by_hash(installation.membership.targets(number))
        assert member is not None
        thread = tx.thread_for(channel, "a", "c", "p")
        people.put_binding(BindingRow(thread.id, member.id, utc_now(), utc_now()))

    installation.store.run_sync(work)


@pytest.mark.parametrize(("channel", "told"), [("telegram", "网页"), ("telegram-group", "群里不能查个人信息")])
@pytest.mark.parametrize("bound", [False, True])
async def test_the_member_is_told_where_to_look_and_never_asked_for_a_code(
    running: Installation, channel: str, told: str, *, bound: bool
) -> None:
    if bound:
        bind(running, channel)
    for number, text in enumerate(("查余额", "同意", "查余额", "绑定")):
        update = Inbound(channel, "a", f"u{number}", "c", "p", utc_now(), text=text)
        receipt = await running.runtime.receive(update)
        words = "".join(line.text for line in receipt.messages)
        if text != "同意":
            assert told in words
            assert "https://yb.example.cn" in words
        assert "验证码已发" not in words
        assert not any(line.personal for line in receipt.messages)


async def test_on_wechat_the_binding_goes_on(running: Installation) -> None:
    receipt = await running.runtime.receive(Inbound("wechat", "a", "u", "c", "p", utc_now(), text="查余额"))
    assert "核对是您本人" in receipt.messages[-1].text
