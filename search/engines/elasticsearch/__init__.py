"""The engine on an Elasticsearch cluster: for a catalogue, peaks and outages that outgrow one machine.

In: documents and plans of ``search``; out: what ``search.engines.contract`` promises. A *build* is a pair of indices:
one document per offer, and its companion with the lexicon and one line per training. Everything that is decided
(bodies of questions, documents, the reading of answers) is a pure function; ``client`` alone speaks to the cluster.
"""

from search.engines.elasticsearch.engine import ElasticsearchEngine
from search.engines.elasticsearch.options import Options

__all__ = ["ElasticsearchEngine", "Options"]
