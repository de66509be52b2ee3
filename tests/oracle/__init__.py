"""A plain, slow reading of ``docs/search.md`` that every engine is compared with, and seeded random questions for it.

It shares the analysis and the tables of ``search.ranking`` with the product, nothing else: no code of an engine.
"""
