"""The first tables."""

import sqlalchemy as sa
from alembic import op

from incidentbot.store.schema.columns import BIG_ID, UTC, Words

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("thread_ts", sa.String(), nullable=True),
        sa.Column("declared_at", UTC(), nullable=False),
        sa.Column("declared_by", sa.String(), nullable=False),
        sa.Column("words", Words(), nullable=False),
        sa.Column("people", Words(), nullable=False),
        sa.Column("facts", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
        sa.UniqueConstraint("number", name="uq_incidents_number"),
    )
    op.create_index("ix_incidents_channel", "incidents", ["channel"])
    op.create_index("ix_incidents_status", "incidents", ["status"])
    op.create_index("ix_incidents_words_declared_at", "incidents", ["words", "declared_at"])
    op.create_table(
        "facts",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("text", Words(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("recorded_at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "seq", name="pk_facts"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_facts_incident_id"),
    )
    op.create_table(
        "effects",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("lane", Words(), nullable=False),
        sa.Column("key", Words(), nullable=False),
        sa.Column("once", Words(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", UTC(), nullable=False),
        sa.Column("not_before", UTC(), nullable=False),
        sa.Column("first_tried_at", UTC(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Boolean(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("lease_until", UTC(), nullable=True),
        sa.Column("reason", Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_effects"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_effects_incident_id"),
        sa.UniqueConstraint("once", name="uq_effects_once"),
    )
    op.create_index("ix_effects_incident_id_key", "effects", ["incident_id", "key"])
    pending = sa.text("state IN ('waiting', 'claimed')")
    op.create_index(
        "ix_effects_pending",
        "effects",
        ["incident_id", "lane", "id"],
        sqlite_where=pending,
        postgresql_where=pending,
    )
    failed = sa.text("state = 'failed'")
    op.create_index(
        "ix_effects_failed", "effects", ["incident_id"], sqlite_where=failed, postgresql_where=failed
    )
    waiting = sa.text("once IS NULL AND state = 'waiting'")
    op.create_index(
        "uq_effects_waiting_key",
        "effects",
        ["incident_id", "key"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_table(
        "timers",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("due_at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "name", name="pk_timers"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_timers_incident_id"),
    )
    op.create_index("ix_timers_due_at", "timers", ["due_at"])
    op.create_table(
        "requests",
        sa.Column("key", Words(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reply", Words(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_requests"),
    )
    op.create_table(
        "messages",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("user", sa.String(), nullable=True),
        sa.Column("text", Words(), nullable=False),
        sa.Column("bot", sa.Boolean(), nullable=False),
        sa.Column("thread_ts", sa.String(), nullable=True),
        sa.Column("subtype", sa.String(), nullable=True),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("reactions", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "ts", name="pk_messages"),
    )
    op.create_table(
        "message_events",
        sa.Column("event", Words(), nullable=False),
        sa.PrimaryKeyConstraint("event", name="pk_message_events"),
    )
    op.create_table(
        "runbooks",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("title", Words(), nullable=False),
        sa.Column("path", Words(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_runbooks"),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )
    op.execute("INSERT INTO counters (name, value) VALUES ('incident', 0)")  # a row to lock from the first day


def downgrade() -> None:
    for table in (
        "counters",
        "runbooks",
        "message_events",
        "messages",
        "requests",
        "timers",
        "effects",
        "facts",
        "incidents",
    ):
        op.drop_table(table)
