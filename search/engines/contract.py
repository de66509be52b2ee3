"""What every engine promises. The suite in ``tests/contract/`` runs the same questions on each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from search.analysis.lexicon import Lexicon
from search.document import Removal, TrainingDocument
from search.plan import Plan


@dataclass(frozen=True, slots=True)
class Ranked:
    """A slice of the engine's own order (sort key, then score, then id), before ``search.arrange``.

    ``handles`` are the engine's own numbers, valid on the snapshot that gave them. With ``group`` each stands for a
    card and ``similar`` says how many other matching offers the card holds; without, ``similar`` is all zero. An
    engine that would count every card by a question of its own leaves it ``None`` and counts what it describes.
    """

    total: int  # offers, exact
    cards: int | None  # None where the engine cannot tell
    handles: Sequence[int]
    scores: Sequence[float]
    sirens: Sequence[int]  # equal number = same organisation (SIREN)
    similar: Sequence[int] | None
    facets: dict[str, dict[str, int]]  # dimension -> code -> offers, zero counts left out


@dataclass(frozen=True, slots=True)
class Described:
    """One offer of a page: its payload and the parts of its score, ``text``, ``near``, ``open`` and ``turn`` unweighted
    in [0, 1]. ``words`` has per word of the plan (term that matched best or "", field mask, value in [0, 1])."""

    offer: int  # id
    payload: bytes
    score: float
    text: float
    near: float
    open: float
    turn: float
    words: tuple[tuple[str, int, float], ...]
    place: int | None  # index into the document's places of the card's place; None when remote or not located
    home_km: float | None  # of that place
    work_km: float | None
    similar: int  # other matching offers of its card


class Snapshot(Protocol):
    """A frozen state of the index: the same plan always gives the same answer on it."""

    generation: str
    lexicon: Lexicon

    def execute(self, plan: Plan) -> Ranked: ...

    def describe(self, plan: Plan, ranked: Ranked, positions: Sequence[int]) -> list[Described]:
        """The offers at some positions of a slice that this snapshot ranked for this plan."""
        ...

    def rank_of(self, plan: Plan, offer: int) -> int | None:
        """Place, from 1, of an offer (its card, with ``group``) in the engine's own order; ``None`` when it does not
        match. Offset and limit of the plan play no part."""
        ...


@dataclass(frozen=True, slots=True)
class Health:
    ready: bool
    generation: str
    offers: int
    trainings: int
    detail: str


class Engine(Protocol):
    name: str
    waits: bool  # an answer waits on the network: ask it beside what must not wait

    def snapshot(self, generation: str | None = None) -> Snapshot:
        """The newest state, or an older one by name; ``base.errors.Gone`` when it is no longer served, ``Unavailable``
        while there is no index: nothing known is not the same as nothing found."""
        ...

    def apply(self, batch: Sequence[TrainingDocument | Removal]) -> None:
        """Make a batch of changes visible to every process; durable when it returns. Older versions are ignored."""
        ...

    def rebuild(self, documents: Iterable[TrainingDocument], lexicon: Lexicon) -> None:
        """Replace everything in one step; readers see the old state until it is complete."""
        ...

    def health(self) -> Health: ...
