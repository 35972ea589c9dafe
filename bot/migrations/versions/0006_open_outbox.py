"""An index of the replies that are under way or need a person, however many have been sent."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_OPEN = sa.text("status <> 'sent'")


def upgrade() -> None:
    """Create the index."""
    op.create_index("ix_outbox_open", "outbox", ["channel", "status"], sqlite_where=_OPEN, postgresql_where=_OPEN)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_outbox_open", table_name="outbox")
