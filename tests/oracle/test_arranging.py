"""The arrangement that is served is the one that is written down."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.arrange import arrange
from tests.oracle.arranging import arranged

CARDS = st.lists(st.tuples(st.floats(0, 1.3), st.integers(1, 6)), max_size=260)


@given(CARDS)
def test_the_arrangement_follows_its_description(cards: list[tuple[float, int]]) -> None:
    ranked = sorted(cards, key=lambda card: -card[0])
    scores, sirens = [score for score, _ in ranked], [siren for _, siren in ranked]
    order = arrange(scores, sirens)
    assert order == arranged(scores, [str(siren) for siren in sirens])
    assert sorted(order) == list(range(len(ranked)))
