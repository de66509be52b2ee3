"""``parcours serve`` (the API, the pages and a worker beside) and ``parcours worker`` (one more, or one alone)."""

from __future__ import annotations

import errno
import gc
import os
import signal
import socket
from collections.abc import Callable
from contextlib import nullcontext
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from base.errors import Unavailable
from parcours.console import Json, err, print_json
from parcours.settings import Settings
from parcours.wiring import House

if TYPE_CHECKING:
    from search.engines.embedded.execute import Kernel

Host = Annotated[str, typer.Option(help="Adresse d'écoute.", show_default=False)]
Port = Annotated[int, typer.Option(help="Port d'écoute.", show_default=False, min=0, max=65535)]

_COLLECT_AFTER = 20_000  # objects; a question holds some hundred at once

_COMPILING = "La recherche est compilée pour cette machine : une quinzaine de secondes, au premier démarrage seulement."

_REFUSED = {
    errno.EADDRINUSE: "ce port est déjà pris ; choisissez-en un autre avec --port ou PARCOURS_PORT",
    errno.EACCES: "ce port est réservé ; choisissez-en un au-dessus de 1023 avec --port",
    errno.EADDRNOTAVAIL: "cette adresse n'est pas à cette machine",
}


def add_to(app: typer.Typer) -> None:
    app.command("serve")(serve)
    app.command("worker")(worker)


def serve(host: Host = "", port: Port = 0, json: Json = False) -> None:
    """Servir l'API et les pages, avec un worker à côté. Prêt quand /readyz répond 200 ; Ctrl-C arrête tout.

    Exemple : parcours serve --host 127.0.0.1 --port 8000
    """
    settings = Settings()
    host, port = host or settings.host, port or settings.port
    settings = settings.model_copy(update={"host": host, "port": port})
    address = f"http://{host}:{port}"
    with taken(host, port) as door:
        House(settings).refuse_other_index()

        def told() -> None:
            if json:
                print_json({"address": address})
            else:
                err.print(f"Parcours écoute sur {address} (Ctrl-C pour arrêter)")

        run(settings, door, told)


def taken(host: str, port: int) -> socket.socket:
    """The address is ours, and nobody is answered yet. Said before any work: a demonstration prepares for a while."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        door = socket.socket(family, kind, protocol)
    except OSError as error:
        raise Unavailable(f"Impossible d'écouter sur {host} : cette adresse n'est pas connue.") from error
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(address)
    except OSError as error:
        door.close()
        why = _REFUSED.get(error.errno or 0, error.strerror)
        raise Unavailable(f"Impossible d'écouter sur {host}, port {port} : {why}.") from error
    return door


def run(settings: Settings, door: socket.socket, listening: Callable[[], None] = lambda: None) -> None:
    """Until a signal. Requests under way are answered first, then the worker ends. ``listening`` is called when nobody
    is refused any more: compiling and opening the index, which may last, are done."""
    import uvicorn

    from parcours.application import application
    from parcours.listening import Protocol
    from parcours.supervising import worker_beside

    named = door.getsockname()  # where it really listens: payment pages and their webhooks are at that address
    settings = settings.model_copy(update={"port": named[1]})
    house = House(settings, _kernel(settings))
    app = application(house)
    _open_index(house)

    def leave(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    # uvicorn answers what is under way, then raises the signal again: it must not end us before the worker is.
    signal.signal(signal.SIGTERM, leave)
    with worker_beside(house.settings) if house.settings.worker else nullcontext():
        config = uvicorn.Config(
            app,
            loop="uvloop",
            http=Protocol,
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=10,
        )
        door.listen(config.backlog)
        listening()
        uvicorn.Server(config).run(sockets=[door])


def _kernel(settings: Settings) -> Kernel | None:
    """Before the service is ready, so that no question waits for it. ``None`` without numba: the pure one serves."""
    if "embedded" not in (settings.engine, settings.fallback):
        return None
    from search.engines.embedded.compiled.loading import load

    try:
        return load(settings.compiled, lambda: err.print(_COMPILING)).kernel
    except ImportError:
        return None


def _open_index(house: House) -> None:
    """Before the first question; then what was loaded is left out of every later collection of garbage, which would
    read it all again in the middle of a question. A question leaves no cycles, so collections may be rare."""
    house.engine.health()
    if house.standby is not None:
        house.standby.engine.health()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)


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
