"""What is understood of the words of a question."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.lexicon import EMPTY, Lexicon
from search.planning import relaxing_steps
from search.ranking import FORM_WEIGHTS
from search.understand import MOST_WORDS, understand_words

LEXICON = Lexicon(
    "t", 1000, {"formation": 800, "~formation": 800, "boulanger": 4, "~boulanger": 5, "^boulang": 9, "360": 3}
)


@given(st.text(max_size=200))
def test_shares_sum_to_one_and_words_are_bounded(q: str) -> None:
    words = understand_words(q, LEXICON).words
    assert len(words) <= MOST_WORDS
    assert not words or sum(word.share for word in words) == pytest.approx(1.0)
    assert all(word.alternatives for word in words)


def test_a_word_is_looked_for_as_typed_by_its_stem_and_by_its_family() -> None:
    (word,) = understand_words("Boulangères", LEXICON).words
    assert word.text == "Boulangères"
    assert [(one.term, one.weight) for one in word.alternatives] == [
        ("boulangeres", FORM_WEIGHTS["exact"]),
        ("~boulanger", FORM_WEIGHTS["stem"]),
        ("^boulang", FORM_WEIGHTS["family"]),
    ]


def test_a_rare_word_has_the_greater_share() -> None:
    common, rare = understand_words("formation boulanger", LEXICON).words
    assert rare.share > 5 * common.share


def test_stop_words_repetitions_and_second_genders_are_left_out_and_said() -> None:
    understood = understand_words("une formation de boulanger/boulangère, boulanger", LEXICON)
    assert [word.text for word in understood.words] == ["formation", "boulanger"]
    assert understood.ignored == ("une", "de", "boulangere", "boulanger")


def test_stop_words_alone_are_used() -> None:
    assert [word.text for word in understand_words("de la", EMPTY).words] == ["de", "la"]


@pytest.mark.parametrize(
    "q", ["devenir boulanger", "je cherche boulanger", "apprendre boulanger", "Devenir un boulanger"]
)
def test_what_somebody_wants_to_do_does_not_weigh_on_what_is_taught(q: str) -> None:
    # "devenir" is rarer in catalogues than most trades: it used to stand while the trade was given up.
    assert [word.text for word in understand_words(q, LEXICON).words] == ["boulanger"]


def test_words_of_intent_alone_are_used() -> None:
    assert [word.text for word in understand_words("devenir", LEXICON).words] == ["devenir"]
    assert [word.text for word in understand_words("apprendre à apprendre", LEXICON).words] == ["apprendre"]


def test_codes_among_the_words_are_conditions() -> None:
    understood = understand_words("rncp 34441 boulanger M1203", LEXICON)
    assert understood.certifications == ("RNCP34441",)
    assert understood.rome == ("M1203",)
    assert [word.text for word in understood.words] == ["boulanger"]


def test_a_number_alone_is_a_code_unless_texts_hold_it() -> None:
    assert understand_words("34441", LEXICON).certifications == ("RNCP34441", "RS34441")
    assert understand_words("360", LEXICON).certifications == ()
    assert [word.text for word in understand_words("360", LEXICON).words] == ["360"]


@pytest.mark.parametrize("q", ["!!!", "???", "« »", "🙂", "e"])
def test_a_text_without_any_word_finds_nothing_rather_than_everything(q: str) -> None:
    (word,) = understand_words(q, LEXICON).words
    assert word.required
    assert not LEXICON.frequencies.get(word.alternatives[0].term)


def test_no_text_is_no_word() -> None:
    assert understand_words("  ", LEXICON).words == ()


def test_unknown_words_stop_being_required_first_then_the_most_common() -> None:
    understood = understand_words("formation boulanger xyzzy", LEXICON)
    assert relaxing_steps(understood) == [frozenset(), {2}, {0, 2}, {0, 1, 2}]


@given(st.text(st.sampled_from("abcdef "), max_size=40))
def test_each_step_of_relaxing_asks_for_less(q: str) -> None:
    steps = relaxing_steps(understand_words(q, LEXICON))
    assert steps[0] == frozenset()
    assert all(before < after for before, after in pairwise(steps))
    assert len(steps) <= 6
