"""``parcours reindex``: the index anew from the database, or looked at byte by byte."""

from __future__ import annotations

from typing import Annotated

import typer

from parcours.console import Json, number, out, print_json, progress_bars
from parcours.settings import Settings
from parcours.wiring import House


def add_to(app: typer.Typer) -> None:
    app.command("reindex")(reindex)


def reindex(
    verify: Annotated[
        bool, typer.Option("--verify", help="Vérifier l'index octet par octet, sans rien changer.")
    ] = False,
    json: Json = False,
) -> None:
    """Reconstruire l'index depuis la base (ou le vérifier). Les questions sont servies pendant ce temps.

    parcours reindex --verify
    """
    from dataclasses import asdict

    house = House(Settings())
    if verify:
        snapshot = house.engine.snapshot()
        snapshot.verify()
        facts = {"generation": snapshot.generation, "offers": snapshot.count(), "state": "intact"}
        print_json(facts) if json else out.print(f"Index intact : {number(snapshot.count())} offres.")
        return
    from indexer.rebuild import rebuild

    with progress_bars() as report:
        done = rebuild(house.database, house.engine, clock=house.clock, progress=report)
    print_json(asdict(done)) if json else out.print(f"Index reconstruit : {number(done.offers)} offres.")
