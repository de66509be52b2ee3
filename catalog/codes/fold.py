"""From the codes of files to the values that learners filter on (``facets``).

Every function takes a code as a file wrote it. ``None`` = the list has no such code (a finding for ``ingest``);
``UNKNOWN`` = the code itself says that the fact is not stated.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar, cast

from catalog.codes.edof import RhythmCode
from catalog.codes.facets import Audience, Entry, Funder, Labelled, Level, Modality, Rhythm, SessionState
from catalog.codes.lheo import EntryMode, FunderCode, LevelCode, RecruitmentState, TeachingMode
from catalog.codes.publics import PublicCode

Code = TypeVar("Code", bound=Labelled)


def code_of(codes: type[Code], text: str) -> Code | None:
    """The member a file's text stands for; leading zeros of numbers are forgiven."""
    members = _members(codes)
    cleaned = text.strip().upper()
    found = members.get(cleaned)
    if found is None and cleaned.isdecimal():
        found = members.get(cleaned.lstrip("0") or "0")
    return cast("Code | None", found)


@lru_cache(maxsize=64)
def _members(codes: type[Labelled]) -> dict[str, Labelled]:
    return {code.value: code for code in codes}


def modality_of(text: str) -> Modality | None:
    code = code_of(TeachingMode, text)
    return None if code is None else _MODALITY[code]


def entry_of(text: str) -> Entry | None:
    code = code_of(EntryMode, text)
    return None if code is None else _ENTRY[code]


def level_of(text: str) -> Level | None:
    """Of LHÉO's code-niveau, where "4" is the old level V (CAP)."""
    code = code_of(LevelCode, text)
    return None if code is None else _LEVEL[code]


def european_level_of(text: str) -> Level | None:
    """Of a level in the national (European) numbering: "4", "niveau4", "NIV 5", "" for not stated."""
    digits = "".join(character for character in text if character.isdigit())
    if not digits:
        return Level.UNKNOWN
    if digits in ("1", "2"):
        return Level.NONE  # as _LEVEL: below the first level that certifications are asked by
    return code_of(Level, digits)


def funder_of(text: str) -> Funder | None:
    code = code_of(FunderCode, text)
    return None if code is None else _FUNDER[code]


def rhythm_of(text: str) -> Rhythm | None:
    code = code_of(RhythmCode, text)
    return None if code is None else _RHYTHM[code]


def session_state_of(text: str) -> SessionState | None:
    code = code_of(RecruitmentState, text)
    return None if code is None else _STATE[code]


def audiences_of(codes: Iterable[PublicCode]) -> frozenset[Audience]:
    """Whether an offer is open to everyone or reserved to jobseekers; empty = not stated, which hides nothing.

    An offer for jobseekers *and* people in work is open to both, so it is not reserved. Particular publics (women,
    young, disabled) qualify the jobseekers named beside them and lift no reservation. 81020 "disabled" is not ESAT:
    most disabled people do not work in one, no LHÉO code names those who do, and hiding such an offer from the others
    would be wrong; ESAT is only stated by funders' own files.
    """
    given = frozenset(codes)
    if PublicCode.EVERYBODY in given:
        return frozenset({Audience.EVERYONE, Audience.JOBSEEKER} if given & _JOBSEEKERS else {Audience.EVERYONE})
    if given & _JOBSEEKERS:
        return frozenset({Audience.EVERYONE, Audience.JOBSEEKER} if given & _OPEN else {Audience.JOBSEEKER})
    return frozenset()


_MODALITY = {
    TeachingMode.IN_PERSON: Modality.IN_PERSON,
    TeachingMode.MIXED: Modality.MIXED,
    TeachingMode.REMOTE: Modality.REMOTE,
}
_ENTRY = {EntryMode.FIXED: Entry.FIXED, EntryMode.PERMANENT: Entry.PERMANENT}
_STATE = {
    RecruitmentState.OPEN: SessionState.OPEN,
    RecruitmentState.CLOSED: SessionState.CLOSED,
    RecruitmentState.SUSPENDED: SessionState.SUSPENDED,
}
_RHYTHM = {code: Rhythm[code.name] for code in RhythmCode}
_LEVEL = {
    LevelCode.NOT_STATED: Level.UNKNOWN,
    LevelCode.NONE: Level.NONE,
    # Levels 1 and 2 (old VI and V bis) lie below every diploma; the contract of the API has no value for them.
    LevelCode.OLD_VI: Level.NONE,
    LevelCode.OLD_V_BIS: Level.NONE,
    LevelCode.OLD_V: Level.L3,
    LevelCode.OLD_IV: Level.L4,
    LevelCode.OLD_III: Level.L5,
    LevelCode.OLD_II: Level.L6,
    LevelCode.OLD_I: Level.L7,  # held master and doctorate; what is above the maîtrise is at least a master
    LevelCode.L1: Level.NONE,
    LevelCode.L2: Level.NONE,
    LevelCode.L3: Level.L3,
    LevelCode.L4: Level.L4,
    LevelCode.L5: Level.L5,
    LevelCode.L6: Level.L6,
    LevelCode.L7: Level.L7,
    LevelCode.L8: Level.L8,
}
_FUNDER = dict.fromkeys(FunderCode, Funder.OTHER) | {
    FunderCode.REGION: Funder.REGION,
    FunderCode.FRANCE_TRAVAIL: Funder.FRANCE_TRAVAIL,
    FunderCode.AGEFIPH: Funder.AGEFIPH,
    FunderCode.OPCO: Funder.OPCO,
    # ACSÉ, LADOM and OFII are (or were) agencies of the State.
    FunderCode.ACSE: Funder.STATE,
    FunderCode.STATE_EMPLOYMENT: Funder.STATE,
    FunderCode.STATE_EDUCATION: Funder.STATE,
    FunderCode.STATE_OTHER: Funder.STATE,
    FunderCode.STATE_INTERIOR: Funder.STATE,
    FunderCode.LADOM: Funder.STATE,
    FunderCode.OFII: Funder.STATE,
}  # 10 "the learner" is money of one's own, not the CPF account
_JOBSEEKERS = frozenset(
    code for code in PublicCode if code.value.startswith("80") and code is not PublicCode.MILITARY
)  # a soldier in reconversion still has an employer
_OPEN = frozenset(
    code
    for code in PublicCode
    if code.value.startswith("82")
    and code not in {PublicCode.APPRENTICESHIP, PublicCode.PROFESSIONALISATION, PublicCode.SUBSIDISED_CONTRACT}
) | {PublicCode.PRIVATE_INDIVIDUAL}  # the three contracts are signed by jobseekers
