"""Offices' own checklist templates; what people add to a checklist and date themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011_1"
branch_labels = None
depends_on = None

SUBJECTS = ("milestone", "commitment", "delivery")


def _subjects(words: tuple[str, ...]) -> None:
    """Hold office rules to these subjects."""
    op.drop_constraint(op.f("ck_office_rule_subject"), "office_rule", type_="check")
    listed = ", ".join(f"'{word}'" for word in words)
    op.create_check_constraint(
        op.f("ck_office_rule_subject"), "office_rule", f"subject IN ({listed})"
    )


def upgrade() -> None:
    """Bring the schema forward."""
    _subjects((*SUBJECTS, "checklist"))
    op.add_column("checklist", sa.Column("opened_on", sa.Date(), nullable=True))
    op.execute("""
UPDATE checklist c SET opened_on = coalesce(
    (SELECT min(e.at) FROM audit_event e
     WHERE e.subject = 'checklist' AND e.subject_id = c.id AND e.action = 'generate'),
    c.generated_at)::date
""")
    op.alter_column("checklist", "opened_on", nullable=False)
    own: sa.Column[bool] = sa.Column("own", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("checklist_item", own)
    op.add_column(
        "checklist_item", sa.Column("dated_by", sa.String(), server_default="", nullable=False)
    )
    op.alter_column("checklist_item", "own", server_default=None)
    op.alter_column("checklist_item", "dated_by", server_default=None)


def downgrade() -> None:
    """Take this change back."""
    op.drop_column("checklist_item", "dated_by")
    op.drop_column("checklist_item", "own")
    op.drop_column("checklist", "opened_on")
    op.execute("DELETE FROM office_rule WHERE subject = 'checklist'")
    _subjects(SUBJECTS)
