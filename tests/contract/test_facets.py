"""Facets count offers, over what passes every condition but the dimension's own."""

from __future__ import annotations

from catalog.codes.facets import (
    Answer,
    Audience,
    CertificationKind,
    Entry,
    Funder,
    Level,
    Modality,
    Need,
    Rhythm,
)
from search.plan import Area, AreaKind, Remote
from tests.contract.builders import LYON, PARIS, accessibility, ask, each_alone, offer, place, point, session, word
from tests.contract.conftest import Build

DIMENSIONS = {
    "modality", "entry", "level", "certification_kind", "rhythm", "language", "funder", "audience", "prerequisites",
    "guaranteed", "region", "departement", *(f"accessibility.{need.value}" for need in Need),
}  # fmt: skip


def facets(build: Build, *offers: object, **asked: object) -> dict[str, dict[str, int]]:
    return ask(build(each_alone(*offers)), facets=True, **asked).ranked.facets  # type: ignore[arg-type]


def test_every_dimension_counts_and_leaves_zeros_out(build: Build) -> None:
    counts = facets(
        build,
        offer(
            1,
            modality=Modality.MIXED,
            entry=Entry.PERMANENT,
            level=Level.L5,
            certification_kind=CertificationKind.RNCP,
            rhythms=frozenset({Rhythm.EVENING, Rhythm.PART_TIME}),
            languages=("en", "fr"),
            funders=frozenset({Funder.CPF}),
            audiences=frozenset({Audience.EVERYONE, Audience.JOBSEEKER}),
            prerequisites=Answer.YES,
            accessibility=accessibility(premises=Answer.YES),
            sessions=(session(1, guaranteed=Answer.YES),),
        ),
        offer(2, places=()),
    )
    assert {name: each for name, each in counts.items() if each} == {
        "modality": {"mixed": 1, "in_person": 1},
        "entry": {"permanent": 1, "fixed": 1},
        "level": {"5": 1, "unknown": 1},
        "certification_kind": {"rncp": 1, "unknown": 1},
        "rhythm": {"evening": 1, "part_time": 1, "unknown": 1},
        "language": {"en": 1, "fr": 1, "unknown": 1},
        "funder": {"cpf": 1, "unknown": 1},
        "audience": {"everyone": 1, "jobseeker": 1, "unknown": 1},
        "prerequisites": {"yes": 1, "unknown": 1},
        "guaranteed": {"yes": 1, "unknown": 1},
        "region": {"84": 1},
        "departement": {"69": 1},
        "accessibility.premises": {"yes": 1, "unknown": 1},
        **{f"accessibility.{need.value}": {"unknown": 2} for need in Need if need is not Need.PREMISES},
    }
    assert set(counts) <= DIMENSIONS


def test_facets_are_only_made_when_asked_for(build: Build) -> None:
    assert ask(build(each_alone(offer(1)))).ranked.facets == {}


def test_a_dimension_is_counted_without_its_own_condition(build: Build) -> None:
    counts = facets(
        build,
        offer(1, level=Level.L3, entry=Entry.FIXED),
        offer(2, level=Level.L5, entry=Entry.PERMANENT),
        offer(3, level=Level.L5, entry=Entry.FIXED),
        level=frozenset({Level.L5}),
    )
    assert counts["level"] == {"3": 1, "5": 2}
    assert counts["entry"] == {"fixed": 1, "permanent": 1}


def test_two_conditions_each_hide_what_the_other_leaves_out(build: Build) -> None:
    counts = facets(
        build,
        offer(1, level=Level.L3, entry=Entry.FIXED),
        offer(2, level=Level.L5, entry=Entry.PERMANENT),
        offer(3, level=Level.L5, entry=Entry.FIXED),
        offer(4, level=Level.L3, entry=Entry.PERMANENT),
        level=frozenset({Level.L5}),
        entry=frozenset({Entry.FIXED}),
    )
    assert counts["level"] == {"3": 1, "5": 1}
    assert counts["entry"] == {"fixed": 1, "permanent": 1}
    assert counts["modality"] == {"in_person": 1}


def test_a_need_is_counted_without_its_own_condition_only(build: Build) -> None:
    counts = facets(
        build,
        offer(1, accessibility=accessibility(premises=Answer.YES, visual=Answer.YES)),
        offer(2, accessibility=accessibility(premises=Answer.NO, visual=Answer.YES)),
        offer(3, accessibility=accessibility(premises=Answer.YES)),
        accessibility={Need.PREMISES: frozenset({Answer.YES})},
    )
    assert counts["accessibility.premises"] == {"yes": 2, "no": 1}
    assert counts["accessibility.visual"] == {"yes": 1, "unknown": 1}


def test_places_count_once_per_code_without_the_area_asked_for(build: Build) -> None:
    villeurbanne, paris = place(insee="69266"), place(PARIS, "75", "11", "75056")
    counts = facets(
        build,
        offer(1, places=(place(), villeurbanne)),
        offer(2, places=(place(), paris)),
        offer(3, places=(paris,)),
        offer(4, places=(place(LYON, "", "", ""),)),
        offer(5, modality=Modality.REMOTE),
        areas=(Area(AreaKind.DEPARTEMENT, frozenset({"69"})),),
    )
    assert counts["departement"] == {"69": 2, "75": 2}
    assert counts["region"] == {"84": 2, "11": 2}
    assert counts["modality"] == {"in_person": 2}


def test_radius_and_remote_hold_in_every_facet(build: Build) -> None:
    offers = (offer(1), offer(2, places=(place(PARIS, "75", "11", "75056"),)), offer(3, modality=Modality.REMOTE))
    counts = facets(build, *offers, home=point(LYON), radius_km=30.0, remote=Remote.EXCLUDE)
    assert counts["departement"] == {"69": 1}
    assert counts["modality"] == {"in_person": 1}


def test_audience_is_counted_without_any_audience_condition(build: Build) -> None:
    counts = facets(
        build,
        offer(1),
        offer(2, audiences=frozenset({Audience.JOBSEEKER}), level=Level.L4),
        offer(3, audiences=frozenset({Audience.ESAT, Audience.EVERYONE})),
    )
    assert counts["audience"] == {"unknown": 1, "jobseeker": 1, "esat": 1, "everyone": 1}
    assert counts["level"] == {"unknown": 2}


def test_facets_count_offers_not_cards_and_not_the_page(build: Build) -> None:
    engine = build(each_alone(offer(1, card=5), offer(2, card=5), offer(3, card=6)))
    ranked = ask(engine, facets=True, group=True, limit=1).ranked
    assert (ranked.total, ranked.cards, len(ranked.handles)) == (3, 2, 1)
    assert ranked.facets["modality"] == {"in_person": 3}


def test_facets_follow_the_words(build: Build) -> None:
    from search.document import CONTENT
    from tests.contract.builders import training

    engine = build(
        [training(1, offer(1, level=Level.L3), offer(2), soudure=CONTENT), training(2, offer(3), cuisine=CONTENT)]
    )
    counts = ask(engine, words=(word("soudure"),), facets=True).ranked.facets
    assert counts["level"] == {"3": 1, "unknown": 1}
