"""Every command: what it prints for people, what it gives to programs, how it fails."""

from __future__ import annotations

import csv
import json
import socket
from pathlib import Path

import pytest

from parcours.demo import WITHHELD, Prepared, shown
from parcours.wiring import House
from samples import materialise
from search.declared import PARAMETERS
from tests.parcours.conftest import Run
from tests.parcours.prepared import DAY


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    return materialise(tmp_path / "files", DAY)[0]


def test_help_teaches_with_examples(parcours: Run) -> None:
    told = parcours("--help")
    assert told.status == 0
    for command in (
        "import",
        "search",
        "explain",
        "reference",
        "reindex",
        "index",
        "worker",
        "serve",
        "demo",
        "admin",
        "findings",
    ):
        assert command in told.out
    assert "parcours search comptabilité" in told.out


def test_search_takes_every_parameter_of_a_question(parcours: Run) -> None:
    told = parcours("search", "--help").out.replace("\n", " ")
    for parameter in PARAMETERS:
        if parameter.built and parameter.name not in ("q", "radius_km"):
            assert f"--{parameter.name.replace('_', '-')}" in told
    assert "--radius" in told


def test_search_shows_distance_next_session_price_and_why(searching: Run) -> None:
    told = searching("search", "comptabilité", "--home", "Lyon", "--radius", "30")
    assert told.status == 0
    for expected in (
        "km du domicile",
        "prochaine session",
        "€",
        "dans l'intitulé",
        "Filtres",
        "--modality",
        "Lyon (69)",
    ):
        assert expected in told.out


def test_filters_are_told_by_their_french_labels_with_what_is_given_to_choose_them(searching: Run) -> None:
    told = " ".join(searching("search").out.split())
    for expected in (
        "Modalité --modality", "entièrement à distance [remote]", "Accessibilité : ", "--accessibility",
        "[premises:unknown]", "Région --area", "[reg:84]", "[dep:69]", "Langue", "français [fr]", "Session garantie",
    ):  # fmt: skip
        assert expected in told, expected
    assert "accessibility.premises" not in told


def test_search_in_json_is_the_answer_of_the_api(searching: Run) -> None:
    page = searching("search", "anglais", "--home", "Lyon", "--radius-km", "500", "--json", "--limit", "3").json
    assert len(page["hits"]) == 3
    assert page["facets"]
    assert page["hits"][0]["reasons"]
    bare = searching("search", "anglais", "--no-facets", "--no-reasons", "--no-group", "--json").json
    assert bare["facets"] is None
    assert "reasons" not in bare["hits"][0]


def test_repeated_options_are_alternatives_and_needs_add_up(searching: Run) -> None:
    def total(*arguments: str) -> int:
        return int(searching("search", "--json", *arguments).json["total"])

    apart = [total("--modality", one) for one in ("in_person", "remote")]
    assert total("--modality", "in_person", "--modality", "remote") == sum(apart)
    one, two = ("--accessibility", "premises:yes"), ("--accessibility", "referent:yes")
    assert total(*one, *two) < min(total(*one), total(*two))


def test_explain_says_the_parts_of_a_score(searching: Run) -> None:
    hit = searching("search", "boulanger", "--home", "Lyon", "--json").json["hits"][0]
    told = searching("explain", hit["id"], "boulanger", "--home", "Lyon")
    assert told.status == 0
    assert "Répond à la question" in told.out
    assert f"{hit['score']:.6f}" in told.out
    by_program = searching("explain", hit["id"], "boulanger", "--home", "Lyon", "--json").json
    assert by_program["matches"]
    assert "Ne répond pas" in searching("explain", hit["id"], "soudeur", "--home", "Brest").out


