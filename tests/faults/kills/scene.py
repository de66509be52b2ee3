"""The program at work: a house on its engine and database, and the processes around it."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

from base.database import unit_of_work
from catalog.reference.load import load_reference
from indexer.rebuild import rebuild
from parcours.beside import environment
from parcours.importing import import_into
from parcours.settings import Settings
from parcours.wiring import House
from search.engines.elasticsearch.names import Names
from search.engines.embedded.manifest import CURRENT, read_manifest
from tests.faults.kills.children import Child
from tests.faults.kills.equal import asked
from tests.faults.kills.plan import COMMANDS, SERVERS, Sight, Victim
from tests.faults.kills.servers import Server, killable_elasticsearch, killable_postgresql
from tests.faults.kills.writing import sample_files

_POLL_SECONDS = 0.01
_AGAIN_SECONDS = 0.2  # before a step is given again that a killed server failed


@dataclass
class Scene:
    settings: Settings
    folder: Path
    seed: str
    servers: dict[str, Server]
    step: int = 0  # the last one that the writer said is committed
    children: dict[str, Child] = field(default_factory=dict)
    _numbers: int = 0

    def house(self) -> House:
        return House(self.settings)

    def prepare(self) -> None:
        """The sample catalogue, imported and indexed."""
        house = self.house()
        files = sample_files(self.folder / "sample", house)
        with unit_of_work(house.database) as conn:
            load_reference(conn, self.folder / "sample" / "reference", house.clock(), lambda _name, _rows: None)
        for path in files:
            import_into(house, path)
        rebuild(house.database, house.engine, clock=house.wall)
        rebuild(house.database, house.engine, clock=house.wall)  # one to go back to
        house.database.dispose()

    def start(self, name: str) -> Child:
        """``worker``, ``writer``, ``import`` or a command of ``COMMANDS``."""
        self._numbers += 1
        module, arguments = {
            "worker": self._worker(),
            "writer": ("tests.faults.kills.writing", (str(self.folder), self.seed)),
            "import": ("parcours", ("import", str(self.folder / "imported.json"), "--mode", "replace")),
            **{command: ("parcours", words) for command, words in COMMANDS.items()},
        }[name]
        log = self.folder / f"{name}.log"
        self.children[name] = Child(name, module, arguments, environment(self.settings), log)
        return self.children[name]

    def _worker(self) -> tuple[str, tuple[str, ...]]:
        early = self.settings.engine == "embedded"
        return ("tests.faults.kills.working", ()) if early else ("parcours", ("worker",))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Steps are given and answered one after another until the block ends; nothing is under way then."""
        stop = threading.Event()
        feeding = threading.Thread(target=self._feed, args=(self.children["writer"], stop), daemon=True)
        feeding.start()
        try:
            yield
        finally:
            stop.set()
            feeding.join()

    def _feed(self, writer: Child, stop: threading.Event) -> None:
        number = self.step + 1
        while not stop.is_set():
            answer = writer.ask(str(number))
            if not answer:
                return  # killed
            if answer == "done":
                self.step, number = number, number + 1
            else:
                stop.wait(_AGAIN_SECONDS)

    def kill(self, victim: Victim, command: str) -> None:
        if victim is Victim.POSTGRESQL_IMMEDIATE:
            self.servers["postgresql"].kill(signal.SIGQUIT)
        elif victim in (Victim.ELASTICSEARCH, Victim.POSTGRESQL):
            self.servers[victim.value].kill()
        else:
            self.children[command if victim is Victim.CHANGER else victim.value].kill()

    def restart(self, victim: Victim) -> None:
        if victim in SERVERS:
            self.servers[victim.value.split()[0]].start()
        elif victim in (Victim.WORKER, Victim.WRITER):
            self.start(victim.value)

    def sight(self, sight: Sight) -> Callable[[], bool]:
        """Whether it has come since now, as seen from outside."""
        if sight is Sight.START:
            return lambda: True
        look = self._building if sight is Sight.BUILDING else self._served
        before = look()
        return lambda: bool(set(look()) - set(before))

    def _building(self) -> list[str]:
        if self.settings.engine == "embedded":
            return [path.name for path in self.settings.index_dir.glob("*.building")]
        return self.indexes()

    def _served(self) -> list[str]:
        if self.settings.engine == "embedded":
            return [read_manifest(self.settings.index_dir / CURRENT).build]
        return list(asked(self.settings, f"/_alias/{Names(self.settings.elasticsearch_prefix).offers_alias}"))

    def indexes(self) -> list[str]:
        """Of the cluster, under our prefix."""
        try:
            return list(asked(self.settings, f"/{self.settings.elasticsearch_prefix}-*/_alias?expand_wildcards=all"))
        except URLError:
            return []


def waited(condition: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(_POLL_SECONDS)
    return True


@contextmanager
def staged(pair: str, seed: int, folder: Path) -> Iterator[Scene]:
    """Servers, a catalogue, an index, a worker and a writer in a folder that is there; they end with the block."""
    data = folder / "data"
    with ExitStack() as stack:
        if pair == "embedded":
            servers = {}
            settings = Settings(data_dir=data, database_url="", engine="embedded", today=None)
        else:
            servers = {
                "postgresql": stack.enter_context(killable_postgresql()),
                "elasticsearch": stack.enter_context(killable_elasticsearch()),
            }
            settings = Settings(
                data_dir=data,
                database_url=servers["postgresql"].address,
                engine="elasticsearch",
                elasticsearch_url=servers["elasticsearch"].address,
                elasticsearch_prefix="kills",
                today=None,
            )
        scene = Scene(settings, folder, f"{pair} {seed}", servers)
        scene.prepare()
        stack.callback(lambda: [child.kill() for child in scene.children.values()])
        scene.start("worker")
        scene.start("writer")
        yield scene
