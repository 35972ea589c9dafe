"""Outbox, effects, cases, staff and the office's own rows in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.clock import utc_now
from bot.storage.backlog import Backlog
from bot.storage.memory.turn import Kept, TurnRows
from bot.storage.port import CaseRow, EffectRow, OutboxRow, ParameterRow, StaffRow


class DeskRows(TurnRows):
    """Everything beside the turn itself."""

    def add_outbox(self, row: OutboxRow) -> None:
        """Queue a message for a channel that must be called."""
        self._has.outbox.put(row.id, row)

    def due_outbox(
        self, channel: str, account: str, now: datetime, limit: int, lease_seconds: int = 60
    ) -> list[OutboxRow]:
        """Rows to send now, the oldest of each thread, marked `sending` and leased."""
        first: dict[str, OutboxRow] = {}
        for row in self._has.outbox.where(lambda row: row.status in {"new", "sending"}):
            if row.thread_id not in first or row.seq < first[row.thread_id].seq:
                first[row.thread_id] = row
        due = [
            replace(row, status="sending", next_at=now + timedelta(seconds=lease_seconds))
            for row in sorted(first.values(), key=lambda row: row.id)
            if (row.channel, row.account, row.status) == (channel, account, "new")
            and (row.next_at is None or row.next_at <= now)
        ][:limit]
        for row in due:
            self._has.outbox.put(row.id, row)
        return due

    def stale_outbox(self, channel: str, account: str, now: datetime) -> list[OutboxRow]:
        """Rows still `sending` after their lease: nobody knows whether they went out."""
        return list(
            self._has.outbox.where(
                lambda row: (
                    (row.channel, row.account, row.status) == (channel, account, "sending")
                    and row.next_at is not None
                    and row.next_at <= now
                )
            )
        )

    def update_outbox(self, row: OutboxRow) -> None:
        """Write status, tries, next_at and error."""
        found = self._has.outbox.get(row.id)
        if found is not None:
            changed = replace(found, status=row.status, tries=row.tries, next_at=row.next_at, error=row.error)
            self._has.outbox.put(row.id, changed)

    def outbox(self, *, status: str | None = None, thread_id: str | None = None, limit: int = 200) -> list[OutboxRow]:
        """Rows by status and thread."""
        rows = self._has.outbox.where(
            lambda row: status in {None, row.status} and thread_id in {None, row.thread_id},
        )
        return sorted(rows, key=lambda row: row.id)[:limit]

    def outbox_row(self, outbox_id: str) -> OutboxRow | None:
        """One row."""
        return self._has.outbox.get(outbox_id)

    def doubt_outbox(self, why: str) -> int:
        """Mark every row that was not sent as `unknown`; returns how many."""
        unsent = list(self._has.outbox.where(lambda row: row.status in {"new", "sending"}))
        for row in unsent:
            self._has.outbox.put(row.id, replace(row, status="unknown", next_at=None, error=why))
        return len(unsent)

    def backlog(self) -> Backlog:
        """What waits now."""
        inbox = [row.received_at for row in self._has.inbox.where(lambda row: row.done_at is None)]
        rows = list(self._has.outbox.where(lambda row: row.status not in {"sent", "dropped"}))
        due = [row.next_at for row in rows if row.status == "new" and row.next_at]
        effects = self._has.effects.keys(lambda row: row.status in {"new", "running"})
        cases = [row.opened_at for row in self.cases(waiting_only=True)]
        by_status = Counter((row.channel, row.status) for row in rows)
        oldest = min(inbox, default=None)
        return Backlog(
            len(inbox), oldest, by_status, min(due, default=None), len(effects), len(cases), min(cases, default=None)
        )

    def add_effect(self, row: EffectRow) -> None:
        """Promise slow work."""
        self._has.effects.put(row.id, row)
        self.publish("work", {"kind": "effect"})

    def take_effects(self, limit: int, now: datetime | None = None, lease_seconds: int = 60) -> list[EffectRow]:
        """New effects and those of a dead process, marked `running` and leased."""
        now = now or utc_now()
        until = now + timedelta(seconds=lease_seconds)

        def free(row: EffectRow) -> bool:
            over = row.lease_until is not None and row.lease_until <= now
            return row.status == "new" or (row.status == "running" and over)

        taken = sorted(self._has.effects.where(free), key=lambda row: row.id)[:limit]
        taken = [replace(row, status="running", lease_until=until) for row in taken]
        for row in taken:
            self._has.effects.put(row.id, row)
        return taken

    def finish_effect(self, effect_id: str, status: str) -> None:
        """Mark `done` or `failed`."""
        found = self._has.effects.get(effect_id)
        if found is not None:
            self._has.effects.put(effect_id, replace(found, status=status))

    def add_case(self, row: CaseRow) -> None:
        """Open a case."""
        self._has.cases.put(row.id, row)

    def case(self, case_id: str) -> CaseRow | None:
        """One case."""
        return self._has.cases.get(case_id)

    def update_case(self, row: CaseRow) -> None:
        """Write a case whole."""
        if self._has.cases.get(row.id) is not None:
            self._has.cases.put(row.id, row)

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

        def wanted(row: CaseRow) -> bool:
            return (
                (row.closed_at is None or not (open_only or waiting_only))
                and (row.agent_id is None or not waiting_only)
                and agent_id in {None, row.agent_id}
                and thread_id in {None, row.thread_id}
                and (groups is None or row.group in groups)
                and (since is None or row.opened_at >= since)
            )

        return sorted(self._has.cases.where(wanted), key=lambda row: (row.opened_at, row.id))[:limit]

    def staff(self, *, login: str | None = None, staff_id: str | None = None) -> StaffRow | None:
        """One person of the office by login or id."""
        if login is not None:
            return next(self._has.staff.where(lambda row: row.login == login), None)
        return self._has.staff.get(staff_id)

    def all_staff(self) -> list[StaffRow]:
        """Everybody, by login."""
        return sorted(self._has.staff.where(lambda _: True), key=lambda row: row.login)

    def put_staff(self, row: StaffRow) -> None:
        """Insert or write a person."""
        self._has.staff.put(row.id, row)

    def parameters(self) -> list[ParameterRow]:
        """All dated values, by scheme, name and since."""
        rows = self._has.parameters.where(lambda _: True)
        return sorted(rows, key=lambda row: (row.scheme, row.name, row.since))

    def put_parameter(self, row: ParameterRow) -> None:
        """Insert or replace the value of (scheme, name, since); counts up `meta("parameters")`."""
        self._has.parameters.put((row.scheme, row.name, row.since), row)
        self.put_meta("parameters", str(int(self.meta("parameters") or 0) + 1))

    def meta(self, key: str) -> str | None:
        """A fact about this database."""
        found = self._has.meta.get(key)
        return None if found is None else str(found.value)

    def put_meta(self, key: str, value: str) -> None:
        """Write a fact about this database."""
        self._has.meta.put(key, Kept(value))

    def take_lease(self, name: str, holder: str, seconds: float) -> int | None:
        """Take or prolong a lease: its fence; None while another holds it."""
        now, found = utc_now(), self._has.leases.get(name)
        owner, fence, until = found.value if found else ("", 0, now)
        if owner != holder and now < until <= now + timedelta(seconds=10 * seconds):
            return None
        fence += owner != holder
        self._has.leases.put(name, Kept((holder, fence, now + timedelta(seconds=seconds))))
        return int(fence)

    def holds_lease(self, name: str, fence: int) -> bool:
        """Whether nobody has taken the lease since this fence."""
        found = self._has.leases.get(name)
        return found is not None and found.value[1] == fence

    def drop_lease(self, name: str, fence: int) -> None:
        """Give a lease back before its time."""
        if self.holds_lease(name, fence):
            self._has.leases.put(name, Kept(("", fence, utc_now())))

    def put_secret(self, thread_id: str, token: str, cipher: bytes, expires_at: datetime) -> None:
        """Keep an encrypted personal number beside the transcript until the turn has used it."""
        self._has.secrets.put((thread_id, token), Kept((thread_id, cipher, expires_at)))

    def secret(self, thread_id: str, token: str) -> bytes | None:
        """The ciphertext of a token."""
        found = self._has.secrets.get((thread_id, token))
        return None if found is None else bytes(found.value[1])

    def drop_secrets(self, *, thread_id: str | None = None, before: datetime | None = None) -> int:
        """Forget ciphertexts; returns how many."""
        keys = self._has.secrets.keys(
            lambda kept: thread_id in {None, kept.value[0]} and (before is None or kept.value[2] < before)
        )
        for key in keys:
            self._has.secrets.drop(key)
        return len(keys)

    def note_audit(self, actor: str, act: str, about: str, detail: dict[str, Any], at: datetime) -> None:
        """Append to the audit log."""
        number = len(self._has.audit.keys(lambda _: True)) + 1
        entry = {"id": number, "at": at, "actor": actor, "act": act, "about": about, "detail": dict(detail)}
        self._has.audit.put(number, Kept(tuple(entry.items())))

    def audit(self, *, limit: int = 500) -> Iterable[dict[str, Any]]:
        """The audit log, newest first."""
        return [dict(kept.value) for kept in self._has.audit.where(lambda _: True)][::-1][:limit]

    def put_session(self, token_hash: str, staff_id: str, expires_at: datetime, data: dict[str, Any]) -> None:
        """Insert or prolong a login session."""
        self._has.sessions.put(token_hash, Kept((staff_id, expires_at, dict(data))))

    def session(self, token_hash: str) -> tuple[str, datetime, dict[str, Any]] | None:
        """(staff_id, expires_at, data) of a session."""
        found = self._has.sessions.get(token_hash)
        return None if found is None else found.value

    def drop_session(self, token_hash: str) -> None:
        """Log out."""
        self._has.sessions.drop(token_hash)
