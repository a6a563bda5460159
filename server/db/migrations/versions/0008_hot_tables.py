"""Tables that change all day: cheap updates, and vacuum before the garbage matters."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SOON = "autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02"
"""A fiftieth of a table, not a fifth: dead rows slow the claim, old statistics the planning."""
ROOM = "fillfactor = 70"
"""An attempt changes its message four times; with room on the page no index need be touched."""
SETTINGS = {
    "message": (SOON, ROOM),
    "reminder": (SOON,),
    "matter": (SOON,),
    "message_event": ("autovacuum_vacuum_insert_scale_factor = 0.05",),
}
LEASED = sa.text("state = 'leased'")


def upgrade() -> None:
    """Bring the schema forward."""
    for table, settings in SETTINGS.items():
        op.execute(f"ALTER TABLE {table} SET ({', '.join(settings)})")
    # Base64 does not compress; trying to costs more than all else that is done with a body.
    op.execute("ALTER TABLE message ALTER body SET STORAGE EXTERNAL")
    # By id, so that the intent, which prolongs the lease, changes no index.
    _index_leases("id")


def downgrade() -> None:
    """Take this change back."""
    _index_leases("lease_expires_at")
    op.execute("ALTER TABLE message ALTER body SET STORAGE EXTENDED")
    for table, settings in SETTINGS.items():
        names = ", ".join(name.split(" = ")[0] for each in settings for name in each.split(", "))
        op.execute(f"ALTER TABLE {table} RESET ({names})")


def _index_leases(column: str) -> None:
    op.drop_index("ix_message_lease", table_name="message")
    op.create_index("ix_message_lease", "message", [column], postgresql_where=LEASED)
