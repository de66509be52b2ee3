"""What every engine promises. The suite in ``tests/contract/`` runs the same questions on each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
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


Found = tuple[int, Plan, Ranked]  # number of a plan among several, itself, its answer


class Snapshot(Protocol):
    """A frozen state of the index: the same plan always gives the same answer on it."""

    generation: str
    lexicon: Lexicon

    def execute(self, plan: Plan) -> Ranked: ...

    def first_found(self, plans: Iterable[Plan]) -> Found:
        """The first of some plans that finds an offer; when none does, the first of all. They are taken as they are
        needed, and a later one may be executed although an earlier one finds something."""
        ...

    def describe(self, plan: Plan, ranked: Ranked, positions: Sequence[int]) -> list[Described]:
        """The offers at some positions of a slice that this snapshot ranked for this plan."""
        ...

    def rank_of(self, plan: Plan, offer: int) -> int | None:
        """Place, from 1, of an offer (its card, with ``group``) in the engine's own order; ``None`` when it does not
        match. Offset and limit of the plan play no part."""
        ...

    def count(self) -> int:
        """Offers it holds, whoever they are for."""
        ...

    def versions(self) -> Mapping[int, int]:
        """Training id -> version of its document, of every training that has an offer here. For comparing an index
        with the catalogue, not for questions: it may take seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Stamp:
    """How far an index has followed which catalogue. The catalogue hands the positions out and they only grow; those of
    two catalogues say nothing about each other."""

    catalogue: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class Build:
    """A complete index that the engine keeps: the served one, or an earlier one to go back to."""

    name: str  # kind, schema and time of making: offers-v2-20261125t001812-3f9a0c1b
    made_at: datetime
    schema: str  # version of the mapping or format
    lexicon: str  # version
    offers: int
    trainings: int
    stamp: Stamp
    served: bool
    detail: str = ""  # why it cannot be served (damaged, of another schema), French; "" when it can


class Staged(Protocol):
    """A complete new index beside the served one. Nobody is answered from it before ``swap``."""

    name: str

    def apply(self, batch: Sequence[TrainingDocument | Removal], position: int = 0, after: int = 0) -> None:
        """What changed since its documents were read; as ``Engine.apply``."""
        ...

    def snapshot(self) -> Snapshot:
        """Its state with everything applied so far, to be checked."""
        ...

    def swap(self) -> Build:
        """Serve it from now on, with its lexicon, in one step; durable when it returns. What was served is kept."""
        ...


@dataclass(frozen=True, slots=True)
class Health:
    ready: bool
    generation: str
    offers: int
    trainings: int
    detail: str
    stamp: Stamp = Stamp()


@dataclass(frozen=True, slots=True)
class Signs:
    """Of the way to an engine, counted since this process began; all quiet for one in memory."""

    errors: Mapping[str, int] = field(default_factory=dict)  # by kind, a handful
    retries: int = 0
    resting: bool = False  # it failed so often that questions are answered without asking it, for a moment


class Engine(Protocol):
    name: str
    waits: bool  # an answer waits on the network: ask it beside what must not wait

    def snapshot(self, generation: str | None = None) -> Snapshot:
        """The newest state, or an older one by name; ``base.errors.Gone`` when it is no longer served, ``Unavailable``
        while there is no index: nothing known is not the same as nothing found."""
        ...

    def apply(self, batch: Sequence[TrainingDocument | Removal], position: int = 0, after: int = 0) -> None:
        """Make a batch of changes visible to every process; durable when it returns. Older versions are ignored.

        The index's stamp is at ``position`` from then on, or stays where it is when that is further; an empty batch
        moves only the stamp. It also stays when it has not come to ``after`` yet: another index took changes that this
        one lacks (it was swapped in meanwhile), and its stamp must go on telling so.
        """
        ...

    def stage(
        self, documents: Iterable[TrainingDocument], lexicon: Lexicon, stamp: Stamp = Stamp()
    ) -> AbstractContextManager[Staged]:
        """A new index of these documents, built when the block is entered while the served one goes on answering and
        taking changes. What was not swapped when the block ends is thrown away; a killed build's remains go later."""
        ...

    def rebuild(self, documents: Iterable[TrainingDocument], lexicon: Lexicon) -> None:
        """Stage and swap, without looking at it in between."""
        ...

    def builds(self) -> list[Build]:
        """The served one first, then those kept, the one served last before the others."""
        ...

    def rollback(self, name: str | None = None) -> Build:
        """Serve a kept build again (``None`` = the last one served before), with its lexicon, in one step; the one that
        was served is kept. ``NotFound`` when there is none, ``Conflict`` when it cannot be served."""
        ...

    def prune(self, keep: int) -> list[str]:
        """Delete kept builds but the ``keep`` last served that can be served again; names of those deleted. Never the
        served one, a build in progress or what this engine did not make."""
        ...

    def verify(self) -> None:
        """Look at the whole served index; ``IndexDamaged`` when something of it is lost or altered."""
        ...

    def health(self) -> Health:
        """Never raises: an index that cannot answer is not ready and ``detail`` says why. One that answers and takes no
        changes is ready and says so too."""
        ...

    def signs(self) -> Signs: ...
