"""The member's chat over HTTP and WebSocket: what is sent once is answered once, and nothing is lost on the way."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar, WSServerHandshakeError
from aiohttp.test_utils import TestClient, TestServer

from bot.desk import hold
from bot.storage.port import StorageDown
from bot.web.limits import Bucket, Throttle
from bot.web.site import SITE, Hooks
from tests.bot.web_office import LI, MONDAY, SVG, Fixture


class Web:
    """An office and a browser's cookies."""

    def __init__(self, office: Fixture, client: TestClient[Any, Any]) -> None:
        self.office, self.client = office, client
        self.number = 0

    async def send(self, text: str = "", *, after: int = 0, **more: Any) -> Any:
        self.number += 1
        item = {"id": f"message{self.number:04d}", "text": text, **more}
        answer = await self.client.post(f"/chat/send?after={after}", json=item)
        return await answer.json()

    async def lines(self, after: int = 0) -> list[dict[str, Any]]:
        answer = await self.client.get(f"/chat/poll?now=1&after={after}")
        found: list[dict[str, Any]] = (await answer.json())["lines"]
        return found

    async def live(self, after: int = 0) -> Any:
        return await self.client.ws_connect(f"/chat/live?after={after}")


@pytest.fixture
async def web() -> Any:
    office = Fixture()
    app = office.app()
    async with TestClient(TestServer(app), cookie_jar=CookieJar(unsafe=True)) as client:
        await client.get("/")
        yield Web(office, client)


async def until_lines(socket: Any, count: int = 1) -> list[dict[str, Any]]:
    """Frames of a live connection until `count` lines have come."""
    lines: list[dict[str, Any]] = []
    while len(lines) < count:
        frame = await socket.receive_json(timeout=5)
        lines += frame.get("lines", [])
    return lines


async def test_the_page_is_chinese_and_guarded(web: Web) -> None:
    answer = await web.client.get("/")
    text = await answer.text()
    assert '<html lang="zh-CN"' in text
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert " style=" not in text
    assert "onclick" not in text


async def test_the_cookie_is_anonymous_and_out_of_reach_of_scripts(web: Web) -> None:
    async with ClientSession() as stranger:
        answer = await stranger.get(web.client.make_url("/"))
        cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    token = cookie.split("=", 1)[1].split(";")[0]
    assert len(token) == 43
    await web.send("转人工")
    mine = next(morsel.value for morsel in web.client.session.cookie_jar if morsel.key == "yb_chat")
    thread = web.office.thread(web.office.do(lambda tx: tx.cases())[0].thread_id)
    assert mine not in f"{thread}{web.office.do(lambda tx: tx.messages(thread.id))}"


async def test_a_message_is_answered_with_numbered_lines(web: Web) -> None:
    found = await web.send("起付线多少")
    assert found["acks"] == ["message0001"]
    assert [(line["seq"], line["who"]) for line in found["lines"]] == [(1, "member"), (2, "bot")]
    assert found["lines"][1]["text"].startswith("回答：起付线多少")
    assert found["last"] == 2


async def test_the_same_id_twice_is_one_message(web: Web) -> None:
    item = {"id": "message-again", "text": "起付线多少"}
    for _ in range(2):
        answer = await (await web.client.post("/chat/send?after=0", json=item)).json()
        assert answer["acks"] == ["message-again"]
    assert [line["who"] for line in await web.lines()] == ["member", "bot"]


async def test_another_visitors_id_is_not_mistaken_for_ones_own(web: Web) -> None:
    item = {"id": "message-same", "text": "我的问题"}
    await web.client.post("/chat/send", json=item)
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as other:
        await other.get(web.client.make_url("/"))
        answer = await (await other.post(web.client.make_url("/chat/send"), json={**item, "text": "别的问题"})).json()
    assert [line["text"].splitlines()[0] for line in answer["lines"]] == ["别的问题", "回答：别的问题"]


async def test_lines_come_live_with_the_acknowledgement(web: Web) -> None:
    socket = await web.live()
    assert (await socket.receive_json())["lines"] == []
    await socket.send_json({"t": "send", "id": "message-live", "text": "你好"})
    frame = await socket.receive_json(timeout=5)
    while not frame.get("acks"):
        frame = await socket.receive_json(timeout=5)
    assert frame["acks"] == ["message-live"]
    assert [line["seq"] for line in frame["lines"]] == [1, 2]


