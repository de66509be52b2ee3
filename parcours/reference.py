"""``parcours reference``: official places and vocabularies, from a folder that the user names."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from base.errors import NotFound
from parcours.console import Json, number, out, print_json, progress_bars
from parcours.settings import Settings
from parcours.wiring import House

_KINDS = {
    "register": "certifications (RNCP, RS)",
    "register_rome": "métiers des certifications",
    "register_nsf": "spécialités des certifications",
    "register_formacode": "Formacodes des certifications",
    "certifinfo": "Certif Info",
    "list": "liste de certifications",
    "rome": "métiers (ROME)",
    "rome_appellation": "appellations de métiers",
    "formacode": "Formacode",
    "nsf": "spécialités (NSF)",
    "organisations": "organismes",
}
app = typer.Typer(no_args_is_help=True, help="Fichiers officiels : communes, certifications, métiers, mots-clés.")


@app.callback()
def reference() -> None:
    """Keeps ``load`` a sub-command although it stands alone."""


@app.command("load")
def load(
    folder: Annotated[
        Path, typer.Argument(help="Dossier des fichiers, sous-dossiers compris.", exists=True, file_okay=False)
    ],
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
    house.refuse_other_index()
    places = None
    with progress_bars() as report:
        with unit_of_work(house.database) as conn:
            loaded = load_reference(conn, folder, house.clock(), lambda name, rows: report(name, rows, 0))
            # Inside the transaction: whichever file is refused, all that was in use stays in use.
            if find_commune_file(folder):
                places = compile_places(folder, house.settings.reference_dir)
        indexed = catch_up(house.database, house.engine, clock=house.wall, progress=report)
    ignored = [name for name in loaded.ignored if places is None or not name.endswith(places.file.name)]
    if json:
        told = {**asdict(loaded), "ignored": ignored, "indexed_trainings": indexed}
        print_json({"places": asdict(places) if places else None, **told})
        return
    table = Table(box=None, padding=(0, 2))
    for heading in ("fichier", "contenu", "entrées", "nouveautés"):
        table.add_column(heading, justify="right" if heading in ("entrées", "nouveautés") else "left")
    if places:
        table.add_row(escape(places.file.name), "communes", number(places.rows), "")
    for file in loaded.files:
        table.add_row(escape(file.name), _KINDS.get(file.kind, file.kind), number(file.entries), number(file.changed))
    out.print(table)
    for name in ignored:
        out.print(f"[dim]{escape(name)} : colonnes inconnues, laissé de côté[/dim]")
    if not loaded.files and places is None:
        raise NotFound(f"Aucun fichier connu dans {folder} : il faut des .csv ou .csv.gz aux colonnes officielles.")
    out.print(f"{number(loaded.trainings_marked)} formations concernées, {number(indexed)} indexées.")
    if places:
        out.print("Les communes servent aux prochains imports et aux services lancés ou relancés dès maintenant.")
