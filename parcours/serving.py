"""``parcours serve`` (the API, the pages and a worker beside) and ``parcours worker`` (one more, or one alone)."""

from __future__ import annotations

import os
import signal
from contextlib import nullcontext
from threading import Event
from types import FrameType
from typing import Annotated

import typer

from parcours.console import Json, err, print_json
from parcours.settings import Settings
from parcours.wiring import House

Host = Annotated[str, typer.Option(help="Adresse d'écoute.", show_default=False)]
Port = Annotated[int, typer.Option(help="Port d'écoute.", show_default=False, min=0, max=65535)]


def add_to(app: typer.Typer) -> None:
    app.command("serve")(serve)
    app.command("worker")(worker)


def serve(host: Host = "", port: Port = 0, json: Json = False) -> None:
    """Servir l'API et les pages, avec un worker à côté. Prêt quand /readyz répond 200 ; Ctrl-C arrête tout.

    Exemple : parcours serve --host 127.0.0.1 --port 8000
    """
    settings = Settings()
    host, port = host or settings.host, port or settings.port
    address = f"http://{host}:{port}"
    print_json({"address": address}) if json else err.print(f"Parcours écoute sur {address} (Ctrl-C pour arrêter)")
    run(House(settings), host, port)


def run(house: House, host: str, port: int) -> None:
    """Until a signal. Requests under way are answered first, then the worker ends."""
    import uvicorn

    from parcours.application import application
    from parcours.supervising import worker_beside

    app = application(house)

    def leave(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    # uvicorn answers what is under way, then raises the signal again: it must not end us before the worker is.
    signal.signal(signal.SIGTERM, leave)
    with worker_beside(house.settings) if house.settings.worker else nullcontext():
        uvicorn.run(
            app,
            host=host,
            port=port,
            loop="uvloop",
            http="httptools",
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=10,
        )


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
