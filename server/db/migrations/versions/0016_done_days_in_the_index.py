"""Let the index of a year's milestones say when each was done: the overview counts from it alone."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

COLUMNS = ["report_year", "kind", "milestone", "due_on", "state", "unit_id"]


def upgrade() -> None:
    """Bring the schema forward."""
    op.drop_index("ix_matter_year", "matter")
    op.create_index(
        "ix_matter_year", "matter", COLUMNS, postgresql_include=["answered_at", "closed_at"]
    )


def downgrade() -> None:
    """Take the schema back."""
    op.drop_index("ix_matter_year", "matter")
    op.create_index("ix_matter_year", "matter", COLUMNS)
