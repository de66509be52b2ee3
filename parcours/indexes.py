"""``parcours index``: which indexes are kept, going back to one, deleting old ones, what was done, lifting a lock."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from base.clock import PARIS
from parcours.console import Json, counted, err, number, out, print_json, progress_bars
from parcours.indexing import EngineOption, house_of

if TYPE_CHECKING:
    from base.audit import Entry
    from search.engines.contract import Build

app = typer.Typer(
    no_args_is_help=True,
    help="Les index gardés : les voir, revenir à un antérieur, supprimer les anciens, lire le journal.",
)

_ACTIONS = {
    "rebuild-begun": "reconstruction commencée",
    "rebuild-swapped": "nouvel index servi",
    "rebuild-refused": "nouvel index refusé",
    "rebuild-failed": "reconstruction interrompue",
    "rolled-back": "retour à un index antérieur",
    "pruned": "anciens index supprimés",
    "levelled": "index mis à niveau",
    "lock-taken-over": "verrou expiré repris",
    "lock-broken": "verrou levé",
    "damage-found": "index endommagé",
    "damage-mended": "index réparé",
}
_TOLD = ("build", "builds", "offers", "caught_up", "trainings", "error", "told", "owner")  # of a line of the log
_LONGEST = 160


@app.command("list")
def list_(engine: EngineOption = "", json: Json = False) -> None:
    """Les index gardés : celui qui est servi, puis ceux auxquels on peut revenir.

    parcours index list
    """
    builds = house_of(engine).engine.builds()
    if json:
        print_json([asdict(build) for build in builds])
    elif not builds:
        out.print("Aucun index. « parcours reindex » le fait depuis la base.")
    for build in () if json else builds:
        out.print(_build(build), soft_wrap=True)


@app.command("rollback")
def rollback(
    name: Annotated[str, typer.Argument(help="Nom donné par index list ; sans nom, le dernier servi avant.")] = "",
    engine: EngineOption = "",
    json: Json = False,
) -> None:
    """Servir de nouveau un index gardé, puis lui donner ce qui a changé depuis. L'index quitté est gardé à son tour.

    parcours index rollback

    parcours index rollback offers-v2-20261125t001812-3f9a0c1b
    """
    from indexer.builds import roll_back

    house = house_of(engine)
    with progress_bars() as report:
        done = roll_back(
            house.database, house.engine, name or None, clock=house.wall, progress=report, actor=_actor("rollback")
        )
    if json:
        print_json(asdict(done))
    else:
        changed = counted(done.levelled, "formation mise à niveau", "formations mises à niveau")
        out.print(f"Index servi : {done.build.name}, {number(done.build.offers)} offres ; {changed}.")


@app.command("prune")
def prune(
    keep: Annotated[int, typer.Option(min=0, help="Combien d'index antérieurs garder.")] = 1,
    engine: EngineOption = "",
    json: Json = False,
) -> None:
    """Supprimer les index antérieurs, sauf les derniers. Jamais celui qui est servi, ni rien que Parcours n'a pas fait.

    parcours index prune --keep 1
    """
    from indexer.builds import prune

    house = house_of(engine)
    gone = prune(house.database, house.engine, keep, clock=house.wall, actor=_actor("prune"))
    if json:
        print_json({"pruned": gone})
    else:
        out.print(f"Supprimés : {', '.join(gone)}." if gone else "Rien à supprimer.")


@app.command("log")
def log(
    limit: Annotated[int, typer.Option(min=1, help="Combien de lignes, les plus récentes d'abord.")] = 20,
    engine: EngineOption = "",
    json: Json = False,
) -> None:
    """Le journal : reconstructions, refus, retours, suppressions, verrous, dégâts et réparations.

    parcours index log --limit 50
    """
    from base import audit
    from base.database import reading
    from indexer.journal import subject

    house = house_of(engine)
    with reading(house.database) as conn:
        entries = audit.entries(conn, subject=subject(house.engine), limit=limit)
    if json:
        print_json([asdict(entry) for entry in entries])
    for entry in () if json else entries:
        out.print(_line(entry), soft_wrap=True)


@app.command("unlock")
def unlock(
    force: Annotated[bool, typer.Option("--force", help="Même si le verrou court encore.")] = False,
    engine: EngineOption = "",
    json: Json = False,
) -> None:
    """Lever le verrou d'une reconstruction qui ne l'a pas rendu. Un verrou expiré tombe aussi de lui-même.

    Avec --force, une reconstruction encore au travail s'arrêtera sans rien remplacer : vérifiez d'abord qu'elle est
    bien morte (« parcours index log » dit quel processus, sur quelle machine).

    parcours index unlock
    """
    from indexer.builds import unlock

    house = house_of(engine)
    if force:
        err.print("[yellow]--force : une reconstruction encore au travail s'arrêtera sans rien remplacer.[/yellow]")
    lifted = unlock(house.database, house.engine, clock=house.wall, actor=_actor("unlock"), force=force)
    if json:
        print_json({"unlocked": asdict(lifted) if lifted else None})
    else:
        out.print(f"Verrou levé ; il était à {escape(lifted.owner)}." if lifted else "Aucun verrou n'est pris.")


def _actor(command: str) -> str:
    from indexer.journal import this_process

    return f"index {command}, {this_process()}"


def _build(build: Build) -> str:
    state = "[green]servi[/green]" if build.served else "gardé"
    if build.detail:
        state = f"[red]inutilisable[/red] : {escape(build.detail)}"
    held = f"{counted(build.offers, 'offre', 'offres')}, {counted(build.trainings, 'formation', 'formations')}"
    return f"[bold]{build.name}[/bold]  {_at(build.made_at)}  {held}  {state}"


def _line(entry: Entry) -> str:
    told = " · ".join(escape(_told(entry.detail[name])) for name in _TOLD if name in entry.detail)
    action = _ACTIONS.get(entry.action, entry.action)
    return f"{_at(entry.at)}  [bold]{action}[/bold]  {told}  [dim]{escape(entry.actor)}[/dim]"


def _told(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _at(at: datetime) -> str:
    return f"{at.astimezone(PARIS):%d/%m/%Y %H:%M:%S}"
