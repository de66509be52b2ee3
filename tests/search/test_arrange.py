"""One organisation does not hold the page, and nothing is lost, repeated or lifted too far."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from search.arrange import arrange
from search.ranking import ARRANGE_BLOCK, ARRANGE_MIN_RATIO, ARRANGE_PER_ORGANISATION, ARRANGE_WINDOW

LISTS = st.lists(st.tuples(st.floats(0.01, 1.4), st.integers(0, 12)), max_size=260).map(
    lambda cards: sorted(cards, key=lambda card: -card[0])
)


def _arranged(cards: list[tuple[float, int]]) -> list[int]:
    return arrange([score for score, _ in cards], [siren for _, siren in cards])


@given(LISTS)
def test_it_is_a_permutation_that_leaves_what_is_beyond_the_window(cards: list[tuple[float, int]]) -> None:
    order = _arranged(cards)
    assert sorted(order) == list(range(len(cards)))
    assert order[ARRANGE_WINDOW:] == list(range(ARRANGE_WINDOW, len(cards)))


@given(LISTS)
def test_cards_of_one_organisation_keep_their_order(cards: list[tuple[float, int]]) -> None:
    last: dict[int, int] = {}
    for position in _arranged(cards):
        assert last.get(cards[position][1], -1) < position
        last[cards[position][1]] = position


@given(LISTS)
def test_a_card_passes_only_those_that_score_little_more(cards: list[tuple[float, int]]) -> None:
    order = _arranged(cards)
    place = {position: index for index, position in enumerate(order)}
    for position in order[:ARRANGE_WINDOW]:
        for above in range(position):
            if place[above] > place[position]:
                assert cards[position][0] >= ARRANGE_MIN_RATIO * cards[above][0]


@given(LISTS)
def test_a_full_organisation_enters_a_block_only_before_much_worse_cards(cards: list[tuple[float, int]]) -> None:
    order = _arranged(cards)[:ARRANGE_WINDOW]
    for start in range(0, len(order), ARRANGE_BLOCK):
        held: Counter[int] = Counter()
        for index in range(start, min(start + ARRANGE_BLOCK, len(order))):
            position = order[index]
            siren = cards[position][1]
            if held[siren] >= ARRANGE_PER_ORGANISATION:
                rest = [later for later in order[index + 1 :] if held[cards[later][1]] < ARRANGE_PER_ORGANISATION]
                best = max((cards[later][0] for later in rest), default=0.0)
                assert best < ARRANGE_MIN_RATIO * cards[position][0]
            held[siren] += 1


def test_an_organisation_with_every_best_card_keeps_three_of_ten() -> None:
    cards = [(1.0, 1)] * 30 + [(0.9, 2 + number) for number in range(30)]
    order = _arranged(cards)
    assert [sum(cards[position][1] == 1 for position in order[start : start + 10]) for start in (0, 10, 20)] == [
        3,
        3,
        3,
    ]
    assert order[:4] == [0, 1, 2, 30]


def test_nothing_moves_for_offers_that_are_much_worse() -> None:
    cards = [(1.0, 1)] * 10 + [(0.5, 2)] * 10
    assert _arranged(cards) == list(range(20))


def test_one_organisation_alone_keeps_its_list() -> None:
    assert _arranged([(1.0, 1)] * 20) == list(range(20))
