"""Pages come before all else by a column, so that the next ones are found without looking at all that wait."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

PENDING = sa.text("state IN ('waiting', 'claimed')")


def upgrade() -> None:
    op.add_column("effects", sa.Column("turn", sa.Integer(), nullable=False, server_default=sa.text("1")))
    op.execute("UPDATE effects SET turn = 0 WHERE lane LIKE 'pager:%'")
    op.create_index(
        "ix_effects_turn", "effects", ["turn", "id"], sqlite_where=PENDING, postgresql_where=PENDING
    )


def downgrade() -> None:
    op.drop_index("ix_effects_turn", "effects")
    with op.batch_alter_table("effects") as effects:
        effects.drop_column("turn")
