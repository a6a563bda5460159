"""Offices' own digest, and the date of the calendar's warning."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SUBJECTS = ("milestone", "commitment", "delivery", "checklist")


def _subjects(words: tuple[str, ...]) -> None:
    """Hold office rules to these subjects."""
    op.drop_constraint(op.f("ck_office_rule_subject"), "office_rule", type_="check")
    listed = ", ".join(f"'{word}'" for word in words)
    op.create_check_constraint(
        op.f("ck_office_rule_subject"), "office_rule", f"subject IN ({listed})"
    )


def upgrade() -> None:
    """Bring the schema forward."""
    _subjects((*SUBJECTS, "digest", "calendar"))


def downgrade() -> None:
    """Take this change back."""
    op.execute("DELETE FROM office_rule WHERE subject IN ('digest', 'calendar')")
    _subjects(SUBJECTS)
