"""Reports held against each other: fingerprints, pairs alike, what a finding compares."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0004.1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward; every report is compared once."""
    op.create_table(
        "fingerprint",
        sa.Column("report_year", sa.Integer(), nullable=False),
        sa.Column("band", sa.BigInteger(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["report.id"],
            name=op.f("fk_fingerprint_report_id_report"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("report_year", "band", "report_id", name=op.f("pk_fingerprint")),
    )
    op.create_index("ix_fingerprint_report_id", "fingerprint", ["report_id"])
    op.create_table(
        "likeness",
        sa.Column("one_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("report_year", sa.Integer(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_likeness_ordered")),
        sa.ForeignKeyConstraint(
            ["one_id"], ["report.id"], name=op.f("fk_likeness_one_id_report"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"],
            ["report.id"],
            name=op.f("fk_likeness_other_id_report"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_likeness")),
    )
    op.create_index("ix_likeness_other_id", "likeness", ["other_id"])
    op.create_index(
        "ix_likeness_report_year", "likeness", ["report_year", "share", "one_id", "other_id"]
    )
    op.add_column("figure", sa.Column("start", sa.Integer(), nullable=True))
    op.add_column("figure", sa.Column("end", sa.Integer(), nullable=True))
    _findings()
    _reports()


def _findings() -> None:
    op.add_column(
        "finding",
        sa.Column("held_against", sa.String(), server_default="itself", nullable=False),
    )
    op.alter_column("finding", "held_against", server_default=None)
    op.create_check_constraint(
        op.f("ck_finding_held_against"),
        "finding",
        "held_against IN ('itself', 'last_year', 'peers', 'units', 'filed')",
    )
    op.add_column("finding", sa.Column("other_report_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_finding_other_report_id_report"),
        "finding",
        "report",
        ["other_report_id"],
        ["id"],
        ondelete="CASCADE",
    )


def _reports() -> None:
    op.add_column(
        "report", sa.Column("compare_due", sa.Boolean(), server_default="true", nullable=False)
    )
    op.alter_column("report", "compare_due", server_default=None)
    op.create_index(
        "ix_report_compare_due", "report", ["id"], postgresql_where=sa.text("compare_due")
    )


def downgrade() -> None:
    """Take this change back."""
    op.drop_index("ix_report_compare_due", table_name="report")
    op.drop_column("report", "compare_due")
    op.drop_constraint(op.f("fk_finding_other_report_id_report"), "finding", type_="foreignkey")
    op.drop_column("finding", "other_report_id")
    op.drop_column("finding", "held_against")
    op.drop_column("figure", "end")
    op.drop_column("figure", "start")
    op.drop_table("likeness")
    op.drop_table("fingerprint")
