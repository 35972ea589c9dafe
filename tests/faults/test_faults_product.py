"""Two whole workers, started as an office starts them, on one PostgreSQL: pages hear of what the other worker did."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from faults_cluster import Cluster
from faults_office import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.postgres]


def start(url: str, folder: Path) -> subprocess.Popen[str]:
    settings = {"YIBAO_DATA_DIR": str(folder), "YIBAO_DATABASE_URL": url, "YIBAO_LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "bot.cli.main", "serve", "--demo", "--port", "0"]
    return subprocess.Popen(
        command, env={**os.environ, **settings}, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def address_of(worker: subprocess.Popen[str]) -> str:
    assert worker.stdout is not None
    found = re.search(r"http://\S+:\d+", worker.stdout.readline())
    assert found
    return found[0]


@pytest.fixture
async def workers(server: Cluster, tmp_path: Path) -> AsyncIterator[list[subprocess.Popen[str]]]:
    both = [start(server.url, tmp_path)]
    both[0].address = await asyncio.to_thread(address_of, both[0])  # type: ignore[attr-defined]
    both.append(start(server.url, tmp_path))
    both[1].address = await asyncio.to_thread(address_of, both[1])  # type: ignore[attr-defined]
    yield both
    for worker in both:
        worker.terminate()
    for worker in both:
        await asyncio.to_thread(worker.wait, 30)
        assert worker.stdout
        worker.stdout.close()


async def lines(socket: aiohttp.ClientWebSocketResponse, words: str) -> dict[str, Any]:
    """The first line that a page is told and that holds these words."""
    async with asyncio.timeout(5):
        while True:
            told = await socket.receive_json()
            for line in told.get("lines", []):
                if words in line["text"]:
                    return dict(line)


async def test_a_page_on_one_worker_hears_what_was_said_on_the_other(workers: list[subprocess.Popen[str]]) -> None:
    here, there = (worker.address for worker in workers)  # type: ignore[attr-defined]
    headers = {"Cookie": f"yb_chat={secrets.token_urlsafe(32)}"}
    async with aiohttp.ClientSession(headers=headers, cookie_jar=aiohttp.DummyCookieJar()) as http:
        async with http.ws_connect(f"{here}/chat/live", headers={"Origin": here}) as page:
            await page.receive_json()
            body = {"id": "other-0001", "text": "住院起付线是多少"}
            async with http.post(f"{there}/chat/send", json=body) as answer:
                assert answer.status == 200
            heard = await lines(page, "起付")
            assert heard["seq"] == 1
        async with http.post(f"{here}/chat/send", json=body) as again:
            said = (await again.json())["lines"]
    assert [line["text"] for line in said].count("住院起付线是多少") == 1


async def test_each_worker_says_whether_it_is_ready_and_what_it_did(
    workers: list[subprocess.Popen[str]], server: Cluster
) -> None:
    address = workers[0].address  # type: ignore[attr-defined]
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{address}/readyz") as answer:
            told = await answer.json()
            assert (answer.status, told["status"], told["waiting"]) == (200, "ready", 0)
            assert re.fullmatch(r"[0-9a-f]{12}", told["rulebook"])
        async with http.get(f"{address}/metrics") as answer:
            page = await answer.text()
            assert f'yibao_rulebook_info{{version="{told["rulebook"]}"}} 1.0' in page
            assert "yibao_inbox_waiting 0.0" in page
        await asyncio.to_thread(server.stop, "fast")
        async with http.get(f"{address}/readyz") as answer:
            assert answer.status == 503
        async with http.get(f"{address}/healthz") as answer:
            assert answer.status == 200
        await asyncio.to_thread(server.start)
        async with asyncio.timeout(10):
            while (await http.get(f"{address}/readyz")).status != 200:  # noqa: ASYNC110  (no bell rings here)
                await asyncio.sleep(0.2)
