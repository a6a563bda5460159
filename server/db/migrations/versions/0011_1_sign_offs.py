"""Signing for a matter (签收) is of a date or a slip, once by each person."""

import sqlalchemy as sa
from alembic import op

revision = "0011_1"
down_revision = "0011"
branch_labels = None
depends_on = None

OF_MATTER = sa.text("act = 'acknowledge' AND slip_id IS NULL")
OF_SLIP = sa.text("act = 'acknowledge' AND slip_id IS NOT NULL")


def upgrade() -> None:
    """Bring the schema forward."""
    op.add_column("reply", sa.Column("due_version", sa.Integer(), nullable=True))
    op.add_column("reply", sa.Column("slip_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_reply_slip_id_slip"), "reply", "slip", ["slip_id"], ["id"], ondelete="CASCADE"
    )
    # Who signed before is taken to have signed for the date that stands now, each person once.
    op.execute(
        "UPDATE reply r SET due_version = m.due_version FROM matter m WHERE m.id = r.matter_id"
        " AND r.id IN (SELECT max(id) FROM reply WHERE act = 'acknowledge'"
        " GROUP BY matter_id, contact_id)"
    )
    columns = ["matter_id", "due_version", "contact_id"]
    op.create_index("uq_reply_signed", "reply", columns, unique=True, postgresql_where=OF_MATTER)
    op.create_index(
        "uq_reply_signed_slip", "reply", ["slip_id", "contact_id"], unique=True,
        postgresql_where=OF_SLIP,
    )  # fmt: skip


def downgrade() -> None:
    """Take this change back."""
    op.drop_index("uq_reply_signed_slip", table_name="reply")
    op.drop_index("uq_reply_signed", table_name="reply")
    op.drop_constraint(op.f("fk_reply_slip_id_slip"), "reply", type_="foreignkey")
    op.drop_column("reply", "slip_id")
    op.drop_column("reply", "due_version")
