"""The same questions for every engine, with answers worked out by hand from ``docs/search.md``."""
