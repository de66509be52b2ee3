"""the ledger: append-only, balanced for each nature of money, no pot below zero"""

import sqlalchemy as sa
from alembic import op

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Lines come before the entry that seals them. SQLite's INSERT OR REPLACE deletes without its triggers.
UNBALANCED = """
  EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.id) OR
  (SELECT count(*) FROM ledger_line WHERE entry_id = NEW.id) < 2
  OR EXISTS (SELECT 1 FROM ledger_line WHERE entry_id = NEW.id GROUP BY nature HAVING sum(cents) <> 0)
"""
SEALED = "EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.entry_id)"
FIXED = ("id", "text", "kind", "nature", "guarded", "learner_id", "file_id", "siret", "funder", "funder_kind", "pot",
         "certification", "expires_on", "origin_id")  # fmt: skip
KEEP = """
  UPDATE ledger_account SET balance_cents = balance_cents + NEW.cents WHERE id = NEW.account_id AND guarded = 1
"""
OTHER = "NEW.balance_cents <> 0 OR EXISTS (SELECT 1 FROM ledger_account WHERE id = NEW.id AND text <> NEW.text)"
SUM = "(SELECT coalesce(sum(cents), 0) FROM ledger_line WHERE account_id = NEW.id)"


def upgrade() -> None:
    op.create_table(
        "ledger_account",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("nature", sa.String(), nullable=False),
        sa.Column("guarded", sa.SmallInteger(), nullable=False),
        sa.Column("balance_cents", KEY, nullable=False),
        sa.Column("learner_id", KEY, nullable=True),
        sa.Column("file_id", KEY, nullable=True),
        sa.Column("siret", sa.String(), nullable=False),
        sa.Column("funder", sa.String(), nullable=False),
        sa.Column("funder_kind", sa.String(), nullable=False),
        sa.Column("pot", sa.String(), nullable=False),
        sa.Column("certification", sa.String(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("origin_id", KEY, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("text"),
        sa.UniqueConstraint("id", "nature", name="uq_ledger_account_nature"),
        sa.CheckConstraint("guarded = 0 OR balance_cents >= 0", name="ck_ledger_account_not_negative"),
        sa.CheckConstraint("guarded = 1 OR balance_cents = 0", name="ck_ledger_account_kept"),
    )
    op.create_index("ix_ledger_account_learner", "ledger_account", ["learner_id", "kind"])
    op.create_index("ix_ledger_account_file", "ledger_account", ["file_id"])
    op.create_index("ix_ledger_account_organisation", "ledger_account", ["siret", "kind"])
    op.create_table(
        "ledger_entry",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_id", KEY, nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_ledger_entry_file", "ledger_entry", ["file_id", "at"])
    op.create_table(
        "ledger_line",
        sa.Column("entry_id", KEY, autoincrement=False, nullable=False),
        sa.Column("account_id", KEY, autoincrement=False, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("nature", sa.String(), nullable=False),
        sa.Column("cents", KEY, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "account_id"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entry.id"], name="fk_ledger_line_entry", deferrable=True, initially="DEFERRED"
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "nature"], ["ledger_account.id", "ledger_account.nature"], name="fk_ledger_line_account"
        ),
        sa.CheckConstraint("cents <> 0", name="ck_ledger_line_something"),
    )
    op.create_index("ix_ledger_line_account", "ledger_line", ["account_id"])
    triggers = _postgresql() if op.get_bind().dialect.name == "postgresql" else _sqlite()
    for statement in triggers:
        op.execute(statement)


def _rules():
    """Name, moment, table, when it is refused, what is said."""
    yield "ledger_entry_sealed", "BEFORE INSERT", "ledger_entry", UNBALANCED, "an entry is balanced for each nature"
    yield "ledger_line_late", "BEFORE INSERT", "ledger_line", SEALED, "an entry is sealed: no line after it"
    for table in ("ledger_entry", "ledger_line"):
        for what in ("UPDATE", "DELETE"):
            yield f"{table}_no_{what.lower()}", f"BEFORE {what}", table, "1 = 1", "the ledger is append-only"
    yield "ledger_account_no_delete", "BEFORE DELETE", "ledger_account", "1 = 1", "the ledger is append-only"
    yield "ledger_account_new", "BEFORE INSERT", "ledger_account", OTHER, "an account is new and empty"
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FIXED)
    untrue = f"NEW.guarded = 1 AND NEW.balance_cents <> {SUM}"
    yield "ledger_account_fixed", "BEFORE UPDATE", "ledger_account", f"{changed} OR {untrue}", "a balance is a sum"


def _sqlite():
    for name, moment, table, refused, said in _rules():
        refused = refused.replace("IS DISTINCT FROM", "IS NOT")
        yield f"CREATE TRIGGER {name} {moment} ON {table} WHEN {refused} BEGIN SELECT RAISE(ABORT, '{said}'); END"
    yield f"CREATE TRIGGER ledger_line_kept AFTER INSERT ON ledger_line BEGIN {KEEP}; END"


def _postgresql():
    for name, moment, table, refused, said in _rules():
        result = "OLD" if "DELETE" in moment else "NEW"
        yield (
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused} THEN "
            f"RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"RETURN {result}; END $$"
        )
        yield f"CREATE TRIGGER {name} {moment} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    yield (
        f"CREATE FUNCTION ledger_line_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {KEEP}; RETURN NULL; END $$"
    )
    yield (
        "CREATE TRIGGER ledger_line_kept AFTER INSERT ON ledger_line FOR EACH ROW EXECUTE FUNCTION ledger_line_kept()"
    )
    yield (
        "CREATE FUNCTION ledger_no_truncate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table in ("ledger_account", "ledger_entry", "ledger_line"):
        yield (
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_no_truncate()"
        )


def downgrade() -> None:
    """For a database that never held money: tables take their triggers with them."""
    for table in ("ledger_line", "ledger_entry", "ledger_account"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name in (*(rule[0] for rule in _rules()), "ledger_line_kept", "ledger_no_truncate"):
            op.execute(f"DROP FUNCTION {name}()")
