"""``parcours ledger check``: proved, or a status that is not zero and where to look."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from base.database import open_database, unit_of_work
from base.migrate import upgrade
from tests.enrollment.money import thieves
from tests.parcours.conftest import Run


def test_a_ledger_is_proved_until_a_cent_is_stolen(parcours: Run, tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'data' / 'parcours.db'}")
    upgrade(engine)
    with unit_of_work(engine) as conn:
        thieves.stories(conn)
    told = parcours("ledger", "check", "--json")
    assert (told.status, told.json["proved"], told.json["in_cents"]) == (0, True, 1_000_00)
    thieves.rob(engine, thieves.one_cent_more)
    engine.dispose()
    told = parcours("ledger", "check")
    assert told.status == 1
    assert "0,01" in told.out
    assert parcours("ledger", "check", "--json").json["proved"] is False


def test_what_is_piped_keeps_its_lines_whole(parcours: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "heures.csv"
    sheet.write_text("titulaire;heures\nanne;400\n")
    assert parcours("ledger", "feed", str(sheet)).status == 0
    command = [sys.executable, "-m", "parcours", "ledger", "check"]
    env = {"PARCOURS_DATA_DIR": str(tmp_path / "data")}
    told = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    total = told.stdout.splitlines()[0]
    assert total.startswith("1 écritures, ")
    assert total.endswith("000,00\u00a0€.")
    assert len(total) > 80


def test_accounts_are_fed_from_a_sheet_that_is_known_by_its_columns(parcours: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "declarations.csv"
    row = "2025;73282932000074;{};100;general\n"
    sheet.write_text("annee;siret;titulaire;temps_pour_cent;categorie\n" + row.format("anne") + row.format(""))
    told = parcours("ledger", "feed", str(sheet), "--json")
    assert (told.status, told.json["taken"], told.json["cents"]) == (1, 1, 500_00)
    assert [finding["line"] for finding in told.json["findings"]] == [3]
    hours = tmp_path / "heures.csv"
    hours.write_text("titulaire;heures\nanne;40\n")
    told = parcours("ledger", "feed", str(hours))
    assert (told.status, "600,00" in told.out) == (0, True)
    assert parcours("ledger", "check", "--json").json["in_cents"] == 1_100_00


def test_who_is_new_is_told_and_an_account_s_id_is_no_name_of_a_person(parcours: Run, tmp_path: Path) -> None:
    account = parcours("admin", "key", "--role", "learner", "--person", "anne", "--json").json["subject"]
    sheet = tmp_path / "heures.csv"
    sheet.write_text(f"titulaire;heures\nanne;40\n{account};40\n1850775123456;10\n")
    told = parcours("ledger", "feed", str(sheet), "--json").json
    assert told["new_learners"] == 3
    assert [(found["code"], found["line"]) for found in told["findings"]] == [("account-id", 3)]
    sheet.write_text("titulaire;heures;dossier\nanne;40;D-1\nluc;40;D-2\n")
    assert "1 titulaire nouveau," in parcours("ledger", "feed", str(sheet)).out


def test_a_sheet_of_another_kind_is_refused_and_told_what_is_expected(parcours: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "autre.csv"
    sheet.write_text("a;b\n1;2\n")
    told = parcours("ledger", "feed", str(sheet))
    assert told.status == 2
    assert "temps_pour_cent" in told.err
