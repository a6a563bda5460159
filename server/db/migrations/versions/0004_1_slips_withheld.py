"""A slip can be withheld: the history of a matter says so."""

from alembic import op

revision = "0004.1"
down_revision = "0004"
branch_labels = None
depends_on = None

ACTS = (
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
    "nil",
    "ask_extension",
    "withdraw_extension",
    "grant_extension",
    "refuse_extension",
    "release_slip",
)


def _hold_to(acts: tuple[str, ...]) -> None:
    name = op.f("ck_reply_act")
    listed = ", ".join(f"'{act}'" for act in acts)
    op.drop_constraint(name, "reply", type_="check")
    op.create_check_constraint(name, "reply", f"act IN ({listed})")


def upgrade() -> None:
    """Bring the schema forward."""
    _hold_to((*ACTS, "withhold_slip"))


def downgrade() -> None:
    """Take this change back."""
    op.execute("DELETE FROM reply WHERE act = 'withhold_slip'")
    _hold_to(ACTS)
