"""Waivers, undoable acts on entries, who looks at a report, archives of many reports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("uploaded_by", sa.BigInteger(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_batch_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["contact.id"], name=op.f("fk_batch_uploaded_by_contact")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_index(op.f("ix_batch_unit_id"), "batch", ["unit_id"], unique=False)
    op.create_table(
        "batch_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("likely", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('imported', 'same', 'unplaced', 'refused', 'discarded')",
            name=op.f("ck_batch_file_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batch.id"],
            name=op.f("fk_batch_file_batch_id_batch"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["report.id"],
            name=op.f("fk_batch_file_report_id_report"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_batch_file_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_file")),
        sa.UniqueConstraint("batch_id", "ordinal", name=op.f("uq_batch_file_batch_id_ordinal")),
    )
    op.create_table(
        "entry_act",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("pairs_before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("pairs_after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["contact.id"], name=op.f("fk_entry_act_actor_id_contact")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["report.id"],
            name=op.f("fk_entry_act_report_id_report"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_act")),
    )
    op.create_index(op.f("ix_entry_act_report_id"), "entry_act", ["report_id"], unique=False)
    op.create_table(
        "look",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_look_contact_id_contact")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_look_report_id_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "contact_id", name=op.f("pk_look")),
    )
    op.create_table(
        "waiver",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("waived_by", sa.BigInteger(), nullable=True),
        sa.Column("waived_by_name", sa.String(), nullable=False),
        sa.Column("waived_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["report.id"],
            name=op.f("fk_waiver_report_id_report"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["waived_by"], ["contact.id"], name=op.f("fk_waiver_waived_by_contact")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
        sa.UniqueConstraint("report_id", "key", name=op.f("uq_waiver_report_id_key")),
    )
    # What people decided before acts were kept is told by the version of the row.
    op.add_column("entry", sa.Column("touched", sa.Boolean(), nullable=True))
    op.execute(
        "UPDATE entry SET touched = origin = 'person' OR state <> 'proposed' OR row_version > 1"
    )
    op.alter_column("entry", "touched", nullable=False)
    op.add_column("finding", sa.Column("key", sa.String(), server_default="", nullable=False))
    op.alter_column("finding", "key", server_default=None)


def downgrade() -> None:
    """Take this change back."""
    op.drop_column("finding", "key")
    op.drop_column("entry", "touched")
    op.drop_table("waiver")
    op.drop_table("look")
    op.drop_index(op.f("ix_entry_act_report_id"), table_name="entry_act")
    op.drop_table("entry_act")
    op.drop_table("batch_file")
    op.drop_index(op.f("ix_batch_unit_id"), table_name="batch")
    op.drop_table("batch")
