from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from catalog.rows import FamilyOffer
from indexer.cards import SPAN_HOURS, Family, card_keys, family_bits, family_bits_of, signature

FAMILY = Family("123456782", "RNCP1")


def row(
    number: int,
    hours: int | None = 35,
    *,
    title: str = "Soudure à l'arc",
    modality: str = "in_person",
    price: int | None = 100,
) -> FamilyOffer:
    return FamilyOffer(1, title, number, modality, price, hours, None)


def groups(*rows: FamilyOffer, family: Family = FAMILY) -> list[set[int]]:
    """Offers by card; those that are alone each by themselves."""
    keys = card_keys(family, rows)
    found: dict[int, set[int]] = {}
    for offer, key in keys.items():
        found.setdefault(-offer if key is None else key, set()).add(offer)
    return sorted(found.values(), key=min)


def test_offers_of_the_same_title_modality_price_and_hours_are_one_card() -> None:
    assert groups(row(1), row(2), row(3)) == [{1, 2, 3}]


def test_the_order_case_and_stop_words_of_a_title_do_not_tell_offers_apart() -> None:
    assert signature("Soudure à l'arc") == signature("L'ARC : soudure")
    assert groups(row(1), row(2, title="L'arc : la soudure")) == [{1, 2}]


def test_another_title_modality_or_price_is_another_card() -> None:
    assert groups(row(1), row(2, title="Soudure niveau 2")) == [{1}, {2}]
    assert groups(row(1), row(2, modality="mixed")) == [{1}, {2}]
    assert groups(row(1), row(2, price=101)) == [{1}, {2}]


def test_a_new_group_starts_ten_hours_above_the_first_of_the_group() -> None:
    assert groups(row(1, 30), row(2, 39), row(3, 40), row(4, 49), row(5, 50)) == [{1, 2}, {3, 4}, {5}]


def test_missing_is_never_equal_to_missing() -> None:
    assert groups(row(1, None), row(2, None)) == [{1}, {2}]
    assert groups(row(1, price=None), row(2, price=None)) == [{1}, {2}]
    assert groups(row(1, modality="unknown"), row(2, modality="unknown")) == [{1}, {2}]
    assert groups(row(1, title=""), row(2, title="")) == [{1}, {2}]
    assert groups(row(1), row(2), family=Family("123456782", "")) == [{1}, {2}]


def test_a_free_offer_is_not_one_of_unknown_price() -> None:
    assert groups(row(1, price=0), row(2, price=0), row(3, price=None)) == [{1, 2}, {3}]


def test_families_share_no_card_and_a_key_tells_its_family() -> None:
    (key,) = set(card_keys(FAMILY, [row(1)]).values())
    (other,) = set(card_keys(Family("987654321", "RNCP1"), [row(1)]).values())
    assert key is not None
    assert other is not None
    assert key != other
    assert 0 <= key < 2**63
    assert family_bits_of(key) == family_bits(FAMILY)


HOURS = st.lists(st.integers(0, 200), min_size=1, max_size=30)


@given(HOURS, st.randoms())
def test_groups_depend_on_no_order_and_span_less_than_ten_hours(hours: list[int], random: object) -> None:
    rows = [row(number, each) for number, each in enumerate(hours)]
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert groups(*rows) == groups(*shuffled)
    found = groups(*rows)
    for group in found:
        of_group = [hours[number] for number in group]
        assert max(of_group) - min(of_group) < SPAN_HOURS
    firsts = sorted(min(hours[number] for number in group) for group in found)
    assert all(later - first >= SPAN_HOURS for first, later in pairwise(firsts))
