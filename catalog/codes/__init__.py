"""Code lists: enumerations and labels, no database. Open to every room.

``facets`` holds what learners filter on; ``lheo``, ``publics`` and ``edof`` the tables of the two exchange formats;
``fold`` brings their codes, old forms included, to ``facets``; ``referentials`` spells the codes of certifications,
trades, Formacode and NSF in one way; ``languages`` names those of teaching. Départements and regions, old ones
included, are in ``geo.areas``.
"""
