"""The REST API: who may do what with which key, that reports never appear, and that document and addresses agree."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.desk import hold, keys
from bot.desk.errors import BadAct
from bot.storage.port import Tx
from bot.web.api import OPERATIONS
from bot.web.openapi import document
from tests.bot.web_office import LI, MONDAY, Fixture

DOCS = Path(__file__).parents[2] / "docs" / "api.md"


class System:
    """Another system of the office with a key."""

    def __init__(self, client: TestClient[Any, Any], key: str) -> None:
        self.client, self.headers = client, {"Authorization": f"Bearer {key}"}

    async def get(self, path: str, status: int = 200) -> Any:
        answer = await self.client.get(f"/api/v1{path}", headers=self.headers)
        assert answer.status == status, await answer.text()
        return await answer.json()

    async def post(self, path: str, status: int = 200, **body: Any) -> Any:
        answer = await self.client.post(f"/api/v1{path}", headers=self.headers, json=body)
        assert answer.status == status, await answer.text()
        return await answer.json()


@pytest.fixture
async def office() -> Any:
    fixture = Fixture()
    client = TestClient(TestServer(fixture.app()))
    await client.start_server()

    def system(*scopes: str, name: str = "财务系统") -> System:
        return System(client, fixture.do(lambda tx: keys.add(tx, name, scopes, "shell:root", MONDAY)))

    fixture.system = system  # type: ignore[attr-defined]
    fixture.client = client  # type: ignore[attr-defined]
    yield fixture
    await client.close()


async def test_without_a_right_key_nothing_is_told(office: Any) -> None:
    await System(office.client, "").get("/cases", 401)
    await System(office.client, "yb_wrong").get("/cases", 401)
    assert (await office.client.get("/api/v1/cases")).status == 401
    assert (await office.client.get("/api/v1/openapi.json")).status == 200
    system = office.system("cases")
    await system.get("/cases")
    office.do(lambda tx: keys.revoke(tx, "财务系统", "shell:root", MONDAY))
    await system.get("/cases", 401)


async def test_a_key_is_kept_as_a_hash_and_its_use_is_noted(office: Any) -> None:
    system = office.system("cases")
    key = system.headers["Authorization"].removeprefix("Bearer ")
    await system.get("/cases")
    (row,) = office.do(lambda tx: tx.api_keys())
    assert key not in str(row)
    assert key not in str(list(office.do(lambda tx: tx.audit())))
    assert row.used_at == MONDAY
    for name, scopes in (("财务系统", ["cases"]), ("", ["cases"]), ("x", []), ("x", ["everything"])):
        with pytest.raises(BadAct):
            office.do(lambda tx, name=name, scopes=scopes: keys.add(tx, name, scopes, "me", MONDAY))


async def test_each_address_needs_its_scope(office: Any) -> None:
    case = office.case(await office.say("c1", "转人工"))
    for operation in OPERATIONS:
        others = [scope for scope in keys.SCOPES if scope != operation.scope]
        system = office.system(*others, name=operation.path + operation.method)
        path = operation.path.removeprefix("/api/v1").replace("{case}", case.id)
        refused = await (system.get(path, 403) if operation.method == "GET" else system.post(path, 403))
        assert operation.scope in refused["error"]


async def test_cases_and_what_was_said(office: Any) -> None:
    await office.say("c1", "查余额")
    case = office.case(await office.say("c1", "转人工"))
    office.do(lambda tx: hold.claim(tx, case.id, LI, MONDAY))
    system = office.system("cases", "transcripts", "notes")
    (row,) = (await system.get("/cases?state=open"))["cases"]
    assert (row["id"], row["reason"], row["agent"], row["closed_at"]) == (case.id, "asked", "李静", None)
    assert (await system.get("/cases?state=waiting"))["cases"] == []
    assert (await system.get("/cases?since=2026-11-24T00:00:00%2B08:00"))["cases"] == []
    await system.get("/cases?since=yesterday", 400)
    await system.get("/cases?since=2026-11-24T00:00:00", 400)
    await system.get("/cases?state=lost", 400)
    await system.post(f"/cases/{case.id}/notes", text="结算单号 8841 已核对")
    await system.post(f"/cases/{case.id}/notes", 400, text="")
    told = await system.get(f"/cases/{case.id}")
    assert [line["text"] for line in told["lines"]][-1] == "结算单号 8841 已核对"
    assert told["lines"][-1]["name"] == "财务系统"
    assert "1,234.56" not in str(told)
    acts = [(row["actor"].partition(":")[0], row["act"]) for row in office.do(lambda tx: list(tx.audit()))]
    assert ("key", "case.read") in acts
    assert ("key", "case.note") in acts


async def test_reports_do_not_exist_for_systems(office: Any) -> None:
    report = office.case(await office.say("c1", "我要举报医院骗保"))
    system = office.system("cases", "transcripts", "notes", "figures")
    assert (await system.get("/cases"))["cases"] == []
    await system.get(f"/cases/{report.id}", 410)
    await system.post(f"/cases/{report.id}/notes", 410, text="x")
    assert (await system.get("/figures"))["opened"] == 0


async def test_figures_work_list_and_answers(office: Any) -> None:
    office.client.app[next(iter(office.client.app))].hooks.price = lambda facts, _now: {
        "estimate": {"status": "ok", "member_pays": facts["total"]},
        "text": "您自己付",
        "rulebook": "r1",
        "citations": [],
    }
    await office.say("c1", "转人工")
    system = office.system("figures", "worklist", "answers")
    assert (await system.get("/figures"))["waiting"] == 1
    assert (await system.get("/worklist?kind=down")) == {"items": []}
    await system.get("/worklist?kind=bad", 400)
    found = (await system.get("/answers?q=起付线"))["entries"][0]
    assert found["citations"][0]["title"] == "省直职工基本医疗保险暂行规定"
    assert (await system.post("/estimate", total="3.00"))["estimate"]["member_pays"] == "3.00"


def test_the_document_names_every_address_and_its_scope() -> None:
    made = document(OPERATIONS, "示例")
    assert made["openapi"].startswith("3.1")
    for operation in OPERATIONS:
        told = made["paths"][operation.path][operation.method.lower()]
        assert told["security"] == [{"key": [operation.scope]}]
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(made)))
    assert references <= set(made["components"]["schemas"])


def test_the_page_for_people_names_every_address_and_scope() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert all(f"`{one.method} {one.path}`" in text for one in OPERATIONS)
    assert all(f"`{scope}`" in text for scope in keys.SCOPES)


def test_keys_of_one_store_are_no_keys_of_another(store: Any) -> None:
    def work(tx: Tx) -> bool:
        key = keys.add(tx, "a", ["cases"], "me", MONDAY)
        return keys.find(tx, key, MONDAY) is not None and keys.find(tx, key + "x", MONDAY) is None

    assert store.run_sync(work)
