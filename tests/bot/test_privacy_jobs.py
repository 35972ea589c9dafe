"""The jobs seal and forget by themselves, and a stranger costs the database exactly what a member does."""

import asyncio
import contextlib
from datetime import timedelta

from members_office import CHEN, NOW, WANG, Office
from sqlalchemy import event

from bot.members.wiring import identity_port
from bot.privacy import chain
from bot.privacy.jobs import look_after
from bot.privacy.secrets import keep


async def test_the_log_is_sealed_and_typed_numbers_are_forgotten_without_anybody_asking(database):
    office = Office(database)
    vault = office.membership.vault
    await database.run(lambda tx: keep(tx, vault, tx.thread_for("web", "main", "t", "t").id, {"⟦身份证1⟧": "1"}, NOW))
    await database.run(lambda tx: tx.note_audit("staff:1", "read", "member:1", {}, NOW))
    job = asyncio.create_task(look_after(database, vault, lambda: NOW + timedelta(hours=1), minute=0.01))
    for _ in range(500):
        verdict = await database.run(lambda tx: chain.verify(tx.sql, vault))
        typed = await database.run(lambda tx: tx.secret(tx.thread_for("web", "main", "t", "t").id, "⟦身份证1⟧"))
        if verdict.sealed and typed is None:
            break
        await asyncio.sleep(0.01)
    assert (verdict.sealed, verdict.unsealed, verdict.faults) == (1, 0, [])
    job.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await job
    assert typed is None


def test_a_stranger_a_wrong_name_and_a_member_run_the_same_statements(database):
    office = Office(database)
    seen = []

    def note(_connection, _cursor, statement, *_):
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)

    def statements(thread, name, number):
        office.store.run_sync(lambda tx: tx.thread_for("web", "main", thread, thread))
        seen.clear()
        office.store.run_sync(lambda tx: _begin_and_miss(office, tx, thread, name, number))
        return list(seen)

    member = statements("a", WANG.name, WANG.number)
    assert statements("b", "某人", "11010519491231002X") == member
    assert statements("c", CHEN.name + "某", CHEN.number) == member
    event.remove(database.engine, "before_cursor_execute", note)


def _begin_and_miss(office, tx, thread, name, number):
    row = tx.thread_for("web", "main", thread, thread)
    identity = identity_port(tx, row, office.now, office.membership)
    assert identity.begin(name, number) == "sent"
    assert identity.verify("abcdef") == "wrong"
