"""Alembic's entry: runs on the connection that ``base.migrate`` hands over, inside its transaction."""

from alembic import context
from sqlmodel import AutoString, SQLModel

import api.idempotency
import api.keys  # noqa: F401
import base.audit
import base.leases  # noqa: F401
import catalog.tables  # noqa: F401
import enrollment.files.tables
import enrollment.money.tables
import enrollment.payments.sandbox.tables
import enrollment.payments.tables
import enrollment.transfers.tables  # noqa: F401
from base.database import Instant


def plain(kind, item, _context):
    """Write column types that mean the same tomorrow, whatever becomes of our own classes."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_item=plain,
    render_as_batch=True,  # SQLite cannot alter most things in place
    transactional_ddl=False,  # the unit of work around it already holds the one transaction
)
context.run_migrations()
