"""How long what is no book of the office is kept, and the jobs that forget it then.

The ledger, the insured relations and the audit log are the office's books: nothing here touches them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import delete, or_, select

from bot.members import tables as t
from bot.storage.port import Tx
from bot.storage.tables import messages, threads

AT_ONCE = 200
"""Conversations forgotten in one transaction."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Times after which something is forgotten; the settings `keep_…_days` say them."""

    attempts: timedelta = timedelta(days=30)
    challenges: timedelta = timedelta(days=1)
    idle_bindings: timedelta = timedelta(days=365)
    snapshots: timedelta = timedelta(days=30)
    ended_mandates: timedelta = timedelta(days=730)
    conversations: timedelta = timedelta(days=1095)

    @classmethod
    def of(cls, settings: Any) -> Self:
        """What the settings of an installation say."""
        return cls(
            attempts=timedelta(days=settings.keep_attempts_days),
            idle_bindings=timedelta(days=settings.keep_bindings_days),
            snapshots=timedelta(days=settings.keep_snapshots_days),
            ended_mandates=timedelta(days=settings.keep_mandates_days),
            conversations=timedelta(days=settings.keep_conversations_days),
        )


def sweep(tx: Tx, now: datetime, retention: Retention | None = None) -> int:
    """Forget traces of checks, bindings, links, mandates and answers that are past their time; returns how many."""
    kept = retention or Retention()
    gone = tx.drop_secrets(before=now)
    if tx.sql is None:
        return gone
    old_link = or_(t.links.c.expires_at < now - kept.attempts, t.links.c.used_at < now - kept.attempts)
    for statement in (
        delete(t.attempts).where(t.attempts.c.at < now - kept.attempts),
        delete(t.challenges).where(t.challenges.c.expires_at < now - kept.challenges),
        delete(t.bindings).where(t.bindings.c.fresh_at < now - kept.idle_bindings),
        delete(t.links).where(old_link),
        delete(t.snapshots).where(t.snapshots.c.fetched_at < now - kept.snapshots),
        delete(t.mandates).where(t.mandates.c.expires_at < now - kept.ended_mandates),
    ):
        gone += tx.sql.execute(statement).rowcount
    return gone


def forget_conversations(tx: Tx, now: datetime, retention: Retention | None = None) -> int:
    """Erase the words of conversations that nobody touched for long, some at a time; returns how many."""
    if tx.sql is None:
        return 0
    before = now - (retention or Retention()).conversations
    said = select(messages.c.id).where(messages.c.thread_id == threads.c.id).exists()
    query = select(threads.c.id).where(threads.c.active_at < before, said).limit(AT_ONCE)
    found = list(tx.sql.scalars(query))
    for thread_id in found:
        tx.erase_thread(thread_id)
    return len(found)
