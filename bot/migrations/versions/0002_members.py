"""Members, accounts, identity, imports and the seals of the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.members.tables import make_append_only

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables; the ledger refuses changes from the start."""
    _people()
    _ledger()
    _identity()
    _bindings()
    _imports()
    _staged_ledger()
    _audit()
    make_append_only(op.get_bind())


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_audit_about", "audit")
    for name in (
        "members",
        "relations",
        "accounts",
        "movements",
        "stays",
        "challenges",
        "attempts",
        "bindings",
        "counter_links",
        "import_batches",
        "staged_members",
        "staged_movements",
        "staged_stays",
        "audit_seals",
    ):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION movements_append_only")


def _people() -> None:
    """Members and their insured relations."""
    op.create_table(
        "members",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("id_hash", sa.String(length=80), nullable=False),
        sa.Column("id_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("name_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("phone_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("died_on", sa.Date(), nullable=True),
        sa.Column("merged_into", NUMBER, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("id_hash", name="uq_members_id_hash"),
    )
    op.create_table(
        "relations",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("member_id", NUMBER, nullable=False),
        sa.Column("scheme", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("member_id", "scheme", "since", name="uq_relations_since"),
    )


def _ledger() -> None:
    """Accounts, the ledger and settled stays."""
    op.create_table(
        "accounts",
        sa.Column("member_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("frozen", sa.String(length=200), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("member_id"),
    )
    op.create_table(
        "movements",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("member_id", NUMBER, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("own_part", sa.BigInteger(), nullable=True),
        sa.Column("unit_part", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("corrects", NUMBER, nullable=True),
        sa.Column("batch", NUMBER, nullable=False),
        sa.Column("row_key", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("batch", "row_key", name="uq_movements_row"),
    )
    op.create_index("ix_movements_member", "movements", ["member_id", "day", "id"], unique=False)
    op.create_table(
        "stays",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("member_id", NUMBER, nullable=False),
        sa.Column("admitted", sa.Date(), nullable=False),
        sa.Column("discharged", sa.Date(), nullable=False),
        sa.Column("hospital", sa.String(length=200), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("fund_paid", sa.BigInteger(), nullable=False),
        sa.Column("batch", NUMBER, nullable=False),
        sa.Column("row_key", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("batch", "row_key", name="uq_stays_row"),
    )
    op.create_index("ix_stays_member", "stays", ["member_id", "discharged"], unique=False)


def _identity() -> None:
    """One-time codes."""
    op.create_table(
        "challenges",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("thread_id", sa.String(length=36), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("member_id", NUMBER, nullable=True),
        sa.Column("code_hash", sa.String(length=80), nullable=False),
        sa.Column("code_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_challenges_thread", "challenges", ["thread_id"], unique=False)
    op.create_table(
        "attempts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("thread_id", sa.String(length=36), nullable=False),
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_attempts_target", "attempts", ["target", "at"], unique=False)
    op.create_index("ix_attempts_thread", "attempts", ["thread_id", "at"], unique=False)


def _bindings() -> None:
    """Whose conversation it is."""
    op.create_table(
        "bindings",
        sa.Column("thread_id", sa.String(length=36), nullable=False),
        sa.Column("member_id", NUMBER, nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fresh_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("thread_id"),
    )
    op.create_index("ix_bindings_member", "bindings", ["member_id"], unique=False)
    op.create_table(
        "counter_links",
        sa.Column("token_hash", sa.String(length=80), nullable=False),
        sa.Column("member_id", NUMBER, nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token_hash"),
    )


def _imports() -> None:
    """Batches, and members on their way in."""
    op.create_table(
        "import_batches",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "name", name="uq_import_batches_name"),
    )
    op.create_table(
        "staged_members",
        sa.Column("batch", NUMBER, autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("row_key", sa.String(length=64), nullable=True),
        sa.Column("member_id", NUMBER, nullable=True),
        sa.Column("first", sa.Boolean(), nullable=True),
        sa.Column("id_hash", sa.String(length=80), nullable=True),
        sa.Column("id_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("name_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("phone_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("died_on", sa.Date(), nullable=True),
        sa.Column("relation_id", NUMBER, nullable=True),
        sa.Column("scheme", sa.String(length=64), nullable=True),
        sa.Column("unit", sa.String(length=200), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("batch", "line"),
    )
    op.create_index("ix_staged_members_hash", "staged_members", ["batch", "id_hash"], unique=False)


def _staged_ledger() -> None:
    """Movements and stays on their way in."""
    op.create_table(
        "staged_movements",
        sa.Column("batch", NUMBER, autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("row_key", sa.String(length=64), nullable=True),
        sa.Column("member_id", NUMBER, nullable=True),
        sa.Column("id", NUMBER, nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("own_part", sa.BigInteger(), nullable=True),
        sa.Column("unit_part", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("corrects", NUMBER, nullable=True),
        sa.PrimaryKeyConstraint("batch", "line"),
    )
    op.create_table(
        "staged_stays",
        sa.Column("batch", NUMBER, autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("row_key", sa.String(length=64), nullable=True),
        sa.Column("member_id", NUMBER, nullable=True),
        sa.Column("id", NUMBER, nullable=True),
        sa.Column("admitted", sa.Date(), nullable=True),
        sa.Column("discharged", sa.Date(), nullable=True),
        sa.Column("hospital", sa.String(length=200), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("fund_paid", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("batch", "line"),
    )


def _audit() -> None:
    """Seals of the audit log."""
    op.create_table(
        "audit_seals",
        sa.Column("audit_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("place", NUMBER, nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("audit_id"),
        sa.UniqueConstraint("place", name="uq_audit_seals_place"),
    )
    op.create_index("ix_audit_about", "audit", ["about", "id"], unique=False)
