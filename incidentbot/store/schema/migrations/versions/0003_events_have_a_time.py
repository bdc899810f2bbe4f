"""Events that were taken in have a time, so that old ones can go; those of before count from now."""

import sqlalchemy as sa
from alembic import op

from incidentbot.clock import SystemClock
from incidentbot.store.schema.columns import UTC

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

events = sa.table("message_events", sa.column("at", UTC()))


def upgrade() -> None:
    op.add_column("message_events", sa.Column("at", UTC(), nullable=True))
    op.get_bind().execute(sa.update(events).values(at=SystemClock().now()))


def downgrade() -> None:
    with op.batch_alter_table("message_events") as table:
        table.drop_column("at")
