"""The bank's file fits its schema, is the same each time, and holds only letters that every bank takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from lxml import etree
from sepaxml.validation import try_valid_xml

from enrollment.transfers.banking import Coordinates, checked
from enrollment.transfers.pain import SCHEMAS, Credit, check, document, plain
from tests.enrollment.transfers.counter import DEBTOR, IBANS, SIRET, credits_of

ON, AT = date(2027, 4, 15), datetime(2027, 4, 14, 9, tzinfo=UTC)
CREDITS = (
    Credit("ref-1", "Organisme été & Fils <n° 1>", checked(IBANS[SIRET]), 1, "Formations, 2 dossiers"),
    Credit("ref-2", "Œuvre", Coordinates(IBANS["new"], ""), 1_234_567_89, "Formations"),
)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_file_fits_its_schema_and_says_what_is_paid(schema: str) -> None:
    made = document(replace(DEBTOR, schema=schema), "lot-1", ON, AT, CREDITS)
    check(made, schema)
    try_valid_xml(made, schema)  # a second reader of the same schema
    assert credits_of(made.decode()) == [
        ("ref-1", "0.01", IBANS[SIRET]),
        ("ref-2", "1234567.89", IBANS["new"]),
    ]
    root = etree.fromstring(made)
    space = {"p": f"urn:iso:std:iso:20022:tech:xsd:{schema}"}
    head = [root.findtext(f"*/p:GrpHdr/p:{name}", namespaces=space) for name in ("MsgId", "NbOfTxs", "CtrlSum")]
    assert head == ["lot-1", "2", "1234567.90"]
    assert len(root.findall("*/p:PmtInf", space)) == 1


def test_the_same_run_gives_the_same_bytes() -> None:
    assert document(DEBTOR, "lot-1", ON, AT, CREDITS) == document(DEBTOR, "lot-1", ON, AT, CREDITS)


def test_what_does_not_fit_the_schema_is_no_file() -> None:
    with pytest.raises(etree.DocumentInvalid):
        document(DEBTOR, "x" * 36, ON, AT, CREDITS)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("Été & Fils <n° 1>", "Ete Fils ndeg 1"), ("株式会社", "Zhu Shi Hui She"), ("€", "EUR"), ("🙂", "."), ("", ".")],
)
def test_names_are_spelled_so_that_every_bank_takes_them(given: str, kept: str) -> None:
    assert plain(given) == kept
