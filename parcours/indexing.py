"""``parcours reindex`` and ``parcours worker``."""

from __future__ import annotations

import os
import signal
from threading import Event
from types import FrameType
from typing import Annotated

import typer

from parcours.console import Json, Reporter, number, out, print_json, progress_bars
from parcours.settings import Settings
from parcours.wiring import House


def add_to(app: typer.Typer) -> None:
    app.command("reindex")(reindex)
    app.command("worker")(worker)


def bring_up(house: House, report: Reporter) -> int:
    """The index level with the catalogue, by a rebuild where that is cheaper; how many trainings were indexed."""
    from base.database import reading
    from catalog.store import marks
    from indexer.follow import follow_once, rebuild_due
    from indexer.rebuild import rebuild

    if rebuild_due(house.database, house.engine):
        return rebuild(house.database, house.engine, clock=house.clock, progress=report).trainings
    with reading(house.database) as conn:
        waiting = marks.pending(conn)
    done = 0
    while indexed := follow_once(house.database, house.engine):
        done += indexed
        report("Indexation", min(done, waiting), waiting)
    return done


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


def worker(
    parent: Annotated[int, typer.Option(help="S'arrêter avec ce processus.", hidden=True)] = 0,
) -> None:
    """Suivre les changements de la base et importer les catalogues déposés. Lancé par serve ; s'arrête avec lui."""
    from parcours.working import work

    stop = Event()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    work(House(Settings()), stop, name=f"worker-{os.getpid()}", parent=parent)
