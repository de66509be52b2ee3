"""The default engine: immutable segments of memory-mapped NumPy columns, one writer, many reading processes.

In: documents (``rebuild``, ``apply``) and plans; out: ranked and described offers. ``docs/search.md`` fixes what they
mean. Callers use ``EmbeddedEngine``; how a question goes through is read from ``execute``, how it lies on disk from
``build`` and ``manifest``.
"""

from search.engines.embedded.engine import EmbeddedEngine
from search.engines.embedded.snapshot import EmbeddedSnapshot
from search.engines.embedded.writer import Merging

__all__ = ["EmbeddedEngine", "EmbeddedSnapshot", "Merging"]
