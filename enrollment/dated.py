"""A rule's figure with the day from which it holds and where it was read.

Where sources conflict the table names the other readings beside the default, and ``Rules`` says which one is taken:
it is passed in by the caller, so two readings can be compared in one process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Generic, TypeVar, cast

from base.errors import ParcoursError

T = TypeVar("T")


class NoRuleYet(ParcoursError):
    status = 422
    code = "no-rule-yet"
    title = "Date trop ancienne"


@dataclass(frozen=True, slots=True)
class Value(Generic[T]):
    from_on: date  # first day it holds
    value: T
    source: str  # how sure it is comes first: [S] read, [S2] at second hand, [M] from memory, [I] inferred


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    name: str  # "participation": how settings, tests and the docs call it
    unit: str  # "cents", "working days", "choice"
    values: tuple[Value[T], ...]  # oldest first
    alternatives: tuple[T, ...] = ()  # other readings of the same rule, whatever the day

    def __post_init__(self) -> None:
        days = [value.from_on for value in self.values]
        if not days or days != sorted(set(days)):
            raise ValueError(f"{self.name}: values stand in the order of their days, each day once")

    def at(self, day: date) -> T:
        """What holds on a day, unless the caller's ``Rules`` read it otherwise."""
        for value in reversed(self.values):
            if value.from_on <= day:
                return value.value
        raise NoRuleYet(f"{self.name} : aucune règle n'est connue avant le {self.values[0].from_on:%d/%m/%Y}.")

    @property
    def readings(self) -> tuple[T, ...]:
        return (*(value.value for value in self.values), *self.alternatives)


@dataclass(frozen=True, slots=True)
class Rules:
    """Which reading is taken where there are several; ``Rules()`` takes every default."""

    overrides: Mapping[str, object] = field(default_factory=dict)  # name of the rule -> reading

    def at(self, dated: Dated[T], day: date) -> T:
        if dated.name in self.overrides:
            return cast(T, self.overrides[dated.name])
        return dated.at(day)

    def reading(self, dated: Dated[T], value: T) -> Rules:
        """The same rules with another reading of one; only a reading that the table names."""
        if value not in dated.readings:
            raise ValueError(f"{dated.name}: {value!r} is no reading of it")
        return replace(self, overrides={**self.overrides, dated.name: value})
