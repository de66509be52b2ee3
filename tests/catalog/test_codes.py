"""Code lists of LHÉO 2.3 and EDOF (domain 2.3, 2.4, 3.2) and what learners see of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.codes import lheo
from catalog.codes.edof import Admission, CpfCode, EmploymentGroup, RhythmCode
from catalog.codes.facets import (
    Audience,
    CertificationKind,
    Entry,
    Funder,
    Labelled,
    Level,
    Modality,
    Rhythm,
    SessionState,
)
from catalog.codes.fold import (
    audiences_of,
    code_of,
    entry_of,
    european_level_of,
    funder_of,
    level_of,
    modality_of,
    rhythm_of,
    session_state_of,
)
from catalog.codes.publics import PublicCode
from catalog.codes.referentials import (
    Scheme,
    any_certification_code,
    certification_code,
    formacode,
    kind_of,
    nsf_code,
    rome_code,
)

DICTIONARIES: dict[str, type[Labelled]] = {
    "dict-boolean": lheo.YesNo,
    "dict-modalites-enseignement": lheo.TeachingMode,
    "dict-modalites-es": lheo.EntryMode,
    "dict-etat-recrutement": lheo.RecruitmentState,
    "dict-AIS": lheo.GeneralObjective,
    "dict-perimetre-recrutement": lheo.Perimeter,
    "dict-financeurs": lheo.FunderCode,
    "dict-type-contact": lheo.ContactType,
    "dict-type-parcours": lheo.PathType,
    "dict-type-positionnement": lheo.Positioning,
    "dict-type-module": lheo.ModuleType,
    "dict-modalite-recrutement": lheo.RecruitmentMethod,
    "dict-type-enseignement": lheo.TeachingType,
    "dict-type-equipement": lheo.EquipmentType,
    "dict-type-validation-blocs": lheo.BlockValidation,
    "dict-type-alternance": lheo.AlternanceType,
    "dict-unite-rythme": lheo.RhythmUnit,
    "dict-type-cycle": lheo.CycleType,
    "dict-niveaux": lheo.LevelCode,
}


@pytest.mark.shared
def test_every_code_of_the_lheo_dictionaries_is_known_and_no_other(shared: Path) -> None:
    text = (shared.parent / "lheo-2.3-tables.md").read_text()
    published = {
        name: {part.split("=")[0] for part in re.split(r"; (?=\d+=)", codes)}
        for name, codes in re.findall(r"^\*\*(dict-[\w-]+)\*\*  (.+)$", text, re.MULTILINE)
    }
    assert published.keys() == DICTIONARIES.keys()
    for name, codes in published.items():
        assert {code.value for code in DICTIONARIES[name]} == codes, name


def test_every_code_has_a_french_label() -> None:
    for codes in (*DICTIONARIES.values(), PublicCode, Admission, CpfCode, EmploymentGroup, RhythmCode):
        assert all(code.label for code in codes)


def test_modality_1_is_mixed_and_2_is_remote() -> None:
    assert [modality_of(code) for code in "0123"] == [Modality.IN_PERSON, Modality.MIXED, Modality.REMOTE, None]


def test_entry_1_is_permanent() -> None:
    assert (entry_of("0"), entry_of("1"), entry_of("")) == (Entry.FIXED, Entry.PERMANENT, None)


@pytest.mark.parametrize(
    ("code", "level"),
    [("0", "unknown"), ("1", "none"), ("4", "3"), ("5", "4"), ("6", "5"), ("7", "6"), ("8", "7"), ("13", "3"),
     ("14", "4"), ("15", "5"), ("16", "6"), ("17", "7"), ("18", "8"), ("05", "4")],
)  # fmt: skip
def test_old_and_new_levels_fold_to_the_national_ones(code: str, level: str) -> None:
    assert level_of(code) == level


def test_a_level_no_list_has_is_not_guessed() -> None:
    assert (level_of("9"), level_of("bac"), european_level_of("9")) == (None, None, None)


def test_european_levels_are_read_as_registers_write_them() -> None:
    assert [european_level_of(text) for text in ("niveau5", "NIV 7", "3", "2", "")] == [
        Level.L5, Level.L7, Level.L3, Level.NONE, Level.UNKNOWN,
    ]  # fmt: skip


def test_every_funder_and_rhythm_code_folds() -> None:
    assert all(funder_of(code.value) is not None for code in lheo.FunderCode)
    assert [funder_of(code) for code in ("2", "4", "7", "13", "16", "10")] == [
        Funder.REGION, Funder.FRANCE_TRAVAIL, Funder.AGEFIPH, Funder.STATE, Funder.OPCO, Funder.OTHER,
    ]  # fmt: skip
    assert [rhythm_of(str(i)) for i in range(1, 9)] == [*Rhythm, None]
    assert [session_state_of(code) for code in "123"] == list(SessionState)


def test_an_offer_for_jobseekers_only_is_reserved_to_them() -> None:
    assert audiences_of([PublicCode.JOBSEEKER, PublicCode.WOMEN]) == {Audience.JOBSEEKER}


def test_an_offer_for_jobseekers_and_employees_is_open_to_both() -> None:
    assert audiences_of([PublicCode.RSA, PublicCode.EMPLOYEE]) == {Audience.EVERYONE, Audience.JOBSEEKER}


def test_everybody_is_everyone() -> None:
    assert audiences_of([PublicCode.EVERYBODY]) == {Audience.EVERYONE}


def test_disabled_people_are_not_taken_for_esat_workers() -> None:
    assert audiences_of([PublicCode.DISABLED]) == frozenset()


@pytest.mark.parametrize("text", ["25730", "RNCP25730", " rncp 25730 ", "RNCP-25730", "0025730"])
def test_an_rncp_code_has_one_spelling(text: str) -> None:
    assert certification_code(text, Scheme.RNCP) == "RNCP25730"


def test_a_code_of_another_register_is_not_taken_for_it() -> None:
    assert certification_code("RS5695", Scheme.RNCP) is None
    assert any_certification_code("RS5695", Scheme.RNCP) == "RS5695"
    assert any_certification_code("5695") is None
    assert certification_code("56927", Scheme.CERTIFINFO) == "CI56927"


def test_the_kind_of_a_certification_is_its_register() -> None:
    kinds = [kind_of(code) for code in ("RNCP1", "RS1", "CPF202", "CI1", "")]
    unknown = CertificationKind.UNKNOWN
    assert kinds == [CertificationKind.RNCP, CertificationKind.RS, CertificationKind.CPF, unknown, unknown]


@given(st.sampled_from(Scheme), st.integers(1, 10**8 - 1))
def test_spelling_a_code_again_changes_nothing(scheme: Scheme, number: int) -> None:
    code = certification_code(str(number), scheme)
    assert code is not None
    assert certification_code(code, scheme) == any_certification_code(code) == code


def test_vocabulary_codes_are_recognised() -> None:
    assert (rome_code("m1203"), rome_code("Z1203"), rome_code("M12")) == ("M1203", None, None)
    assert (formacode("32654"), formacode("3265")) == ("32654", None)
    assert (nsf_code("326T"), nsf_code("314"), nsf_code("NSF")) == ("326t", "314", None)


@given(st.text())
def test_no_text_breaks_a_folding(text: str) -> None:
    modality_of(text), entry_of(text), level_of(text), european_level_of(text), funder_of(text), rhythm_of(text)
    session_state_of(text), code_of(PublicCode, text), any_certification_code(text, Scheme.RS), rome_code(text)
    formacode(text), nsf_code(text)
