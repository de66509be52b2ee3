"""Sets, three-valued facts, bounds and audiences. Unknown passes no bound and is asked for by its own name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

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
from search.plan import Filters
from tests.contract.builders import accessibility, ask, each_alone, found, offer, session
from tests.contract.conftest import Build

UNKNOWN = Answer.UNKNOWN


@pytest.mark.parametrize(
    ("fact", "held", "asked", "expected"),
    [
        ("modality", [Modality.MIXED, Modality.REMOTE, Modality.UNKNOWN], {Modality.MIXED}, {1}),
        ("modality", [Modality.MIXED, Modality.REMOTE, Modality.UNKNOWN], {Modality.UNKNOWN, Modality.REMOTE}, {2, 3}),
        ("entry", [Entry.FIXED, Entry.PERMANENT, Entry.UNKNOWN], {Entry.PERMANENT}, {2}),
        ("entry", [Entry.FIXED, Entry.PERMANENT, Entry.UNKNOWN], {Entry.UNKNOWN}, {3}),
        ("level", [Level.NONE, Level.L5, Level.UNKNOWN], {Level.L5, Level.NONE}, {1, 2}),
        ("level", [Level.NONE, Level.L5, Level.UNKNOWN], {Level.L8}, set()),
        ("certification_kind", [CertificationKind.RS, CertificationKind.UNKNOWN], {CertificationKind.RS}, {1}),
        ("prerequisites", [Answer.YES, Answer.NO, UNKNOWN], {Answer.NO}, {2}),
        ("prerequisites", [Answer.YES, Answer.NO, UNKNOWN], {UNKNOWN, Answer.YES}, {1, 3}),
    ],
)  # fmt: skip
def test_values_of_one_dimension_are_alternatives(
    build: Build, fact: str, held: list[Any], asked: set[Any], expected: set[int]
) -> None:
    engine = build(each_alone(*(offer(number, **{fact: value}) for number, value in enumerate(held, 1))))
    assert found(engine, **{fact: frozenset(asked)}) == expected


def test_an_offer_with_several_values_matches_by_one_and_unknown_is_none(build: Build) -> None:
    engine = build(
        each_alone(
            offer(
                1,
                rhythms=frozenset({Rhythm.EVENING, Rhythm.WEEKEND}),
                languages=("en", "fr"),
                funders=frozenset({Funder.CPF, Funder.OPCO}),
            ),
            offer(2, rhythms=frozenset({Rhythm.DAYTIME}), languages=("fr",), funders=frozenset({Funder.REGION})),
            offer(3),
        )
    )
    assert found(engine, rhythm=frozenset({Rhythm.WEEKEND})) == {1}
    assert found(engine, rhythm=frozenset({Rhythm.DAYTIME, UNKNOWN})) == {2, 3}
    assert found(engine, rhythm=frozenset({Rhythm.SEVERAL})) == set()
    assert found(engine, language=frozenset({"fr"})) == {1, 2}
    assert found(engine, language=frozenset({"en", "unknown"})) == {1, 3}
    assert found(engine, language=frozenset({"zz"})) == set()
    assert found(engine, funder=frozenset({Funder.OPCO, Funder.REGION})) == {1, 2}
    assert found(engine, funder=frozenset({UNKNOWN})) == {3}


def test_dimensions_add_up(build: Build) -> None:
    engine = build(
        each_alone(
            offer(1, level=Level.L5, funders=frozenset({Funder.CPF})),
            offer(2, level=Level.L5),
            offer(3, funders=frozenset({Funder.CPF})),
        )
    )
    assert found(engine, level=frozenset({Level.L5}), funder=frozenset({Funder.CPF})) == {1}


def test_each_accessibility_need_is_a_dimension_of_its_own(build: Build) -> None:
    engine = build(
        each_alone(
            offer(1, accessibility=accessibility(premises=Answer.YES, visual=Answer.NO)),
            offer(2, accessibility=accessibility(premises=Answer.YES)),
            offer(3, accessibility=accessibility(premises=Answer.NO, remote=Answer.YES)),
            offer(4),
        )
    )

    def asking(**needs: set[Answer]) -> set[int]:
        return found(engine, accessibility={Need[need.upper()]: frozenset(answers) for need, answers in needs.items()})

    assert asking(premises={Answer.YES}) == {1, 2}
    assert asking(premises={Answer.YES}, visual={UNKNOWN}) == {2}
    assert asking(premises={Answer.NO, UNKNOWN}) == {3, 4}
    assert asking(remote={Answer.YES}) == {3}
    assert asking(pace={Answer.YES, Answer.NO}) == set()


@pytest.mark.parametrize(
    ("fact", "asked_by", "values"),
    [
        ("certifications", "certification", ("RNCP34441", "CI56927")),
        ("rome", "rome", ("M1203", "M1204")),
        ("formacodes", "formacode", ("32663", "32667")),
        ("nsf", "nsf", ("314", "310")),
    ],
)
def test_codes_match_on_equality_with_one_of_the_values(
    build: Build, fact: str, asked_by: str, values: tuple[str, str]
) -> None:
    engine = build(each_alone(offer(1, **{fact: values}), offer(2, **{fact: values[1:]}), offer(3)))
    assert found(engine, **{asked_by: frozenset(values[:1])}) == {1}
    assert found(engine, **{asked_by: frozenset(values[1:])}) == {1, 2}
    assert found(engine, **{asked_by: frozenset({values[0][:-1]})}) == set()


def test_offers_of_one_training_are_told_apart_by_their_own_facts(build: Build) -> None:
    from tests.contract.builders import training

    engine = build([training(1, offer(1, level=Level.L3), offer(2, level=Level.L5), offer(3, level=Level.L5))])
    assert found(engine, level=frozenset({Level.L5})) == {2, 3}


def test_organisation_is_a_siret(build: Build) -> None:
    engine = build(each_alone(offer(1), offer(2)))
    assert found(engine, organisation=frozenset({"00000000200011"})) == {2}
    assert found(engine, organisation=frozenset({"000000002"})) == set()


def test_ids_keep_the_named_offers_under_the_other_conditions(build: Build) -> None:
    engine = build(each_alone(offer(1), offer(2, level=Level.L3), offer(3), offer(2**63 - 1, card=9)))
    assert found(engine, ids=frozenset({2, 3, 99})) == {2, 3}
    assert found(engine, ids=frozenset({2**63 - 1})) == {2**63 - 1}
    assert found(engine, ids=frozenset({2, 3}), level=frozenset({Level.L3})) == {2}


def test_guaranteed_has_three_values(build: Build) -> None:
    yes, no, unknown = Answer.YES, Answer.NO, Answer.UNKNOWN
    engine = build(
        each_alone(
            offer(1, sessions=(session(3, guaranteed=no), session(9, guaranteed=yes), session(12))),
            offer(2, sessions=(session(3, guaranteed=no), session(9, guaranteed=no))),
            offer(3, sessions=(session(3, guaranteed=no), session(9))),  # the second may be
            offer(4, sessions=(session(3),)),
            offer(5),
        )
    )
    assert found(engine, guaranteed=frozenset({yes})) == {1}
    assert found(engine, guaranteed=frozenset({no})) == {2}
    assert found(engine, guaranteed=frozenset({unknown})) == {3, 4, 5}
    assert found(engine, guaranteed=frozenset({no, unknown})) == {2, 3, 4, 5}
    assert ask(engine, facets=True).ranked.facets["guaranteed"] == {"yes": 1, "no": 1, "unknown": 3}


@pytest.mark.parametrize(
    ("fact", "bound", "values", "limit", "expected"),
    [
        ("price_cents", "price_max_cents", (0, 150_000, 150_001, None), 150_000, {1, 2}),
        ("price_cents", "price_max_cents", (0, 150_000, 150_001, None), 0, {1}),
        ("hours", "hours_max", (1, 35, 36, None), 35, {1, 2}),
        ("rating", "rating_min", (4.5, 5.0, 4.49, None), 4.5, {1, 2}),
        ("rating", "rating_min", (4.5, 5.0, 1.0, None), 0.0, {1, 2, 3}),
    ],
)
def test_a_bound_is_included_and_unknown_never_passes(
    build: Build, fact: str, bound: str, values: tuple[Any, ...], limit: Any, expected: set[int]
) -> None:
    engine = build(each_alone(*(offer(number, **{fact: value}) for number, value in enumerate(values, 1))))
    assert found(engine, **{bound: limit}) == expected


def test_seats_are_those_of_one_session(build: Build) -> None:
    engine = build(
        each_alone(
            offer(1, sessions=(session(1, seats=2), session(5, seats=3))),
            offer(2, sessions=(session(1, seats=5),)),
            offer(3, sessions=(session(1, seats=None),)),
            offer(4, sessions=(session(1, seats=0),)),
            offer(5),
        )
    )
    assert found(engine, seats_min=1) == {1, 2}
    assert found(engine, seats_min=3) == {1, 2}
    assert found(engine, seats_min=5) == {2}
    assert found(engine, seats_min=0) == {1, 2, 4}


def test_offers_reserved_to_others_are_hidden_unless_asked_for(build: Build) -> None:
    everyone, jobseeker, esat = Audience.EVERYONE, Audience.JOBSEEKER, Audience.ESAT
    engine = build(
        each_alone(
            offer(1),
            offer(2, audiences=frozenset({everyone})),
            offer(3, audiences=frozenset({jobseeker})),
            offer(4, audiences=frozenset({esat})),
            offer(5, audiences=frozenset({jobseeker, esat})),
            offer(6, audiences=frozenset({everyone, esat})),
        )
    )
    assert found(engine) == {1, 2, 6}
    assert found(engine, audience=jobseeker) == {1, 2, 3, 5, 6}
    assert found(engine, audience=esat) == {1, 2, 4, 5, 6}


def test_large_values_are_kept(build: Build) -> None:
    engine = build(each_alone(offer(1, price_cents=2_000_000_00, hours=99_999, sessions=(session(1, seats=99_999),))))
    assert found(engine, price_max_cents=2_000_000_00) == {1}
    assert found(engine, price_max_cents=2_000_000_00 - 1) == set()
    assert found(engine, hours_max=99_999) == {1}
    assert found(engine, hours_max=99_998) == set()
    assert found(engine, seats_min=99_999) == {1}
    assert found(engine, seats_min=100_000) == set()


def test_a_plain_plan_is_not_changed_by_empty_filters(build: Build) -> None:
    engine = build(each_alone(offer(1), offer(2)))
    assert found(engine, filters=replace(Filters())) == {1, 2}
