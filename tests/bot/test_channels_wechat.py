"""The WeChat official account, told apart from us by two libraries others wrote, and by a fake of its interface."""

from __future__ import annotations

import asyncio
import time
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from channels_fakes import FakeWeixin
from web_office import LI, Clock, Fixture

from bot.channels.port import KEPT
from bot.channels.pump import Pump
from bot.channels.wechat import server
from bot.channels.wechat.account import WechatKeys, quota_left
from bot.channels.wechat.server import PATH, Wechat
from bot.channels.weixin.crypto import signature
from bot.desk import hold
from bot.storage import tables
from bot.storage.engine import parse_url
from bot.storage.memory import MemoryStore
from bot.storage.port import StorageDown
from bot.storage.sqlite import SqliteStore

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    wechatpy = pytest.importorskip("wechatpy", reason="wechatpy is the independent peer")
    from wechatpy.crypto import WeChatCrypto

TOKEN, APPID, KEY = "tok", "wx0123456789abcdef", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@dataclass
class Account:
    """A running account: the office behind it, the platform's side before it."""

    office: Fixture
    fake: FakeWeixin
    wechat: Wechat
    client: Any
    safe: bool
    peer: Any = field(default_factory=lambda: WeChatCrypto(TOKEN, KEY, APPID))
    count: int = 0

    def stamped(self) -> dict[str, str]:
        stamp = str(int(self.office.clock().timestamp()))
        return {"timestamp": stamp, "nonce": "n1", "signature": signature(TOKEN, stamp, "n1")}

    def message(self, kind: str, openid: str = "o1", **fields: str) -> str:
        self.count += 1
        if kind != "event":
            fields.setdefault("MsgId", str(7000 + self.count))
        fields = {"ToUserName": "gh_1", "FromUserName": openid, "CreateTime": "1480000000", "MsgType": kind, **fields}
        return "<xml>" + "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items()) + "</xml>"

    async def post(self, message: str, **query: str) -> Any:
        stamped = self.stamped()
        body = message
        if self.safe:
            body = self.peer.encrypt_message(message, "n1", stamped["timestamp"])
            mark = wechatpy.utils.to_text(body).split("<MsgSignature><![CDATA[")[1].split("]]>")[0]
            stamped |= {"encrypt_type": "aes", "msg_signature": mark}
        return await self.client.post(PATH, params={**stamped, **query}, data=body.encode())

    async def say(self, text: str, **fields: str) -> str:
        return await self.read(await self.post(self.message("text", Content=text, **fields)))

    async def read(self, response: Any) -> str:
        """The words of a response, as the library understands them; empty for `success`."""
        assert response.status == 200, await response.text()
        body = await response.text()
        if body == "success":
            return ""
        if self.safe:
            outer = wechatpy.utils.to_text(body)
            part = {name: outer.split(f"<{name}><![CDATA[")[1].split("]]>")[0] for name in ("MsgSignature", "Nonce")}
            stamp = outer.split("<TimeStamp><![CDATA[")[1].split("]]>")[0]
            body = self.peer.decrypt_message(body, part["MsgSignature"], stamp, part["Nonce"])
        said = wechatpy.parse_message(body)
        assert (said.type, said.target) == ("text", "o1")
        content: str = said.content
        return content

    def rows(self) -> list[tuple[str, str]]:
        return [(row.status, row.error) for row in self.office.store.run_sync(lambda tx: tx.outbox())]

    async def deliver(self) -> None:
        """Let the outbox go once round, its holding time over."""
        clock: Clock = self.office.clock
        clock.pass_(seconds=7)
        pump = Pump(self.office.store, self.wechat.channels(), clock)
        for sender in pump._senders:
            while await sender.run_due():
                pass


@pytest.fixture(params=["plain", "safe"])
def safe(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "safe")


@asynccontextmanager
async def opened(office: Fixture, *, safe: bool, answers_only: bool = False) -> AsyncIterator[Account]:
    fake = FakeWeixin()
    async with TestServer(fake.app()) as platform:
        keys = WechatKeys(APPID, "s3cret", TOKEN, KEY if safe else "", str(platform.make_url("")))
        wechat = Wechat(office.runtime, keys, answers_only=answers_only)
        app = office.app()
        app.add_routes(wechat.routes())
        async with TestClient(TestServer(app)) as client:
            yield Account(office, fake, wechat, client, safe)
        await wechat.stop()


