"""Texts become plain, fillers are missing."""

from __future__ import annotations

import pytest

from tests.ingest.drafts import codes, one_offer, record, training


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("<ul><li>Créer</li><li>Réparer</li></ul>", "- Créer\n- Réparer"),
        ("&lt;p&gt;Un&lt;/p&gt;&lt;p&gt;Deux&lt;/p&gt;", "Un\n\nDeux"),
        ("d&eacute;couvrir l&rsquo;&oelig;uvre", "découvrir l’œuvre"),
        ("d&eacutecouvrir", "découvrir"),
        ("un<br/>deux", "un\ndeux"),
        ("<font color='red'>Rouge</font>", "Rouge"),
        ("a\x00b\x07c\u200bd", "abcd"),
        ("trop   d'espaces\t ici", "trop d'espaces ici"),
        ("prix < 100 et > 50", "prix < 100 et > 50"),
        ("formÃ©e Ã\xa0 la santÃ©", "formée à la santé"),
        ("<script>alert(1)</script>Bonjour<img src=x onerror=alert(1)>", "Bonjour"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Bonjour", "Bonjour"),
        ("-", ""),
        ("n/c", ""),
        ("Néant", ""),
        ("...", ""),
    ],
)
def test_texts_become_plain_and_keep_their_lines(raw: str, clean: str) -> None:
    assert record(training(objective=raw)).objective == clean


def test_fillers_of_an_offer_are_missing() -> None:
    made = one_offer(
        transport="0", access_text="0", other_services="néant", catering="Cantine", recruitment_text="Aucune"
    )
    assert made.texts == {"catering": "Cantine", "recruitment": "Aucune"}


def test_a_text_over_its_limit_is_kept_and_said() -> None:
    made = training(title="x" * 300)
    assert len(record(made).title) == 300
    assert codes(made) == {"text-too-long"}
