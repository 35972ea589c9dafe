"""A worker is killed with -9 at each step of a turn: nothing is lost, nothing done twice, no reply silently gone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from faults_office import Members, Platform, Worker, reckon, settled

pytestmark = pytest.mark.slow
ENGINES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/office.sqlite3"
    found: str = request.getfixturevalue("postgres_url")
    return found


STEPS = {
    # step: (replies the platform got, replies marked unknown)
    "before-commit": (1, 0),
    "after-commit": (1, 0),
    "before-send": (0, 1),
    "between-send-and-mark": (1, 1),
}


@pytest.mark.parametrize("step", STEPS)
async def test_a_kill_at_this_step_loses_and_doubles_nothing(url: str, step: str) -> None:
    async with Platform() as platform:
        members = Members([], again=0.0)
        async with Worker(url, platform, step) as first:
            members.workers = [first]
            writing = asyncio.create_task(members.write(chats=1, each=1))
            await first.gone()
            async with Worker(url, platform) as second:
                members.workers = [second]
                await asyncio.wait_for(writing, 20)
                await settled(url, 20)
        told = reckon(url, platform, chats=1, each=1)
        got, unknown = STEPS[step]
        assert told.line == "lost 0 doubled 0 out-of-order 0"
        assert (len(platform.taken), told.unknown, told.sent) == (got, unknown, 1 - unknown)
        assert told.sent_twice == 0


async def test_a_worker_told_to_end_finishes_its_turns_and_what_it_is_sending(url: str) -> None:
    async with Platform() as platform, Worker(url, platform) as first:
        members = Members([first], again=0.0)
        await members.write(chats=20, each=3)
        assert await first.end() == 0
        told = reckon(url, platform, chats=20, each=3)
        assert (told.line, told.unknown) == ("lost 0 doubled 0 out-of-order 0", 0)
        async with Worker(url, platform):
            await settled(url, 10)
        told = reckon(url, platform, chats=20, each=3)
        assert (told.sent, told.unknown, told.sent_twice, told.sent_out_of_order) == (60, 0, 0, 0)
