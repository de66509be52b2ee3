"""The command line as its user meets it: arguments in, text and a status out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from parcours import cli
from parcours.demo import Prepared
from parcours.wiring import House
from tests.parcours.prepared import DAY, sample_house


@dataclass(frozen=True)
class Told:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Told]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[House, Prepared]:
    return sample_house(tmp_path_factory.mktemp("sample") / "data")


@pytest.fixture
def parcours(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs the program in this process, in a data folder of the test's own unless another is given."""
    monkeypatch.setenv("PARCOURS_TODAY", DAY.isoformat())
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("PARCOURS_DATABASE_URL", raising=False)

    def run(*arguments: str, data: Path = tmp_path / "data") -> Told:
        monkeypatch.setenv("PARCOURS_DATA_DIR", str(data))
        monkeypatch.setattr("sys.argv", ["parcours", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        told = capsys.readouterr()
        return Told(int(left.value.code or 0), told.out, told.err)

    return run


@pytest.fixture
def searching(parcours: Run, sample: tuple[House, Prepared]) -> Run:
    """The program over the sample catalogue, to ask only."""
    return lambda *arguments: parcours(*arguments, data=sample[0].settings.data_dir)
