"""The one analysis of the system: what spelling must not change, and what must stay apart."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis import document_terms, fold, forms, terms, tokens

FRENCH = st.text(st.sampled_from("abcdeéèêàâîôûùçœæABCDEÉÈŒ0123 -'’.,/()·+#&bacpermisjsretw"), max_size=60)
WORDS = st.lists(st.text(st.sampled_from("abcdefghijlmnoprstuvéèàçœ"), min_size=3, max_size=10), min_size=1, max_size=6)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.one_of(st.text(), FRENCH))
@example("permis l'd bac plus 2 rncp n° 34441 r.489 e-commerce node.js b.t.s c++ sportif(ve)")
@example("a" * 50 + ".js aujourd'hui prud'hommes dot net c-sharp")
def test_tokens_put_together_again_are_the_same_tokens(text: str) -> None:
    once = tokens(text)
    assert tokens(" ".join(once)) == once


@given(st.one_of(st.text(), FRENCH))
def test_terms_put_together_again_are_the_same_terms(text: str) -> None:
    assert terms(" ".join(terms(text))) == terms(text)


@given(st.text(st.characters(codec="latin-1")))
def test_case_does_not_matter(text: str) -> None:
    assert tokens(text.lower()) == tokens(text)


@given(FRENCH)
def test_accents_composed_or_not_or_absent_do_not_matter(text: str) -> None:
    apart = unicodedata.normalize("NFD", text)
    bare = "".join(character for character in apart if unicodedata.category(character) != "Mn")
    assert tokens(apart) == tokens(text) == tokens(bare)


@given(FRENCH)
def test_typographic_apostrophes_and_ligatures_do_not_matter(text: str) -> None:
    plain = text.replace("’", "'").replace("œ", "oe").replace("æ", "ae").replace("Œ", "OE")
    assert tokens(plain) == tokens(text)


@given(WORDS)
def test_hyphens_are_spaces(words: list[str]) -> None:
    assert tokens("-".join(words)) == tokens(" ".join(words)) == tokens("\u2011".join(words))


@given(WORDS, st.sampled_from(["l'", "d’", "qu'", "jusqu'", "L'", "Lorsqu’"]))
def test_elision_does_not_matter(words: list[str], elided: str) -> None:
    assert tokens(" ".join(elided + word for word in words)) == tokens(" ".join(words))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C++, C# et .NET", ["c++", "c#", ".net"]),
        ("ASP.NET node.js NodeJS Node JS F#", ["asp.net", "node.js", "node.js", "node.js", "f#"]),
        ("RNCP 34441 rncp34441 RNCP n° 34441", ["rncp34441"] * 3),
        ("CACES® R.489 R 489 R-489 R489", ["caces", *["r489"] * 4]),
        ("Bac+2, BAC + 2, bac plus 2", ["bac+2"] * 3),
        ("impression 3D", ["impression", "3d"]),
        ("permis B et permis D", ["permis", "b", "permis", "d"]),
        ("langage C, langage R", ["langage", "c", "langage", "r"]),
        ("c'est l'école d'art", ["ecole", "art"]),
        ("e-commerce, E commerce, ecommerce", ["ecommerce"] * 3),
        ("B.T.S. et C.A.P", ["bts", "cap"]),
        ("Chef-d’œuvre", ["chef", "oeuvre"]),
        ("aujourd'hui", ["aujourdhui"]),
        ("droit prud’homal", ["droit", "prudhomal"]),
        ("R&D", ["r&d"]),
        ("aide-soignant H/F", ["aide", "soignant"]),
    ],
)
def test_spellings_of_one_thing_are_one_token(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "INFIRMIER(E)",
        "infirmier·e",
        "infirmier.e",
        "infirmier-e",
        "infirmier/ère",
        "infirmier / infirmière",
        "Infirmières",
        "infirmier·ère·s",
    ],
)
def test_masculine_and_feminine_forms_meet(text: str) -> None:
    assert {forms(token)[1] for token in terms(text)} == {"~infirmier"}


@pytest.mark.parametrize(
    "words",
    [
        "vendeur vendeuse vendeurs vendeuses",
        "formateur formatrice formatrices",
        "boulanger boulangère boulangères",
        "technicien technicienne techniciens",
        "sportif sportive sportives",
        "professionnel professionnelle professionnels",
        "commercial commerciale commerciaux commerciales",
        "matériau matériaux",
        "travail travaux",
        "bureau bureaux",
        "jeu jeux",
        "anglais anglaise anglaises",
        "employé employée employés",
        "chef cheffe",
        "supérieur supérieure",
    ],
)
def test_number_and_gender_share_a_stem(words: str) -> None:
    assert len({forms(token)[1] for token in terms(words)}) == 1


@pytest.mark.parametrize(
    "words",
    ["vente vent", "cidre cadre", "base bas", "cours course", "droit droite", "ville vil", "verte vente", "porte port"],
)
def test_strangers_do_not_share_a_stem(words: str) -> None:
    one, other = terms(words)
    assert forms(one)[1] != forms(other)[1]


@pytest.mark.parametrize(
    "words",
    [
        "boulanger boulangère boulangerie boulangeries",
        "comptable comptabilité compta comptables",
        "vendeur vendeuse vente ventes vendre",
        "coiffeur coiffeuse coiffure",
        "soudeur soudage soudure",
        "cuisinier cuisinière cuisine",
        "jardinier jardin jardinage",
        "électricien électricité électrique",
        "mécanicien mécanique",
        "gestion gestionnaire",
        "secrétaire secrétariat",
        "agricole agriculture agriculteur",
        "maçon maçonnerie",
        "hôtel hôtelier hôtellerie",
        "pâtissier pâtisserie",
        "assistant assistance",
        "informatique informaticien",
        "photographe photographie",
    ],
)
def test_words_of_one_family_meet(words: str) -> None:
    families = {forms(token)[2] for token in terms(words)}
    assert len(families) == 1


@pytest.mark.parametrize(
    "words",
    [
        "comptable comptoir",
        "comptable compteur",
        "vente vent",
        "cidre cadre",
        "gestion geste",
        "secteur section",
        "chauffeur chauffage",
        "boucher bouche",
        "électricien électronique",
        "secrétaire secret",
        "menuisier menu",
        "chanteur chantier",
        "conserverie conservatoire",
        "informatique information",
    ],
)
def test_strangers_have_no_family_in_common(words: str) -> None:
    one, other = terms(words)
    assert not set(forms(one)) & set(forms(other))


def test_stop_words_count_only_when_there_is_nothing_else() -> None:
    assert terms("formation de la vente") == ["formation", "vente"]
    assert terms("de la") == ["de", "la"]


def test_words_that_look_like_stop_words_but_name_trades_are_kept() -> None:
    assert terms("technicien son, conducteur de car, bijoux en or") == [
        "technicien",
        "son",
        "conducteur",
        "car",
        "bijoux",
        "or",
    ]


def test_a_documents_terms_carry_the_fields_that_hold_them() -> None:
    found = dict(document_terms({1: ["CAP Boulanger"], 2: ["La boulangerie"], 16: []}))
    assert found["boulanger"] == 1
    assert found["boulangerie"] == 2
    assert found["^boulang"] == 3
    assert found["la"] == 2


@given(st.text())
def test_a_question_finds_the_text_it_copies(text: str) -> None:
    held = dict(document_terms({1: [text]}))
    assert all(token in held for token in terms(text))
