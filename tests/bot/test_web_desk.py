"""The staff console over HTTP: who gets in, what they see, and that every act needs its token and its right."""

from __future__ import annotations

import asyncio
import re
import time
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer

from bot.storage.port import StaffRow
from tests.bot.web_office import HASH, LI, PASSWORD, Fixture


class Console:
    """One browser at the console."""

    def __init__(self, client: TestClient[Any, Any]) -> None:
        self.client, self.csrf = client, ""

    async def try_login(self, login: str, password: str = PASSWORD) -> Any:
        page = await (await self.client.get("/desk/login")).text()
        found = re.search(r'name="pre" value="([^"]+)"', page)
        pre = found[1] if found else ""
        form = {"login": login, "password": password, "pre": pre}
        return await self.client.post("/desk/login", data=form, allow_redirects=False)

    async def login(self, login: str) -> Console:
        answer = await self.try_login(login)
        assert answer.status == 303
        page = await (await self.client.get("/desk")).text()
        found = re.search(r'name="csrf" content="([^"]+)"', page)
        assert found
        self.csrf = found[1]
        return self

    async def act(self, case: str, name: str, **body: Any) -> Any:
        headers = {"X-CSRF-Token": self.csrf}
        return await self.client.post(f"/desk/api/cases/{case}/{name}", json=body, headers=headers)

    async def get(self, path: str) -> Any:
        return await (await self.client.get(path)).json()


@pytest.fixture
async def office() -> Any:
    fixture = Fixture()
    server = TestServer(fixture.app())
    await server.start_server()
    clients = []

    def console() -> Console:
        client = TestClient(server, cookie_jar=CookieJar(unsafe=True))
        clients.append(client)
        return Console(client)

    fixture.console = console  # type: ignore[attr-defined]
    yield fixture
    for client in clients:
        await client.close()
    await server.close()


