"""Every order is total: the sort asked for, then score, then id."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from catalog.codes.facets import Level, Modality
from search.document import OBJECTIVE, TRAINING_TITLE
from search.plan import Sort
from search.ranking import WEIGHTS
from search.turn import draw
from tests.contract.builders import (
    LYON,
    PARIS,
    VILLEURBANNE,
    ask,
    each_alone,
    offer,
    place,
    plan,
    point,
    session,
    training,
    word,
)
from tests.contract.conftest import Build
from tests.oracle.compare import RANKED


def by_turn(ids: list[int], seed: int = 7) -> list[int]:
    turns = draw(seed, np.array(ids, dtype=np.int64))
    return [ids[at] for at in np.argsort(-turns)]


def test_equal_offers_stand_by_their_turn(build: Build) -> None:
    ids = list(range(1, 41))
    engine = build(each_alone(*(offer(number) for number in ids)))
    assert ask(engine).ids == by_turn(ids)
    assert ask(engine, seed=8).ids == by_turn(ids, 8)
    assert by_turn(ids) != by_turn(ids, 8)


def test_the_score_is_the_sum_of_its_weighted_parts(build: Build) -> None:
    engine = build([training(1, offer(1, sessions=(session(3),), places=(place(VILLEURBANNE),)), soudure=OBJECTIVE)])
    page = ask(engine, words=(word("soudure"),), home=point(LYON), radius_km=30.0)
    (hit,) = page.described
    parts = {"text": hit.text, "near": hit.near, "open": hit.open, "turn": hit.turn}
    assert hit.score == pytest.approx(sum(WEIGHTS[name] * value for name, value in parts.items()), abs=1e-12)
    assert page.ranked.scores[0] == pytest.approx(hit.score, abs=RANKED.get(engine.name, 1e-12))
    assert hit.text == pytest.approx(0.3, abs=1e-12)
    assert hit.turn == pytest.approx(float(draw(7, np.array([1]))[0]), abs=1e-15)


def test_the_payload_is_that_of_the_offer(build: Build) -> None:
    engine = build(each_alone(*(offer(number) for number in range(1, 9))))
    assert all(hit.payload == f"offer {hit.offer}".encode() for hit in ask(engine).described)


def test_a_turn_does_not_lift_a_worse_offer(build: Build) -> None:
    worse = [training(number, offer(number), mot=OBJECTIVE) for number in range(1, 30)]
    engine = build([*worse, training(99, offer(99), mot=TRAINING_TITLE)])
    assert ask(engine, words=(word("mot"),)).ids[0] == 99


def test_by_distance_the_nearest_comes_first_and_remote_offers_last(build: Build) -> None:
    engine = build(
        each_alone(
            offer(1, places=(place(PARIS, "75", "11", "75056"),)),
            offer(2, modality=Modality.REMOTE),
            offer(3, places=(place(VILLEURBANNE),)),
            offer(4),
        )
    )
    assert ask(engine, home=point(LYON), radius_km=1000.0, sort=Sort.DISTANCE).ids == [4, 3, 1, 2]
    assert ask(engine, home=point(LYON), work=point(PARIS), radius_km=1000.0, sort=Sort.DISTANCE).ids[2:] == [3, 2]


def test_equal_distances_stand_by_score(build: Build) -> None:
    engine = build(
        each_alone(*(offer(number, sessions=(session(1),) if number == 7 else ()) for number in range(1, 12)))
    )
    ids = ask(engine, home=point(LYON), radius_km=5.0, sort=Sort.DISTANCE).ids
    assert ids == [7, *by_turn([number for number in range(1, 12) if number != 7])]


@pytest.mark.parametrize(
    ("sort", "fact", "values", "expected"),
    [
        (Sort.PRICE, "price_cents", (300, None, 0, 100), [3, 4, 1, 2]),
        (Sort.DURATION, "hours", (35, 7, None, 70), [2, 1, 4, 3]),
        (Sort.RATING, "rating", (4.25, None, 4.5, 1.0), [3, 1, 4, 2]),
    ],
)
def test_explicit_sorts_put_unknown_last(
    build: Build, sort: Sort, fact: str, values: tuple[Any, ...], expected: list[int]
) -> None:
    engine = build(each_alone(*(offer(number, **{fact: value}) for number, value in enumerate(values, 1))))
    assert ask(engine, sort=sort).ids == expected


@pytest.mark.parametrize("sort", [Sort.PRICE, Sort.DURATION, Sort.RATING, Sort.START])
def test_where_nothing_is_known_the_score_decides(build: Build, sort: Sort) -> None:
    ids = list(range(1, 20))
    engine = build(each_alone(*(offer(number) for number in ids)))
    assert ask(engine, sort=sort).ids == by_turn(ids)


def test_the_rank_of_an_offer_is_its_place_in_the_order(build: Build) -> None:
    offers = [offer(number, price_cents=number % 5, card=number // 3) for number in range(1, 41)]
    engine = build(each_alone(*offers, offer(99, level=Level.L3)))
    snapshot = engine.snapshot()
    for members in ({}, {"sort": Sort.PRICE}, {"group": True}, {"group": True, "sort": Sort.PRICE}):
        asked = {"level": frozenset({Level.UNKNOWN}), **members}
        ids = ask(engine, **asked).ids
        window = plan(limit=2, offset=1, **asked)
        assert [snapshot.rank_of(window, number) for number in ids] == list(range(1, len(ids) + 1))
        assert snapshot.rank_of(window, 99) is None
        assert snapshot.rank_of(window, 12345) is None


def test_an_offer_stands_where_its_card_stands(build: Build) -> None:
    cards = enumerate((5, 6, 5), 1)
    snapshot = build(each_alone(*(offer(number, card=card, price_cents=number) for number, card in cards))).snapshot()
    assert [snapshot.rank_of(plan(group=True, sort=Sort.PRICE), number) for number in (1, 2, 3)] == [1, 2, 1]
