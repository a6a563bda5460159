"""Robots of groups and webhooks, told through the ledger that mails go through."""

import sqlalchemy as sa
from alembic import op

revision = "0011_2"
down_revision = "0010"
branch_labels = None
depends_on = None

KINDS = "kind IN ('reminder', 'checklist', 'sign_in', 'returned', 'confirmed', 'extension', 'slip'"
WAITING = "state = 'queued'"


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "channel",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('dingtalk', 'wecom', 'feishu', 'webhook')", name=op.f("ck_channel_kind")
        ),
        sa.CheckConstraint(
            "state IN ('active', 'paused', 'removed')", name=op.f("ck_channel_state")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_channel_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["contact.id"], name=op.f("fk_channel_created_by_contact")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
    )
    op.create_index(op.f("ix_channel_unit_id"), "channel", ["unit_id"])
    op.create_index(
        "uq_channel_live_name",
        "channel",
        ["unit_id", "name"],
        unique=True,
        postgresql_where=sa.text("state <> 'removed'"),
    )
    op.alter_column("message", "recipient_id", nullable=True)
    op.add_column("message", sa.Column("channel_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_message_channel_id_channel"), "message", "channel", ["channel_id"], ["id"]
    )
    op.drop_constraint("ck_message_kind", "message")
    op.create_check_constraint(op.f("ck_message_kind"), "message", f"{KINDS}, 'robot')")
    op.create_check_constraint(
        op.f("ck_message_addressee"),
        "message",
        "(kind = 'robot') = (channel_id IS NOT NULL)"
        " AND (recipient_id IS NULL) = (channel_id IS NOT NULL)",
    )
    # A robot that is away must not lengthen the way to the mails that are ready.
    op.drop_index("ix_message_ready", table_name="message")
    op.create_index(
        "ix_message_ready",
        "message",
        ["next_attempt_at", "id"],
        postgresql_where=sa.text(f"{WAITING} AND channel_id IS NULL"),
    )
    op.create_index(
        "ix_message_ready_robot",
        "message",
        ["next_attempt_at", "id"],
        postgresql_where=sa.text(f"{WAITING} AND channel_id IS NOT NULL"),
    )
    op.create_index(
        "ix_message_channel",
        "message",
        ["channel_id", "id"],
        postgresql_where=sa.text("channel_id IS NOT NULL"),
    )
    op.create_table(
        "channel_line",
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("reminder_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"],
            ["channel.id"],
            name=op.f("fk_channel_line_channel_id_channel"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reminder_id"],
            ["reminder.id"],
            name=op.f("fk_channel_line_reminder_id_reminder"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
            name=op.f("fk_channel_line_message_id_message"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("channel_id", "reminder_id", name=op.f("pk_channel_line")),
    )
    op.create_index("ix_channel_line_message", "channel_line", ["message_id"])
    op.create_index(
        "ix_channel_line_waiting",
        "channel_line",
        ["channel_id"],
        postgresql_where=sa.text("message_id IS NULL"),
    )


def downgrade() -> None:
    """Take this change back; what robots were told is forgotten."""
    op.drop_table("channel_line")
    op.drop_index("ix_message_channel", table_name="message")
    op.drop_index("ix_message_ready_robot", table_name="message")
    op.drop_index("ix_message_ready", table_name="message")
    op.execute("UPDATE message SET redrive_of = NULL WHERE kind = 'robot'")
    op.execute("DELETE FROM message WHERE kind = 'robot'")
    op.create_index(
        "ix_message_ready",
        "message",
        ["next_attempt_at", "id"],
        postgresql_where=sa.text(WAITING),
    )
    op.drop_constraint("ck_message_addressee", "message")
    op.drop_constraint("ck_message_kind", "message")
    op.create_check_constraint(op.f("ck_message_kind"), "message", f"{KINDS})")
    op.drop_column("message", "channel_id")
    op.alter_column("message", "recipient_id", nullable=False)
    op.drop_table("channel")
