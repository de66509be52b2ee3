"""Is a new index good enough to be served? Asked before the swap, of the new index itself.

It holds every training of the catalogue in its version, as many offers, and answers questions made from a handful of
them: by their own words, by their place, by their facets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from base.errors import ParcoursError
from base.ids import id_text
from catalog.codes.facets import Audience, Modality
from search.analysis.lexicon import Lexicon
from search.document import TRAINING_TITLE, OfferDocument, TrainingDocument
from search.engines.contract import Snapshot
from search.plan import Filters, Plan, Point, Remote, Sort, Word
from search.understand import understand_words

SAMPLED = 8  # trainings that questions are made from
_WORDS = 3  # of a title, the longest ones
_NEAR_KM = 1.0
_NAMED = 3  # trainings named by a finding


class IndexRefused(ParcoursError):
    """A new index failed its checks: it was thrown away, the one that was served goes on. ``extra["failed"]``."""

    status = 409
    code = "index-refused"
    title = "Nouvel index refusé"


@dataclass(slots=True)
class Expected:
    """What the database said in the state that the new index was made from."""

    versions: Mapping[int, int]  # of every training that shows an offer
    offers: int
    samples: list[TrainingDocument] = field(default_factory=list)


def check(new: Snapshot, expected: Expected, *, day: int) -> None:
    """``IndexRefused`` with every reason."""
    failed = [*_counted(new, expected), *_asked(new, expected.samples, day)]
    if failed:
        raise IndexRefused(
            f"{' '.join(failed)} Rien n'a été remplacé : l'index servi reste le même. Relancez « parcours reindex » ; "
            "si le refus se répète, signalez-le avec « parcours index log ».",
            failed=failed,
        )


def _counted(new: Snapshot, expected: Expected) -> Iterator[str]:
    held = new.versions()
    lost = expected.versions.keys() - held.keys()
    if lost:
        yield f"{_counted_in(len(lost), 'formation manque', 'formations manquent')} ({_named(lost)})."
    surplus = held.keys() - expected.versions.keys()
    if surplus:
        yield f"{_counted_in(len(surplus), 'formation', 'formations')} de trop ({_named(surplus)})."
    other = {key for key, version in held.items() if expected.versions.get(key, version) != version}
    if other:
        told = _counted_in(len(other), "formation", "formations")
        yield f"{told} d'une autre version que la base ({_named(other)})."
    count = new.count()
    if count != expected.offers:
        yield f"{_counted_in(count, 'offre', 'offres')} au lieu de {expected.offers}."


def _asked(new: Snapshot, samples: Sequence[TrainingDocument], day: int) -> Iterator[str]:
    for training in samples:
        for what, plan in questions(training, new.lexicon, day):
            answer = new.execute(plan)
            if answer.total != 1 or (plan.facets and answer.facets["modality"] != {_modality(plan): 1}):
                yield f"La formation {id_text(training.id)} n'est pas trouvée {what}."


def questions(training: TrainingDocument, lexicon: Lexicon, day: int) -> Iterator[tuple[str, Plan]]:
    """What finds the training's first offer, and that one alone: how it is asked (French), the question."""
    offer = training.offers[0]
    words = _words(training, lexicon)
    if words:
        yield "par les mots de son titre", _plan(offer, day, words=words)
    if offer.places and offer.modality is not Modality.REMOTE:
        place = offer.places[0]
        yield "à son lieu", _plan(offer, day, home=Point(place.lat, place.lon))
    yield "par ses facettes", _plan(offer, day, facets=True)


def _words(training: TrainingDocument, lexicon: Lexicon) -> tuple[Word, ...]:
    """Each understood by itself, as a reader would type it."""
    plain = [term for term, mask in training.terms if mask & TRAINING_TITLE and term.isalnum()]
    longest = sorted(plain, key=lambda term: (-len(term), term))[:_WORDS]
    return tuple(word for term in longest for word in understand_words(term, lexicon).words)


def _plan(
    offer: OfferDocument, day: int, *, words: tuple[Word, ...] = (), home: Point | None = None, facets: bool = False
) -> Plan:
    asked = Filters(ids=frozenset({offer.id}), audience=_audience(offer))
    if facets:
        asked = Filters(
            ids=asked.ids,
            audience=asked.audience,
            organisation=frozenset({offer.siret}),
            modality=frozenset({offer.modality}),
            level=frozenset({offer.level}),
        )
    return Plan(
        words=words,
        home=home,
        work=None,
        radius_km=_NEAR_KM if home else None,
        areas=(),
        remote=Remote.INCLUDE,
        filters=asked,
        sort=Sort.RELEVANCE,
        group=False,
        day=day,
        seed=0,
        facets=facets,
        offset=0,
        limit=1,
    )


def _audience(offer: OfferDocument) -> Audience:
    for audience in (Audience.EVERYONE, Audience.JOBSEEKER, Audience.ESAT):
        if not offer.audiences or audience in offer.audiences:
            return audience
    return Audience.EVERYONE


def _modality(plan: Plan) -> str:
    (modality,) = plan.filters.modality
    return modality.value


def _counted_in(count: int, one: str, several: str) -> str:
    return f"{count} {one if count < 2 else several}"


def _named(trainings: Iterable[int]) -> str:
    found = sorted(trainings)
    return ", ".join(id_text(key) for key in found[:_NAMED]) + (", …" if len(found) > _NAMED else "")
