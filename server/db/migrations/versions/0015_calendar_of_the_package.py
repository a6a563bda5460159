"""Which package's days are kept, so that a newer one moves no date without telling."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.add_column(
        "calendar_notice", sa.Column("package", sa.String(), server_default="", nullable=False)
    )
    op.alter_column("calendar_notice", "package", server_default=None)


def downgrade() -> None:
    """Take this change back."""
    op.execute("DELETE FROM calendar_notice WHERE package <> ''")
    op.drop_column("calendar_notice", "package")
