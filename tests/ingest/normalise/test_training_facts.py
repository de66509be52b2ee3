"""What a training itself says: keys, certifications, levels, blocks."""

from __future__ import annotations

import pytest

from catalog.codes.facets import (
    CertificationKind,
    Level,
)
from tests.ingest.drafts import Known, codes, draft, offer, record, run, training


@pytest.mark.parametrize("siret", ["1234567820001", "12345678200010A", "abc"])
def test_a_siret_that_has_not_14_digits_rejects_the_training(siret: str) -> None:
    found = run(training(siret=siret))
    assert found.record is None
    assert codes(found) == {"siret-invalid"}


def test_a_siret_may_be_written_with_spaces() -> None:
    assert record(training(siret="123 456 782 00010")).organisation.siret == "12345678200010"


def test_a_wrong_checksum_is_a_warning_and_la_poste_is_right() -> None:
    assert "siret-checksum" in codes(training(siret="12312312300000"))
    assert "siret-checksum" not in codes(training(siret="35600000049837"))


def test_title_and_certification_both_missing_rejects_the_training() -> None:
    found = run(training(title=None, rncp=None))
    assert found.record is None
    assert codes(found) == {"title-and-certification-missing"}


def test_a_title_alone_is_enough_but_not_in_edof() -> None:
    assert record(training(rncp=None)).certification == ""
    assert codes(training(rncp=None, source="edof")) == {"certification-missing"}


def test_a_missing_title_is_the_certifications() -> None:
    assert record(training(title="-", certification_title="CAP Menuisier")).title == "CAP Menuisier"
    assert record(training(title=None), Known()).title == "CAP Ébéniste"
    assert record(training(title=None, rncp=None, cpf="CPF202")).title == "Bilan de compétences"
    assert record(training(title=None)).title == "RNCP34440"
    assert "title-from-certification" in codes(training(title=None))


@pytest.mark.parametrize(
    ("given", "code", "kind"),
    [
        ({"rncp": "34440"}, "RNCP34440", CertificationKind.RNCP),
        ({"rncp": None, "rs": "RS 5695"}, "RS5695", CertificationKind.RS),
        ({"rncp": None, "cpf": "CPF202"}, "CPF202", CertificationKind.CPF),
        ({"rncp": None, "certifinfo": "56927"}, "CI56927", CertificationKind.UNKNOWN),
    ],
)
def test_certification_codes_have_one_spelling(given: dict[str, str], code: str, kind: CertificationKind) -> None:
    made = record(training(**given))
    assert (made.certification, made.certification_kind) == (code, kind)


def test_an_expired_certification_an_unknown_one_and_a_missing_qualiopi_are_warnings() -> None:
    assert "certification-expired" in codes(run(training(rncp="1"), Known()))
    unknown = next(f for f in run(training(rncp="34441"), Known()).findings if f.code == "certification-unknown")
    assert unknown.suggestion == "RNCP34440"
    assert "qualiopi-missing" in codes(run(training(source="edof"), Known()))
    assert record(training(rncp="1"), Known()).certification == "RNCP1"


def test_nothing_is_accused_when_no_reference_is_loaded() -> None:
    assert codes(training(rome="H2207", formacode="45054")) == set()


def test_a_trade_code_that_is_nearly_right_is_left_out_with_a_suggestion() -> None:
    found = run(training(rome=["M120", "H2207"]), Known())
    assert found.record is not None
    assert found.record.rome == ("H2207",)
    assert [(f.code, f.value, f.suggestion) for f in found.findings] == [("code-unreadable", "M120", "H2207")]


@pytest.mark.parametrize(
    ("old", "level"), [("4", Level.L3), ("6", Level.L5), ("15", Level.L5), ("18", Level.L8), ("0", Level.UNKNOWN)]
)
def test_old_and_new_levels_fold_to_the_national_framework(old: str, level: Level) -> None:
    assert record(training(exit_level=old)).level is level


def test_a_filler_activity_number_is_nothing_and_a_short_one_is_said() -> None:
    assert record(training(activity_number="99999999999")).organisation.activity_number == ""
    assert codes(training(activity_number="99999999999")) == set()
    assert "activity-number-invalid" in codes(training(activity_number="1234"))
    assert record(training(activity_number="11 75 12345 67")).organisation.activity_number == "11751234567"


def test_a_training_without_number_gets_one_that_stays_the_same() -> None:
    one, two = record(training(numero=None)), record(training(numero=None, objective="autre"))
    assert one.numero == two.numero
    assert one.numero.startswith("auto-")


def test_a_training_without_offer_is_rejected() -> None:
    assert codes(draft("training", siret="12345678200010", title="x", source="lheo", numero="1")) == {"offer-missing"}


def test_a_block_given_twice_is_kept_once() -> None:
    """30070"""
    made = training(block_code=["RNCP34440BC01", "RNCP34440BC01", "RNCP1BC01", "B1"])
    assert record(made).details["blocks"] == ["RNCP34440BC01", "RNCP1BC01"]
    assert codes(made) == {"block-repeated", "block-of-other-certification", "block-code-unreadable"}


def test_hours_that_cannot_be_read_are_named_as_the_file_names_them() -> None:
    found = run(training(offer(hours_company="beaucoup"))).findings
    said = next(finding for finding in found if finding.code == "number-unreadable")
    assert "« nombre-heures-entreprise »" in said.message