@pytest.fixture
async def account(safe: bool) -> AsyncIterator[Account]:  # noqa: FBT001
    async with opened(Fixture(), safe=safe) as one:
        yield one


@pytest.fixture
async def plain() -> AsyncIterator[Account]:
    async with opened(Fixture(), safe=False) as one:
        yield one


async def test_the_address_is_verified_by_its_signature(account: Account) -> None:
    right = account.stamped()
    response = await account.client.get(PATH, params={**right, "echostr": "4321<>"})
    assert (response.status, await response.text()) == (200, "4321<>")
    for wrong in ({"signature": "0" * 40}, {"nonce": "n2"}, {"signature": "é"}, {"timestamp": "x"}):
        assert (await account.client.get(PATH, params={**right, **wrong, "echostr": "1"})).status == 403


async def test_words_are_answered_in_the_response(account: Account) -> None:
    assert await account.say("起付线😀") == "回答：起付线😀\n\n依据：《省直暂行规定》第十三条"
    await account.deliver()
    assert account.fake.bodies("message/custom/send") == []


async def test_three_tries_get_the_same_answer_and_run_one_turn(account: Account) -> None:
    first = [await account.say("起付线", MsgId="1") for _ in range(3)]
    assert first == [first[0]] * 3
    assert first[0].startswith("回答")
    thread = account.office.store.run_sync(lambda tx: tx.thread_for("wechat", APPID, "o1", "o1"))
    assert thread.state == {"count": 1}


async def test_events_without_an_id_are_told_apart_by_who_when_and_what(account: Account) -> None:
    click = account.message("event", Event="CLICK", EventKey="do:estimate")
    other = account.message("event", Event="CLICK", EventKey="do:balance")
    said = [await account.read(await account.post(one)) for one in (click, click, other)]
    assert said[0] == said[1]
    assert "do:balance" in said[2]
    thread = account.office.store.run_sync(lambda tx: tx.thread_for("wechat", APPID, "o1", "o1"))
    assert thread.state == {"count": 2}


async def test_kinds_of_messages(plain: Account) -> None:
    async def said(kind: str, **fields: str) -> str:
        return await plain.read(await plain.post(plain.message(kind, **fields)))

    assert "门诊" in await said("voice", MediaId="m", Recognition="门诊")
    assert "没有听清" in await said("voice", MediaId="m")
    assert "看不了图片" in await said("image", PicUrl="http://x", MediaId="m")
    assert "位置没有保存" in await said("location", Location_X="34.7", Location_Y="113.6", Label="某路1号")
    assert (await said("event", Event="subscribe", EventKey="")).startswith("回答")
    assert "ask:x" in await said("event", Event="subscribe", EventKey="qrscene_ask:x")
    assert "ask:y" in await said("event", Event="SCAN", EventKey="ask:y")
    for nothing in ("VIEW", "LOCATION", "TEMPLATESENDJOBFINISH", "subscribe_msg_popup_event"):
        assert await said("event", Event=nothing, EventKey="k") == ""
    assert await said("never_heard_of") == ""
    kept = str(plain.office.store.run_sync(lambda tx: [row.text for row in tx.messages(_thread(plain))]))
    assert "34.7" not in kept
    assert "某路" not in kept


def _thread(account: Account) -> str:
    return account.office.store.run_sync(lambda tx: tx.thread_for("wechat", APPID, "o1", "o1")).id


async def test_who_unfollows_is_marked_and_heard_again_on_return(plain: Account) -> None:
    assert await plain.read(await plain.post(plain.message("event", Event="unsubscribe"))) == ""
    assert plain.office.thread(_thread(plain)).blocked
    await plain.say("我回来了")
    assert not plain.office.thread(_thread(plain)).blocked


