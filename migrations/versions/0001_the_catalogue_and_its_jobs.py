"""the catalogue and its jobs"""

import sqlalchemy as sa
from alembic import op

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

# In the order of their foreign keys.
TABLES = (
    "certification",
    "change_mark",
    "job",
    "label",
    "organisation",
    "place",
    "reference_file",
    "submission",
    "finding",
    "training",
    "offer",
    "offer_place",
    "session",
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certification",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("rome", sa.JSON(), nullable=False),
        sa.Column("formacodes", sa.JSON(), nullable=False),
        sa.Column("nsf", sa.JSON(), nullable=False),
        sa.Column("successors", sa.JSON(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "change_mark",
        sa.Column("training_id", KEY, autoincrement=False, nullable=False),
        sa.Column("version", KEY, nullable=False),
        sa.Column("pending", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("training_id"),
    )
    op.create_index(
        "ix_change_mark_pending",
        "change_mark",
        ["pending"],
        sqlite_where=sa.text("pending = 1"),
        postgresql_where=sa.text("pending = 1"),
    )

    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("run_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=False),
        sa.Column("claimed_until", INSTANT, nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_job_due", "job", ["state", "run_at"])

    op.create_table(
        "label",
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("parent", sa.String(), nullable=False),
        sa.Column("synonyms", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("scheme", "code"),
    )
    op.create_table(
        "organisation",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("siret", sa.String(), nullable=False),
        sa.Column("siren", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("legal_name", sa.Text(), nullable=False),
        sa.Column("activity_number", sa.String(), nullable=False),
        sa.Column("qualiopi", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("siret"),
    )
    op.create_index("ix_organisation_siren", "organisation", ["siren"])

    op.create_table(
        "place",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("street", sa.JSON(), nullable=False),
        sa.Column("postcode", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("insee", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("precision", sa.String(), nullable=False),
        sa.Column("departement", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("premises_accessible", sa.String(), nullable=False),
        sa.Column("accessibility_text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "reference_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("loaded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "submission",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("siret", sa.String(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", KEY, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_submission_siret", "submission", ["siret"])

    op.create_table(
        "finding",
        sa.Column("submission_id", KEY, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("column", sa.Integer(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("suggestion", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("edof_code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
        ),
        sa.PrimaryKeyConstraint("submission_id", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "training",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("numero", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("certification", sa.String(), nullable=False),
        sa.Column("certification_codes", sa.JSON(), nullable=False),
        sa.Column("certification_kind", sa.String(), nullable=False),
        sa.Column("certification_title", sa.Text(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("rome", sa.JSON(), nullable=False),
        sa.Column("formacodes", sa.JSON(), nullable=False),
        sa.Column("nsf", sa.JSON(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("submission_id", KEY, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("objective", sa.Text(), nullable=False),
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("highlights", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("contacts", sa.JSON(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_training_organisation", "training", ["organisation_id", "certification"])

    op.create_table(
        "offer",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("training_id", KEY, nullable=False),
        sa.Column("numero", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("modality", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("earliest_start_on", sa.Date(), nullable=True),
        sa.Column("price_cents", KEY, nullable=True),
        sa.Column("price_net_cents", KEY, nullable=True),
        sa.Column("vat_rate_bp", sa.Integer(), nullable=True),
        sa.Column("extra_fees_cents", KEY, nullable=True),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("hours_centre", sa.Integer(), nullable=True),
        sa.Column("hours_company", sa.Integer(), nullable=True),
        sa.Column("rhythms", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("funders", sa.JSON(), nullable=False),
        sa.Column("audiences", sa.JSON(), nullable=False),
        sa.Column("eligible_cpf", sa.String(), nullable=False),
        sa.Column("prerequisites", sa.String(), nullable=False),
        sa.Column("accessibility", sa.JSON(), nullable=False),
        sa.Column("card_key", KEY, nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("contacts", sa.JSON(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["training_id"],
            ["training.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_offer_card_key",
        "offer",
        ["card_key"],
        sqlite_where=sa.text("card_key IS NOT NULL"),
        postgresql_where=sa.text("card_key IS NOT NULL"),
    )
    op.create_index("ix_offer_training", "offer", ["training_id", "withdrawn_at"])

    op.create_table(
        "offer_place",
        sa.Column("offer_id", KEY, autoincrement=False, nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"],
            ["offer.id"],
        ),
        sa.ForeignKeyConstraint(
            ["place_id"],
            ["place.id"],
        ),
        sa.PrimaryKeyConstraint("offer_id", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "session",
        sa.Column("offer_id", KEY, autoincrement=False, nullable=False),
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("numero", sa.String(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("start_precision", sa.String(), nullable=False),
        sa.Column("start_month", sa.SmallInteger(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("end_precision", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("guaranteed", sa.String(), nullable=False),
        sa.Column("seats_total", sa.Integer(), nullable=True),
        sa.Column("seats_left", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("contacts", sa.JSON(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"],
            ["offer.id"],
        ),
        sa.PrimaryKeyConstraint("offer_id", "id"),
        sa.UniqueConstraint("id"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)
