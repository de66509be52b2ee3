"""Near-identical offers are one card: where its best offer stands, shown by it, saying how many others it holds."""

from __future__ import annotations

from catalog.codes.facets import Level
from search.plan import Sort
from tests.contract.builders import LYON, PARIS, VILLEURBANNE, ask, each_alone, offer, place, point, session
from tests.contract.conftest import Build


def test_a_card_is_shown_once_by_its_best_offer(build: Build) -> None:
    engine = build(
        each_alone(
            offer(1, card=10),
            offer(2, card=10, sessions=(session(5),)),
            offer(3, card=20),
            offer(4, card=10),
        )
    )
    page = ask(engine, group=True)
    assert page.ids == [2, 3]
    assert page.similar == [2, 0]
    assert (page.ranked.total, page.ranked.cards) == (4, 2)


def test_without_grouping_every_offer_stands_and_none_is_similar(build: Build) -> None:
    engine = build(each_alone(offer(1, card=10), offer(2, card=10), offer(3, card=20)))
    page = ask(engine, group=False)
    assert sorted(page.ids) == [1, 2, 3]
    assert page.similar == [0, 0, 0]
    assert page.ranked.cards in (2, None)


def test_offers_that_do_not_match_are_not_similar(build: Build) -> None:
    engine = build(each_alone(offer(1, card=10, level=Level.L3), offer(2, card=10), offer(3, card=10, level=Level.L3)))
    page = ask(engine, group=True, level=frozenset({Level.L3}))
    assert page.similar == [1]
    assert page.ranked.total == 2


def test_a_card_holds_offers_of_several_trainings_and_its_best_depends_on_the_sort(build: Build) -> None:
    engine = build(
        each_alone(
            offer(1, card=10, places=(place(PARIS, "75", "11", "75056"),), price_cents=100),
            offer(2, card=10, places=(place(VILLEURBANNE),), price_cents=200),
            offer(3, card=30, price_cents=150),
        )
    )
    by_price = ask(engine, group=True, sort=Sort.PRICE)
    assert by_price.ids == [1, 3]
    by_distance = ask(engine, group=True, sort=Sort.DISTANCE, home=point(LYON), radius_km=1000.0)
    assert by_distance.ids == [3, 2]
    assert by_distance.similar == [0, 1]


def test_a_page_of_cards_is_counted_in_cards(build: Build) -> None:
    engine = build(each_alone(*(offer(number, card=number // 3, price_cents=number) for number in range(30))))
    assert ask(engine, group=True, sort=Sort.PRICE, offset=2, limit=3).ids == [6, 9, 12]
    assert ask(engine, group=False, sort=Sort.PRICE, offset=2, limit=3).ids == [2, 3, 4]


def test_organisations_are_told_apart_by_siren(build: Build) -> None:
    engine = build(
        each_alone(offer(1, siren="111111111"), offer(2, siren="222222222"), offer(3, siren="111111111"), offer(4))
    )
    page = ask(engine, group=True)
    numbers = dict(zip(page.ids, page.ranked.sirens, strict=True))
    assert numbers[1] == numbers[3]
    assert len({numbers[1], numbers[2], numbers[4]}) == 3