async def test_a_reconnect_gets_exactly_what_it_lacks(web: Web) -> None:
    await web.send("一")
    socket = await web.live(after=2)
    assert (await socket.receive_json())["lines"] == []
    await socket.close()
    await web.send("二")
    again = await web.live(after=2)
    assert [line["seq"] for line in await until_lines(again, 2)] == [3, 4]


async def test_one_who_was_away_long_misses_no_line(web: Web) -> None:
    first = await web.send("转人工")
    case = web.office.do(lambda tx: tx.cases())[0]
    await web.office.runtime.run(lambda tx: hold.claim(tx, case.id, LI, MONDAY))
    for number in range(450):
        web.office.do(lambda tx, number=number: hold.reply(tx, case.id, LI, f"第{number}句", MONDAY))
    lines = await until_lines(await web.live(after=first["last"]), 451)
    assert [line["text"] for line in lines[1:]] == [f"第{number}句" for number in range(450)]
    assert len(await web.lines()) == 200


async def test_an_agents_words_arrive_live_and_notes_never(web: Web) -> None:
    found = await web.send("转人工")
    socket = await web.live(after=found["last"])
    await socket.receive_json()
    thread = web.office.do(lambda tx: tx.cases())[0].thread_id
    case = web.office.case(thread)
    await web.office.runtime.run(lambda tx: hold.claim(tx, case.id, LI, MONDAY))
    await web.office.runtime.run(lambda tx: hold.note(tx, case.id, LI, "这是内部备注", MONDAY))
    await web.office.runtime.run(lambda tx: hold.reply(tx, case.id, LI, "您好，我是李静", MONDAY))
    lines = await until_lines(socket, 2)
    assert [(line["who"], line["name"]) for line in lines] == [("system", ""), ("agent", "李静")]
    assert "内部备注" not in str(await web.lines())


async def test_a_long_poll_returns_as_soon_as_there_is_something(web: Web) -> None:
    found = await web.send("转人工")
    thread = web.office.do(lambda tx: tx.cases())[0].thread_id

    async def later() -> None:
        case = web.office.case(thread)
        await web.office.runtime.run(lambda tx: hold.claim(tx, case.id, LI, MONDAY))

    poll = asyncio.create_task(web.client.get(f"/chat/poll?after={found['last']}"))
    await asyncio.sleep(0.1)
    await later()
    answer = await (await asyncio.wait_for(poll, 5)).json()
    assert [line["who"] for line in answer["lines"]] == ["system"]


async def test_clearing_forgets_everything_and_begins_anew(web: Web) -> None:
    forgotten: list[str] = []
    web.client.app[SITE].hooks = Hooks(on_erase=lambda _tx, thread: forgotten.append(thread))  # type: ignore[union-attr]
    await web.send("转人工")
    case = web.office.do(lambda tx: tx.cases())[0]
    answer = await web.client.post("/chat/clear", json={})
    assert answer.status == 200
    assert await web.lines() == []
    assert web.office.transcript(case.thread_id) == []
    assert web.office.case(case.thread_id).resolution == "erased"
    assert forgotten == [case.thread_id]


async def test_other_pages_of_the_visitor_are_told_of_clearing(web: Web) -> None:
    await web.send("你好")
    socket = await web.live(after=2)
    await socket.receive_json()
    await web.client.post("/chat/clear", json={})
    while (frame := await socket.receive_json(timeout=5))["t"] != "erased":
        assert frame["lines"] == []


async def test_a_picture_comes_with_its_words(web: Web) -> None:
    found = await web.send("画个图")
    assert found["lines"][-1]["picture"] == {"svg": SVG, "alt": "一张示意图"}


async def test_personal_replies_hide_when_the_binding_is_stale(web: Web) -> None:
    await web.send("查余额")
    assert "1,234.56" in (await web.lines())[-1]["text"]
    web.client.app[SITE].hooks = Hooks(personal_visible=lambda _tx, _thread: False)  # type: ignore[union-attr]
    assert "1,234.56" not in str(await web.lines())


async def test_personal_numbers_are_shown_as_hidden(web: Web) -> None:
    found = await web.send("我的身份证 11010519491231002X")
    assert found["lines"][0]["text"] == "我的身份证 （身份证已隐藏）"


