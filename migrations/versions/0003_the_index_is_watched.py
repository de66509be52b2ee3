"""the index is watched: leases, audit log, how far an index has followed, age of change marks"""

from secrets import token_hex

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("number", KEY, nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_audit_subject", "audit", ["subject", "id"])
    followed = op.create_table(
        "followed",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("catalogue", sa.String(), nullable=False),
        sa.Column("issued", KEY, nullable=False),
        sa.Column("confirmed", KEY, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.bulk_insert(followed, [{"id": 1, "catalogue": token_hex(8), "issued": 0, "confirmed": 0}])
    op.add_column("change_mark", sa.Column("marked_at", INSTANT, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("change_mark") as change_mark:
        change_mark.drop_column("marked_at")
    for name in ("followed", "audit", "lease"):
        op.drop_table(name)
