"""The program as its users run it, on the real catalogue, in one data folder made once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Program = Callable[..., Any]


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """``program("search", ...)`` -> what ``--json`` prints; the exit status is checked against ``status``."""
    folder = tmp_path_factory.mktemp("acceptance")

    def run(*arguments: str, status: int = 0) -> Any:
        environment = {**os.environ, "PARCOURS_DATA_DIR": str(folder), "PARCOURS_TODAY": "2026-11-23"}
        command = [str(Path(sys.executable).parent / "parcours"), *arguments, "--json"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=280)
        assert done.returncode == status, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def imported(program: Program, shared: Path) -> dict[str, Any]:
    """The report of the first import of the RCO catalogue."""
    catalogue = shared / "offers" / "rco_catalogue_apprentissage_2020-11.csv.gz"
    report: dict[str, Any] = program("import", str(catalogue))
    return report