@pytest.mark.parametrize(
    ("item", "status"),
    [
        ({"text": "没有编号"}, 400),
        ({"id": "短", "text": "x"}, 400),
        ({"id": "message-bad1", "text": 5}, 400),
        ({"id": "message-bad2", "choice": ["x"]}, 400),
        ({"id": "message-bad3", "choice": "x" * 200}, 400),
        ({"id": "message-bad4", "text": "长" * 20_001}, 400),
        ([], 400),
    ],
)
async def test_a_senseless_message_gets_a_sentence(web: Web, item: Any, status: int) -> None:
    answer = await web.client.post("/chat/send", json=item)
    assert answer.status == status
    assert (await answer.json())["error"]
    assert await web.lines() == []


async def test_a_form_post_and_another_origin_are_refused(web: Web) -> None:
    answer = await web.client.post("/chat/send", data={"id": "message-form", "text": "x"})
    assert answer.status == 400
    for path in ("/chat/send", "/chat/clear"):
        answer = await web.client.post(path, json={}, headers={"Origin": "https://elsewhere.example"})
        assert answer.status == 403
    with pytest.raises(WSServerHandshakeError):
        await web.client.ws_connect("/chat/live", headers={"Origin": "https://elsewhere.example"})


async def test_a_stranger_without_cookie_is_asked_to_open_the_page(web: Web) -> None:
    async with ClientSession() as stranger:
        answer = await stranger.post(web.client.make_url("/chat/send"), json={"id": "message-x", "text": "x"})
        assert answer.status == 401
        forged = {"Cookie": "yb_chat=../../etc"}
        assert (await stranger.get(web.client.make_url("/chat/poll"), headers=forged)).status == 401


async def test_senseless_frames_are_survived(web: Web) -> None:
    socket = await web.live()
    await socket.receive_json()
    for frame in ("", "[]", "{", '"x"', '{"t":"nothing"}', '{"t":"send"}'):
        await socket.send_str(frame)
    frame = await socket.receive_json(timeout=5)
    while frame["t"] != "error":
        frame = await socket.receive_json(timeout=5)
    assert frame["error"] == "消息没有编号，请刷新页面。"
    await socket.send_json({"t": "ping"})
    assert (await socket.receive_json(timeout=5))["t"] == "pong"


async def test_too_many_messages_are_slowed_down(web: Web) -> None:
    web.client.app[SITE].sending = Bucket(per_second=0.001, burst=2)  # type: ignore[union-attr]
    answers = [await web.send(str(number)) for number in range(3)]
    assert "error" not in answers[1]
    assert answers[2]["error"] == "发送太快了，请稍等几秒再发。"


async def test_a_connection_that_can_send_nothing_more_is_closed(web: Web, monkeypatch: Any) -> None:
    socket = await web.live()
    await socket.receive_json()

    async def away(_work: Any) -> Any:
        raise StorageDown("away")

    monkeypatch.setattr(web.office.runtime, "run", away)
    thread = await web.office.say("somebody", "x")
    mine = next(topic for topic in web.office.runtime._hub._queues if topic.startswith("thread:"))
    assert thread not in mine
    web.office.runtime.publish(mine, {"kind": "message"})
    await socket.receive(timeout=5)
    assert socket.closed
    answer = await web.client.get("/chat/poll?now=1")
    assert (answer.status, (await answer.json())["error"]) == (503, "系统暂时连不上数据库，请稍后再试。")


async def test_a_stop_waits_for_no_connection(web: Web) -> None:
    socket = await web.live()
    await socket.receive_json()
    await asyncio.wait_for(web.client.server.close(), 5)
    assert (await socket.receive(timeout=5)).data == 1001


async def test_health(web: Web) -> None:
    assert (await web.client.get("/healthz")).status == 200
    assert (await web.client.get("/readyz")).status == 200


def test_a_bucket_fills_up_again() -> None:
    bucket = Bucket(per_second=1, burst=2)
    assert [bucket.take("a", 0.0), bucket.take("a", 0.0), bucket.take("a", 0.5), bucket.take("a", 1.0)] == [
        True,
        True,
        False,
        True,
    ]
    assert bucket.take("b", 0.0)


def test_a_throttle_locks_and_lets_go() -> None:
    throttle = Throttle(most=2, window=60)
    throttle.fail("a", 0.0)
    assert throttle.minutes_locked("a", now=1.0) == 0
    throttle.fail("a", 2.0)
    assert throttle.minutes_locked("a", now=3.0) == 1
    assert throttle.minutes_locked("a", now=60.5) == 0
    throttle.forgive("a")
    assert throttle.minutes_locked("a", now=3.0) == 0
