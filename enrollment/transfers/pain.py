"""One SEPA credit transfer file (pain.001) from values. Pure: the same run gives the same bytes.

``sepaxml`` builds it and carries the official schemas; its random ids and the machine's time are replaced by the
run's own, so that a bank that is sent the file twice knows it by its message id.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from lxml import etree

from base.clock import PARIS
from enrollment.transfers.banking import Coordinates

SCHEMAS = ("pain.001.001.09", "pain.001.001.03")  # EPC: the first since November 2023, the second before
_FOREIGN = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")  # EPC217-08: characters that every bank takes


@dataclass(frozen=True, slots=True)
class Debtor:
    """Who pays: the operator's account."""

    name: str
    coordinates: Coordinates
    schema: str = SCHEMAS[0]


@dataclass(frozen=True, slots=True)
class Credit:
    reference: str  # end to end, 35 characters at most
    holder: str
    coordinates: Coordinates
    cents: int
    label: str


def document(debtor: Debtor, message: str, on: date, made_at: datetime, transfers: Sequence[Credit]) -> bytes:
    """Valid by its schema, or an error of ours."""
    from sepaxml import SepaTransfer  # with the schemas, only where a file is made

    debtor_facts = {"name": plain(debtor.name), "IBAN": debtor.coordinates.iban, "batch": True, "currency": "EUR"}
    if debtor.coordinates.bic:
        debtor_facts["BIC"] = debtor.coordinates.bic
    made = SepaTransfer(debtor_facts, schema=debtor.schema, clean=True)
    for credit in transfers:
        facts = {
            "name": plain(credit.holder),
            "IBAN": credit.coordinates.iban,
            "amount": credit.cents,
            "execution_date": on,
            "description": plain(credit.label),
            "endtoend_id": credit.reference,
        }
        made.add_payment({**facts, "BIC": credit.coordinates.bic} if credit.coordinates.bic else facts)
    return _own(made.export(validate=False), debtor.schema, message, made_at)


def _own(content: bytes, schema: str, message: str, made_at: datetime) -> bytes:
    root = etree.fromstring(content)
    space = {"p": f"urn:iso:std:iso:20022:tech:xsd:{schema}"}
    own = {
        "//p:GrpHdr/p:MsgId": message,
        "//p:GrpHdr/p:CreDtTm": made_at.astimezone(PARIS).strftime("%Y-%m-%dT%H:%M:%S"),
        "//p:PmtInf/p:PmtInfId": message,
    }
    for path, value in own.items():
        for node in root.xpath(path, namespaces=space):  # type: ignore[union-attr]
            node.text = value  # type: ignore[union-attr]
    made = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    check(made, schema)
    return bytes(made)


def check(content: bytes, schema: str) -> None:
    """``etree.DocumentInvalid`` when it does not fit its schema."""
    _schema(schema).assertValid(etree.fromstring(content))


@cache
def _schema(name: str) -> etree.XMLSchema:
    """As ``sepaxml`` carries it. Its own check reads it again for each file, the better part of a second in which the
    run that is being sealed keeps every other writer waiting."""
    import sepaxml

    return etree.XMLSchema(etree.parse(str(Path(sepaxml.__file__).parent / "schemas" / f"{name}.xsd")))


def plain(text: str) -> str:
    """Letters that every bank takes; never nothing."""
    from text_unidecode import unidecode

    return " ".join(_FOREIGN.sub(" ", unidecode(text)).split())[:70] or "."
