"""What PagerDuty tells by webhook, and which of its incidents are ours."""

import sqlalchemy as sa
from alembic import op

from incidentbot.store.schema.columns import BIG_ID, UTC, Words

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pager_events",
        sa.Column("id", BIG_ID, nullable=False, autoincrement=True),
        sa.Column("event", Words(), nullable=False),
        sa.Column("delivery", Words(), nullable=True),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("resource", Words(), nullable=False),
        sa.Column("occurred_at", UTC(), nullable=False),
        sa.Column("received_at", UTC(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("not_before", UTC(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pager_events"),
        sa.UniqueConstraint("event", name="uq_pager_events_event"),
        sa.UniqueConstraint("delivery", name="uq_pager_events_delivery"),
    )
    op.create_index(
        "ix_pager_events_waiting",
        "pager_events",
        ["resource", "occurred_at"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_pager_events_set_aside",
        "pager_events",
        ["received_at"],
        sqlite_where=sa.text("state = 'set_aside'"),
        postgresql_where=sa.text("state = 'set_aside'"),
    )
    op.create_table(
        "pager_ties",
        sa.Column("pager_incident", Words(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("heard_at", UTC(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_pager_ties_incident_id"),
        sa.PrimaryKeyConstraint("pager_incident", name="pk_pager_ties"),
    )
    op.create_index("ix_pager_ties_incident_id", "pager_ties", ["incident_id"])


def downgrade() -> None:
    op.drop_table("pager_ties")
    op.drop_table("pager_events")
