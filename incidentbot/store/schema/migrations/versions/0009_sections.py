"""What people write into a post-mortem is kept, section by section."""

import sqlalchemy as sa
from alembic import op

from incidentbot.store.schema.columns import UTC, Words

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sections",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("base", Words(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "section", name="pk_sections"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_sections_incident_id"),
    )


def downgrade() -> None:
    op.drop_table("sections")
