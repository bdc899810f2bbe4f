"""Matters of the house itself, which belong to no incident."""

import sqlalchemy as sa
from alembic import op

from incidentbot.store.schema.columns import UTC

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "matters",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("seen_at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_matters"),
    )


def downgrade() -> None:
    op.drop_table("matters")
