"""Who wants the weekly digest, and the monthly circulars of an office."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011_2"
branch_labels = None
depends_on = None

KINDS = ("reminder", "checklist", "sign_in", "returned", "confirmed", "extension", "slip", "robot")
"""Former kinds of messages."""


def _hold_to(words: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    op.drop_constraint(op.f("ck_message_kind"), "message", type_="check")
    op.create_check_constraint(op.f("ck_message_kind"), "message", f"kind IN ({listed})")


def upgrade() -> None:
    """Bring the schema forward."""
    _hold_to((*KINDS, "digest"))
    op.create_table(
        "digest_choice",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_digest_choice_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_digest_choice")),
    )
    op.create_table(
        "circular",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("opening", sa.String(), nullable=False),
        sa.Column("findings", sa.String(), nullable=False),
        sa.Column("demands", sa.String(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.Column("saved_by", sa.BigInteger(), nullable=True),
        sa.Column("saved_by_name", sa.String(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'issued')", name=op.f("ck_circular_state")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["unit.id"], name=op.f("fk_circular_office_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["saved_by"], ["contact.id"], name=op.f("fk_circular_saved_by_contact")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circular")),
        sa.UniqueConstraint(
            "office_id", "month", "version", name=op.f("uq_circular_office_id_month_version")
        ),
    )
    op.create_index(
        "uq_circular_issued",
        "circular",
        ["office_id", "month"],
        unique=True,
        postgresql_where=sa.text("state = 'issued'"),
    )


def downgrade() -> None:
    """Take this change back."""
    op.drop_table("circular")
    op.drop_table("digest_choice")
    op.execute("DELETE FROM message WHERE kind = 'digest'")
    _hold_to(KINDS)
