"""A title taken from a certification is the reference's: it follows it, and is no change of the file."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from base.database import reading, unit_of_work
from catalog.reference.load import load_reference
from catalog.store import marks
from catalog.store.read import read_catalogue
from tests.ingest.conftest import Import
from tests.ingest.damage.bases import invented_edof

NOW = datetime(2026, 11, 2, tzinfo=UTC)
LIST = "code,kind,title,level,valid_until,rome,formacode,nsf"


def load(database: Engine, folder: Path, title: str) -> int:
    folder.mkdir(exist_ok=True)
    (folder / "codes.csv").write_text(f"{LIST}\nRNCP32440,rncp,{title},3,,,,\n", "utf-8")
    with unit_of_work(database) as conn:
        return load_reference(
            conn, folder, datetime(2026, 11, 2, tzinfo=UTC), lambda _name, _rows: None
        ).trainings_marked


def titles(database: Engine) -> dict[str, str]:
    with reading(database) as conn:
        return {one.numero: one.title for one in read_catalogue(conn)}


def test_a_title_taken_from_a_certification_follows_the_reference(
    database: Engine, imported: Import, tmp_path: Path
) -> None:
    text = invented_edof().text
    named = next(code for code in re.findall(r"<code-RNCP>(\w+)<", text))
    text = text.replace(named, "RNCP32440")
    untitled = re.sub(r"(<intitule-formation>)[^<]*", r"\g<1>-", text, count=1).encode("latin-1")
    imported(untitled)
    (numero,) = (numero for numero, title in titles(database).items() if title == "RNCP32440")
    others = {key: title for key, title in titles(database).items() if key != numero}
    for title in ("CAP Ébéniste", "CAP Ébénisterie d'art"):
        with unit_of_work(database) as conn:
            marks.clear(conn, marks.marked(conn, 100))
        assert load(database, tmp_path / "reference", title) >= 1
        assert titles(database) == {**others, numero: title}
        with reading(database) as conn:
            assert marks.pending(conn) >= 1
        again = imported(untitled).counts
        assert (again.created, again.changed) == (0, 0)
        assert titles(database)[numero] == title