async def test_choices_are_numbered(plain: Account) -> None:
    assert (await plain.say("选")).endswith("1. 三级医院\n2. 二级")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"signature": "0" * 40}, 403),
        ({"timestamp": "1"}, 403),
        ({"body": b"<xml>" + b"a" * 70_000 + b"</xml>"}, 413),
        ({"body": b"<xml><a></xml>"}, 400),
        ({"body": b"\xff\xfe"}, 400),
        ({"body": b'<!DOCTYPE x [<!ENTITY a "b">]><xml><MsgType>&a;</MsgType></xml>'}, 400),
        ({"body": b"<xml/>"}, 200),
    ],
)
async def test_what_is_not_from_the_platform_is_refused(plain: Account, change: dict[str, Any], status: int) -> None:
    body = change.pop("body", plain.message("text", Content="x").encode())
    response = await plain.client.post(PATH, params={**plain.stamped(), **change}, data=body)
    assert response.status == status
    assert await plain.say("还在吗") != ""


async def test_a_call_is_refused_outside_five_minutes(plain: Account) -> None:
    clock: Clock = plain.office.clock
    old = plain.stamped()
    clock.pass_(minutes=5)
    assert (await plain.client.get(PATH, params={**old, "echostr": "1"})).status == 200
    clock.pass_(seconds=1)
    assert (await plain.client.get(PATH, params={**old, "echostr": "1"})).status == 403


async def test_in_safe_mode_what_is_bare_or_tampered_with_is_refused() -> None:
    async with opened(Fixture(), safe=True) as account:
        bare = account.message("text", Content="x")
        response = await account.client.post(PATH, params=account.stamped(), data=bare.encode())
        assert response.status == 400
        response = await account.post(bare, msg_signature="0" * 40)
        assert response.status == 400


async def test_a_long_answer_goes_on_by_customer_service_message(plain: Account) -> None:
    said = await plain.say("长" * 1000)
    await plain.deliver()
    rest = [body["text"]["content"] for body in plain.fake.bodies("message/custom/send")]
    assert len(said.encode()) <= 2048
    assert (said + "".join(rest)).count("长") == 1000
    assert [row[0] for row in plain.rows()] == ["sent", "sent"]


class Slow:
    """A conversation that thinks for a while."""

    def __init__(self, office: Fixture) -> None:
        self._inner = office.reply_to

    def __call__(self, *given: Any) -> Any:
        time.sleep(0.2)
        return self._inner(*given)


