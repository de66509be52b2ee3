"""files of learners: state, history, seats held"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "enrollment_file",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("learner_id", KEY, nullable=False),
        sa.Column("contact", sa.JSON(), nullable=False),
        sa.Column("buyer", sa.JSON(), nullable=False),
        sa.Column("siret", sa.String(), nullable=False),
        sa.Column("offer_id", KEY, nullable=False),
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("offer", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("billing", sa.String(), nullable=False),
        sa.Column("control", sa.String(), nullable=False),
        sa.Column("attendance", sa.String(), nullable=False),
        sa.Column("attention", sa.String(), nullable=False),
        sa.Column("since_at", INSTANT, nullable=False),
        sa.Column("billing_since_at", INSTANT, nullable=False),
        sa.Column("control_since_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("requested_at", INSTANT, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("price_cents", KEY, nullable=False),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("proposed_at", INSTANT, nullable=True),
        sa.Column("accepted_at", INSTANT, nullable=True),
        sa.Column("terms_version", sa.String(), nullable=False),
        sa.Column("funder", sa.String(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=True),
        sa.Column("exited_on", sa.Date(), nullable=True),
        sa.Column("breaks", sa.JSON(), nullable=False),
        sa.Column("rate_percent", sa.Integer(), nullable=True),
        sa.Column("cause", sa.String(), nullable=True),
        sa.Column("bill_number", sa.String(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_enrollment_file_due", "enrollment_file", ["due_at"])
    op.create_index("ix_enrollment_file_learner", "enrollment_file", ["learner_id", "id"])
    op.create_index("ix_enrollment_file_organisation", "enrollment_file", ["siret", "id"])
    op.create_index("ix_enrollment_file_funder", "enrollment_file", ["funder", "id"])
    op.create_table(
        "enrollment_event",
        sa.Column("file_id", KEY, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("billing", sa.String(), nullable=False),
        sa.Column("control", sa.String(), nullable=False),
        sa.Column("attendance", sa.String(), nullable=False),
        sa.Column("attention", sa.String(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["enrollment_file.id"]),
        sa.PrimaryKeyConstraint("file_id", "number"),
    )
    op.create_table(
        "session_seats",
        sa.Column("session_id", KEY, autoincrement=False, nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("left", sa.Integer(), nullable=True),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("session_id"),
    )
    op.create_table(
        "seat_hold",
        sa.Column("file_id", KEY, autoincrement=False, nullable=False),
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("until", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["enrollment_file.id"]),
        sa.PrimaryKeyConstraint("file_id"),
    )
    op.create_index("ix_seat_hold_session", "seat_hold", ["session_id"])


def downgrade() -> None:
    for name in ("seat_hold", "session_seats", "enrollment_event", "enrollment_file"):
        op.drop_table(name)
