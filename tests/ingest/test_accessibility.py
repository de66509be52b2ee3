"""Accessibility facts have three values, and free text is never a yes that was not said (domain 9)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.codes.facets import Answer, Need
from ingest.accessibility import classify, together
from tests.ingest.labelled_accessibility import labelled

LABELLED = labelled()


def test_at_least_sixty_texts_are_labelled() -> None:
    assert len(LABELLED) >= 60


@pytest.mark.parametrize(("text", "stated"), LABELLED, ids=[text[:60] for text, _ in LABELLED])
def test_a_text_states_what_its_label_says(text: str, stated: dict[Need, Answer]) -> None:
    assert dict(classify(text)) == stated


@pytest.mark.parametrize(
    "text",
    [
        "Nos formateurs sont sensibilisés à l'accueil des personnes malentendantes",
        "L'Agefiph et son référent handicap peuvent vous accompagner",
        "Rythme adapté aux salariés",
        "Le rythme de la formation est adapté à l'alternance",
        "Suivi des stagiaires à distance par mail",
        "Accessible PMR (hors atelier)",
        "Merci de nous signaler votre handicap : interprète, rythme aménagé, etc.",
        "Locaux accessibles aux personnes à mobilité réduite à compter de septembre 2027",
        "Nos locaux seront accessibles aux PMR",
        "Nos locaux étaient accessibles PMR jusqu'au sinistre",
        "Besoin d'un tiers temps ? Contactez-nous",
        "Formation en ligne accessible aux PMR",
        "Langue des signes française : niveau A1",
        "Rampe d'accès amovible sur demande",
        "L'accès est possible aux personnes en fauteuil, à l'exception de la salle 3",
    ],
)
def test_what_sounds_like_a_yes_but_is_none_is_no_yes(text: str) -> None:
    assert Answer.YES not in classify(text).values()


@given(st.text(max_size=200))
def test_any_text_gets_an_answer_and_only_for_known_needs(text: str) -> None:
    assert set(classify(text)) <= set(Need)


@given(st.sampled_from([text for text, stated in LABELLED if Answer.YES in stated.values() and " mais " not in text]))
def test_a_promise_put_before_takes_every_yes_back(text: str) -> None:
    assert (
        Answer.YES
        not in classify(f"Sous réserve et prochainement, {text.replace('.', ',').replace(';', ',')}").values()
    )


def test_texts_that_contradict_each_other_state_nothing() -> None:
    assert together([classify("Locaux accessibles PMR"), classify("Non accessible aux PMR")]) == {}
    assert together([classify("Locaux accessibles PMR"), classify("0")]) == {Need.PREMISES: Answer.YES}
