"""Code lists: enumerations and labels, no database. Open to every room.

``facets`` holds what learners filter on; ``lheo`` and ``edof`` hold the tables of the two exchange formats and how
their codes, old forms included, fold into ``facets``.
"""
