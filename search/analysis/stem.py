"""Light stem: number and gender of French words, nothing more. Works on folded tokens.

Gender classes meet: vendeur/vendeuse, formateur/formatrice, boulanger/boulangere, technicien/technicienne,
sportif/sportive, professionnel/professionnelle, commercial/commerciale/commerciaux. A vowel or consonant that French
alternates is kept when dropping it would bring strangers together (base/bas, ville/vil, course/cours).
"""

from __future__ import annotations

# Irregular pairs, folded, without their final s.
_IRREGULAR = {
    "travaux": "travail",
    "vitraux": "vitrail",
    "emaux": "email",
    "yeux": "oeil",
    "nouvelle": "nouveau",
    "nouvel": "nouveau",
    "belle": "beau",
    "publique": "public",
    "neuve": "neuf",
    "blanche": "blanc",
    "seche": "sec",
    "cheffe": "chef",
    "cours": "cours",  # not the plural of cour, nor course
    "course": "course",
    "droite": "droite",  # not droit
    "pointe": "pointe",
    "chaux": "chaux",
    "taux": "taux",
    "faux": "faux",
}
# (ending, what it becomes, letters the word must have): first that fits.
_FEMININE = (
    ("trice", "teu", 6),
    ("drice", "deu", 7),
    ("euse", "eu", 6),
    ("eure", "eu", 7),
    ("eresse", "eu", 9),
    ("ienne", "ien", 6),
    ("enne", "en", 7),
    ("onne", "on", 6),
    ("elle", "el", 6),
    ("ette", "et", 6),
    ("iere", "ier", 6),
    ("ere", "er", 6),
    ("ive", "if", 6),
)
_MIN = 4  # letters that a stem keeps


def stem(token: str) -> str:
    """The stem of a folded token; tokens with digits or signs, and words under four letters, are their own."""
    if len(token) < _MIN or not token.isalpha():
        return token
    word = singular(token)
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending, becomes, letters in _FEMININE:
        if len(word) >= letters and word.endswith(ending):
            return word[: -len(ending)] + becomes
    if len(word) > 5 and word.endswith("e"):  # vente is not vent, base is not bas
        word = word[:-2] if word.endswith("ee") and len(word) > 6 else word[:-1]
        if len(word) > 5 and word.endswith(("ais", "ois")):  # anglaise, anglais
            word = word[:-1]
    if len(word) > _MIN and word.endswith("eur"):
        word = word[:-1]
    return word


def singular(word: str) -> str:
    """The word without its mark of the plural, as far as letters tell."""
    if word in _IRREGULAR:
        return word
    if word.endswith("aux"):
        return word[:-1] if word.endswith(("eaux", "yaux", "teriaux")) else word[:-2] + "l"
    if word.endswith(("eux", "oux")):
        return word[:-1]
    if word.endswith("s") and len(word) > _MIN and not word.endswith("ss"):
        return word[:-1]
    return word
