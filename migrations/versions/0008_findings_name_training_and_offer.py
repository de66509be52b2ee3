"""findings name the training and the offer they are within"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("training", "offer"):
        op.add_column("finding", sa.Column(name, sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    for name in ("offer", "training"):
        op.drop_column("finding", name)