def test_import_migrates_stores_indexes_and_reports(parcours: Run, catalogue: Path) -> None:
    told = parcours("import", str(catalogue), "--json")
    assert told.status == 0
    assert told.json["counts"]["created"] == told.json["indexed_trainings"] > 0
    again = parcours("import", str(catalogue))
    assert again.status == 0
    assert "Rien n'a changé" in again.out
    assert parcours("search", "--json").json["total"] == told.json["counts"]["offers_taken"]


def test_findings_of_a_submission_can_be_read_again(parcours: Run, catalogue: Path) -> None:
    told = parcours("import", str(catalogue), "--json").json
    found = parcours("findings", told["submission"], "--json").json
    assert len(found) == sum(told["findings_by_code"].values())
    assert found[0]["message"]
    assert "ligne" in parcours("findings", told["submission"]).out


def flawed(path: Path, trainings: int) -> str:
    """Each with two offers of which one has a session that ended before it began."""
    sessions = [{"id": "S1", "start": "2027-03-01", "end": "2027-01-01"}]
    offers = [{"id": "O1"}, {"id": "O2", "sessions": sessions}]
    organisation = {"siret": "98765432100017", "qualiopi": "yes"}
    rows = [
        {"organisation": organisation, "id": f"T{number}", "title": f"Cours {number}", "offers": offers}
        for number in range(trainings)
    ]
    path.write_text(json.dumps({"trainings": rows}), encoding="utf-8")
    return str(path)


def test_findings_tell_how_many_there_are_and_how_to_see_the_rest(parcours: Run, tmp_path: Path) -> None:
    told = parcours("import", flawed(tmp_path / "flawed.json", 150), "--json").json
    submission, total = told["submission"], told["findings_total"]
    assert total == told["counts"]["errors"] + told["counts"]["warnings"] >= 150
    first = parcours("findings", submission).out
    assert f"Remarques 1 à 100 sur {total}." in first
    assert f"parcours findings {submission} --after 100 ;" in first
    assert f"Remarques 101 à {min(total, 200)} sur {total}." in parcours("findings", submission, "--after", "100").out
    assert "La suite" not in parcours("findings", submission, "--limit", str(total)).out
    assert "--after 7 --limit 7 ;" in parcours("findings", submission, "--limit", "7").out
    assert f"{total} remarques, aucune après" in parcours("findings", submission, "--after", str(total)).out
    everything = parcours("findings", submission, "--json").json
    assert [one["number"] for one in everything] == list(range(1, total + 1))
    assert len(parcours("findings", submission, "--json", "--after", "5", "--limit", "3").json) == 3
    assert f"premières remarques sur {total}" in parcours("import", str(tmp_path / "flawed.json"), "--dry-run").out


def test_a_finding_names_its_code_its_training_and_its_offer(parcours: Run, tmp_path: Path) -> None:
    told = parcours("import", flawed(tmp_path / "flawed.json", 2), "--json").json
    found = [one for one in told["findings"] if one["code"] == "session-dates-reversed"]
    assert [(one["training"], one["offer"], one["key"]) for one in found] == [("T0", "O2", "S1"), ("T1", "O2", "S1")]
    for out in (
        parcours("findings", told["submission"]).out,
        parcours("import", str(tmp_path / "flawed.json"), "--dry-run").out,
    ):
        assert "session-dates-reversed · formation T0 · offre O2" in out


def test_a_submission_without_a_finding_says_so(parcours: Run, tmp_path: Path) -> None:
    whole = (parcours("import", str(path), "--json").json for path in materialise(tmp_path / "files", DAY))
    faultless = next(told for told in whole if not told["findings_total"])
    assert "Aucune remarque" in parcours("findings", faultless["submission"]).out


def test_a_dry_run_stores_nothing(parcours: Run, catalogue: Path) -> None:
    told = parcours("import", str(catalogue), "--dry-run")
    assert told.status == 0
    assert "rien n'a été enregistré" in told.out
    assert parcours("import", str(catalogue), "--json").json["counts"]["created"] > 0


