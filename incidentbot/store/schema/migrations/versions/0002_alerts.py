"""Alerts: deliveries that wait, and groups."""

import sqlalchemy as sa
from alembic import op

from incidentbot.store.schema.columns import BIG_ID, UTC, Words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_news",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("group_key", Words(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert_news"),
    )
    op.create_index("ix_alert_news_group_key_id", "alert_news", ["group_key", "id"])
    op.create_table(
        "alert_groups",
        sa.Column("key", Words(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("tell_at", UTC(), nullable=True),
        sa.Column("lease_until", UTC(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_alert_groups"),
    )
    op.create_index("ix_alert_groups_tell_at", "alert_groups", ["tell_at"])


def downgrade() -> None:
    op.drop_table("alert_groups")
    op.drop_table("alert_news")
