"""Codes of LHÉO 2.3 and EDOF (domain 2.3, 2.4, 3.2) -> the values that learners filter on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from catalog.codes.facets import (
    Answer,
    Audience,
    Entry,
    Funder,
    Labelled,
    Level,
    Modality,
    Rhythm,
    SessionState,
)

L = TypeVar("L", bound=Labelled)


def _by_value(codes: type[L]) -> dict[str, L]:
    return {code.value: code for code in codes if code.value != "unknown"}


# LHÉO codes, and the facets' own words, which our JSON uses.
MODALITIES = {"0": Modality.IN_PERSON, "1": Modality.MIXED, "2": Modality.REMOTE} | _by_value(Modality)
ENTRIES = {"0": Entry.FIXED, "1": Entry.PERMANENT, "true": Entry.PERMANENT, "false": Entry.FIXED} | _by_value(Entry)
STATES = {"1": SessionState.OPEN, "2": SessionState.CLOSED, "3": SessionState.SUSPENDED} | _by_value(SessionState)
RHYTHMS = dict(zip("1234567", Rhythm, strict=True)) | _by_value(Rhythm)
PATHS = frozenset("1234")
OBJECTIVES = frozenset("123456789")
PERIMETERS = frozenset("0123456")
SCHEDULES = frozenset("123")
GFE = frozenset(str(code) for code in range(1, 25))
ADMISSIONS = {
    "92002": "dossier",
    "92003": "concours",
    "92005": "entretien",
    "92007": "test",
    "92009": "visite médicale",
    "99998": "plusieurs modalités",
    "99999": "sans condition particulière",
}
CONTACT_TYPES = {
    "1": "referent", "2": "mobilité internationale", "3": "pédagogie", "4": "accueil", "5": "direction",
    "6": "qualité", "7": "entreprise", "8": "commercial", "9": "finance", "10": "DDFPT", "11": "communication",
    "12": "FOAD", "13": "VAE", "14": "apprentissage",
}  # fmt: skip
# niveaux, old and new. VI and V bis (levels 1 and 2) are below what the facet names: not stated rather than "none".
LEVELS = {
    "0": Level.UNKNOWN, "1": Level.NONE, "2": Level.UNKNOWN, "3": Level.UNKNOWN, "4": Level.L3, "5": Level.L4,
    "6": Level.L5, "7": Level.L6, "8": Level.L7, "11": Level.UNKNOWN, "12": Level.UNKNOWN, "13": Level.L3,
    "14": Level.L4, "15": Level.L5, "16": Level.L6, "17": Level.L7, "18": Level.L8,
}  # fmt: skip
FUNDERS = {
    "0": Funder.OTHER, "1": Funder.OTHER, "2": Funder.REGION, "3": Funder.OTHER, "4": Funder.FRANCE_TRAVAIL,
    "5": Funder.OTHER, "6": Funder.STATE, "7": Funder.AGEFIPH, "8": Funder.OTHER, "9": Funder.OTHER, "11": Funder.STATE,
    "12": Funder.STATE, "13": Funder.STATE, "14": Funder.OTHER, "15": Funder.OTHER, "16": Funder.OPCO,
    "17": Funder.OTHER, "18": Funder.OTHER, "19": Funder.STATE, "20": Funder.STATE,
} | _by_value(Funder)  # fmt: skip
LEARNER_PAYS = "10"  # the learner is no funder
DISABLED = "81020"
_AUDIENCES = frozenset(audience.value for audience in Audience)
_ESAT_ONLY = re.compile(r"\bESAT\b|établissements? et services? d['’]aide par le travail", re.IGNORECASE)
_LHEO_RHYTHMS = (
    (re.compile(r"\btemps[ -]plein\b|\bà plein temps\b", re.IGNORECASE), Rhythm.FULL_TIME),
    (re.compile(r"\btemps[ -]partiel\b|\bà temps partiel\b", re.IGNORECASE), Rhythm.PART_TIME),
    (re.compile(r"\bcours du soir\b|\b(?:en|le) soir(?:ée)?\b", re.IGNORECASE), Rhythm.EVENING),
    (re.compile(r"\bweek[ -]?ends?\b|\ble samedi\b", re.IGNORECASE), Rhythm.WEEKEND),
    (re.compile(r"\ben journée\b|\bcours de jour\b", re.IGNORECASE), Rhythm.DAYTIME),
    (re.compile(r"\ben semaine\b", re.IGNORECASE), Rhythm.WEEKDAYS),
)
LANGUAGES = frozenset(
    ["aa", "ab", "ae", "af", "ak", "am", "an", "ar", "as", "av", "ay", "az", "ba", "be", "bg", "bh", "bi", "bm", "bn", "bo", "br", "bs", "ca", "ce", "ch", "co", "cr", "cs", "cu", "cv", "cy", "da", "de", "dv", "dz", "ee", "el", "en", "eo", "es", "et", "eu", "fa", "ff", "fi", "fj", "fo", "fr", "fy", "ga", "gd", "gl", "gn", "gu", "gv", "ha", "he", "hi", "ho", "hr", "ht", "hu", "hy", "hz", "ia", "id", "ie", "ig", "ii", "ik", "io", "is", "it", "iu", "ja", "jv", "ka", "kg", "ki", "kj", "kk", "kl", "km", "kn", "ko", "kr", "ks", "ku", "kv", "kw", "ky", "la", "lb", "lg", "li", "ln", "lo", "lt", "lu", "lv", "mg", "mh", "mi", "mk", "ml", "mn", "mr", "ms", "mt", "my", "na", "nb", "nd", "ne", "ng", "nl", "nn", "no", "nr", "nv", "ny", "oc", "oj", "om", "or", "os", "pa", "pi", "pl", "ps", "pt", "qu", "rm", "rn", "ro", "ru", "rw", "sa", "sc", "sd", "se", "sg", "si", "sk", "sl", "sm", "sn", "so", "sq", "sr", "ss", "st", "su", "sv", "sw", "ta", "te", "tg", "th", "ti", "tk", "tl", "tn", "to", "tr", "ts", "tt", "tw", "ty", "ug", "uk", "ur", "uz", "ve", "vi", "vo", "wa", "wo", "xh", "yi", "yo", "za", "zh", "zu"]
)
LANGUAGE_NAMES = {
    "français": "fr", "francais": "fr", "french": "fr", "anglais": "en", "english": "en", "espagnol": "es",
    "allemand": "de", "italien": "it", "portugais": "pt", "arabe": "ar", "chinois": "zh", "russe": "ru",
    "fra": "fr", "fre": "fr", "eng": "en", "spa": "es", "deu": "de", "ger": "de", "ita": "it",
}  # fmt: skip
_YES = frozenset(("1", "true", "vrai", "oui", "yes", "o"))
_NO = frozenset(("0", "false", "faux", "non", "no", "n"))


def read_answer(text: str) -> Answer | None:
    """``None`` when it is neither yes, no nor nothing."""
    text = text.strip().lower()
    if text in _YES:
        return Answer.YES
    if text in _NO:
        return Answer.NO
    return Answer.UNKNOWN if text in ("", "unknown") else None


def audiences(publics: Iterable[str], info: str) -> tuple[Audience, ...]:
    """code-public-vise: 80xxx are jobseekers, any other opens the offer to all; ESAT is only ever said in words."""
    codes = set(publics)
    stated = {Audience(code) for code in codes if code in _AUDIENCES}
    codes -= _AUDIENCES
    esat = bool(info and _ESAT_ONLY.search(info))
    if any(code.startswith("80") for code in codes):
        stated.add(Audience.JOBSEEKER)
    if esat:
        stated.add(Audience.ESAT)
        codes.discard(DISABLED)  # the words say which disabled people
    if any(not code.startswith("80") for code in codes):
        stated.add(Audience.EVERYONE)
    return tuple(audience for audience in Audience if audience in stated)


def rhythms_of_text(text: str) -> tuple[Rhythm, ...]:
    return tuple(rhythm for pattern, rhythm in _LHEO_RHYTHMS if pattern.search(text))


def read_language(text: str) -> str:
    """ISO 639-1, lower case; ``""`` when unknown."""
    text = text.strip().lower()
    text = LANGUAGE_NAMES.get(text, text.split("-")[0].split("_")[0])
    return text if text in LANGUAGES else ""
