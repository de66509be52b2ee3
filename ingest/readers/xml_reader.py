"""EDOF and LHÉO files: bytes -> text (encoding, entities repaired) -> records -> drafts."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.draft import Draft
from ingest.findings import Finding
from ingest.readers import lheo
from ingest.readers.encoding import TextFormat, decoded, encoding_findings
from ingest.readers.entities import EntityRepair
from ingest.readers.reader import MergeRule, file_warning
from ingest.readers.source import ByteSource
from ingest.readers.xml_records import XmlRecords


class XmlReader:
    """``FileRefused`` at construction when the root is no catalogue, in ``drafts()`` when the document breaks."""

    merge: MergeRule | None = None

    def __init__(self, source: ByteSource, text: TextFormat) -> None:
        self._source = source
        self._text = text
        probe = self._new_records()
        for _ in probe.records(self._chunks(EntityRepair())):
            break
        self.source = "edof" if probe.namespace == lheo.EDOF_NAMESPACE else "lheo"
        label = lheo.NAMESPACES.get(probe.namespace, "LHÉO")
        self.format_label = f"{label}, résumés" if probe.root == "lheo-index" else label
        self._known_namespace = probe.namespace in lheo.NAMESPACES
        self._namespace = probe.namespace
        self.findings: list[Finding] = self._declaration_findings()

    @property
    def position(self) -> int:
        return self._source.position

    @property
    def total(self) -> int:
        return self._source.total

    def drafts(self) -> Iterator[Draft]:
        self.findings[:] = self._declaration_findings()
        repair = EntityRepair()
        for node, path in self._new_records().records(self._chunks(repair)):
            yield lheo.training_draft(node, path, self.source)
        if repair.count:
            examples = ", ".join(repair.examples)
            self.findings.append(
                file_warning(
                    "html-entities-repaired",
                    f"{repair.count} entité(s) HTML non déclarée(s) en XML ont été remplacées par leur caractère "
                    f"({examples}). Écrivez le caractère lui-même ou &#233;.",
                    value=str(repair.count),
                )
            )

    def _new_records(self) -> XmlRecords:
        return XmlRecords(lheo.RECORDS, lheo.ROOTS, self._source.limits)

    def _chunks(self, repair: EntityRepair) -> Iterator[str]:
        chunks = decoded(self._source, self._text)
        return repair.repaired(chunks) if self._text.entities_possible else chunks

    def _declaration_findings(self) -> list[Finding]:
        found = encoding_findings(self._text)
        if not self._known_namespace:
            found.append(
                file_warning(
                    "unknown-namespace",
                    "L'espace de noms du fichier n'est ni celui d'EDOF ni celui de LHÉO 2.2 ou 2.3 : "
                    "il a été lu comme du LHÉO.",
                    value=self._namespace[:200],
                )
            )
        return found
