"""A group's robot may get the office's weekly digest."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.add_column(
        "channel", sa.Column("digest", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.alter_column("channel", "digest", server_default=None)


def downgrade() -> None:
    """Take this change back."""
    op.drop_column("channel", "digest")
