"""What a round does, by seed and number alone; what happens meanwhile is the machine's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from random import Random

CLAIM_OVER = timedelta(minutes=6)  # what a dead worker had claimed is another's, and what failed is due again


class Victim(StrEnum):
    SERVICE = "service"
    WORKER = "worker"
    BOTH = "service and worker"

    @property
    def names(self) -> tuple[str, ...]:
        return ("service", "worker") if self is Victim.BOTH else (self.value,)


@dataclass(frozen=True)
class Plan:
    number: int
    victim: Victim
    delay_seconds: float  # from the first request to the kill
    after_seconds: float  # in which all go on with who was started again
    later: timedelta  # time that passes when all is at rest


def planned(seed: int, number: int) -> Plan:
    random = Random(f"enrolling {seed} round {number}")
    victim = random.choices(list(Victim), (5, 4, 1))[0]
    hours = random.choice((0, 1, 6, 24, 24, 48, 72, 120))
    return Plan(
        number, victim, random.uniform(0.02, 0.35), random.uniform(0.05, 0.15), CLAIM_OVER + timedelta(hours=hours)
    )
