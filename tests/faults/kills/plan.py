"""What a round does, by seed and number alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Victim(StrEnum):
    ELASTICSEARCH = "elasticsearch"
    POSTGRESQL = "postgresql"
    POSTGRESQL_IMMEDIATE = "postgresql (immediate)"
    CHANGER = "index command"  # a rebuild, most often
    WORKER = "worker"
    WRITER = "writer"
    IMPORT = "import"


SERVERS = (Victim.ELASTICSEARCH, Victim.POSTGRESQL, Victim.POSTGRESQL_IMMEDIATE)


class Sight(StrEnum):
    """When to count the delay from."""

    START = "start"
    BUILDING = "new index begun"
    SWAPPED = "other index served"


PAIRS: dict[str, tuple[tuple[Victim, ...], ...]] = {  # one of each place a deck
    "elasticsearch": (
        (Victim.ELASTICSEARCH,),
        (Victim.POSTGRESQL, Victim.POSTGRESQL_IMMEDIATE),
        (Victim.CHANGER,),
        (Victim.WORKER,),
        (Victim.WRITER, Victim.IMPORT),
    ),
    "embedded": ((Victim.CHANGER,), (Victim.WORKER,), (Victim.CHANGER, Victim.WORKER), (Victim.WRITER, Victim.IMPORT)),
}
COMMANDS = {"reindex": ("reindex",), "rollback": ("index", "rollback"), "prune": ("index", "prune", "--keep", "1")}


@dataclass(frozen=True)
class Plan:
    number: int
    victim: Victim
    command: str
    sight: Sight
    delay_seconds: float

    @property
    def told(self) -> str:
        return f"{self.victim} killed {self.delay_seconds:.2f} s after {self.sight} of {self.command}"


def planned(pair: str, seed: int, number: int) -> Plan:
    deck = PAIRS[pair]
    turn, place = divmod(number - 1, len(deck))
    shuffled = Random(f"{pair} {seed} deck {turn}").sample(deck, len(deck))
    random = Random(f"{pair} {seed} round {number}")
    victim = random.choice(shuffled[place])
    rebuilding = victim is Victim.CHANGER and random.random() < 0.8
    command = "reindex" if rebuilding else random.choices(list(COMMANDS), (6, 3, 1))[0]
    sights = {"reindex": list(Sight), "rollback": [Sight.START, Sight.SWAPPED], "prune": [Sight.START]}[command]
    sight = random.choice(sights)
    return Plan(
        number, victim, command, sight, random.uniform(0.5, 4.0) if sight is Sight.START else random.uniform(0, 0.6)
    )
