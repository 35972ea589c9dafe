"""Mandates between members, and what the core system last said of an account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "mandates",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("owner_id", NUMBER, nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("granted_by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.String(length=80), nullable=False),
        sa.Column("offered_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holder_id", NUMBER),
        sa.Column("accepted_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code_hash", name="uq_mandates_code"),
    )
    op.create_index("ix_mandates_owner", "mandates", ["owner_id"])
    op.create_index("ix_mandates_holder", "mandates", ["holder_id"])
    op.create_table(
        "account_snapshots",
        sa.Column("member_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("cipher", sa.LargeBinary(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member_id"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("account_snapshots")
    op.drop_table("mandates")
