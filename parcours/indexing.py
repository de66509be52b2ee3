"""``parcours reindex``: the index anew from the database, or looked at as a whole."""

from __future__ import annotations

from typing import Annotated, get_args

import typer

from parcours.console import Json, number, out, print_json, progress_bars
from parcours.settings import EngineName, Settings
from parcours.wiring import House

EngineOption = Annotated[
    str, typer.Option("--engine", help="embedded ou elasticsearch ; par défaut celui de PARCOURS_ENGINE.")
]


def add_to(app: typer.Typer) -> None:
    app.command("reindex")(reindex)


def house_of(engine: str, *, takes_over: bool = False) -> House:
    settings = Settings()
    if engine and engine not in get_args(EngineName):
        raise typer.BadParameter("embedded ou elasticsearch", param_hint="--engine")
    settings = settings.model_copy(update={"engine": engine}) if engine else settings
    return House(settings, takes_over=takes_over)


def reindex(
    engine: EngineOption = "",
    verify: Annotated[
        bool, typer.Option("--verify", help="Vérifier l'index octet par octet, sans rien changer.")
    ] = False,
    replace_index: Annotated[
        bool, typer.Option("--replace-index", help="Même si l'index servi a été fait d'une autre base.")
    ] = False,
    json: Json = False,
) -> None:
    """Reconstruire l'index depuis la base (ou le vérifier). Les questions sont servies pendant ce temps.

    Le nouvel index est contrôlé avant d'être servi ; s'il est refusé, l'ancien reste. L'index remplacé est gardé :
    « parcours index rollback » y revient. Une seule reconstruction à la fois.

    parcours reindex

    parcours reindex --engine elasticsearch

    parcours reindex --verify
    """
    from dataclasses import asdict

    house = house_of(engine, takes_over=replace_index)
    if verify:
        house.engine.verify()
        health = house.engine.health()
        facts = {"generation": health.generation, "offers": health.offers, "state": "intact"}
        print_json(facts) if json else out.print(f"Index intact : {number(health.offers)} offres.")
        return
    from indexer.journal import this_process
    from indexer.rebuild import rebuild

    house.refuse_other_index()
    with progress_bars() as report:
        done = rebuild(
            house.database, house.engine, clock=house.wall, progress=report, actor=f"reindex, {this_process()}"
        )
    print_json(asdict(done)) if json else out.print(f"Index reconstruit : {number(done.offers)} offres.")
