"""Official files: found by their columns, refused with file, line and column, and joined to what organisations sent."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from base.database import reading, unit_of_work
from base.errors import FileRefused
from base.ids import training_id
from catalog.codes.facets import CertificationKind
from catalog.records import OfferRecord, TrainingRecord
from catalog.reference.load import ReferenceReport, load_reference
from catalog.rows import CatalogueTraining
from catalog.store import marks
from catalog.store.certifications import certifications
from catalog.store.read import labels, read_catalogue
from catalog.store.write import put_trainings
from tests.catalog.records import OFFER, SIRET, bare

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
REGISTER = "Numero_Fiche,Intitule,Date_Fin_Enregistrement,Actif,Nomenclature_Europe_Intitule,Nouvelle_Certification"
CERTIFINFO = (
    "Code_Diplome,Libelle_Diplome,Code_Niveau_Europeen,Code_FormaCode,Code_Rome_1,Code_Rome_2,Code_Rome_3,Code_Rome_4,"
    "Code_Rome_5,Code_Nsf,Code_RNCP,Code_RS,Annee_Derniere_Session"
)
LIST = "code,kind,title,level,valid_until,rome,formacode,nsf"


def load(database: Engine, folder: Path) -> ReferenceReport:
    with unit_of_work(database) as conn:
        return load_reference(conn, folder, NOW, lambda _name, _rows: None)


def write(folder: Path, name: str, *lines: str) -> None:
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def store(database: Engine, *records: TrainingRecord) -> None:
    with unit_of_work(database) as conn:
        put_trainings(conn, records, submission=None, now=NOW)
        marks.clear(conn, marks.marked(conn, 1000))


def marked(database: Engine) -> set[int]:
    with reading(database) as conn:
        return {training for training, _ in marks.marked(conn, 1000)}


def only_training(database: Engine) -> CatalogueTraining:
    with reading(database) as conn:
        (training,) = read_catalogue(conn)
    return training


def refusal(database: Engine, folder: Path) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        load(database, folder)
    return refused.value


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "reference"
    made.mkdir()
    return made


def test_a_training_takes_title_level_validity_and_codes_from_its_certification(database: Engine, folder: Path) -> None:
    store(database, bare(certification="RNCP34441", certification_codes=("CI83899",), offers=(OFFER,)))
    write(folder, "a.csv", REGISTER, "RNCP34441,Assistant  immobilier,1/31/25,ACTIVE,niveau5,RNCP40000")
    write(
        folder,
        "b.csv",
        "rncp,rome,libelle",
        "RNCP34441,C1502,Gestion",
        "RNCP34441,C1504,Transaction",
        "RNCP34441,C15,x",
    )
    write(folder, "c.csv", "rncp,nsf,libelle", "RNCP34441,324p,Secrétariat", "RNCP34441,324p,Secrétariat")
    write(folder, "d.csv", CERTIFINFO, "83899,TP assistant immobilier,5,35011,,,,,,324,34441,,2027")
    report = load(database, folder)
    assert report.trainings_marked == 1
    training = only_training(database)
    found = training.certification
    assert (found.title, found.level, found.valid_until) == ("Assistant immobilier", "5", date(2025, 1, 31))
    assert (found.known, found.kind, found.successors) == (True, "rncp", ("RNCP40000",))
    assert (training.rome, training.formacodes, training.nsf) == (("C1502", "C1504"), ("35011",), ("324",))


def test_what_the_organisation_says_goes_before_the_certification_except_its_title_and_level(
    database: Engine, folder: Path
) -> None:
    store(
        database,
        bare(
            certification="RS1", certification_title="Titre du fichier", rome=("M1203",), nsf=("314",), offers=(OFFER,)
        ),
    )
    write(folder, "certifications.csv", LIST, "RS1,rs,Tenue de caisse,none,2030-12-31,D1507 D1505,34566,312")
    load(database, folder)
    training = only_training(database)
    assert (training.rome, training.formacodes, training.nsf) == (("M1203",), ("34566",), ("314",))
    assert training.certification.rome == ("D1507", "D1505")
    assert (training.certification.title, training.certification.level) == ("Tenue de caisse", "none")


def test_without_the_reference_the_facts_of_the_file_stand(database: Engine) -> None:
    store(database, bare(certification="RNCP1", certification_title="Du fichier", offers=(OFFER,)))
    found = only_training(database).certification
    assert (found.title, found.valid_until, found.known) == ("Du fichier", None, False)


def test_rs_codes_stand_without_prefix_in_certif_info(database: Engine, folder: Path) -> None:
    write(folder, "ci.csv", CERTIFINFO, "48047,Brevet de pisteur,,42806,K1702,,,,,344,,2754,")
    load(database, folder)
    with reading(database) as conn:
        found = certifications(conn, ["RS2754", "CI48047"])
    assert found["RS2754"].kind == CertificationKind.RS.value
    assert found["RS2754"].title == found["CI48047"].title == "Brevet de pisteur"
    assert found["CI48047"].rome == ("K1702",)


def test_rows_that_the_exports_repeat_are_united(database: Engine, folder: Path) -> None:
    write(folder, "r.csv", REGISTER, "RNCP1,T,1/31/25,ACTIVE,niveau5,RNCP2", "RNCP1,T,1/31/25,ACTIVE,niveau5,RNCP3")
    load(database, folder)
    with reading(database) as conn:
        assert certifications(conn, ["RNCP1"])["RNCP1"].successors == ("RNCP2", "RNCP3")


def test_a_register_with_days_first_is_read_as_such(database: Engine, folder: Path) -> None:
    header = REGISTER.replace(",", ";")
    write(folder, "r.csv", header, "RNCP1;T;31/08/2027;ACTIVE;NIV5;", "RNCP2;U;02/03/2027;ACTIVE;NIV5;")
    load(database, folder)
    with reading(database) as conn:
        found = certifications(conn, ["RNCP1", "RNCP2"])
    assert [found[code].valid_until for code in ("RNCP1", "RNCP2")] == [date(2027, 8, 31), date(2027, 3, 2)]


def test_loading_again_changes_nothing_and_marks_nothing(database: Engine, folder: Path) -> None:
    store(database, bare(certification="RS1", offers=(OFFER,)))
    write(folder, "certifications.csv", LIST, "RS1,rs,Tenue de caisse,,2030-12-31,,,")
    load(database, folder)
    with unit_of_work(database) as conn:
        marks.clear(conn, marks.marked(conn, 10))
    report = load(database, folder)
    assert (report.certifications_changed, report.trainings_marked) == (0, 0)
    assert marked(database) == set()


def test_only_trainings_that_depend_on_the_change_are_marked(database: Engine, folder: Path) -> None:
    store(database, bare("f1", certification="RS1", offers=(OFFER,)), bare("f2", certification="RS2", offers=(OFFER,)))
    lines = ["RS1,rs,A,,,D1507,,", "RS2,rs,B,,,M1203,,"]
    write(folder, "certifications.csv", LIST, *lines)
    write(folder, "rome.csv", "code_rome,libelle_rome", "D1507,Caisse", "M1203,Comptable")
    load(database, folder)
    with unit_of_work(database) as conn:
        marks.clear(conn, marks.marked(conn, 10))
    write(folder, "rome.csv", "code_rome,libelle_rome", "D1507,Hôte de caisse", "M1203,Comptable")
    report = load(database, folder)
    assert (report.labels_changed, report.trainings_marked) == (1, 1)
    assert marked(database) == {training_id(SIRET, "f1")}


def test_files_may_be_loaded_one_by_one_in_any_order(database: Engine, tmp_path: Path) -> None:
    for name, *lines in (
        ("certifinfo", CERTIFINFO, "1,Diplôme,4,35011,,,,,,324,77,,"),
        ("register", REGISTER, "RNCP77,Du registre,1/31/25,ACTIVE,niveau5,"),
        ("certifinfo", CERTIFINFO, "1,Diplôme renommé,4,35012,,,,,,324,77,,"),
    ):
        folder = tmp_path / "one" / name
        folder.mkdir(parents=True, exist_ok=True)
        write(folder, "file.csv", *lines)
        load(database, folder)
    with reading(database) as conn:
        found = certifications(conn, ["RNCP77"])["RNCP77"]
    assert (found.title, found.level, found.formacodes, found.nsf) == ("Du registre", "5", ("35012",), ("324",))


def test_labels_carry_synonyms_and_parents(database: Engine, folder: Path) -> None:
    write(
        folder, "f.csv", "code,libelle_maj,libelle,terme_generique,employe_pour", "11007,X,plan expérience,11057 Y,a|b"
    )
    write(folder, "n.csv", "nsf,libelle", "3,Services", "326t,Programmation")
    write(folder, "r.csv", "code_rome,libelle_rome,code_rome_parent", "A1101,Conducteur,A1101", "A1102,Autre,A1101")
    header = "ogr_appellation,rome_code,libelle_appellation_long,libelle_appellation_court"
    write(folder, "a.csv", header, "11987,A1101,Chauffeur / Chauffeuse de machines,Chauffeur")
    load(database, folder)
    with reading(database) as conn:
        assert labels(conn, "formacode")["11007"].synonyms == ("a", "b")
        assert labels(conn, "formacode")["11007"].parent == "11057"
        assert [row.parent for row in labels(conn, "rome").values()] == ["", "A1101"]
        assert labels(conn, "rome_appellation")["11987"].parent == "A1101"
        assert labels(conn, "nsf").keys() == {"3", "326t"}


def test_the_list_of_organisations_names_them_and_says_qualiopi(database: Engine, folder: Path) -> None:
    store(database, bare(offers=(OFFER,)))
    write(folder, "o.csv", "siret,nda,raison_sociale,enseigne,qualiopi_info", f"{SIRET},11754185275,SAS X,CFA X,OUI")
    assert load(database, folder).organisations_changed == 1
    found = only_training(database).organisation
    assert (found.name, found.legal_name, found.qualiopi) == ("CFA X", "SAS X", "yes")
    assert marked(database) == {training_id(SIRET, "f1")}


def test_other_csv_files_are_left_alone_and_named(database: Engine, folder: Path) -> None:
    write(folder, "notes.csv", "a,b", "1,2")
    assert load(database, folder).ignored == ("notes.csv",)


@pytest.mark.parametrize(
    ("lines", "line", "column"),
    [
        (["code_rome,autre", "M1203,x"], 1, "libelle_rome"),
        (["code_rome,libelle_rome", "M1203,Comptable", "", "M1203,Comptable"], 4, "code_rome"),
        (["code_rome,libelle_rome", "M12,Comptable"], 2, "code_rome"),
        (["code_rome,libelle_rome", "M1203,"], 2, "libelle_rome"),
        (["code_rome,libelle_rome", "M1203"], 2, "code_rome"),
        (["code_rome,libelle_rome", '"M1203', 'x",Comptable'], 2, "code_rome"),
        ([REGISTER, "RNCP1,T,32/32/25,ACTIVE,niveau5,"], 1, "Date_Fin_Enregistrement"),
        ([REGISTER, "RNCP1,T,demain,ACTIVE,niveau5,"], 2, "Date_Fin_Enregistrement"),
        ([REGISTER, "RNCP1,T,,ACTIVE,niveau5,", "RNCP1,U,,ACTIVE,niveau5,"], 3, "Intitule"),
        ([CERTIFINFO, "1,D,4,35011,,,,,,324,RSX,,"], 2, "Code_RNCP"),
        ([LIST, "RS1,rs,A,,31/12/2030,,,"], 2, "valid_until"),
        ([LIST, "RS1,rs,A,,,,,", "rs1,rs,B,,,,,"], 3, "code"),
        (["siret,nda,raison_sociale,qualiopi_info", "123,1,X,OUI"], 2, "siret"),
    ],
)
def test_a_damaged_file_is_refused_with_line_and_column(
    database: Engine, folder: Path, lines: Sequence[str], line: int, column: str
) -> None:
    write(folder, "damaged.csv", *lines)
    error = refusal(database, folder)
    assert (error.extra["file"], error.extra["line"], error.extra["column"]) == ("damaged.csv", line, column)
    assert "damaged.csv" in error.detail


def test_after_a_refusal_the_vocabulary_in_use_stays(database: Engine, folder: Path) -> None:
    write(folder, "a_rome.csv", "code_rome,libelle_rome", "M1203,Comptable")
    load(database, folder)
    write(folder, "a_rome.csv", "code_rome,libelle_rome", "M1203,Autre chose")
    write(folder, "z_nsf.csv", "nsf,libelle", "314,Compta", "314,Gestion")
    assert refusal(database, folder).extra["file"] == "z_nsf.csv"
    with reading(database) as conn:
        assert labels(conn, "rome")["M1203"].label == "Comptable"


def test_two_files_of_one_sort_are_refused_for_none_can_be_told_newer(database: Engine, folder: Path) -> None:
    write(folder, "rome_1.csv", "code_rome,libelle_rome", "M1203,Comptable")
    write(folder, "rome_2.csv", "code_rome,libelle_rome", "M1203,Comptable")
    assert "rome_1.csv" in refusal(database, folder).detail


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe\x00code", gzip.compress(b"code_rome,libelle_rome\nM1203,C\n" * 9)[:-12]],
    ids=["another encoding", "cut off"],
)
def test_a_file_cut_off_or_in_another_encoding_is_refused(database: Engine, folder: Path, content: bytes) -> None:
    (folder / ("cut.csv.gz" if content[:2] == b"\x1f\x8b" else "latin.csv")).write_bytes(content)
    refusal(database, folder)


def test_a_folder_that_is_none_is_refused(database: Engine, folder: Path) -> None:
    refusal(database, folder / "absent")


@pytest.mark.shared
@pytest.mark.slow
def test_the_official_files_load_and_say_what_rco_offers_are(database: Engine, shared: Path) -> None:
    with gzip.open(shared / "offers/rco_catalogue_apprentissage_2020-11.csv.gz", "rt", newline="") as stream:
        rows = {(row["id_action"], row["code_certifinfo"]): row for row in csv.DictReader(stream)}
    records = [
        bare(
            f"{action}:{certifinfo}",
            certification=row["rncp"] or f"CI{certifinfo}",
            certification_codes=tuple(filter(None, (row["rncp"], f"CI{certifinfo}"))),
            offers=(OfferRecord("1", action),),
        )
        for (action, certifinfo), row in rows.items()
    ]
    with unit_of_work(database) as conn:
        put_trainings(conn, records, submission=None, now=NOW)
    report = load(database, shared)
    assert {file.kind: file.entries for file in report.files} == {
        "organisations": 2_347,
        "certifinfo": 16_111,
        "formacode": 2_912,
        "nsf": 449,
        "register": 17_369,
        "register_nsf": 17_369,
        "register_rome": 16_160,
        "rome_appellation": 11_118,
        "rome": 1_584,
    }
    with reading(database) as conn:
        trainings = list(read_catalogue(conn))
    found = [training.certification for training in trainings]
    ended = [row for row in found if row.code.startswith("RNCP") and row.valid_until and row.valid_until < NOW.date()]
    assert len(trainings) == 39_388
    assert 37_093 <= len(ended) <= 37_093 + 64  # 64 codes are not in the register: their Certif Info code may tell
    assert (
        sum(bool(row.title) for row in found) == 38_920
    )  # the others have a Certif Info code that is no longer listed
    assert sum(bool(training.formacodes) for training in trainings) > 25_000
    again = load(database, shared)
    assert (again.certifications_changed, again.labels_changed, again.organisations_changed) == (0, 0, 0)
