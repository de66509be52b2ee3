"""only files that a funder examines stand in its index"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NAME, FUNDED = "ix_enrollment_file_funder", sa.text("funder <> ''")


def upgrade() -> None:
    op.drop_index(NAME, "enrollment_file")
    op.create_index(NAME, "enrollment_file", ["funder", "id"], sqlite_where=FUNDED, postgresql_where=FUNDED)


def downgrade() -> None:
    op.drop_index(NAME, "enrollment_file")
    op.create_index(NAME, "enrollment_file", ["funder", "id"])
