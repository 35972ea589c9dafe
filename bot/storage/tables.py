"""The tables of the database; packages with tables of their own add them to the same `metadata`.

Columns stand in the order of the fields of their row in `port.py`. There are no foreign keys: every write goes through
one port, erasing and retention take rows in their own order, and large offices partition by time.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData()


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC on both engines; SQLite itself knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times, store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be stored; use bot.clock.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002  (SQLAlchemy's signature)
        """Give the zone back."""
        if value is None:
            return None
        time: datetime = value
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


Id = String(36)

threads = Table(
    "threads",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("account", String(128), nullable=False),
    Column("chat", String(128), nullable=False),
    Column("person", String(128), nullable=False),
    Column("owner", String(8), nullable=False),
    Column("owner_version", Integer, nullable=False),
    Column("agent_id", Id),
    Column("case_id", Id),
    Column("state", JSON, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("blocked", Boolean, nullable=False),
    Column("created_at", UtcDateTime),
    Column("active_at", UtcDateTime),
    UniqueConstraint("channel", "account", "chat", "person", name="uq_threads_address"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("account", String(128), nullable=False),
    Column("platform_id", String(255), nullable=False),
    Column("thread_id", Id, nullable=False),
    Column("body", JSON, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Column("error", Text, nullable=False),
    UniqueConstraint("channel", "account", "platform_id", name="uq_inbox_platform_id"),
)
_NOT_DONE = text("done_at IS NULL")
Index("ix_inbox_not_done", inbox.c.thread_id, sqlite_where=_NOT_DONE, postgresql_where=_NOT_DONE)
Index("ix_inbox_waiting", inbox.c.id, sqlite_where=_NOT_DONE, postgresql_where=_NOT_DONE)

messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("thread_id", Id, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("who", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("choices", JSON, nullable=False),
    Column("meta", JSON, nullable=False),
    Column("agent_id", Id),
    Column("inbox_id", Id),
    Column("personal", Boolean, nullable=False),
    UniqueConstraint("thread_id", "seq", name="uq_messages_seq"),
    Index("ix_messages_inbox", "inbox_id"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("thread_id", Id, nullable=False),
    Column("message_id", Id, nullable=False),
    Column("channel", String(32), nullable=False),
    Column("account", String(128), nullable=False),
    Column("body", JSON, nullable=False),
    Column("status", String(8), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", UtcDateTime),
    Column("error", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Index("ix_outbox_due", "channel", "account", "status", "next_at"),
    Index("ix_outbox_thread", "thread_id", "seq"),
)

_OPEN = text("status <> 'sent'")
Index("ix_outbox_open", outbox.c.channel, outbox.c.status, sqlite_where=_OPEN, postgresql_where=_OPEN)

effects = Table(
    "effects",
    metadata,
    Column("id", Id, primary_key=True),
    Column("thread_id", Id, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("body", JSON, nullable=False),
    Column("status", String(8), nullable=False),
    Column("created_at", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Index("ix_effects_status", "status"),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("thread_id", Id, nullable=False),
    Column("reason", String(64), nullable=False),
    Column("group", String(64), nullable=False),
    Column("summary", JSON, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("agent_id", Id),
    Column("claimed_at", UtcDateTime),
    Column("first_answer_at", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("resolution", String(64), nullable=False),
    Column("rating", Integer),
    Column("rating_words", Text, nullable=False),
    Column("waiting_for", String(64), nullable=False),
    Column("due_at", UtcDateTime),
    Index("ix_cases_closed", "closed_at"),
    Index("ix_cases_thread", "thread_id"),
)

staff = Table(
    "staff",
    metadata,
    Column("id", Id, primary_key=True),
    Column("login", String(64), nullable=False),
    Column("name", String(128), nullable=False),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(255), nullable=False),
    Column("groups", JSON, nullable=False),
    Column("disabled", Boolean, nullable=False),
    UniqueConstraint("login", name="uq_staff_login"),
)

parameters = Table(
    "parameters",
    metadata,
    Column("scheme", String(64), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("value", String(255), nullable=False),
    Column("since", String(10), primary_key=True),
    Column("until", String(10)),
    Column("source", Text, nullable=False),
    Column("set_by", String(64), nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
)

secrets = Table(
    "secrets",
    metadata,
    Column("thread_id", Id, primary_key=True),
    Column("token", String(64), primary_key=True),
    Column("cipher", LargeBinary, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(128), nullable=False),
    Column("act", String(64), nullable=False),
    Column("about", String(255), nullable=False),
    Column("detail", JSON, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(128), primary_key=True),
    Column("staff_id", Id, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("data", JSON, nullable=False),
)

meta = Table(
    "meta",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

work_items = Table(
    "work_items",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("thread_id", Id, nullable=False),
    Column("message_id", Id, nullable=False),
    Column("asked", Text, nullable=False),
    Column("answered", Text, nullable=False),
    Column("should", Text, nullable=False),
    Column("entries", JSON, nullable=False),
    Column("rulebook", String(64), nullable=False),
    Column("by", String(128), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    UniqueConstraint("kind", "message_id", name="uq_work_items_message"),
    Index("ix_work_items_at", "at"),
    Index("ix_work_items_thread", "thread_id"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(128), nullable=False),
    Column("key_hash", String(64), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("made_by", String(128), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    UniqueConstraint("key_hash", name="uq_api_keys_hash"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)
