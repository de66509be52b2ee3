"""``parcours ledger check``: proved, or a status that is not zero and where to look."""

from __future__ import annotations

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
