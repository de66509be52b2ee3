"""A hundred damaged catalogues, each with the outcome that domain 14.1 gives it written beside it.

``python -m tests.ingest.damage --seed N --out DIR`` writes them; ``test_damage`` imports each one and compares.
"""
