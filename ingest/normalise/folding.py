"""Codes as files write them -> facets: LHÉO and EDOF by ``catalog.codes.fold``, our JSON by the facets' own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from catalog.codes import fold
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
from catalog.codes.lheo import FunderCode
from catalog.codes.publics import PublicCode

Code = TypeVar("Code", bound=Labelled)
_Facet = TypeVar("_Facet", bound=Labelled)

_ESAT = re.compile(r"\bESAT\b|établissements? et services? d['’](?:aide|accompagnement) par le travail", re.IGNORECASE)
_RESERVED = re.compile(r"\bréservée?s?\b|\buniquement\b|\bexclusivement\b", re.IGNORECASE)
_RHYTHMS_IN_WORDS = (
    (re.compile(r"\btemps[ -]plein\b|\bplein[ -]temps\b", re.IGNORECASE), Rhythm.FULL_TIME),
    (re.compile(r"\btemps[ -]partiel\b", re.IGNORECASE), Rhythm.PART_TIME),
    (re.compile(r"\bcours du soir\b|\b(?:en|le) soir(?:ée)?\b", re.IGNORECASE), Rhythm.EVENING),
    (re.compile(r"\bweek[ -]?ends?\b|\ble samedi\b", re.IGNORECASE), Rhythm.WEEKEND),
    (re.compile(r"\ben journée\b|\bcours de jour\b", re.IGNORECASE), Rhythm.DAYTIME),
    (re.compile(r"\ben semaine\b", re.IGNORECASE), Rhythm.WEEKDAYS),
)
# ISO 639-1; the catalogue keeps no table of languages.
LANGUAGES = frozenset(
    re.findall(
        "..",
        "aaabaeafakamanarasavayazbabebgbhbibmbnbobrbscacechcocrcscucvcydadedvdzeeeleneoeseteufafffifjfofrfygagdglgn"
        "gugvhahehihohrhthuhyhziaidieigiiikioisitiujajvkakgkikjkkklkmknkokrkskukvkwkylalblglilnloltlulvmgmhmimkmlmn"
        "mrmsmtmynanbndnengnlnnnonrnvnyocojomorospapiplpsptqurmrnrorurwsascsdsesgsiskslsmsnsosqsrssstsusvswtatetgth"
        "titktltntotrtstttwtyugukuruzvevivowawoxhyiyozazhzu",
    )
)
LANGUAGE_NAMES = {"français": "fr", "francais": "fr", "anglais": "en", "espagnol": "es", "allemand": "de",
                  "italien": "it", "fra": "fr", "fre": "fr", "eng": "en", "spa": "es", "deu": "de"}  # fmt: skip
_YES = frozenset(("1", "true", "vrai", "oui", "yes"))
_NO = frozenset(("0", "false", "faux", "non", "no"))
_PERMANENT = {"true": Entry.PERMANENT, "false": Entry.FIXED, "oui": Entry.PERMANENT, "non": Entry.FIXED}


def read_answer(text: str) -> Answer | None:
    """``None`` when it is neither yes, no nor nothing."""
    text = text.strip().lower()
    if text in _YES:
        return Answer.YES
    if text in _NO:
        return Answer.NO
    return Answer.UNKNOWN if text in ("", "unknown") else None


def read_modality(text: str) -> Modality | None:
    return _either(text, Modality, fold.modality_of)


def read_entry(text: str) -> Entry | None:
    return _PERMANENT.get(text.strip().lower()) or _either(text, Entry, fold.entry_of)


def read_state(text: str) -> SessionState | None:
    return _either(text, SessionState, fold.session_state_of)


def read_rhythm(text: str) -> Rhythm | None:
    return _either(text, Rhythm, fold.rhythm_of)


def read_funder(text: str) -> Funder | None:
    return _either(text, Funder, fold.funder_of)


def is_the_learner(text: str) -> bool:
    """Code 10, "le bénéficiaire": whoever pays alone is no funder."""
    return fold.code_of(FunderCode, text) is FunderCode.LEARNER


def read_level(text: str) -> Level | None:
    """Of the national framework (3 to 8) or our own "none"."""
    return Level.NONE if text.strip().lower() == "none" else fold.european_level_of(text)


def read_exit_level(text: str) -> Level | None:
    return fold.level_of(text)


def audiences(publics: Iterable[str], info: str) -> tuple[Audience, ...]:
    """code-public-vise or our own words; ESAT is only ever said in words (domain 2.4)."""
    given = [text.strip() for text in publics]
    stated = {audience for text in given if (audience := _facet(text, Audience)) is not None}
    codes = [code for text in given if (code := fold.code_of(PublicCode, text)) is not None]
    stated |= fold.audiences_of(codes)
    if info and _ESAT.search(info):
        if _RESERVED.search(info):
            stated.discard(Audience.EVERYONE)
        stated.add(Audience.ESAT)
    return tuple(audience for audience in Audience if audience in stated)


def rhythms_of_text(text: str) -> tuple[Rhythm, ...]:
    return tuple(rhythm for pattern, rhythm in _RHYTHMS_IN_WORDS if pattern.search(text))


def read_language(text: str) -> str:
    """ISO 639-1, lower case; ``""`` when unknown."""
    text = text.strip().lower()
    text = LANGUAGE_NAMES.get(text, re.split("[-_]", text)[0])
    return text if text in LANGUAGES else ""


def _either(text: str, facet: type[_Facet], coded: Callable[[str], _Facet | None]) -> _Facet | None:
    return coded(text) or _facet(text, facet)


def _facet(text: str, facet: type[_Facet]) -> _Facet | None:
    text = text.strip().lower()
    return None if text.isdecimal() or text == "unknown" else next((one for one in facet if one.value == text), None)