def test_a_file_of_another_siret_is_not_taken(parcours: Run, catalogue: Path) -> None:
    told = parcours("import", str(catalogue), "--siret", "98765432100017", "--json")
    assert told.status == 1
    assert told.json["counts"]["trainings_taken"] == 0
    assert "siret-not-sender" in told.json["findings_by_code"]


def test_a_refused_file_says_where_and_fails(parcours: Run, tmp_path: Path) -> None:
    file = tmp_path / "cut.xml"
    file.write_text("<lheo><offres>\n<formation>")
    told = parcours("import", str(file))
    assert told.status == 1
    assert "Fichier refusé" in told.out
    assert "ligne" in told.out


@pytest.mark.parametrize(
    ("arguments", "status", "expected"),
    [
        (("import", "/absent.xml"), 1, "n'existe pas"),
        (("import",), 2, "FILE"),
        (("import", "-"), 2, "entrée standard"),
        (("import", "."), 2, "est un dossier"),
        (("reference", "load", __file__), 2, "dossier"),
        (("search", "a", "--radius", "abc"), 2, "radius_km"),
        (("search", "--sort", "distance"), 2, "home ou work"),
        (("search", "--home", "Xyzzyville"), 2, "Lieu inconnu"),
        (("search", "--nope"), 2, "--nope"),
        (("nope",), 2, "nope"),
        (("explain", "zzz"), 1, "identifiant"),
        (("explain", "0000000000000", "a"), 1, "n'existe pas"),
        (("findings", "0000000000000"), 1, "n'existe pas"),
        (("admin", "key", "--siret", "12"), 2, "14 chiffres"),
        (("admin", "key", "--role", "king"), 2, "organisation"),
        (("reference", "load", "/absent"), 2, "/absent"),
        (("rank", "x", "y"), 2, "Pas encore disponible"),
        (("evaluate",), 2, "Pas encore disponible"),
    ],
)
def test_an_error_is_one_line_that_says_what_to_do(
    searching: Run, arguments: tuple[str, ...], status: int, expected: str
) -> None:
    told = searching(*arguments)
    assert told.status == status
    assert expected in told.err
    assert len(told.err.strip().splitlines()) == 1
    assert "Traceback" not in told.err
    by_program = searching(*arguments, "--json")
    assert by_program.status == status
    assert by_program.json["error"]["detail"]


