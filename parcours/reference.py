"""``parcours reference``: official places and vocabularies, from a folder that the user names."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from parcours.console import Json, out, print_json, progress_bars
from parcours.settings import Settings
from parcours.wiring import House

app = typer.Typer(no_args_is_help=True, help="Fichiers officiels : communes, certifications, métiers, mots-clés.")


@app.callback()
def reference() -> None:
    """Keeps ``load`` a sub-command although it stands alone."""


@app.command("load")
def load(
    folder: Annotated[Path, typer.Argument(help="Dossier des fichiers, sous-dossiers compris.", exists=True)],
    json: Json = False,
) -> None:
    """Charger les communes, RNCP, Certif Info, ROME, Formacode et NSF trouvés dans un dossier, puis réindexer.

    Les fichiers (.csv, .csv.gz) sont reconnus à leurs colonnes, quel que soit leur nom.
    """
    from base.database import unit_of_work
    from catalog.reference.load import load_reference
    from geo.compile import compile_places, find_commune_file
    from indexer.follow import catch_up

    house = House(Settings())
    told: dict[str, object] = {}
    with progress_bars() as report:
        if find_commune_file(folder):
            told["places"] = asdict(compile_places(folder, house.settings.reference_dir))
        with unit_of_work(house.database) as conn:
            told["vocabularies"] = asdict(
                load_reference(conn, folder, house.clock(), lambda name, rows: report(name, rows, 0))
            )
        told["indexed"] = catch_up(house.database, house.engine, clock=house.clock)
    if json:
        print_json(told)
        return
    for name, value in told.items():
        out.print(f"[cyan]{name}[/cyan]", end=" ")
        out.print(value)
