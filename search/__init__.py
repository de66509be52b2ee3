"""A question -> a ranked, explained page of offers.

In: ``SearchRequest`` (what was asked) and a ``Snapshot`` of an engine. Out: a page (hits, facets, what was understood,
cursor). The room knows only its own documents (``search.document``), never the catalogue's tables. What each filter,
facet, sort and part of the score means is fixed in ``docs/search.md``; both engines and the tests' oracle follow it.
"""
