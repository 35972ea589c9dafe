"""The storage port: one transaction, in which a whole turn happens; SQL and in-memory implement it alike.

All times are aware datetimes in UTC. Ids are strings made by `new_id()` (time-ordered). JSON columns are plain dicts.
Errors: `Conflict` when a compare-and-set lost; `StorageDown` when the database cannot be reached or written.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from bot.storage.backlog import Backlog
from bot.storage.rows import (
    ApiKeyRow,
    CaseRow,
    EffectRow,
    InboxRow,
    MessageRow,
    OutboxRow,
    Owner,
    ParameterRow,
    StaffRow,
    ThreadRow,
    WorkItemRow,
)

__all__ = [
    "ApiKeyRow",
    "CaseRow",
    "Conflict",
    "EffectRow",
    "Heard",
    "InboxRow",
    "MessageRow",
    "OutboxRow",
    "Owner",
    "ParameterRow",
    "StaffRow",
    "StorageDown",
    "StorageError",
    "Store",
    "ThreadRow",
    "Tx",
    "WorkItemRow",
    "new_id",
]

T = TypeVar("T")


class StorageError(Exception):
    """Root of what storage raises: `Conflict`, `StorageDown`."""


class Conflict(StorageError):
    """A compare-and-set found another version: somebody was faster."""


class StorageDown(StorageError):
    """The database cannot be reached or written; the sentence says what to look at."""


class _Ids:
    """Ids that never go back within a process, not even within one millisecond or when the clock does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> int:
        """Milliseconds and a counter of 65,536 steps in one number."""
        with self._lock:
            self._last = max(self._last + 1, (time.time_ns() // 1_000_000) << 16)
            return self._last


_ids = _Ids()


def new_id() -> str:
    """A time-ordered id: 12 hex digits of milliseconds, 4 of a counter and 8 random ones."""
    return f"{_ids.next():016x}{secrets.token_hex(4)}"


class Tx(Protocol):
    """One open transaction. Nothing is visible to others before its end."""

    def thread_for(self, channel: str, account: str, chat: str, person: str) -> ThreadRow:
        """The thread of this address, made when it is new, locked until the end of the transaction."""

    def thread(self, thread_id: str) -> ThreadRow | None:
        """One thread, locked until the end of the transaction; None when there is none."""

    def save_state(self, thread_id: str, state: dict[str, Any], at: datetime) -> None:
        """Write the dialogue state and the time of the last activity."""

    def set_owner(
        self, thread_id: str, expect_version: int, owner: Owner, *, agent_id: str | None, case_id: str | None
    ) -> int:
        """Change the owner by compare-and-set; returns the new version, raises `Conflict` when it moved on."""

    def set_blocked(self, thread_id: str, *, blocked: bool) -> None:
        """Mark a member who blocked the bot."""

    def add_inbox(self, row: InboxRow) -> bool:
        """Insert; False when this platform id is already there (a redelivery)."""

    def take_in(self, row: InboxRow) -> tuple[bool, bool]:
        """Insert into the thread held by this transaction: whether the row is new, and whether earlier rows of its
        thread still wait for their turn.
        """

    def inbox(self, channel: str, account: str, platform_id: str) -> InboxRow | None:
        """The row of a platform id."""

    def pending(self, thread_id: str) -> list[InboxRow]:
        """Rows of a thread whose turn has not happened, in order."""

    def threads_pending(self, limit: int) -> list[str]:
        """Threads with rows whose turn has not happened, oldest first (after a crash, or for another worker)."""

    def finish_inbox(self, inbox_id: str, at: datetime, error: str = "") -> None:
        """Mark a row's turn as done, or as failed with the kind of fault; its body goes, the transcript has it."""

    def add_message(self, row: MessageRow) -> MessageRow:
        """Append to the transcript; `seq` is given here."""

    def messages(self, thread_id: str, *, after: int = 0, limit: int = 200, newest: bool = False) -> list[MessageRow]:
        """Transcript lines with seq greater than `after`, in order; `newest`: the last `limit` of them."""

    def mark_message(self, message_id: str, name: str, value: Any) -> None:
        """Put one name into the `meta` of a transcript line (a member's thumb under an answer)."""

    def replies_to(self, inbox_id: str) -> list[MessageRow]:
        """What was answered to one inbox row, for a platform that asks again."""

    def add_outbox(self, row: OutboxRow) -> None:
        """Queue a message for a channel that must be called."""

    def due_outbox(
        self, channel: str, account: str, now: datetime, limit: int, lease_seconds: int = 60
    ) -> list[OutboxRow]:
        """Rows to send now, the oldest of each thread, marked `sending` and leased; skipped if held elsewhere."""

    def stale_outbox(self, channel: str, account: str, now: datetime) -> list[OutboxRow]:
        """Rows still `sending` after their lease: nobody knows whether they went out."""

    def update_outbox(self, row: OutboxRow) -> None:
        """Write status, tries, next_at and error."""

    def outbox(self, *, status: str | None = None, thread_id: str | None = None, limit: int = 200) -> list[OutboxRow]:
        """Rows by status and thread."""

    def outbox_row(self, outbox_id: str) -> OutboxRow | None:
        """One row, locked until the end of the transaction."""

    def doubt_outbox(self, why: str) -> int:
        """Mark every row that was not sent as `unknown`, since it may have been after all; returns how many."""

    def backlog(self) -> Backlog:
        """What waits now: updates, replies, effects, members who want a person."""

    def add_effect(self, row: EffectRow) -> None:
        """Promise slow work; published as `work`."""

    def take_effects(self, limit: int, now: datetime | None = None, lease_seconds: int = 60) -> list[EffectRow]:
        """New effects and those of a dead process, marked `running` and leased; skipped if held elsewhere."""

    def finish_effect(self, effect_id: str, status: str) -> None:
        """Mark `done` or `failed`."""

    def add_case(self, row: CaseRow) -> None:
        """Open a case."""

    def case(self, case_id: str) -> CaseRow | None:
        """One case."""

    def update_case(self, row: CaseRow) -> None:
        """Write a case whole."""

    def cases(
        self,
        *,
        open_only: bool = False,
        waiting_only: bool = False,
        agent_id: str | None = None,
        thread_id: str | None = None,
        groups: Sequence[str] | None = None,
        since: datetime | None = None,
        limit: int = 500,
    ) -> list[CaseRow]:
        """Cases, oldest first. `waiting_only`: opened, not closed, claimed by nobody."""

    def staff(self, *, login: str | None = None, staff_id: str | None = None) -> StaffRow | None:
        """One person of the office by login or id."""

    def all_staff(self) -> list[StaffRow]:
        """Everybody, by login."""

    def put_staff(self, row: StaffRow) -> None:
        """Insert or write a person."""

    def parameters(self) -> list[ParameterRow]:
        """All dated values, by scheme, name and since."""

    def put_parameter(self, row: ParameterRow) -> None:
        """Insert or replace the value of (scheme, name, since); counts up `meta("parameters")`."""

    def meta(self, key: str) -> str | None:
        """A fact about this database: `sample`, `parameters` (the count of changes)."""

    def put_meta(self, key: str, value: str) -> None:
        """Write a fact about this database."""

    def take_lease(self, name: str, holder: str, seconds: float) -> int | None:
        """Take or prolong a lease for `holder`: its fence, which counts up with every change of hands; None while
        another holds it. The database's clock decides, where it has one.
        """

    def holds_lease(self, name: str, fence: int) -> bool:
        """Whether nobody has taken the lease since this fence, nor can before the end of the transaction."""

    def drop_lease(self, name: str, fence: int) -> None:
        """Give a lease back before its time, so that the next one need not wait."""

    def put_secret(self, thread_id: str, token: str, cipher: bytes, expires_at: datetime) -> None:
        """Keep an encrypted personal number beside the transcript until the turn has used it."""

    def secret(self, thread_id: str, token: str) -> bytes | None:
        """The ciphertext of a token."""

    def drop_secrets(self, *, thread_id: str | None = None, before: datetime | None = None) -> int:
        """Forget ciphertexts; returns how many."""

    def note_audit(self, actor: str, act: str, about: str, detail: dict[str, Any], at: datetime) -> None:
        """Append to the audit log."""

    def audit(self, *, limit: int = 500) -> Iterable[dict[str, Any]]:
        """The audit log, newest first."""

    def put_session(self, token_hash: str, staff_id: str, expires_at: datetime, data: dict[str, Any]) -> None:
        """Insert or prolong a login session."""

    def session(self, token_hash: str) -> tuple[str, datetime, dict[str, Any]] | None:
        """(staff_id, expires_at, data) of a session."""

    def drop_session(self, token_hash: str) -> None:
        """Log out."""

    def put_work_item(self, row: WorkItemRow) -> None:
        """Insert, or write over the item of the same kind and message."""

    def drop_work_item(self, kind: str, message_id: str) -> None:
        """Take an item back."""

    def work_items(self, *, kind: str | None = None, open_only: bool = True, limit: int = 200) -> list[WorkItemRow]:
        """What administrators should look at, newest first."""

    def put_api_key(self, row: ApiKeyRow) -> None:
        """Insert or write a key of the office's own systems."""

    def api_keys(self) -> list[ApiKeyRow]:
        """All keys, oldest first, revoked ones too."""

    def erase_thread(self, thread_id: str) -> None:
        """For 退出并清除: state, transcript, secrets and work items of the thread go; open cases are closed as
        `erased`.
        """

    def publish(self, topic: str, event: dict[str, Any]) -> None:
        """Tell all workers' listeners of an event once this transaction is committed; of a rolled-back one, nobody
        hears. Topics are `thread:<id>`, `desk` and `work`; an event is small: ids and numbers, never what was said.
        """

    @property
    def sql(self) -> Any:
        """The SQLAlchemy connection for packages with tables of their own (members, ledger); None in memory."""


Heard = Callable[[str, dict[str, Any]], None]
"""Called with topic and event after the commit, from any thread."""


class Store(Protocol):
    """Where transactions come from."""

    async def run(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in one transaction off the event loop; returns after the commit. An exception rolls back.

        On SQLite all work runs in one writer thread and commits in groups; on PostgreSQL in a pool of threads. `work`
        may be run again from its start when the first run was rolled back, so it changes nothing but the transaction.

        Raises:
            StorageDown: nothing was stored, or (a lost connection at the commit) nobody knows.
        """

    def run_sync(self, work: Callable[[Tx], T]) -> T:
        """The same for the command line."""

    def tell(self, events: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """Tell every listener, here and in the other workers on this database, of (topic, event) pairs."""

    def listen(self, heard: Heard) -> None:
        """Have `heard` called, from any thread, for what this and other workers publish and tell."""

    async def close(self) -> None:
        """Finish what runs and let go of the database."""
