"""WeCom customer service: encrypted calls made by another library, messages read by cursor, answers with our id."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from channels_fakes import FakeWeixin
from web_office import Clock, Fixture

from bot.channels.pump import Pump
from bot.channels.wecom.account import WecomKeys
from bot.channels.wecom.server import PATH, Wecom
from bot.channels.weixin.crypto import signature

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    pytest.importorskip("wechatpy", reason="wechatpy is the independent peer")
    from wechatpy.crypto import WeChatCrypto

TOKEN, CORP, KEY, DESK = "tok", "ww0123456789abcdef", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wkAJ2GCAAASSm4"
CALL = f"<xml><MsgType>event</MsgType><Event>kf_msg_or_event</Event><Token>T1</Token><OpenKfId>{DESK}</OpenKfId></xml>"


@dataclass
class Company:
    """A running customer service."""

    office: Fixture
    fake: FakeWeixin
    wecom: Wecom
    client: Any
    count: int = 0

    def sealed(self, text: str) -> tuple[str, dict[str, str]]:
        stamp = str(int(self.office.clock().timestamp()))
        body = WeChatCrypto(TOKEN, KEY, CORP).encrypt_message(text, "n1", stamp)
        mark = body.split("<MsgSignature><![CDATA[")[1].split("]]>")[0]
        return body, {"timestamp": stamp, "nonce": "n1", "msg_signature": mark}

    def item(self, kind: str = "text", origin: int = 3, **more: Any) -> dict[str, Any]:
        self.count += 1
        address = {"open_kfid": DESK, "external_userid": "wm1"}
        return {"msgid": f"m{self.count}", "origin": origin, "msgtype": kind, **address, **more}

    def event(self, kind: str, **more: Any) -> dict[str, Any]:
        event = {"event_type": kind, "open_kfid": DESK, "external_userid": "wm1", **more}
        return {"msgid": f"e{self.count}-{kind}", "origin": 4, "msgtype": "event", "event": event}

    def text(self, words: str, **more: Any) -> dict[str, Any]:
        return self.item(text={"content": words, **more})

    def page(self, begin: str, after: str, *found: dict[str, Any], more: int = 0) -> None:
        self.fake.pages[begin] = {"next_cursor": after, "has_more": more, "msg_list": list(found)}

    async def call(self) -> int:
        """The platform says that there is something; answered, and all of it sent."""
        body, query = self.sealed(CALL)
        response = await self.client.post(PATH, params=query, data=body.encode())
        await self.office.runtime.drain()
        await self.deliver()
        return int(response.status)

    async def deliver(self) -> None:
        clock: Clock = self.office.clock
        clock.pass_(seconds=2)
        for sender in Pump(self.office.store, self.wecom.channels(), clock)._senders:
            while await sender.run_due():
                pass

    def said(self) -> list[str]:
        sent = self.fake.bodies("kf/send_msg")
        return [str((body.get("text") or {}).get("content") or body["msgmenu"]["head_content"]) for body in sent]


@asynccontextmanager
async def opened(handover: Any) -> AsyncIterator[Company]:
    fake, office = FakeWeixin(), Fixture()
    async with TestServer(fake.app()) as platform:
        keys = WecomKeys(CORP, "s3cret", TOKEN, KEY, str(platform.make_url("")))
        wecom = Wecom(office.runtime, keys, handover)
        app = office.app()
        app.add_routes(wecom.routes())
        async with TestClient(TestServer(app)) as client:
            yield Company(office, fake, wecom, client)
        await wecom.stop()


@pytest.fixture
async def company() -> AsyncIterator[Company]:
    async with opened("own") as one:
        yield one


async def test_the_address_is_verified_with_the_decrypted_text(company: Company) -> None:
    stamp = str(int(company.office.clock().timestamp()))
    peer = WeChatCrypto(TOKEN, KEY, CORP)
    body = peer.encrypt_message("1616140317555161061", "n1", stamp)
    echo = body.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    query = {"timestamp": stamp, "nonce": "n1", "echostr": echo, "msg_signature": signature(TOKEN, stamp, "n1", echo)}
    response = await company.client.get(PATH, params=query)
    assert (response.status, await response.text()) == (200, "1616140317555161061")
    assert (await company.client.get(PATH, params={**query, "nonce": "n2"})).status == 403


async def test_words_are_read_by_cursor_and_answered_with_our_id(company: Company) -> None:
    company.page("", "c1", company.text("第一问"), more=1)
    company.page("c1", "c2", more=1)
    company.page("c2", "c3", company.text("第二问"))
    assert await company.call() == 200
    assert [line.splitlines()[0] for line in company.said()] == ["回答：第一问", "回答：第二问"]
    company.page("c3", "c4", company.text("第三问"))
    await company.call()
    assert [body["cursor"] for body in company.fake.bodies("kf/sync_msg")] == ["", "c1", "c2", "c3"]
    rows = company.office.store.run_sync(lambda tx: tx.outbox())
    assert [body["msgid"] for body in company.fake.bodies("kf/send_msg")] == [row.id for row in rows]


async def test_a_page_that_comes_again_changes_nothing(company: Company) -> None:
    item = company.text("一问")
    company.page("", "c1", item)
    company.page("c1", "c2", item)
    await company.call()
    await company.call()
    assert len(company.said()) == 1


async def test_a_reading_that_fails_makes_the_platform_call_again(company: Company) -> None:
    company.page("", "c1", company.text("一问"))
    company.fake.faults["kf/sync_msg"] = [-1]
    assert await company.call() == 503
    assert await company.call() == 200
    assert len(company.said()) == 1


async def test_choices_are_a_menu_and_come_back_as_their_value(company: Company) -> None:
    company.page("", "c1", company.text("选"))
    company.page("c1", "c2", company.text("三级医院", menu_id="set:hospital_level=tertiary"))
    await company.call()
    (sent,) = company.fake.bodies("kf/send_msg")
    assert sent["msgtype"] == "msgmenu"
    assert sent["msgmenu"]["list"][0]["click"] == {"id": "set:hospital_level=tertiary", "content": "三级医院"}
    await company.call()
    assert "set:hospital_level=tertiary" in company.said()[-1]


async def test_who_enters_is_welcomed_with_the_code_of_the_event(company: Company) -> None:
    company.page("", "c1", company.event("enter_session", welcome_code="w1"))
    await company.call()
    (sent,) = company.fake.bodies("kf/send_msg_on_event")
    assert sent["code"] == "w1"
    assert company.said() == []


async def test_pictures_and_places_get_a_friendly_no(company: Company) -> None:
    place = {"latitude": 34.7, "longitude": 113.6, "name": "某路"}
    company.page("", "c1", company.item("image", image={"media_id": "x"}), company.item("location", location=place))
    await company.call()
    assert [line[:5] for line in company.said()] == ["我看不了图", "位置没有保"]


@pytest.mark.parametrize("handover", ["own", "wecom"])
async def test_handing_over_goes_to_our_console_or_to_wecom_where_the_bot_is_silent(handover: Any) -> None:
    async with opened(handover) as company:
        company.page("", "c1", company.text("转人工"))
        company.page("c1", "c2", company.text("身份证11010519491231002X"), company.item("image"))
        await company.call()
        await company.call()
        thread = company.office.store.run_sync(lambda tx: tx.thread_for("wecom", CORP, DESK, "wm1"))
        if handover == "own":
            assert thread.owner == "queue"
            assert company.fake.bodies("kf/service_state/trans") == []
            assert len(company.said()) == 3
            return
        assert (thread.owner, company.fake.states) == ("bot", {"wm1": 2})
        assert len(company.said()) == 1
        assert company.office.transcript(thread.id)[-2:] == ["member: 身份证⟦身份证1⟧", "member: [图片]"]
        company.fake.states["wm1"] = 4
        company.page("c2", "c3", company.event("session_status_change", change_type=3))
        await company.call()
        company.fake.states["wm1"] = 0
        company.page("c3", "c4", company.text("还有一问"))
        await company.call()
        assert company.said()[-1].startswith("回答：还有一问")


async def test_a_session_taken_by_a_person_in_wecom_silences_the_bot(company: Company) -> None:
    company.page("", "c1", company.event("session_status_change", change_type=1), company.text("在吗"))
    await company.call()
    assert company.said() == []


async def test_what_was_not_delivered_is_offered_again(company: Company) -> None:
    company.page("", "c1", company.text("一问"))
    await company.call()
    failed = company.fake.ids[0]
    company.page("c1", "c2", company.event("msg_send_fail", fail_msgid=failed, fail_type=4), company.text("二问"))
    await company.call()
    assert [line.splitlines()[0][:6] for line in company.said()] == ["回答：一问", "(上次没能送", "回答：二问"]


async def test_refusals(company: Company) -> None:
    body, query = company.sealed(CALL)
    post = company.client.post
    assert (await post(PATH, params={**query, "msg_signature": "0" * 40}, data=body.encode())).status == 403
    assert (await post(PATH, params={**query, "timestamp": "1"}, data=body.encode())).status == 403
    assert (await post(PATH, params=query, data=b"x" * 70_000)).status == 413
    assert (await post(PATH, params=query, data=b"<xml>")).status == 400
    body, query = company.sealed("<xml><Event>change_contact</Event></xml>")
    assert (await post(PATH, params=query, data=body.encode())).status == 200
    assert company.fake.calls == []
