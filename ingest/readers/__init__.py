"""Bytes of a submission -> a stream of ``ingest.draft.Draft``, one per training (per row for CSV), in flat memory.

``open_reader(path)`` recognises EDOF, LHÉO 2.2 / 2.3, our own JSON and CSV through a mapping, gzip or not. What
comes out is located and uninterpreted; what can only be refused whole raises ``FileRefused``. ``ingest.run`` alone
calls this room.
"""

from ingest.readers.open import open_reader
from ingest.readers.reader import MergeRule, Reader
from ingest.readers.source import Limits

__all__ = ["Limits", "MergeRule", "Reader", "open_reader"]
