"""One job among all workers: held, handed over, taken after a death, and fenced when the holder slept too long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.engine.single import FencedStore, LeaseLost, Single
from bot.storage.port import StorageDown, Store

SHORT = 1.0


class Worker:
    """A worker that wants to do the job, and tells whether it does."""

    def __init__(self, store: Store, name: str = "job") -> None:
        self.works = False
        self.starts = 0
        self.store: Store | None = None
        self.single = Single(store, name, self._job, seconds=SHORT)
        self.task = asyncio.create_task(self.single.run())

    async def _job(self, store: Store) -> None:
        self.works, self.store, self.starts = True, store, self.starts + 1
        try:
            await asyncio.sleep(3600)
        finally:
            self.works = False

    async def end(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


async def until(test: Callable[[], bool], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not test():  # noqa: ASYNC110  (no bell rings here)
            await asyncio.sleep(0.01)


async def test_of_two_workers_one_works_and_the_other_takes_over_at_its_end(store: Store) -> None:
    one, two = Worker(store), Worker(store)
    await until(lambda: one.works or two.works)
    await asyncio.sleep(3 * SHORT)
    first, second = (one, two) if one.works else (two, one)
    assert (first.works, second.works) == (True, False)
    await first.end()
    assert not first.works
    await until(lambda: second.works)
    assert (first.starts, second.starts) == (1, 1)
    await second.end()


async def test_two_jobs_of_different_names_run_at_once(store: Store) -> None:
    one, two = Worker(store, "a"), Worker(store, "b")
    await until(lambda: one.works and two.works)
    await one.end()
    await two.end()


async def test_who_slept_through_its_lease_can_write_nothing(store: Store) -> None:
    old = store.run_sync(lambda tx: tx.take_lease("job", "sleeper", 0.0))
    assert old is not None
    sleeper = FencedStore(store, "job", old)
    await sleeper.run(lambda tx: tx.put_meta("written", "before"))
    store.run_sync(lambda tx: tx.take_lease("job", "other", 60))
    with pytest.raises(LeaseLost):
        await sleeper.run(lambda tx: tx.put_meta("written", "after"))
    assert store.run_sync(lambda tx: tx.meta("written")) == "before"


async def test_a_stolen_lease_ends_the_job(store: Store) -> None:
    one = Worker(store)
    await until(lambda: one.works)
    store.run_sync(lambda tx: tx.drop_lease("job", 1))
    store.run_sync(lambda tx: tx.take_lease("job", "thief", 60))
    await until(lambda: not one.works)
    await one.end()


class Failing:
    """A store whose server can go away."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.away = False

    async def run(self, work: object) -> object:
        if self.away:
            raise StorageDown("away")
        return await self._store.run(work)  # type: ignore[arg-type]


async def test_without_a_database_the_job_ends_before_its_lease_does(store: Store) -> None:
    failing = Failing(store)
    one = Worker(failing)  # type: ignore[arg-type]
    await until(lambda: one.works)
    failing.away = True
    await until(lambda: not one.works, seconds=SHORT + 0.2)
    failing.away = False
    await until(lambda: one.works)
    await one.end()


async def test_a_job_that_fails_is_begun_again(store: Store) -> None:
    begun = 0

    async def fail(_store: Store) -> None:
        nonlocal begun
        begun += 1
        raise ValueError("on purpose")

    task = asyncio.create_task(Single(store, "job", fail, seconds=SHORT).run())
    await until(lambda: begun >= 2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
