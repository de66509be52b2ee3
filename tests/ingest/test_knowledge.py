"""What the loaded reference says, as normalising asks it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, insert, update

from base.database import reading, unit_of_work
from catalog.codes.facets import Answer
from catalog.records import OrganisationRecord
from catalog.store.write import put_organisations
from catalog.tables import CERTIFICATION, LABEL
from ingest.knowledge import CatalogueKnowledge
from tests.ingest.conftest import Import
from tests.ingest.damage.bases import SIRET, invented_edof

NOW = datetime(2026, 11, 2, tzinfo=UTC)


def load(database: Engine) -> None:
    empty: dict[str, object] = {"rome": [], "formacodes": [], "nsf": [], "successors": [], "details": {}}
    with unit_of_work(database) as conn:
        for code, until in (("RNCP31440", date(2020, 1, 1)), ("RNCP32440", date(2030, 1, 1)), ("RNCP33440", None)):
            facts = {"code": code, "kind": "rncp", "title": f"Titre {code}", "valid_until": until, "level": "3"}
            conn.execute(insert(CERTIFICATION).values(**facts, **empty, updated_at=NOW))
        conn.execute(insert(LABEL).values(scheme="rome", code="H2207", label="Ébénisterie", parent="", synonyms=[]))
        put_organisations(conn, [OrganisationRecord(SIRET, qualiopi=Answer.NO)], now=NOW)


def test_nothing_is_known_before_a_reference_is_loaded(database: Engine) -> None:
    with reading(database) as conn:
        known = CatalogueKnowledge(conn)
    assert not known.covers("rncp")
    assert known.nearest("rncp", "RNCP3144", "CAP Ébéniste") == ""
    assert known.qualiopi(SIRET) is Answer.UNKNOWN


def test_a_trade_one_character_off_is_suggested_when_no_other_is_as_near(database: Engine) -> None:
    load(database)
    with unit_of_work(database) as conn:
        for code in ("K1201", "K1202"):
            conn.execute(insert(LABEL).values(scheme="rome", code=code, label="", parent="", synonyms=[]))
    with reading(database) as conn:
        known = CatalogueKnowledge(conn)
    assert known.nearest("rome", "H227", "") == "H2207"
    assert known.nearest("rome", "H2270", "") == "H2207"
    assert known.nearest("rome", "M1203", "") == ""
    assert known.nearest("rome", "K1203", "") == ""
    assert known.qualiopi(SIRET) is Answer.NO


@pytest.mark.parametrize(
    ("code", "said", "suggested"),
    [
        ("RNCP32441", "CAP Ébéniste", "RNCP32440"),  # one digit differs and the title agrees
        ("RNCP3244", "Ebéniste (CAP) en un an", "RNCP32440"),
        ("RNCP32441", "Titre RNCP31440", ""),  # one digit differs, but it is something else
        ("RNCP32441", "CAP Menuisier", ""),
        ("RNCP32441", "", ""),
        ("RNCP32551", "CAP Ébéniste", ""),  # two digits differ: another code
        ("RNCP3144O", "", "RNCP31440"),  # a letter for a digit says enough
    ],
)
def test_a_certification_is_suggested_only_when_it_was_plausibly_meant(
    database: Engine, code: str, said: str, suggested: str
) -> None:
    load(database)
    with unit_of_work(database) as conn:
        conn.execute(update(CERTIFICATION).where(CERTIFICATION.c.code == "RNCP32440").values(title="CAP Ébéniste"))
    with reading(database) as conn:
        assert CatalogueKnowledge(conn).nearest("rncp", code, said) == suggested


def test_an_import_compares_with_what_is_loaded(database: Engine, imported: Import) -> None:
    load(database)
    found = imported(invented_edof().content).findings_by_code
    assert found == {"qualiopi-missing": 4, "certification-expired": 1, "certification-unknown": 1}