@pytest.fixture
async def tardy(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> AsyncIterator[Account]:
    monkeypatch.setattr(server, "PATIENCE", 0.05)
    store = SqliteStore(parse_url(f"sqlite:///{tmp_path}/slow.sqlite3"))
    tables.metadata.create_all(store.engine)
    office = Fixture(store=store)
    office.reply_to = Slow(office)
    office.__post_init__()
    async with opened(office, safe=False) as one:
        yield one
    await store.close()


async def test_a_late_answer_goes_by_customer_service_message(tardy: Account) -> None:
    assert await tardy.say("起付线") == ""
    await asyncio.gather(*tardy.wechat._late)
    await tardy.deliver()
    (body,) = tardy.fake.bodies("message/custom/send")
    assert body["touser"] == "o1"
    assert body["text"]["content"].startswith("回答：起付线")


async def test_without_quota_it_is_kept_and_stands_before_the_next_answer(
    tardy: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    tardy.fake.allowed = 0
    await tardy.say("第一问")
    await asyncio.gather(*tardy.wechat._late)
    await tardy.deliver()
    assert [(status, error.partition(":")[0]) for status, error in tardy.rows()] == [("dead", KEPT)]
    monkeypatch.setattr(server, "PATIENCE", 3.0)
    first = await tardy.say("第二问", MsgId="2")
    assert first.index("第一问") < first.index("第二问")
    assert first.startswith("(上次没能送到")
    assert await tardy.say("第二问", MsgId="2") == first
    assert {row[0] for row in tardy.rows()} == {"sent"}
    assert "第一问" not in await tardy.say("第三问")


async def test_an_account_without_the_right_keeps_what_it_cannot_send() -> None:
    async with opened(Fixture(), safe=False, answers_only=True) as account:
        said = await account.say("长" * 1000)
        await account.deliver()
        again = await account.say("好")
        assert (said + again).count("长") == 1000
        assert account.fake.calls == []


async def test_five_messages_go_out_after_one_of_the_member_and_the_sixth_is_kept(plain: Account) -> None:
    await plain.say("转人工")
    thread, clock = _thread(plain), plain.office.clock
    case = plain.office.case(thread)
    plain.office.do(lambda tx: hold.claim(tx, case.id, LI, clock()))
    for number in range(6):
        for half in "上下":  # two lines at once are one message
            plain.office.do(lambda tx, n=number, h=half: hold.reply(tx, case.id, LI, f"第{n}句{h}", clock()))
        clock.pass_(seconds=20)
        await plain.deliver()
    assert plain.fake.sent["o1"] == 5, plain.rows()
    assert plain.rows()[-1] == ("dead", f"{KEPT}: no quota")
    assert plain.office.do(lambda tx: quota_left(tx, thread, clock())) == 0
    clock.pass_(hours=49)
    assert plain.office.do(lambda tx: quota_left(tx, thread, clock())) == 0


@pytest.mark.parametrize(
    ("code", "after"),
    [
        (40001, ("sent", "")),
        (42001, ("sent", "")),
        (45015, ("dead", KEPT)),
        (45047, ("dead", KEPT)),
        (45009, ("new", "45009")),
    ],
)
async def test_error_codes(plain: Account, code: int, after: tuple[str, str]) -> None:
    said = await plain.say("长" * 1000)
    assert said
    plain.fake.faults["message/custom/send"] = [code]
    clock: Clock = plain.office.clock
    clock.pass_(seconds=7)
    await Pump(plain.office.store, plain.wechat.channels(), clock)._senders[0].run_due()
    status, error = plain.rows()[-1]
    assert (status, error.partition(":")[0]) == after


async def test_many_at_once_ask_for_one_token(plain: Account) -> None:
    assert plain.wechat._api is not None
    api = plain.wechat._api
    body = {"touser": "o9", "msgtype": "text", "text": {"content": "x"}}
    await asyncio.gather(*(api.deliver("/cgi-bin/message/custom/send", body) for _ in range(10)))
    assert len(plain.fake.bodies("stable_token")) == 1
    plain.fake.good = {"another"}
    await asyncio.gather(*(api.deliver("/cgi-bin/message/custom/send", body) for _ in range(10)))
    assert [one["force_refresh"] for one in plain.fake.bodies("stable_token")] == [False, True]


async def test_a_platform_that_fails_leaves_an_unknown_that_is_offered_again(plain: Account) -> None:
    await plain.say("长" * 1000)
    plain.fake.down = True
    await plain.deliver()
    assert plain.rows()[-1][0] == "unknown"
    assert "长" in await plain.say("好")


async def test_who_writes_too_fast_is_told_once_and_others_are_not_held_up(plain: Account) -> None:
    said = [await plain.say(f"第{number}条") for number in range(25)]
    assert [one.startswith("回答") for one in said] == [True] * 20 + [False] * 5
    assert ["太快" in one for one in said].count(True) == 1
    response = await plain.post(plain.message("text", openid="o2", Content="我是别人"))
    assert "我是别人" in await response.text()


async def test_an_end_mark_in_the_answer_does_not_break_out(plain: Account) -> None:
    message = plain.message("text").replace("</xml>", "<Content>a]]&gt;&lt;x&gt;</Content></xml>")
    assert (await plain.read(await plain.post(message))).startswith("回答：a]]>")


async def test_a_person_who_holds_the_thread_silences_the_bot(plain: Account) -> None:
    await plain.say("转人工")
    case = plain.office.case(_thread(plain))
    plain.office.do(lambda tx: hold.claim(tx, case.id, LI, plain.office.clock()))
    await plain.deliver()
    before = len(plain.fake.bodies("message/custom/send"))
    assert await plain.say("在吗") == ""
    assert await plain.read(await plain.post(plain.message("image", PicUrl="http://x"))) == ""
    await plain.deliver()
    assert len(plain.fake.bodies("message/custom/send")) == before
    assert "member: [图片]" in plain.office.transcript(_thread(plain))


async def test_a_database_that_is_away_makes_the_platform_ask_again(plain: Account) -> None:
    store: MemoryStore = plain.office.store  # type: ignore[assignment]
    real = store.run

    async def away(_work: Any) -> Any:
        raise StorageDown("away")

    store.run = away  # type: ignore[method-assign]
    message = plain.message("text", Content="起付线")
    assert (await plain.post(message)).status == 503
    store.run = real  # type: ignore[method-assign]
    assert (await plain.read(await plain.post(message))).startswith("回答")
