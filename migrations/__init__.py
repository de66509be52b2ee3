"""Shapes of the database, one script a change, applied by ``base.migrate.upgrade``."""
