"""Undelivered reminders by their own word; bad addresses, busy domains, alarms, the epoch."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0002"
branch_labels = None
depends_on = None

RENAME = "UPDATE reminder SET outcome = '{}' WHERE outcome = '{}'"
OUTCOME = "outcome IN ('pending', 'mailed', 'superseded', 'cancelled', '{}')"


def upgrade() -> None:
    """Bring the schema forward."""
    _rename_outcome("no_address", "undelivered")
    op.add_column(
        "message",
        sa.Column("delivery", sa.String(), server_default="unknown", nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_message_delivery"), "message", "delivery IN ('unknown', 'delayed', 'bounced')"
    )
    op.add_column("message", sa.Column("turn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("message", sa.Column("redrive_of", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_message_redrive_of_message"), "message", "message", ["redrive_of"], ["id"]
    )
    op.create_index(
        "ix_message_undelivered",
        "message",
        ["id"],
        postgresql_where=sa.text("state = 'dead' OR delivery = 'bounced'"),
    )
    _create_tables()
    op.execute(
        "INSERT INTO installation (one, name, epoch, held_reason)"
        " VALUES (true, gen_random_uuid()::text, 0, '')"
    )


def downgrade() -> None:
    """Take this change back."""
    for table in ("bounce_count", "alarm", "installation", "mail_domain", "suppression"):
        op.drop_table(table)
    op.drop_index("ix_message_undelivered", table_name="message")
    op.drop_constraint(op.f("fk_message_redrive_of_message"), "message", type_="foreignkey")
    op.drop_column("message", "redrive_of")
    op.drop_column("message", "turn_at")
    op.drop_constraint(op.f("ck_message_delivery"), "message", type_="check")
    op.drop_column("message", "delivery")
    _rename_outcome("undelivered", "no_address")


def _rename_outcome(old: str, new: str) -> None:
    op.drop_constraint(op.f("ck_reminder_outcome"), "reminder", type_="check")
    op.execute(RENAME.format(new, old))
    op.create_check_constraint(op.f("ck_reminder_outcome"), "reminder", OUTCOME.format(new))


def _create_tables() -> None:
    op.create_table(
        "suppression",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('suspect', 'suppressed')", name=op.f("ck_suppression_state")),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
            name=op.f("fk_suppression_message_id_message"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_suppression")),
    )
    op.create_table(
        "mail_domain",
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_mail_domain")),
    )
    op.create_table(
        "installation",
        sa.Column("one", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("advanced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_reason", sa.String(), nullable=False),
        sa.CheckConstraint("one", name=op.f("ck_installation_one")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_installation")),
    )
    op.create_table(
        "alarm",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_alarm")),
    )
    op.create_table(
        "bounce_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "verdict", name=op.f("pk_bounce_count")),
    )
