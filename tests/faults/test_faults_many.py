"""Three workers on one PostgreSQL, thousands of messages with redeliveries, while workers are killed, the server is
restarted and the platform refuses and lies: every message once and in order, every reply sent or known to be unknown.
"""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from faults_cluster import Cluster
from faults_office import Members, Platform, Worker, reckon, settled

pytestmark = [pytest.mark.slow, pytest.mark.postgres]
CHATS, EACH = 60, 50


async def disturb(
    url: str, server: Cluster, platform: Platform, workers: list[Worker], writing: asyncio.Task[None]
) -> int:
    """Kill one worker after the other and restart the server twice, until the members have written everything."""
    rounds = 0
    while not writing.done():
        await asyncio.sleep(1.0)
        victim = workers[rounds % 3]
        await victim.close()
        if rounds in {1, 3}:
            await asyncio.to_thread(server.stop, "fast" if rounds == 1 else "immediate")
            await asyncio.sleep(0.5)
            await asyncio.to_thread(server.start)
        workers[rounds % 3] = await Worker(url, platform).ready()
        rounds += 1
    return rounds


async def test_three_workers_under_faults_lose_and_double_nothing(server: Cluster) -> None:
    async with Platform(refuse=0.1, lie=0.005) as platform:
        workers = list(await asyncio.gather(*(Worker(server.url, platform).ready() for _ in range(3))))
        try:
            members = Members(workers, again=0.2, later=0.3)
            writing = asyncio.create_task(members.write(CHATS, EACH))
            rounds = await asyncio.wait_for(disturb(server.url, server, platform, workers, writing), 180)
            await settled(server.url, 60)
        finally:
            for worker in workers:
                await worker.close()
        told = reckon(server.url, platform, CHATS, EACH)
        assert told.line == "lost 0 doubled 0 out-of-order 0"
        assert (told.waiting, told.unsent, told.sent_twice, told.sent_out_of_order) == (0, 0, 0, 0)
        assert told.sent + told.unknown == CHATS * EACH
        assert rounds >= 2
        assert members.redelivered > CHATS * EACH // 10


async def test_one_worker_polls_and_another_takes_over_when_it_is_killed(server: Cluster) -> None:
    async with Platform() as platform, Worker(server.url, platform) as one, Worker(server.url, platform) as two:
        await asyncio.sleep(1.5)
        first = set(platform.polls)
        assert len(first) == 1
        poller, other = (one, two) if one.pid in first else (two, one)
        poller.kill()
        await poller.gone()
        platform.polls.clear()
        async with asyncio.timeout(8):
            while other.pid not in platform.polls:  # noqa: ASYNC110  (the platform rings no bell here)
                await asyncio.sleep(0.05)
        assert set(platform.polls) == {other.pid}


async def test_two_who_both_want_to_poll_never_do_at_once(server: Cluster) -> None:
    async with Platform() as platform:
        async with Worker(server.url, platform), Worker(server.url, platform):
            await asyncio.sleep(3)
        assert len(Counter(platform.polls)) == 1
        assert len(platform.polls) > 5
