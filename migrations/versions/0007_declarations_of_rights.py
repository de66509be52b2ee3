"""what employers declared of a year"""

import sqlalchemy as sa
from alembic import op

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rights_declaration",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("siret", sa.String(), nullable=False),
        sa.Column("learner_id", KEY, autoincrement=False, nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("credited_cents", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("year", "siret", "learner_id"),
    )
    op.create_index("ix_rights_declaration_learner", "rights_declaration", ["learner_id", "year"])
    rights = sa.text("kind = 'rights' AND expires_on IS NOT NULL")
    op.create_index(
        "ix_ledger_account_expiry", "ledger_account", ["expires_on"], sqlite_where=rights, postgresql_where=rights
    )


def downgrade() -> None:
    op.drop_index("ix_ledger_account_expiry", "ledger_account")
    op.drop_table("rights_declaration")
