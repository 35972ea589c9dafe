"""The tables of members, accounts and identity; money is integer fen, names and numbers are only kept locked.

A movement of the ledger is never changed and never deleted: the database itself refuses, and an error is corrected by
another movement. What stands of a member in other tables is its number alone.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
)

from bot.storage.tables import Id, UtcDateTime, audit, metadata

Number = BigInteger().with_variant(Integer, "sqlite")
Hash = String(80)

members = Table(
    "members",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("id_hash", Hash, nullable=False),
    Column("id_cipher", LargeBinary, nullable=False),
    Column("name_cipher", LargeBinary, nullable=False),
    Column("phone_cipher", LargeBinary),
    Column("died_on", Date),
    Column("merged_into", Number),
    UniqueConstraint("id_hash", name="uq_members_id_hash"),
)

relations = Table(
    "relations",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("member_id", Number, nullable=False),
    Column("scheme", String(64), nullable=False),
    Column("unit", String(200), nullable=False),
    Column("status", String(16), nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date),
    UniqueConstraint("member_id", "scheme", "since", name="uq_relations_since"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("member_id", Number, primary_key=True, autoincrement=False),
    Column("opened_on", Date, nullable=False),
    Column("balance", BigInteger, nullable=False),
    Column("frozen", String(200)),
    Column("as_of", Date, nullable=False),
)

movements = Table(
    "movements",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("member_id", Number, nullable=False),
    Column("day", Date, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("own_part", BigInteger),
    Column("unit_part", BigInteger),
    Column("place", String(200), nullable=False),
    Column("corrects", Number),
    Column("batch", Number, nullable=False),
    Column("row_key", String(64), nullable=False),
    Index("ix_movements_member", "member_id", "day", "id"),
    UniqueConstraint("batch", "row_key", name="uq_movements_row"),
)

stays = Table(
    "stays",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("member_id", Number, nullable=False),
    Column("admitted", Date, nullable=False),
    Column("discharged", Date, nullable=False),
    Column("hospital", String(200), nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("fund_paid", BigInteger, nullable=False),
    Column("batch", Number, nullable=False),
    Column("row_key", String(64), nullable=False),
    Index("ix_stays_member", "member_id", "discharged"),
    UniqueConstraint("batch", "row_key", name="uq_stays_row"),
)

challenges = Table(
    "challenges",
    metadata,
    Column("id", Id, primary_key=True),
    Column("thread_id", Id, nullable=False),
    Column("target", Hash, nullable=False),
    Column("member_id", Number),
    Column("code_hash", Hash, nullable=False),
    Column("code_cipher", LargeBinary),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("closed", Boolean, nullable=False),
    Index("ix_challenges_thread", "thread_id"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("target", Hash, nullable=False),
    Column("thread_id", Id, nullable=False),
    Column("what", String(8), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_attempts_target", "target", "at"),
    Index("ix_attempts_thread", "thread_id", "at"),
)

bindings = Table(
    "bindings",
    metadata,
    Column("thread_id", Id, primary_key=True),
    Column("member_id", Number, nullable=False),
    Column("bound_at", UtcDateTime, nullable=False),
    Column("fresh_at", UtcDateTime, nullable=False),
    Index("ix_bindings_member", "member_id"),
)

links = Table(
    "counter_links",
    metadata,
    Column("token_hash", Hash, primary_key=True),
    Column("member_id", Number, nullable=False),
    Column("staff_id", Id, nullable=False),
    Column("reason", Text, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)

mandates = Table(
    "mandates",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("owner_id", Number, nullable=False),
    Column("scope", String(16), nullable=False),
    Column("basis", String(16), nullable=False),
    Column("granted_by", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("code_hash", Hash, nullable=False),
    Column("offered_until", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("holder_id", Number),
    Column("accepted_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    Index("ix_mandates_owner", "owner_id"),
    Index("ix_mandates_holder", "holder_id"),
    UniqueConstraint("code_hash", name="uq_mandates_code"),
)

snapshots = Table(
    "account_snapshots",
    metadata,
    Column("member_id", Number, primary_key=True, autoincrement=False),
    Column("cipher", LargeBinary, nullable=False),
    Column("fetched_at", UtcDateTime, nullable=False),
)

batches = Table(
    "import_batches",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("name", String(128), nullable=False),
    Column("file", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("applied_at", UtcDateTime),
    Column("rows", Integer, nullable=False),
    Column("bad", Integer, nullable=False),
    UniqueConstraint("kind", "name", name="uq_import_batches_name"),
)


def _staging(name: str, *columns: Column[Any] | Index) -> Table:
    """A table where the rows of one import wait, checked or with what is wrong with them, until they are applied."""
    head: list[Column[Any]] = [
        Column("batch", Number, primary_key=True, autoincrement=False),
        Column("line", Integer, primary_key=True, autoincrement=False),
        Column("error", Text),
        Column("row_key", String(64)),
        Column("member_id", Number),
    ]
    return Table(name, metadata, *head, *columns)


staged_members = _staging(
    "staged_members",
    Column("first", Boolean),
    Column("id_hash", Hash),
    Column("id_cipher", LargeBinary),
    Column("name_cipher", LargeBinary),
    Column("phone_cipher", LargeBinary),
    Column("died_on", Date),
    Column("relation_id", Number),
    Column("scheme", String(64)),
    Column("unit", String(200)),
    Column("status", String(16)),
    Column("since", Date),
    Column("until", Date),
    Index("ix_staged_members_hash", "batch", "id_hash"),
)

staged_movements = _staging(
    "staged_movements",
    Column("id", Number),
    Column("day", Date),
    Column("kind", String(16)),
    Column("amount", BigInteger),
    Column("own_part", BigInteger),
    Column("unit_part", BigInteger),
    Column("place", String(200)),
    Column("corrects", Number),
)

staged_stays = _staging(
    "staged_stays",
    Column("id", Number),
    Column("admitted", Date),
    Column("discharged", Date),
    Column("hospital", String(200)),
    Column("total", BigInteger),
    Column("fund_paid", BigInteger),
)

seals = Table(
    "audit_seals",
    metadata,
    Column("audit_id", Number, primary_key=True, autoincrement=False),
    Column("place", Number, nullable=False),
    Column("digest", Hash, nullable=False),
    Column("sealed_at", UtcDateTime, nullable=False),
    UniqueConstraint("place", name="uq_audit_seals_place"),
)

# A member may ask who looked at their data.
Index("ix_audit_about", audit.c.about, audit.c.id)

# The ledger is append-only, whoever writes to the database.
_SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS movements_no_{verb} BEFORE {VERB} ON movements "
    "BEGIN SELECT RAISE(ABORT, 'a movement is never changed: correct it by another'); END"
)
APPEND_ONLY_SQLITE = [_SQLITE.format(verb=verb, VERB=verb.upper()) for verb in ("update", "delete")]
APPEND_ONLY_POSTGRESQL = [
    """CREATE OR REPLACE FUNCTION movements_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'a movement is never changed: correct it by another'; END $$""",
    "DROP TRIGGER IF EXISTS movements_append_only ON movements",
    """CREATE TRIGGER movements_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON movements
    FOR EACH STATEMENT EXECUTE FUNCTION movements_append_only()""",
]


def _append_only(_table: Table, connection: Connection, **_: object) -> None:
    """Put the triggers in place as soon as the table is made."""
    make_append_only(connection)


def make_append_only(connection: Connection) -> None:
    """Let the database refuse to change or delete a movement."""
    statements = APPEND_ONLY_SQLITE if connection.dialect.name == "sqlite" else APPEND_ONLY_POSTGRESQL
    for statement in statements:
        connection.exec_driver_sql(statement)


event.listen(movements, "after_create", _append_only)