@pytest.mark.parametrize(("name", "value"), [("PARCOURS_TODAY", "hier"), ("PARCOURS_PORT", "abc")])
def test_a_setting_that_cannot_be_read_is_named(
    parcours: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    told = parcours("search", "a")
    assert told.status == 2
    assert told.err.startswith(f"Réglage refusé : {name} : « {value} » n'est pas")


def test_a_search_before_any_import_says_that_there_is_no_index(parcours: Run) -> None:
    told = parcours("search", "boulanger")
    assert told.status == 1
    assert "l'import d'un catalogue" in told.err
    assert not told.out


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_that_is_taken_is_told_before_anything_else(parcours: Run, command: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        told = parcours(command, "--port", str(port))
    assert told.status == 1
    assert f"port {port} : ce port est déjà pris" in told.err
    assert "écoute sur http" not in told.err
    assert not (tmp_path / "data" / "demo").exists()


def test_one_is_singular_in_the_report_of_an_import(parcours: Run, tmp_path: Path) -> None:
    one = {
        "organisation": {"siret": "98765432100017"},
        "numero": "A",
        "title": "CAP boulanger",
        "offers": [{"numero": "1"}],
    }
    (tmp_path / "one.json").write_text(json.dumps({"trainings": [one]}), encoding="utf-8")
    told = parcours("import", str(tmp_path / "one.json"))
    assert "1 enregistrement lu" in told.out
    assert "1 formation créée, 0 modifiée" in told.out


def test_a_key_is_shown_once(parcours: Run) -> None:
    told = parcours("admin", "key", "--role", "organisation", "--siret", "98765432100017", "--name", "essai", "--json")
    assert told.status == 0
    assert told.json["key"].startswith("pk_")
    assert "pk_" in parcours("admin", "key", "--role", "operator").out


@pytest.mark.parametrize("address", ["nonsense", "oracle+nothing://x/y"])
def test_a_database_that_cannot_be_opened_is_told_with_its_setting(
    parcours: Run, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("PARCOURS_DATABASE_URL", address)
    told = parcours("admin", "migrate")
    assert told.status == 2
    assert "PARCOURS_DATABASE_URL" in told.err


def test_a_key_can_be_taken_back(parcours: Run) -> None:
    key = parcours("admin", "key", "--role", "operator", "--json").json["key"]
    assert parcours("admin", "revoke", key).status == 0
    again = parcours("admin", "revoke", key.split("_")[1], "--json")
    assert again.status == 1
    assert again.json["error"]["code"] == "not-found"


def test_an_index_can_be_verified_and_rebuilt(
    parcours: Run, catalogue: Path, sample: tuple[House, Prepared], searching: Run
) -> None:
    assert searching("reindex", "--verify", "--json").json["offers"] == sample[0].engine.health().offers
    taken = parcours("import", str(catalogue), "--json").json["counts"]["offers_taken"]
    assert parcours("reindex", "--json").json["offers"] == taken
    assert parcours("admin", "migrate", "--json").json == {"migrated": True}


def test_reference_files_are_known_by_their_columns(parcours: Run, tmp_path: Path) -> None:
    materialise(tmp_path / "files", DAY)
    told = parcours("reference", "load", str(tmp_path / "files" / "reference"), "--json")
    assert told.status == 0
    with (tmp_path / "files" / "reference" / "certifications.csv").open(encoding="utf-8") as stream:
        rows = sum(1 for _ in csv.DictReader(stream))
    assert told.json["certifications_changed"] == rows
    empty = tmp_path / "empty"
    empty.mkdir()
    assert parcours("reference", "load", str(empty)).status == 1


def test_a_folder_with_one_refused_file_changes_nothing(parcours: Run, tmp_path: Path) -> None:
    folder = tmp_path / "files" / "reference"
    materialise(tmp_path / "files", DAY)
    communes = folder / "communes.csv"
    communes.write_text("insee,nom,codes_postaux,lat,lon,population\n69123,Lyon,69001,45.76,4.83,520774\n")
    told = parcours("reference", "load", str(folder))
    assert told.status == 2
    assert "communes" in told.err
    communes.unlink()
    assert parcours("reference", "load", str(folder), "--json").json["certifications_changed"] > 0


def test_a_demonstration_never_empties_a_folder_of_somebody_else(parcours: Run, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "demo"
    folder.mkdir(parents=True)
    (folder / "mine.txt").write_text("mine")
    told = parcours("demo", "--no-serve")
    assert told.status == 1
    assert (folder / "mine.txt").exists()


def test_a_demonstration_says_what_to_try_and_its_lines_work(parcours: Run, tmp_path: Path) -> None:
    told = parcours("demo", "--no-serve")
    assert told.status == 0
    for expected in ("pk_", "curl", "parcours search", "openapi.json", "Authorization"):
        assert expected in told.out
    again = parcours("demo", "--no-serve", "--json")
    assert again.status == 0
    assert again.json["offers"] > 100
    assert parcours("search", "comptabilité", "--home", "Lyon", data=tmp_path / "data" / "demo").status == 0


@pytest.mark.parametrize("url", ["postgresql://ada:s3cret@host/base", "postgresql://ada@host/base?password=s3cret"])
def test_what_a_demonstration_prints_of_the_database_holds_no_password(url: str) -> None:
    assert "s3cret" not in shown(url)
    assert WITHHELD in shown(url)
    assert shown("postgresql://host/base") == "postgresql://host/base"
