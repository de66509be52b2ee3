"""Changed trainings -> offer documents -> a search engine: documents, cards, lexicon, rebuild and follow.

In: the catalogue's store and its change marks. Out: documents handed to a ``search.engines.contract.Engine``. Called by
``parcours`` (import, reindex, worker), ``relevance`` and ``advice``; knows no engine in particular. It writes one thing
back: the key of the card of each offer.
"""
