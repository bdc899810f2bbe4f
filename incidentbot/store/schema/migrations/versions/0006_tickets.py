"""Links that open a page are kept, so that every replica takes them."""

import sqlalchemy as sa
from alembic import op

from incidentbot.store.schema.columns import UTC, Words

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tickets",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("page", Words(), nullable=False),
        sa.Column("until", UTC(), nullable=False),
        sa.Column("once", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_tickets"),
    )
    op.create_index("ix_tickets_until", "tickets", ["until"])


def downgrade() -> None:
    op.drop_table("tickets")
