"""Slices of one order: nothing lost, nothing repeated, empty and huge ones too."""

from __future__ import annotations

import pytest

from search.plan import Sort
from tests.contract.builders import ask, each_alone, offer
from tests.contract.conftest import Build

ALL = [Sort.RELEVANCE, Sort.PRICE, Sort.START, Sort.RATING]


@pytest.mark.parametrize("sort", ALL)
@pytest.mark.parametrize("group", [True, False])
def test_pages_are_slices_of_the_same_order(build: Build, sort: Sort, group: bool) -> None:
    engine = build(each_alone(*(offer(n, card=n % 40, price_cents=n % 7 or None) for n in range(1, 131))))
    whole = ask(engine, sort=sort, group=group, limit=1_000)
    assert len(whole.ids) == len(set(whole.ids)) == (40 if group else 130)
    for size in (1, 7, 50):
        walked = [
            each
            for start in range(0, len(whole.ids), size)
            for each in ask(engine, sort=sort, group=group, offset=start, limit=size).ids
        ]
        assert walked == whole.ids


def test_counts_are_the_same_on_every_page(build: Build) -> None:
    engine = build(each_alone(*(offer(n, card=n % 5) for n in range(1, 21))))
    for offset in (0, 3, 5, 100):
        ranked = ask(engine, group=True, facets=True, offset=offset, limit=2).ranked
        assert (ranked.total, ranked.cards) == (20, 5)
        assert ranked.facets["entry"] == {"fixed": 20}


def test_a_page_beyond_the_end_and_a_page_of_nothing_are_empty(build: Build) -> None:
    engine = build(each_alone(offer(1), offer(2)))
    for asked in ({"offset": 2}, {"offset": 10_000_000}, {"limit": 0}):
        page = ask(engine, **asked)
        assert page.ids == []
        assert page.ranked.total == 2


def test_a_page_may_be_larger_than_everything(build: Build) -> None:
    engine = build(each_alone(*(offer(n) for n in range(1, 4))))
    assert sorted(ask(engine, limit=1_000_000).ids) == [1, 2, 3]


def test_an_empty_index_answers(build: Build) -> None:
    page = ask(build([]), facets=True, group=True)
    assert (page.ranked.total, page.ranked.cards, page.ids) == (0, 0, [])
    assert not any(page.ranked.facets.values())
