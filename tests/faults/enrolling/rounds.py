"""A round: all act, a kill, all go on; then every answer is asked for again and looked for. And the end of a story."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from threading import Event as Pause

from base.clock import today
from base.database import reading
from base.ids import id_text
from enrollment.files.file import File
from enrollment.files.states import Actor
from tests.enrollment.ending import next_step
from tests.enrollment.world import OPERATOR
from tests.faults.enrolling import books, checks
from tests.faults.enrolling.acting import FILES, Player
from tests.faults.enrolling.calling import Answered
from tests.faults.enrolling.plan import CLAIM_OVER, Plan
from tests.faults.enrolling.scene import Scene

_ASKED_AGAIN = 15  # of those that were answered at once; all that had to be repeated
_MOST_TURNS = 60


@dataclass(frozen=True)
class Told:
    plan: Plan
    answers: int
    cut_off: int  # requests that the kill left without an answer
    problems: tuple[str, ...]


def play(scene: Scene, plan: Plan) -> Told:
    begun = len(scene.told.answers)
    with scene.playing():
        Pause().wait(plan.delay_seconds)
        for name in plan.victim.names:
            scene.kill(name)
        for name in plan.victim.names:
            scene.start(name)
        scene.ready()
        Pause().wait(plan.after_seconds)
    found = [f"{name} ended by itself" for name in scene.nursery.fallen()]
    made = scene.told.answers[begun:]
    found += _answered_alike(scene.players[0], made, Random(plan.number))
    if not scene.at_rest():
        found.append("the worker does not come to rest")
    found += _looked(scene)
    scene.clock.move(plan.later)
    return Told(plan, len(made), sum(each.tries > 1 for each in made), tuple(found))


def end(scene: Scene) -> list[str]:
    """Time goes on and whoever has to act acts, until every file has ended; what is left is told."""
    player = scene.players[0]
    for turn in range(_MOST_TURNS):
        scene.clock.move(CLAIM_OVER + timedelta(days=1 if turn < 2 else 9))
        if not scene.at_rest():
            return ["the worker does not come to rest"]
        with reading(scene.database) as conn:
            held = books.read(conn)
        if not held.open_files and not held.waiting_jobs:
            break
        player.see_to_incidents()
        for file in held.open_files:
            _finish(player, file, today(scene.clock))
        player.run()
    with reading(scene.database) as conn:
        held = books.read(conn)
        found = list(checks.problems(conn, held, scene.told.answers, scene.clock()))
    return [*found, *checks.ended(held, scene.settings.mail_dir), *_faults(scene)]


def _answered_alike(player: Player, made: list[Answered], random: Random) -> Iterator[str]:
    """The same key, the same answer, whether or not the first was heard."""
    kept = [each for each in made if _keeps_its_answer(each)]
    at_once = [each for each in kept if each.tries == 1]
    asked = [each for each in kept if each.tries > 1] + random.sample(at_once, min(len(at_once), _ASKED_AGAIN))
    for each in asked:
        again = player.again(each.request)
        if (again.status, again.body) != (each.status, each.body):
            yield f"{each.request}: {each.status} {each.body[:200]!r}, then {again.status} {again.body[:200]!r}"


def _keeps_its_answer(each: Answered) -> bool:
    """A page is the provider's, and shows what became of it; a run that is refused may be asked for later, and one that
    is there tells whom it could not pay only to who made it."""
    return each.status < 500 and bool(each.request.key)


def _looked(scene: Scene) -> list[str]:
    with reading(scene.database) as conn:
        held = books.read(conn)
        found = list(checks.problems(conn, held, scene.told.answers, scene.clock()))
    with scene.told.lock:
        for file in list(scene.told.live):
            if not any(id_text(each.id) == file for each in held.open_files):
                del scene.told.live[file]
    return found + _faults(scene)


def _faults(scene: Scene) -> list[str]:
    with scene.told.lock:
        faults, scene.told.faults = scene.told.faults, []
    return faults


def _finish(player: Player, file: File, day: date) -> None:
    """The next thing that its organisation or the operator has to do."""
    step = next_step(file, day)
    if step is not None:
        actor, event, body = step
        whose = {Actor.ORGANISATION: file.siret, Actor.LEARNER: id_text(file.learner_id)}.get(actor, OPERATOR)
        player.post(whose, f"{FILES}/{id_text(file.id)}/events/{event.value}", body)
