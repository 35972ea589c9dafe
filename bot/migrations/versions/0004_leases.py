"""Leases, by which one worker among all does a job; and an index that finds the oldest waiting update at once."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_NOT_DONE = sa.text("done_at IS NULL")


def upgrade() -> None:
    """Create the table and the index."""
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_index("ix_inbox_waiting", "inbox", ["id"], sqlite_where=_NOT_DONE, postgresql_where=_NOT_DONE)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_inbox_waiting", table_name="inbox")
    op.drop_table("leases")
