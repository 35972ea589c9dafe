"""The locked console, the member card and the priced stay over HTTP, thumbs under answers, the chat on other pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer

from bot.desk.errors import BadAct
from bot.desk.worklist import items
from bot.web.site import SITE, WebConfig
from tests.bot.test_web_desk import Console
from tests.bot.web_office import PASSWORD, Fixture


@pytest.fixture
async def office() -> Any:
    fixture = Fixture(config=WebConfig(embed=frozenset({"https://www.example.gov.cn"})))
    server = TestServer(fixture.app())
    await server.start_server()
    clients: list[Any] = []

    def client() -> Any:
        clients.append(TestClient(server, cookie_jar=CookieJar(unsafe=True)))
        return clients[-1]

    fixture.client = client  # type: ignore[attr-defined]
    fixture.site = server.app[SITE]  # type: ignore[attr-defined]
    yield fixture
    for one in clients:
        await one.close()
    await server.close()


async def test_a_locked_console_shows_nothing_until_the_password_comes(office: Any) -> None:
    case = office.case(await office.say("c1", "转人工"))
    li = await Console(office.client()).login("li")
    headers = {"X-CSRF-Token": li.csrf}
    assert (await li.client.post("/desk/api/lock", headers=headers)).status == 200
    assert (await li.client.get("/desk/api/lists")).status == 423
    assert (await li.act(case.id, "claim")).status == 423
    assert (await li.client.get("/desk/live", headers={"Upgrade": "websocket", "Connection": "upgrade"})).status == 423
    page = await li.client.get("/desk")
    assert 'class="console locked"' in await page.text()
    wrong = await li.client.post("/desk/api/unlock", json={"password": "x"}, headers=headers)
    assert wrong.status == 403
    right = await li.client.post("/desk/api/unlock", json={"password": PASSWORD}, headers=headers)
    assert right.status == 200
    assert (await li.act(case.id, "claim")).status == 200
    acts = [row["act"] for row in office.do(lambda tx: tx.audit())]
    assert {"staff.lock", "staff.unlock"} <= set(acts)


async def test_guessing_at_a_lock_is_slowed_down_like_a_login(office: Any) -> None:
    li = await Console(office.client()).login("li")
    headers = {"X-CSRF-Token": li.csrf}
    await li.client.post("/desk/api/lock", headers=headers)
    tries = [await li.client.post("/desk/api/unlock", json={"password": "x"}, headers=headers) for _ in range(6)]
    assert [answer.status for answer in tries] == [403] * 5 + [429]


async def test_only_who_holds_a_conversation_looks_behind_the_card(office: Any) -> None:
    asked: list[tuple[str, str]] = []
    office.site.hooks.reveal = lambda _tx, _case, _staff, _now, what, why: asked.append((what, why)) or "13800000000"
    case = office.case(await office.say("c1", "转人工"))
    report = office.case(await office.say("c2", "我要举报"))
    li, jian = await Console(office.client()).login("li"), await Console(office.client()).login("jian")
    assert (await li.get(f"/desk/api/cases/{case.id}/card")) == {"bound": False, "callback": False}
    assert (await li.act(case.id, "reveal", what="phone", why="回电")).status == 409
    await li.act(case.id, "claim")
    assert (await (await li.act(case.id, "reveal", what="phone", why="回电")).json())["value"] == "13800000000"
    await jian.act(report.id, "claim")
    assert "受保护" in (await jian.get(f"/desk/api/cases/{report.id}/card"))["protected"]
    assert (await jian.act(report.id, "reveal", what="phone", why="回电")).status == 400
    assert asked == [("phone", "回电")]
    shown = await jian.get(f"/desk/api/cases/{report.id}")
    assert (shown["case"]["who"], shown["summary"]["facts"]) == ("举报人", [])


def price(facts: Any, _now: datetime) -> dict[str, Any]:
    """A price that is right only for 30,000."""
    right = facts.get("total") == "30000.00"
    estimate = {"status": "ok" if right else "bad_input", "member_pays": "10800.00", "lines": []}
    cited = [{"doc": "henan-employee-2001", "article": "第十三条"}]
    told = {
        "estimate": estimate,
        "text": "您自己付10,800.00元。\n依据：第十三条",
        "citations": cited,
        "facts": dict(facts),
    }
    return {**told, "sendable": right, "problems": [], "rulebook": "r1"}


async def test_a_priced_stay_is_worked_out_by_the_server_and_sent_with_its_basis(office: Any) -> None:
    office.site.hooks.price = price
    case = office.case(await office.say("c1", "转人工"))
    li = await Console(office.client()).login("li")
    answer = await li.client.post(
        "/desk/api/price", json={"facts": {"total": "30000.00"}}, headers={"X-CSRF-Token": li.csrf}
    )
    assert (await answer.json())["citations"][0]["title"] == "省直职工基本医疗保险暂行规定"
    facts = {"total": "30000.00"}
    assert (await li.act(case.id, "estimate", facts=facts)).status == 409
    await li.act(case.id, "claim")
    assert (await li.act(case.id, "estimate", facts={"total": "1"})).status == 400
    assert (await li.act(case.id, "estimate", facts=facts, client_id="e1")).status == 200
    assert (await li.act(case.id, "estimate", facts=facts, client_id="e1")).status == 200
    said = [row for row in office.do(lambda tx: tx.messages(case.thread_id)) if row.who == "agent"]
    assert len(said) == 1
    assert (said[0].meta["estimate"]["member_pays"], said[0].meta["rulebook"]) == ("10800.00", "r1")
    assert said[0].meta["citations"] == [{"doc": "henan-employee-2001", "article": "第十三条"}]


async def test_tags_filters_and_search_by_tag(office: Any) -> None:
    case = office.case(await office.say("c1", "转人工"))
    await office.say("c2", "转人工")
    li = await Console(office.client()).login("li")
    assert (await li.act(case.id, "tag", tags=["转诊"])).status == 200
    assert (await li.act(case.id, "tag", tags=["一" * 20])).status == 400
    for query in ("f=tag:转诊", "q=转诊", "q=%23转诊"):
        found = await li.get(f"/desk/api/lists?view=queue&{query}")
        assert [row["id"] for row in found["cases"]] == [case.id]
    assert (await li.get("/desk/api/lists?view=queue&f=reason:anger"))["cases"] == []


async def test_the_export_is_for_leaders_and_written_down(office: Any) -> None:
    await office.say("c1", "转人工")
    li, boss = await Console(office.client()).login("li"), await Console(office.client()).login("boss")
    assert (await li.client.get("/desk/figures.csv")).status == 403
    answer = await boss.client.get("/desk/figures.csv?period=week")
    text = await answer.text()
    assert answer.content_type == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert text.count("\r\n") == 2
    assert "figures.export" in [row["act"] for row in office.do(lambda tx: tx.audit())]


async def test_an_item_of_the_list_is_settled_by_a_leader(office: Any) -> None:
    case = office.case(await office.say("c1", "转人工"))
    answer = office.do(lambda tx: tx.messages(case.thread_id))[1]
    li, boss = await Console(office.client()).login("li"), await Console(office.client()).login("boss")
    await li.act(case.id, "wrong", message=answer.id)
    (item,) = office.do(items)
    path = f"/desk/api/items/{item.id}/done"
    assert (await li.client.post(path, headers={"X-CSRF-Token": li.csrf})).status == 403
    assert (await boss.client.post(path, headers={"X-CSRF-Token": boss.csrf})).status == 200
    assert (await boss.client.post(path, headers={"X-CSRF-Token": boss.csrf})).status == 400


async def test_a_member_judges_only_answers_of_their_own_chat(office: Any) -> None:
    client = office.client()
    assert (await client.post("/chat/thumb", json={"seq": 1, "up": True})).status == 401
    await client.get("/")
    sent = await client.post("/chat/send", json={"id": "abcdefgh", "text": "起付线多少"})
    lines = (await sent.json())["lines"]
    assert [line["thumb"] for line in lines] == [None, ""]
    seq = lines[1]["seq"]
    assert (await (await client.post("/chat/thumb", json={"seq": seq, "up": False})).json()) == {"thumb": "down"}
    assert [item.kind for item in office.do(items)] == ["down"]
    for body in ({"seq": 1, "up": True}, {"seq": "1", "up": True}, {"seq": 99, "up": True}, {"seq": seq}):
        assert (await client.post("/chat/thumb", json=body)).status == 400
    again = await (await client.get("/chat/poll?now=1")).json()
    assert again["lines"][1]["thumb"] == "down"


async def test_only_named_origins_may_frame_the_chat_and_nothing_else(office: Any) -> None:
    client = office.client()
    framed = await client.get("/?embed=1")
    assert "frame-ancestors https://www.example.gov.cn" in framed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed.headers
    for path in ("/", "/desk/login?embed=1"):
        answer = await client.get(path)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"
    script = await client.get("/widget.js")
    assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "innerHTML" not in await script.text()


def test_a_stay_is_priced_with_the_words_a_member_reads() -> None:
    from bot.desk.pricing import priced  # noqa: PLC0415
    from bot.parameters import SAMPLE_WAGE  # noqa: PLC0415
    from bot.rulebook import load_rulebook  # noqa: PLC0415

    rulebook, now = load_rulebook([SAMPLE_WAGE]), datetime(2026, 11, 20, tzinfo=UTC)
    stay = {"scheme": "henan-employee", "total": "30000", "self_paid": "0", "class_b": "0", "age": ""}
    more = {"hospital_level": "tertiary", "admission_no": "1", "status": "active"}
    # 10% of the sample wage of 60,000 is 6,000; 20% of the other 24,000 is 4,800
    found = priced(rulebook, {**stay, **more}, now)
    assert (found["sendable"], found["estimate"]["member_pays"]) == (True, "10800.00")
    assert found["text"].startswith("您自己付10,800.00元")
    assert "第十三条" in found["text"]
    assert {"doc": "henan-employee-2001", "article": "第十三条"} in found["citations"]
    wrong = priced(rulebook, {**stay, "total": "三万"}, now)
    assert (wrong["sendable"], wrong["problems"]) == (False, ["总费用(元)：不是数字"])
    assert priced(rulebook, stay, now)["problems"][0].startswith("没有填：")
    with pytest.raises(BadAct):
        priced(rulebook, {str(n): "1" for n in range(50)}, now)
