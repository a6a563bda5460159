"""Tokens of other systems, the answers kept for requests sent twice, what such a system said."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "api_token",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("ending", sa.String(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "scope IN ('read', 'answer', 'office')", name=op.f("ck_api_token_scope")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["contact.id"], name=op.f("fk_api_token_created_by_contact")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_api_token_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(
        "uq_api_token_live_name",
        "api_token",
        ["unit_id", "name"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "api_answer",
        sa.Column("token_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["token_id"], ["api_token.id"], name=op.f("fk_api_answer_token_id_api_token")
        ),
        sa.PrimaryKeyConstraint("token_id", "key", name=op.f("pk_api_answer")),
    )
    op.create_index("ix_api_answer_at", "api_answer", ["at"], unique=False)
    op.add_column("reply", sa.Column("token_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_reply_token_id_api_token"), "reply", "api_token", ["token_id"], ["id"]
    )
    _say_ways("'link', 'session', 'system', 'api'")


def downgrade() -> None:
    """Take this change back; what other systems said counts as the system's then."""
    op.execute("UPDATE reply SET via = 'system' WHERE via = 'api'")
    _say_ways("'link', 'session', 'system'")
    op.drop_column("reply", "token_id")
    op.drop_table("api_answer")
    op.drop_table("api_token")


def _say_ways(ways: str) -> None:
    op.drop_constraint(op.f("ck_reply_via"), "reply", type_="check")
    op.create_check_constraint(op.f("ck_reply_via"), "reply", f"via IN ({ways})")
