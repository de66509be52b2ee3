"""bank accounts of organisations, runs of transfers, what banks send back"""

import sqlalchemy as sa
from alembic import op

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_account",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("siret", sa.String(), nullable=False),
        sa.Column("iban", sa.String(), nullable=False),
        sa.Column("bic", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("declared_at", INSTANT, nullable=False),
        sa.Column("declared_by", sa.String(), nullable=False),
        sa.Column("effective_at", INSTANT, nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_bank_account_siret", "bank_account", ["siret", "effective_at"])
    op.create_table(
        "transfer_run",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("execute_on", sa.Date(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("sealed_at", INSTANT, nullable=True),
        sa.Column("payees", sa.Integer(), nullable=False),
        sa.Column("total_cents", KEY, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "transfer",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("run_id", KEY, nullable=False),
        sa.Column("siret", sa.String(), nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("cents", KEY, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reject_code", sa.String(), nullable=False),
        sa.Column("reject_reason", sa.String(), nullable=False),
        sa.Column("rejected_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["transfer_run.id"]),
        sa.ForeignKeyConstraint(["account_id"], ["bank_account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference"),
        sa.UniqueConstraint("run_id", "siret", name="uq_transfer"),
        sa.CheckConstraint("cents > 0", name="ck_transfer_something"),
    )
    op.create_index("ix_transfer_siret", "transfer", ["siret"])
    op.create_table(
        "transfer_part",
        sa.Column("transfer_id", KEY, autoincrement=False, nullable=False),
        sa.Column("file_id", KEY, autoincrement=False, nullable=False),
        sa.Column("cents", KEY, nullable=False),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"]),
        sa.ForeignKeyConstraint(["file_id"], ["enrollment_file.id"]),
        sa.PrimaryKeyConstraint("transfer_id", "file_id"),
        sa.CheckConstraint("cents > 0", name="ck_transfer_part_something"),
    )
    op.create_table(
        "transfer_incident",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("siret", sa.String(), nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("transfer_id", KEY, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("resolution", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["bank_account.id"]),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_transfer_incident_siret", "transfer_incident", ["siret", "closed_at"])
