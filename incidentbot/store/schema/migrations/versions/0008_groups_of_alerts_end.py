"""Groups of alerts that are over have a time, so that old ones can go; those of before count from now until they are heard of."""

import sqlalchemy as sa
from alembic import op

from incidentbot.clock import SystemClock
from incidentbot.store.schema.columns import UTC

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

groups = sa.table("alert_groups", sa.column("tell_at", UTC()), sa.column("over_at", UTC()))


def upgrade() -> None:
    op.add_column("alert_groups", sa.Column("over_at", UTC(), nullable=True))
    silent = groups.c.tell_at.is_(None)
    op.get_bind().execute(sa.update(groups).where(silent).values(over_at=SystemClock().now()))


def downgrade() -> None:
    with op.batch_alter_table("alert_groups") as table:
        table.drop_column("over_at")
