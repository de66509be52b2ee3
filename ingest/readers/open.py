"""Which format a submission is in, from its content alone: its name is not believed."""

from __future__ import annotations

from pathlib import Path

from base.errors import FileRefused
from ingest.readers.csv_mapping import read_mapping
from ingest.readers.csv_reader import CsvReader
from ingest.readers.encoding import detect
from ingest.readers.json_reader import JsonReader
from ingest.readers.reader import Reader
from ingest.readers.source import DEFAULT_LIMITS, GZIP_MAGIC, ZIP_MAGIC, ByteSource, Limits
from ingest.readers.xml_reader import XmlReader


def open_reader(path: Path, *, mapping: str = "", limits: Limits = DEFAULT_LIMITS) -> Reader:
    """The reader of a file (EDOF, LHÉO, JSON, CSV; gzip or not). ``mapping``: text of one, for a CSV.

    Raises ``FileRefused`` (``extra``: ``code``, mostly ``line`` and ``column``) when it is no catalogue.
    """
    source = ByteSource(path, limits)
    head = source.head()
    if head.startswith((ZIP_MAGIC, GZIP_MAGIC)):
        raise FileRefused(
            "Ce fichier est une archive : envoyez le catalogue lui-même (XML, CSV ou JSON), "
            "compressé par gzip si besoin.",
            line=1,
            column=1,
            code="not-a-catalogue",
        )
    text = detect(source)
    first = head.decode("utf-16" if text.codec == "utf-16" else "latin-1", "replace").lstrip("\ufeffï»¿ \t\r\n")[:1]
    if mapping:
        return CsvReader(source, text, read_mapping(mapping))
    if first == "<":
        return XmlReader(source, text)
    if first in ("{", "["):
        return JsonReader(source, text)
    return CsvReader(source, text)