async def test_nobody_sees_anything_without_a_login(office: Any) -> None:
    client = office.console().client
    answer = await client.get("/desk", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/desk/login")
    for path in ("/desk/api/lists", "/desk/api/cases/x", "/desk/api/suggest?q=x"):
        assert (await client.get(path)).status == 401
    assert (await client.post("/desk/api/cases/x/claim", json={})).status == 401
    answer = await client.get("/desk/live", headers={"Upgrade": "websocket", "Connection": "upgrade"})
    assert answer.status == 401


async def test_login_and_logout(office: Any) -> None:
    li = await office.console().login("li")
    cookie = next(morsel for morsel in li.client.session.cookie_jar if morsel.key == "yb_desk")
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    stored = str(office.do(lambda tx: list(tx.audit())))
    assert cookie.value not in stored
    assert "staff.login" in stored
    await li.client.post("/desk/logout", data={"csrf": li.csrf})
    assert (await li.client.get("/desk/api/lists")).status == 401


async def test_a_wrong_login_tells_nothing_and_is_locked_after_five(office: Any) -> None:
    console = office.console()
    unknown = await (await console.try_login("nobody", "x")).text()
    known = await (await console.try_login("li", "x")).text()
    assert "登录名或密码不对" in unknown
    assert "登录名或密码不对" in known
    for _ in range(4):
        await console.try_login("li", "x")
    locked = await console.try_login("li")
    assert locked.status == 429
    assert "分钟后再试" in await locked.text()
    assert (await console.try_login("wang")).status == 303


async def test_a_forged_login_form_and_a_person_who_left_are_refused(office: Any) -> None:
    console = office.console()
    answer = await console.client.post("/desk/login", data={"login": "li", "password": PASSWORD, "pre": "x"})
    assert answer.status == 403
    gone = StaffRow("staff-gone", "gone", "走", "agent", HASH, [], disabled=True)
    office.do(lambda tx: tx.put_staff(gone))
    assert (await console.try_login("gone")).status == 401
    li = await office.console().login("li")
    office.do(lambda tx: tx.put_staff(StaffRow(LI.id, "li", "李静", "agent", HASH, [], disabled=True)))
    assert (await li.client.get("/desk/api/lists")).status == 401


async def test_an_idle_session_ends_and_a_busy_one_goes_on(office: Any) -> None:
    li = await office.console().login("li")
    office.clock.pass_(minutes=20)
    assert (await li.client.get("/desk/api/lists", headers={"X-Active": "1"})).status == 200
    office.clock.pass_(minutes=20)
    assert (await li.client.get("/desk/api/lists")).status == 200
    office.clock.pass_(minutes=11)
    assert (await li.client.get("/desk/api/lists")).status == 401


async def test_every_act_needs_the_sessions_token(office: Any) -> None:
    case = office.case(await office.say("c1", "转人工"))
    li = await office.console().login("li")
    li.csrf, token = "wrong", li.csrf
    assert (await li.act(case.id, "claim")).status == 403
    li.csrf = token
    assert (await li.act(case.id, "claim")).status == 200
    assert (await li.act(case.id, "dance")).status == 404


async def test_the_whole_path_of_a_case(office: Any) -> None:
    case = office.case(await office.say("c1", "转人工"))
    li = await office.console().login("li")
    lists = await li.get("/desk/api/lists?view=queue")
    assert lists["counts"] == {"queue": 1, "mine": 0, "all": 1, "unanswered": 0}
    assert lists["cases"][0]["reason_label"] == "要求人工"
    assert (await li.act(case.id, "claim")).status == 200
    await office.say("c1", "起付线多少？", update="u2")
    assert (await li.get("/desk/api/lists?view=mine"))["counts"]["unanswered"] == 1
    found = await li.get("/desk/api/suggest?q=起付线")
    entry = found["entries"][0]
    assert entry["citations"][0]["title"] == "省直职工基本医疗保险暂行规定"
    await li.act(case.id, "reply", text=entry["text"], citations=entry["citations"], client_id="r1")
    await li.act(case.id, "note", text="已查")
    shown = await li.get(f"/desk/api/cases/{case.id}")
    assert [line["who"] for line in shown["lines"]] == ["member", "bot", "system", "member", "agent", "note"]
    assert shown["lines"][4]["citations"][0]["article"] == "第十三条"
    assert shown["lines"][4]["text"].endswith("10%。\n依据：《省直职工基本医疗保险暂行规定》第十三条")
    assert [(fact["label"], fact["value"]) for fact in shown["summary"]["facts"]] == [("总费用(元)", "30000.00")]
    assert (await li.act(case.id, "close", resolution="gone fishing")).status == 400
    assert (await li.act(case.id, "close", resolution="solved")).status == 200
    assert office.thread(case.thread_id).owner == "bot"
    assert (await li.act(case.id, "reply", text="再说一句")).status == 410
    closed = await li.get("/desk/api/lists?view=closed")
    assert closed["cases"][0]["resolution"] == "已解决"


async def test_a_second_claim_gets_a_sentence_that_says_who(office: Any) -> None:
    case = office.case(await office.say("c1", "转人工"))
    li, wang = await office.console().login("li"), await office.console().login("wang")
    assert (await li.act(case.id, "claim")).status == 200
    answer = await wang.act(case.id, "claim")
    assert (answer.status, (await answer.json())["error"]) == (409, "李静已先接入这个会话。")


async def test_cases_of_another_group_do_not_exist(office: Any) -> None:
    case = office.case(await office.say("c1", "我要举报"))
    li, jian = await office.console().login("li"), await office.console().login("jian")
    assert (await li.client.get(f"/desk/api/cases/{case.id}")).status == 410
    assert (await li.act(case.id, "claim")).status == 410
    assert (await jian.act(case.id, "claim")).status == 200
    assert (await jian.get("/desk/api/lists?view=all&q=举报"))["cases"] == []


async def test_search_finds_words_in_transcripts(office: Any) -> None:
    await office.say("c1", "透析怎么报")
    case = office.case(await office.say("c1", "转人工"))
    await office.say("c2", "转人工")
    li = await office.console().login("li")
    assert [row["id"] for row in (await li.get("/desk/api/lists?view=all&q=透析"))["cases"]] == [case.id]


async def test_what_only_the_member_may_read_is_not_shown_to_staff(office: Any) -> None:
    await office.say("c1", "查余额")
    case = office.case(await office.say("c1", "转人工"))
    li = await office.console().login("li")
    assert "1,234.56" not in str(await li.get(f"/desk/api/cases/{case.id}"))
    assert "1,234.56" not in str(await li.get("/desk/api/lists?view=queue"))
    assert (await li.get("/desk/api/lists?view=all&q=1,234"))["cases"] == []


async def test_the_console_is_woken_by_what_happens(office: Any) -> None:
    li = await office.console().login("li")
    socket = await li.client.ws_connect("/desk/live")
    assert (await socket.receive_json(timeout=5))["t"] == "wake"
    await socket.send_str("ping")
    assert (await socket.receive_json(timeout=5))["t"] == "pong"
    await asyncio.sleep(0.4)
    await office.say("c1", "转人工")
    assert (await socket.receive_json(timeout=5))["t"] == "wake"
    await office.say("c1", "还有一句")
    assert (await socket.receive_json(timeout=5))["t"] == "wake"
    await asyncio.sleep(0.4)
    await office.say("c2", "与坐席无关")
    with pytest.raises(TimeoutError):
        await socket.receive_json(timeout=0.5)


async def test_figures_are_for_leaders(office: Any) -> None:
    case = office.case(await office.say("c1", "<b>转人工</b>"))
    li, boss = await office.console().login("li"), await office.console().login("boss")
    assert (await li.client.get("/desk/figures")).status == 403
    answer = office.do(lambda tx: tx.messages(case.thread_id))[1]
    await li.act(case.id, "wrong", message=answer.id, text="应转人工")
    page = await boss.client.get("/desk/figures?period=week")
    text = await page.text()
    assert page.status == 200
    assert "应转人工" in text
    assert "&lt;b&gt;转人工" in text
    assert (await li.client.post(f"/desk/api/staff/{LI.id}/absent", headers={"X-CSRF-Token": li.csrf})).status == 403
    await li.act(case.id, "claim")
    moved = await boss.client.post(f"/desk/api/staff/{LI.id}/absent", headers={"X-CSRF-Token": boss.csrf})
    assert (await moved.json()) == {"moved": 1}


async def test_a_case_moves_to_a_group_and_waits_until_a_day(office: Any) -> None:
    case = office.case(await office.say("c1", "转人工"))
    li = await office.console().login("li")
    await li.act(case.id, "claim")
    assert (await li.act(case.id, "pause", waiting_for="hospital", due="2026-11-25")).status == 200
    shown = office.case(case.thread_id)
    assert shown.due_at.astimezone(shown.opened_at.tzinfo) - shown.opened_at > timedelta(days=2)
    assert (await li.act(case.id, "pause", waiting_for="hospital", due="25/11")).status == 400
    assert (await li.act(case.id, "transfer", text="x")).status == 400
    assert (await li.act(case.id, "transfer", group="settlement", text="请核对")).status == 200
    assert office.case(case.thread_id).group == "settlement"
    assert (await li.act(case.id, "requeue")).status == 409


async def test_two_hundred_waiting_conversations_list_quickly(office: Any) -> None:
    for number in range(200):
        await office.say(f"c{number}", "转人工")
    li = await office.console().login("li")
    started = time.perf_counter()
    found = await li.get("/desk/api/lists?view=queue")
    assert len(found["cases"]) == 200
    assert time.perf_counter() - started < 2.0  # a guard against a slow query; the bench measures
