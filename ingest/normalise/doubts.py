"""What two facts of an offer say of each other: doubts are told to the organisation, nothing is changed."""

from __future__ import annotations

import re

from catalog.codes.facets import Modality
from ingest.draft import Draft
from ingest.normalise.context import Notes

_REMOTE_ONLY = re.compile(
    r"\b(?:100 ?%|entièrement|totalement|intégralement|exclusivement) (?:à distance|en ligne|en distanciel)",
    re.I,
)
_REMOTE = re.compile(r"\bà distance\b|\bdistanciel\b|\be-?learning\b|\bfoad\b|\bclasses? virtuelles?\b|\bvisio", re.I)
_CLASSROOM = re.compile(r"\bprésentiel(?:le)?s?\b|\ben salle\b|\bface[ -]à[ -]face\b", re.I)
_MIXED = re.compile(r"\bblended\b|\bmixte\b|\bhybride\b|\bcomodal", re.I)
_DENIED = re.compile(r"\b(?:pas|sans|aucune?|non|ni)\b[^.;,]{0,25}$", re.I)
_REMOTE_CODES = frozenset(("96128", "96129", "96130", "96131", "96133"))
_REGION = re.compile(r"^\s*r[ée]gion\b", re.I)


def modality_doubt(offer: Draft, title: str, modality: Modality, notes: Notes) -> None:
    """Codes 1 and 2 are swapped by some tools (domain 2.3); a remote "place" under code 0 is as telling."""
    at = offer.first("modality")
    if at is None or modality is Modality.UNKNOWN:
        return
    place = " ".join(
        value.text for draft in offer.of("place") for name in ("label", "line", "city") for value in draft.all(name)
    )
    said = f"{title}. {offer.text('pedagogy_text')}. {offer.text('rhythm_text')}"
    coded = next((v.text for v in offer.all("pedagogy_code") if v.text.strip() in _REMOTE_CODES), "")
    remote = _said(_REMOTE, place) or _said(_REMOTE, said)
    evidence, suggestion = "", ""
    if modality is Modality.IN_PERSON:
        evidence = remote or coded
        suggestion = "1" if _said(_CLASSROOM, said) or _said(_MIXED, said) else "2"
    elif modality is Modality.MIXED:
        evidence, suggestion = _said(_REMOTE_ONLY, said) or _said(_REMOTE_ONLY, place), "2"
    elif modality is Modality.REMOTE:
        evidence, suggestion = _said(_MIXED, said), "1"
        if not evidence and (classroom := _said(_CLASSROOM, said)):
            evidence, suggestion = classroom, "1" if remote else "0"
    if evidence:
        notes.add(
            "modality-doubtful", at, suggestion=suggestion, modality=f"{at.text} ({modality.label})", evidence=evidence
        )


def perimeter_doubt(offer: Draft, notes: Notes) -> None:
    """4 is "inter-région"; the official example itself writes it beside the name of one region."""
    at, label = offer.first("perimeter"), offer.text("perimeter_text")
    if (
        at is not None
        and at.text.strip() == "4"
        and _REGION.search(label)
        and not re.search(r"régions|inter", label, re.I)
    ):
        notes.add("perimeter-doubtful", at, suggestion="3", label=label)


def _said(pattern: re.Pattern[str], text: str) -> str:
    """The words found, unless they are denied just before."""
    for found in pattern.finditer(text):
        if not _DENIED.search(text[max(0, found.start() - 40) : found.start()]):
            return found.group()
    return ""
