"""sessions that are full by what was promised here"""

import sqlalchemy as sa
from alembic import op

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "full_session",
        sa.Column("session_id", KEY, sa.ForeignKey("session.id"), autoincrement=False, nullable=False),
        sa.Column("training_id", KEY, nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("left", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("session_id"),
    )
    op.create_index("ix_full_session_training_id", "full_session", ["training_id"])


def downgrade() -> None:
    op.drop_table("full_session")
