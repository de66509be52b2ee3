"""The house at work on a new database: its service, its worker, those who act, and the clock."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from threading import Event, Thread
from time import monotonic

import httpx
from sqlalchemy import Engine, and_, or_, select

from base.database import reading, unit_of_work
from base.jobs import JOB, JobState
from enrollment.files import store
from parcours.settings import Settings
from tests.enrollment.files.office import paris
from tests.enrollment.world import IBANS, World, founded
from tests.faults.enrolling.acting import Player, Told
from tests.faults.enrolling.books import HANDLED
from tests.faults.enrolling.clock import SharedClock
from tests.faults.enrolling.processes import Nursery
from tests.faults.enrolling.serving import settings_of
from tests.servers.fixtures import FreshDatabase
from tests.servers.place import free_port

BEGUN = date(2026, 11, 25)
PLAYERS = 4
_READY_SECONDS, _REST_SECONDS, _POLL_SECONDS = 30.0, 60.0, 0.01


@dataclass
class Scene:
    settings: Settings
    database: Engine  # the harness's own door to it
    nursery: Nursery
    clock: SharedClock
    port: int
    world: World
    told: Told = field(default_factory=Told)
    players: list[Player] = field(default_factory=list)
    pids: dict[str, int] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, name: str) -> None:
        self.pids[name] = self.nursery.start(name)

    def kill(self, name: str) -> None:
        self.nursery.kill(name)

    def ready(self) -> None:
        ready(self.address)

    @contextmanager
    def playing(self) -> Iterator[None]:
        """All act until the block ends; then none has a request under way."""
        stop = Event()
        threads = [Thread(target=player.play, args=(stop,)) for player in self.players]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def at_rest(self) -> bool:
        """Waits until nothing is due any more: no deadline, no job. What a dead worker had claimed is nobody's yet."""
        own = f"worker-{self.pids['worker']}"

        def quiet() -> bool:
            with reading(self.database) as conn:
                now = self.clock()
                queued = and_(JOB.c.state == JobState.QUEUED.value, JOB.c.run_at <= now)
                over = or_(JOB.c.claimed_until <= now, JOB.c.claimed_by == own)
                running = and_(JOB.c.state == JobState.RUNNING.value, over)
                busy = and_(JOB.c.kind.in_(HANDLED), or_(queued, running))
                return not store.due(conn, now) and conn.execute(select(JOB.c.id).where(busy).limit(1)).first() is None

        return waited(quiet, _REST_SECONDS)


def ready(address: str) -> None:
    """Waits for a service that was started."""

    def answers() -> bool:
        try:
            return httpx.get(f"{address}/healthz").status_code == 200
        except httpx.TransportError:
            return False

    assert waited(answers, _READY_SECONDS), "the service does not start"


def waited(condition: Callable[[], bool], seconds: float) -> bool:
    until = monotonic() + seconds
    while not condition():
        if monotonic() > until:
            return False
        Event().wait(_POLL_SECONDS)
    return True


@contextmanager
def staged(fresh: FreshDatabase, folder: Path, seed: str) -> Iterator[Scene]:
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with ExitStack() as stack:
        database = stack.enter_context(fresh())
        url = database.url.render_as_string(hide_password=False)
        port = free_port()
        settings = settings_of(folder / "data", url, port)
        settings.data_dir.mkdir(parents=True)
        clock_file = settings.data_dir / "clock"
        clock = SharedClock(clock_file)
        clock.set(paris(BEGUN, 9))
        with unit_of_work(database) as conn:
            world = founded(conn, clock())
        nursery = Nursery(settings, clock_file)
        stack.callback(nursery.close)
        scene = Scene(settings, database, nursery, clock, port, world)
        scene.start("service")
        scene.start("worker")
        scene.ready()
        for number in range(PLAYERS):
            name = f"{seed}-{number}"
            player = Player(name, scene.address, world, scene.told, clock, Random(f"player {name}"))
            scene.players.append(player)
            stack.callback(player.close)
        for siret in IBANS:
            scene.players[0].declare(siret)
        yield scene
