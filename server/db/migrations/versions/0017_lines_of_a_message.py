"""Find a message's pending lines by one index; keep mails as they are.

By two indexes, the pending lines of everybody were read for each message whenever a morning's
plan was younger than the statistics. A mail's bytes are base64: to compress them saves nothing.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Upgrade the schema."""
    op.drop_index("ix_reminder_message", table_name="reminder")
    op.create_index("ix_reminder_message", "reminder", ["message_id", "outcome"])
    op.execute("ALTER TABLE message ALTER body SET STORAGE EXTERNAL")


def downgrade() -> None:
    """Downgrade the schema."""
    op.execute("ALTER TABLE message ALTER body SET STORAGE EXTENDED")
    op.drop_index("ix_reminder_message", table_name="reminder")
    op.create_index("ix_reminder_message", "reminder", ["message_id"])
