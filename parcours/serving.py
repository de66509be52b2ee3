"""``parcours serve`` and ``parcours demo``."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from parcours.beside import command, environment
from parcours.console import err, number, out, progress_bars
from parcours.settings import Settings
from parcours.wiring import House

Host = Annotated[str, typer.Option(help="Adresse d'écoute.")]
Port = Annotated[int, typer.Option(help="Port d'écoute.")]


def add_to(app: typer.Typer) -> None:
    app.command("serve")(serve)
    app.command("demo")(demo)


def serve(host: Host = "", port: Port = 0) -> None:
    """Servir l'API et les pages, avec un worker à côté. Prêt quand /readyz répond 200 ; Ctrl-C arrête tout.

    parcours serve --host 127.0.0.1 --port 8000
    """
    settings = Settings()
    run(House(settings), host or settings.host, port or settings.port)


def run(house: House, host: str, port: int) -> None:
    import uvicorn

    from parcours.application import application

    app = application(house)
    worker = _start_worker(house.settings) if house.settings.worker else None
    try:
        uvicorn.run(
            app,
            host=host,
            port=port,
            loop="uvloop",
            http="httptools",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=10,
        )
    finally:
        if worker:
            worker.terminate()
            worker.wait(timeout=30)


def _start_worker(settings: Settings) -> subprocess.Popen[bytes]:
    """A process of its own: as a thread it would ruin the slowest questions through the interpreter's lock."""
    return subprocess.Popen(command("worker", "--parent", str(os.getpid())), env=environment(settings))


def demo(
    host: Host = "",
    port: Port = 0,
    serve_it: Annotated[bool, typer.Option("--serve/--no-serve", help="Servir après avoir préparé.")] = True,
) -> None:
    """Tout essayer : base neuve, catalogue d'exemple importé et indexé, service local, et quoi demander.

    Le dossier de données est neuf à chaque fois (demo/ dans PARCOURS_DATA_DIR) : rien d'autre n'est touché.
    """
    from api.keys import Role, issue
    from base.database import unit_of_work

    settings = Settings()
    folder = settings.data_dir / "demo"
    _empty(folder)
    house = House(settings.model_copy(update={"data_dir": folder, "database_url": ""}))
    offers = _load_samples(house, house.day)
    from samples.story import organisations

    owner = organisations(house.day)[0]
    with unit_of_work(house.database) as conn:
        key = issue(conn, role=Role.ORGANISATION, siret=owner.siret, name="démonstration", now=house.clock())
    host, port = host or settings.host, port or settings.port
    _say(f"http://{host}:{port}", owner.siret, key, offers, folder)
    if serve_it:
        run(house, host, port)


def _empty(folder: Path) -> None:
    """Only what a demonstration wrote is ever removed."""
    import shutil

    marker = folder / ".parcours-demo"
    if folder.exists() and not marker.exists() and any(folder.iterdir()):
        err.print(f"[bold red]{folder} n'est pas vide et n'est pas une démonstration : rien n'est touché.[/bold red]")
        raise typer.Exit(1)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    marker.touch()


def _load_samples(house: House, day: date) -> int:
    from base.database import unit_of_work
    from catalog.reference.load import load_reference
    from indexer.rebuild import rebuild
    from parcours.importing import import_into
    from samples import materialise

    with tempfile.TemporaryDirectory() as temporary, progress_bars() as report:
        paths = materialise(Path(temporary), day)
        with unit_of_work(house.database) as conn:
            load_reference(conn, Path(temporary) / "reference", house.clock(), lambda *_: None)
        taken = errors = 0
        for done, path in enumerate(paths, 1):
            told = import_into(house, path)
            taken += told.counts.offers_taken
            errors += told.counts.errors + told.counts.warnings
            report("Import du catalogue d'exemple", done, len(paths))
        rebuild(house.database, house.engine, clock=house.clock, progress=report)
    err.print(f"{number(taken)} offres de {len(paths)} fichiers, {number(errors)} remarques (certaines voulues).")
    return taken


def _say(address: str, siret: str, key: str, offers: int, folder: Path) -> None:
    program = f"PARCOURS_DATA_DIR={folder} {Path(sys.argv[0])}"
    out.print(f"\n[bold]Parcours est prêt[/bold] : {number(offers)} offres d'exemple. À essayer :\n")
    for title, line in (
        ("La page de recherche", f"{address}/?q=comptabilit%C3%A9&home=Lyon"),
        ("L'API", f"curl '{address}/api/v1/offers?q=boulanger&home=Lyon&facets=1&reasons=1'"),
        ("Domicile et travail", f"curl '{address}/api/v1/offers?q=anglais&home=Rennes&work=Nantes&remote=exclude'"),
        ("La ligne de commande", f"{program} search comptabilité --home Lyon --radius 30"),
        ("Votre clé (montrée une fois)", key),
        (
            "Déposer un catalogue, à blanc",
            f"curl -H 'Authorization: Bearer {key}' --data-binary @catalogue.xml "
            f"'{address}/api/v1/organisations/{siret}/catalogue?dry_run=true'",
        ),
        ("La description de l'API", f"{address}/api/v1/openapi.json"),
    ):
        out.print(f"  [cyan]{title}[/cyan]")
        out.print(f"    {line}", soft_wrap=True)
    out.print("\nCtrl-C pour arrêter.")
