"""The rows of the storage as plain values; their columns stand in `tables.py` in the same order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Owner = Literal["bot", "queue", "agent"]


@dataclass(slots=True)
class ThreadRow:
    """Channel account + chat + person: the unit of order, of dialogue state and of ownership."""

    id: str
    channel: str
    account: str
    chat: str
    person: str
    owner: Owner = "bot"
    owner_version: int = 0
    agent_id: str | None = None
    case_id: str | None = None
    state: dict[str, Any] = field(default_factory=dict)
    last_seq: int = 0
    blocked: bool = False
    created_at: datetime | None = None
    active_at: datetime | None = None
    waiting: bool = False
    """Read only: whether the inbox holds rows of this thread whose turn has not happened."""


@dataclass(slots=True)
class InboxRow:
    """One platform update, unique per channel account and platform id; `done_at` is set by its turn, `error` names
    the kind of fault when the turn failed and the member got an apology.
    """

    id: str
    channel: str
    account: str
    platform_id: str
    thread_id: str
    body: dict[str, Any]
    received_at: datetime
    done_at: datetime | None = None
    error: str = ""


@dataclass(slots=True)
class MessageRow:
    """One line of the transcript. `seq` counts from 1 within its thread. `meta` of a bot reply keeps the replay:
    rulebook, intent, entries, scheme, as_of, facts, estimate, citations.
    """

    id: str
    thread_id: str
    seq: int
    who: Literal["member", "bot", "agent", "system", "note"]
    text: str
    at: datetime
    choices: list[dict[str, str]] = field(default_factory=list)
    meta: dict[str, Any] = field(default_factory=dict)
    agent_id: str | None = None
    inbox_id: str | None = None
    personal: bool = False


@dataclass(slots=True)
class OutboxRow:
    """One message to send: `new`, `sending`, `sent`, `unknown`, `dead`. Web threads are read from the transcript and
    get no outbox row. `seq` is that of the message: the order within the thread, whatever the clocks of the workers
    say. While a row is `sending`, `next_at` is when its sender must be done.
    """

    id: str
    thread_id: str
    message_id: str
    channel: str
    account: str
    body: dict[str, Any]
    status: str = "new"
    tries: int = 0
    next_at: datetime | None = None
    error: str = ""
    seq: int = 0


@dataclass(slots=True)
class EffectRow:
    """Slow work promised by a turn, done after its commit: `new`, `running`, `done`, `failed`. Work that is still
    `running` at `lease_until` belonged to a process that died, and may be taken again.
    """

    id: str
    thread_id: str
    kind: str
    body: dict[str, Any]
    status: str = "new"
    created_at: datetime | None = None
    lease_until: datetime | None = None


@dataclass(slots=True)
class CaseRow:
    """One hand-over: reason, group, agent, times, resolution, rating."""

    id: str
    thread_id: str
    reason: str
    group: str
    summary: dict[str, Any]
    opened_at: datetime
    agent_id: str | None = None
    claimed_at: datetime | None = None
    first_answer_at: datetime | None = None
    lease_until: datetime | None = None
    closed_at: datetime | None = None
    resolution: str = ""
    rating: int | None = None
    rating_words: str = ""
    waiting_for: str = ""
    due_at: datetime | None = None


@dataclass(slots=True)
class StaffRow:
    """A person of the office: login, name, role (agent, supervisor, administrator, oversight), argon2 hash, groups."""

    id: str
    login: str
    name: str
    role: str
    password_hash: str
    groups: list[str] = field(default_factory=list)
    disabled: bool = False


@dataclass(slots=True)
class ParameterRow:
    """A dated value of the office that no document publishes, with its source."""

    scheme: str
    name: str
    value: str
    since: str
    until: str | None
    source: str
    set_by: str
    set_at: datetime


@dataclass(slots=True)
class WorkItemRow:
    """Something an administrator should look at: an answer that was wrong (`wrong`), that a member did not like
    (`down`), or a question that nothing answered (`unanswered`). Personal numbers stand as tokens. `done_at` is set by
    whoever has dealt with it. One message has one item of a kind.
    """

    id: str
    kind: str
    thread_id: str
    message_id: str
    asked: str
    answered: str
    should: str
    entries: list[str]
    rulebook: str
    by: str
    at: datetime
    done_at: datetime | None = None


@dataclass(slots=True)
class ApiKeyRow:
    """A key of one of the office's own systems: a hash of it, what it may do, and when it was last used or revoked."""

    id: str
    name: str
    key_hash: str
    scopes: list[str]
    made_by: str
    made_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None
