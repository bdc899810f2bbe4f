"""Tickets say whom they let in, and incidents whether they are private. Tickets of before let nobody in any more."""

import sqlalchemy as sa
from alembic import op

from incidentbot.store.schema.columns import Words

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM tickets")
    op.add_column("tickets", sa.Column("person", Words(), nullable=False, server_default=sa.text("''")))
    op.add_column(
        "incidents", sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )


def downgrade() -> None:
    with op.batch_alter_table("incidents") as table:
        table.drop_column("private")
    with op.batch_alter_table("tickets") as table:
        table.drop_column("person")
