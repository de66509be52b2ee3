"""One script a revision; ``base.migrate.upgrade`` applies them."""
