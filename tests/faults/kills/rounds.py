"""A round: everything at work, a kill, recovery, and a look at all that must be so."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from sqlalchemy.exc import SQLAlchemyError

from tests.faults.kills.checks import RECOVERED_SECONDS, Looked, level, problems
from tests.faults.kills.children import Child
from tests.faults.kills.plan import SERVERS, Plan, Victim
from tests.faults.kills.scene import Scene, waited
from tests.faults.kills.writing import varied

_SIGHT_SECONDS = 20.0
_OUTAGE_SECONDS = 0.5  # in which the others meet what was killed


@dataclass(frozen=True)
class Told:
    plan: Plan
    recovery_seconds: float  # from the kill until the worker has brought the index level
    round_seconds: float
    offers: int
    comparisons: int
    statuses: str  # of the commands that ran meanwhile
    problems: tuple[str, ...]

    @property
    def line(self) -> str:
        good = "equal" if not self.problems else "NOT AS IT MUST BE"
        return (
            f"round {self.plan.number}: {self.plan.told} ({self.statuses}); level after {self.recovery_seconds:.1f} s; "
            f"{self.offers} offers, {self.comparisons} compared: {good}; {self.round_seconds:.1f} s"
        )


def play(scene: Scene, plan: Plan) -> Told:
    began = time.monotonic()
    found: list[str] = []
    random = Random(f"{scene.seed} import {plan.number}")
    varied(scene.folder / "sample" / "catalogue.json", scene.folder / "imported.json", random)
    with scene.writing():
        seen = scene.sight(plan.sight)
        command, importing = scene.start(plan.command), scene.start("import")
        waited(lambda: seen() or command.status is not None, _SIGHT_SECONDS)
        time.sleep(plan.delay_seconds)
        over = command.status is not None
        scene.kill(plan.victim, plan.command)
        killed = time.monotonic()
        time.sleep(_OUTAGE_SECONDS)
        found += _fell(scene, plan)
        scene.restart(plan.victim)
    statuses = f"{plan.command} {'over' if over else 'under way'}, {', '.join(_ended(found, plan, command, importing))}"
    house = scene.house()
    found += _fell(scene, plan)
    if not waited(lambda: level(house), RECOVERED_SECONDS):
        found.append("the index is not brought level")
    recovered = time.monotonic()
    looked = Looked()
    try:
        found += problems(scene, house, plan.number, looked)
    except (SQLAlchemyError, OSError) as error:
        found.append(f"a server does not answer any more: {error}")
    finally:
        house.database.dispose()
    done = time.monotonic()
    return Told(plan, recovered - killed, done - began, looked.offers, looked.comparisons, statuses, tuple(found))


def _ended(found: list[str], plan: Plan, *children: Child) -> Iterator[str]:
    """A command fails when a server was killed under it, and not otherwise."""
    for child in children:
        if not child.ended():
            found.append(f"{child.name} does not end: {child.last_words()}")
            child.kill()
        elif child.status not in (0, -9) and plan.victim not in SERVERS:
            found.append(f"{child.name} failed ({child.status}): {child.last_words()}")
        yield f"{child.name} -> {child.status}"


def _fell(scene: Scene, plan: Plan) -> Iterator[str]:
    """Nobody but who was killed may end; started again, so that the round can go on."""
    for victim in (Victim.WORKER, Victim.WRITER):
        child = scene.children[victim.value]
        if child.status is not None and victim is not plan.victim:
            yield f"the {child.name} ended by itself ({child.status}): {child.last_words()}"
            scene.restart(victim)
