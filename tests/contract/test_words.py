"""Which trainings match the words of a plan, and what each word is worth."""

from __future__ import annotations

import pytest

from search.document import (
    CERTIFICATION_TITLE,
    CONTENT,
    LABELS,
    OBJECTIVE,
    TRAINING_TITLE,
)
from search.plan import Alternative, Word
from tests.contract.builders import ask, found, offer, training, word
from tests.contract.conftest import Build


def test_a_plan_without_words_matches_everything(build: Build) -> None:
    engine = build([training(1, offer(1)), training(2, offer(2), offer(3))])
    assert found(engine) == {1, 2, 3}


def test_all_offers_of_a_training_are_found_by_its_terms(build: Build) -> None:
    engine = build([training(1, offer(1), offer(2), soudure=CONTENT), training(2, offer(3), cuisine=CONTENT)])
    assert found(engine, words=(word("soudure"),)) == {1, 2}


def test_every_required_word_must_be_held(build: Build) -> None:
    engine = build(
        [
            training(1, offer(1), soudure=CONTENT, arc=CONTENT),
            training(2, offer(2), soudure=TRAINING_TITLE),
            training(3, offer(3), arc=TRAINING_TITLE),
        ]
    )
    assert found(engine, words=(word("soudure", 0.5), word("arc", 0.5))) == {1}


def test_a_word_that_is_not_required_only_adds_to_the_score(build: Build) -> None:
    engine = build(
        [
            training(1, offer(1), soudure=TRAINING_TITLE),
            training(2, offer(2), soudure=TRAINING_TITLE, arc=TRAINING_TITLE),
            training(3, offer(3), arc=TRAINING_TITLE),
        ]
    )
    page = ask(engine, words=(word("soudure", 0.5), word("arc", 0.5, required=False)))
    assert page.ids == [2, 1]
    assert [each.text for each in page.described] == pytest.approx([0.7, 0.35], abs=1e-12)


def test_when_no_word_is_required_at_least_one_is_held(build: Build) -> None:
    engine = build(
        [training(1, offer(1), soudure=CONTENT), training(2, offer(2), arc=CONTENT), training(3, offer(3), tig=CONTENT)]
    )
    assert found(engine, words=(word("soudure", 0.5, required=False), word("arc", 0.5, required=False))) == {1, 2}


def test_a_word_is_held_through_any_alternative_at_its_weight(build: Build) -> None:
    engine = build([training(1, offer(1), boulanger=TRAINING_TITLE), training(2, offer(2), boulang=TRAINING_TITLE)])
    page = ask(engine, words=(word("boulanger", also=(("boulang", 0.8),)),))
    assert page.ids == [1, 2]
    assert [each.text for each in page.described] == pytest.approx([0.7, 0.8 * 0.7], abs=1e-12)
    assert [each.words[0][0] for each in page.described] == ["boulanger", "boulang"]


def test_the_best_alternative_counts_not_their_sum(build: Build) -> None:
    engine = build([training(1, offer(1), a=CONTENT, b=TRAINING_TITLE)])
    (hit,) = ask(engine, words=(word("a", also=(("b", 0.5),)),)).described
    assert hit.text == pytest.approx(0.35, abs=1e-12)
    ((term, mask, value),) = hit.words
    assert (term, mask) == ("b", TRAINING_TITLE)
    assert value == pytest.approx(0.35, abs=1e-12)


def test_fields_add_up_by_a_saturating_sum(build: Build) -> None:
    masks = [CERTIFICATION_TITLE, TRAINING_TITLE, LABELS, OBJECTIVE, CONTENT, CERTIFICATION_TITLE | LABELS, 31]
    engine = build([training(number, offer(number), mot=mask) for number, mask in enumerate(masks, 1)])
    page = ask(engine, words=(word("mot"),))
    by_id = {each.offer: each for each in page.described}
    all_fields = 1 - 0.25 * 0.30 * 0.45 * 0.70 * 0.85
    expected = [0.75, 0.70, 0.55, 0.30, 0.15, 1 - 0.25 * 0.45, all_fields]
    assert [by_id[number].text for number in range(1, 8)] == pytest.approx(expected, abs=1e-12)
    assert [by_id[number].words[0][1] for number in range(1, 8)] == masks
    assert page.ids == [7, 6, 1, 2, 3, 4, 5]


def test_a_term_that_nobody_holds_finds_nothing(build: Build) -> None:
    engine = build([training(1, offer(1))])
    page = ask(engine, words=(word("introuvable"),), facets=True, group=True)
    assert (page.ranked.total, page.ranked.cards, page.ids) == (0, 0, [])
    assert not any(page.ranked.facets.values())


def test_a_word_without_alternatives_finds_nothing_when_it_is_required(build: Build) -> None:
    engine = build([training(1, offer(1), a=CONTENT)])
    assert found(engine, words=(word("a", 0.5), Word("?", 0.5, ()))) == set()
    assert found(engine, words=(word("a", 0.5), Word("?", 0.5, (), required=False))) == {1}


def test_the_same_term_in_two_words_counts_for_both(build: Build) -> None:
    engine = build([training(1, offer(1), a=TRAINING_TITLE)])
    twice = (Word("a", 0.25, (Alternative("a", 1.0),)), Word("A", 0.75, (Alternative("a", 0.5),)))
    (hit,) = ask(engine, words=twice).described
    assert hit.text == pytest.approx(0.25 * 0.7 + 0.75 * 0.35, abs=1e-12)


def test_a_training_without_terms_is_found_without_words(build: Build) -> None:
    engine = build([training(1, offer(1), a=CONTENT)])
    from search.document import TrainingDocument

    engine.apply([TrainingDocument(2, 1, (), (offer(2),))])
    assert found(engine) == {1, 2}
    assert found(engine, words=(word("a"),)) == {1}
