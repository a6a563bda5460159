"""Offices' own rules, absences, supervision slips, extensions, and what waits for a person."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WORDS: dict[tuple[str, str], tuple[Sequence[str], Sequence[str]]] = {
    ("reminder", "outcome"): (
        ("pending", "mailed", "superseded", "cancelled", "undelivered"),
        ("held",),
    ),
    ("message", "kind"): (
        ("reminder", "checklist", "sign_in", "returned", "confirmed"),
        ("extension", "slip"),
    ),
    ("reply", "act"): (
        (
            "acknowledge",
            "tick",
            "untick",
            "note",
            "file",
            "submit",
            "confirm",
            "return",
            "reopen",
            "withdraw",
        ),
        (
            "nil",
            "ask_extension",
            "withdraw_extension",
            "grant_extension",
            "refuse_extension",
            "release_slip",
        ),
    ),
}
"""Each column's former words, and those that are new."""


def _hold_to(table: str, column: str, words: Sequence[str]) -> None:
    name = op.f(f"ck_{table}_{column}")
    listed = ", ".join(f"'{word}'" for word in words)
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, f"{column} IN ({listed})")


def upgrade() -> None:
    """Bring the schema forward."""
    for (table, column), (former, new) in WORDS.items():
        _hold_to(table, column, (*former, *new))
    op.create_table(
        "flood",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_name", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'released', 'dropped')", name=op.f("ck_flood_state")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["unit.id"], name=op.f("fk_flood_office_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flood")),
    )
    op.create_index(
        "uq_flood_waiting",
        "flood",
        ["office_id"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "absence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("substitute_id", sa.BigInteger(), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_absence_span")),
        sa.CheckConstraint("substitute_id <> contact_id", name=op.f("ck_absence_another")),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_absence_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["set_by"], ["contact.id"], name=op.f("fk_absence_set_by_contact")),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["contact.id"], name=op.f("fk_absence_substitute_id_contact")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_contact", "absence", ["contact_id", "last_on"], unique=False)
    op.create_index("ix_absence_substitute", "absence", ["substitute_id"], unique=False)
    op.create_table(
        "office_rule",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("unit_kind", sa.String(), nullable=False),
        sa.Column("milestone", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("drafted_by", sa.BigInteger(), nullable=True),
        sa.Column("drafted_by_name", sa.String(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_name", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expected", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'in_force', 'past', 'dropped')", name=op.f("ck_office_rule_state")
        ),
        sa.CheckConstraint(
            "subject IN ('milestone', 'commitment', 'delivery')",
            name=op.f("ck_office_rule_subject"),
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by"], ["contact.id"], name=op.f("fk_office_rule_drafted_by_contact")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["unit.id"], name=op.f("fk_office_rule_office_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_rule")),
        sa.UniqueConstraint(
            "office_id",
            "subject",
            "unit_kind",
            "milestone",
            "version",
            name=op.f("uq_office_rule_office_id_subject_unit_kind_milestone_version"),
        ),
    )
    op.create_index(
        "uq_office_rule_in_force",
        "office_rule",
        ["office_id", "subject", "unit_kind", "milestone"],
        unique=True,
        postgresql_where=sa.text("state = 'in_force'"),
    )
    op.create_table(
        "extension",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("matter_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("asked_by_name", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("progress", sa.String(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=False),
        sa.Column("due_before", sa.Date(), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=True),
        sa.Column("decided_by_name", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'granted', 'refused', 'withdrawn')", name=op.f("ck_extension_state")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["contact.id"], name=op.f("fk_extension_asked_by_contact")
        ),
        sa.ForeignKeyConstraint(
            ["matter_id"],
            ["matter.id"],
            name=op.f("fk_extension_matter_id_matter"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    op.create_index("ix_extension_matter", "extension", ["matter_id"], unique=False)
    op.create_index(
        "uq_extension_asked",
        "extension",
        ["matter_id"],
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_table(
        "slip",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("matter_id", sa.BigInteger(), nullable=False),
        sa.Column("due_version", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("demand", sa.String(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_by_name", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(state = 'released') = (number IS NOT NULL)", name=op.f("ck_slip_numbered")
        ),
        sa.CheckConstraint("colour IN ('blue', 'yellow', 'red')", name=op.f("ck_slip_colour")),
        sa.CheckConstraint(
            "state IN ('prepared', 'released', 'withheld', 'overtaken', 'cancelled')",
            name=op.f("ck_slip_state"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["contact.id"], name=op.f("fk_slip_decided_by_contact")
        ),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matter.id"], name=op.f("fk_slip_matter_id_matter"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["office_id"], ["unit.id"], name=op.f("fk_slip_office_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip")),
        sa.UniqueConstraint(
            "matter_id", "due_version", "rung", name=op.f("uq_slip_matter_id_due_version_rung")
        ),
        sa.UniqueConstraint(
            "office_id", "year", "number", name=op.f("uq_slip_office_id_year_number")
        ),
    )
    op.create_index(
        "ix_slip_prepared",
        "slip",
        ["office_id"],
        unique=False,
        postgresql_where=sa.text("state = 'prepared'"),
    )
    op.add_column("matter", sa.Column("agreed_on", sa.Date(), nullable=True))
    op.add_column(
        "matter",
        sa.Column("nothing_to_report", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("reminder", sa.Column("on_behalf_of", sa.BigInteger(), nullable=True))
    op.add_column("reminder", sa.Column("held_for", sa.String(), server_default="", nullable=False))
    op.create_index(
        "ix_reminder_held",
        "reminder",
        ["matter_id"],
        unique=False,
        postgresql_where=sa.text("outcome = 'held'"),
    )

    op.create_check_constraint(
        op.f("ck_reminder_held_for"), "reminder", "held_for IN ('', 'slip', 'flood')"
    )


def downgrade() -> None:
    """Take this change back."""
    op.drop_index(
        "ix_reminder_held", table_name="reminder", postgresql_where=sa.text("outcome = 'held'")
    )
    op.drop_column("reminder", "held_for")
    op.drop_column("reminder", "on_behalf_of")
    op.drop_column("matter", "nothing_to_report")
    op.drop_column("matter", "agreed_on")
    op.drop_index(
        "ix_slip_prepared", table_name="slip", postgresql_where=sa.text("state = 'prepared'")
    )
    op.drop_table("slip")
    op.drop_index(
        "uq_extension_asked", table_name="extension", postgresql_where=sa.text("state = 'asked'")
    )
    op.drop_index("ix_extension_matter", table_name="extension")
    op.drop_table("extension")
    op.drop_index(
        "uq_office_rule_in_force",
        table_name="office_rule",
        postgresql_where=sa.text("state = 'in_force'"),
    )
    op.drop_table("office_rule")
    op.drop_index("ix_absence_substitute", table_name="absence")
    op.drop_index("ix_absence_contact", table_name="absence")
    op.drop_table("absence")
    op.drop_index(
        "uq_flood_waiting", table_name="flood", postgresql_where=sa.text("state = 'waiting'")
    )
    op.drop_table("flood")

    op.execute("DELETE FROM reminder WHERE outcome = 'held'")
    for (table, column), (former, _) in WORDS.items():
        _hold_to(table, column, former)
