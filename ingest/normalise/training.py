"""A draft -> a training record and findings. Pure: the same draft and context always give the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b
from typing import Any

from catalog.codes.edof import CpfCode
from catalog.codes.facets import Answer, Labelled, Level, Need
from catalog.codes.fold import code_of
from catalog.codes.lheo import GeneralObjective, PathType
from catalog.codes.referentials import formacode, kind_of, nsf_code, rome_code
from catalog.codes.titles import CERTIFICATION, TITLE_FROM, title_of_certification
from catalog.records import OfferRecord, OrganisationRecord, TrainingRecord
from ingest.draft import Draft
from ingest.findings import Finding
from ingest.normalise import folding, identifiers, texts
from ingest.normalise.contacts import REFERENT, contact, links
from ingest.normalise.context import CertificationFact, Context, Notes
from ingest.normalise.offers import offer

_LIMITS = {  # domain 2.2
    "title": ("intitule-formation", 255),
    "objective": ("objectif-formation", 3000),
    "results": ("resultats-attendus", 3000),
    "content": ("contenu-formation", 3000),
    "highlights": ("resume-contenu", 255),
}
_CODED: dict[str, tuple[str, type[Labelled]]] = {
    "path_type": ("parcours-de-formation", PathType),
    "general_objective": ("objectif-general-formation", GeneralObjective),
}
VAE = CpfCode.VAE.value


@dataclass(frozen=True, slots=True)
class Normalised:
    """``record`` is ``None`` when the training was rejected; ``findings`` say why."""

    record: TrainingRecord | None
    findings: list[Finding]


def normalise(draft: Draft, context: Context) -> Normalised:
    source = draft.text("source")
    numero = numero_of(draft)
    notes = Notes("training", numero, [])
    if draft.first("numero") is None:
        notes.add("numero-derived", draft, value=numero)
    siret = _siret(draft, context, notes)
    codes = _certifications(draft, context, notes)
    wording = {name: _text(draft, name, notes) for name in _LIMITS}
    title = wording["title"]
    named_after = not title
    certification_title = _one_line(draft, "certification_title")
    fact = _fact(codes, context)
    if named_after:
        title = _instead_of_title(draft, codes, certification_title, fact, notes)
    if not siret or not title or not _has_certification(draft, codes, source, notes):
        return Normalised(None, notes.findings)
    offers = _offers(draft, context, notes, source=source, title=title)
    if not offers:
        return Normalised(None, notes.findings)
    _expired(codes, fact, context, draft, notes)
    if source == "edof" and context.knowledge.qualiopi(siret) is Answer.NO:
        notes.add("qualiopi-missing", draft, value=siret)
    contacts = tuple(contact(person, notes, source=source) for person in draft.of("contact"))
    if any(person.role == REFERENT for person in contacts):
        offers = [_with_referent(one) for one in offers]
    main = next(iter(codes), "")
    record = TrainingRecord(
        source=source,
        organisation=_organisation(draft, siret, notes),
        numero=numero,
        title=title,
        certification=main,
        certification_codes=tuple(codes),
        certification_kind=kind_of(main),
        certification_title=certification_title,
        level=_level(draft, notes),
        objective=wording["objective"],
        results=wording["results"],
        content=wording["content"],
        highlights=wording["highlights"],
        rome=_vocabulary(draft, "rome", "code-ROME", rome_code, context, notes),
        formacodes=_vocabulary(draft, "formacode", "code-FORMACODE", formacode, context, notes),
        nsf=_vocabulary(draft, "nsf", "code-NSF", nsf_code, context, notes),
        labels=tuple(dict.fromkeys(text for value in draft.all("label") if (text := texts.line(value.text)))),
        url=next(iter(links(draft, "url", notes)), ""),
        contacts=contacts,
        offers=tuple(offers),
        details=_details(draft, main, notes) | ({TITLE_FROM: CERTIFICATION} if named_after else {}),
    )
    return Normalised(record, notes.findings)


def _siret(draft: Draft, context: Context, notes: Notes) -> str:
    value = draft.first("siret")
    if value is None:
        notes.add("siret-missing", draft)
        return ""
    siret = identifiers.bare(value.text)
    if not identifiers.is_siret(siret):
        notes.add("siret-invalid", value)
        return ""
    if context.siret and siret != context.siret:
        notes.add(context.siret_code, value, expected=context.siret)
        return ""
    if not identifiers.checksum_holds(siret):
        notes.add("siret-checksum", value)
    return siret


def _certifications(draft: Draft, context: Context, notes: Notes) -> dict[str, str]:
    """{normalised code: scheme}, the main one first."""
    codes: dict[str, str] = {}
    said = _one_line(draft, "certification_title") or _one_line(draft, "title")
    for scheme in identifiers.SCHEMES:
        for value in draft.all(scheme):
            if texts.is_filler(value.text.strip()) or identifiers.is_sentinel(value.text):
                continue
            code = identifiers.read_certification(scheme, value.text)
            if not code:
                near = context.knowledge.nearest(scheme, value.text, said)
                notes.add(
                    "certification-code-unreadable", value, suggestion=near, expected=identifiers.EXPECTED[scheme]
                )
                continue
            codes.setdefault(code, scheme)
            if context.knowledge.covers(scheme) and context.knowledge.certification(code) is None:
                notes.add("certification-unknown", value, suggestion=context.knowledge.nearest(scheme, code, said))
    return codes


def _has_certification(draft: Draft, codes: dict[str, str], source: str, notes: Notes) -> bool:
    if source != "edof" or any(scheme != "certifinfo" for scheme in codes.values()):
        return True
    notes.add("certification-missing", draft)
    return False


def _instead_of_title(
    draft: Draft, codes: dict[str, str], certification_title: str, fact: CertificationFact | None, notes: Notes
) -> str:
    """The certification's title; its code when no reference is loaded to tell it."""
    known = title_of_certification(next(iter(codes), ""), fact.title if fact else "", certification_title)
    if known:
        notes.add("title-from-certification", draft.first("title") or draft, suggestion=known[:200])
    else:
        notes.add("title-and-certification-missing", draft)
    return known


def _fact(codes: dict[str, str], context: Context) -> CertificationFact | None:
    return next((fact for code in codes if (fact := context.knowledge.certification(code))), None)


def _expired(
    codes: dict[str, str], fact: CertificationFact | None, context: Context, draft: Draft, notes: Notes
) -> None:
    if fact and fact.valid_until and fact.valid_until < context.today:
        at = next((draft.first(scheme) for scheme in codes.values()), None)
        notes.add("certification-expired", at or draft, date=_french(fact.valid_until))


def _french(day: date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year}"


def _offers(draft: Draft, context: Context, notes: Notes, *, source: str, title: str) -> list[OfferRecord]:
    drafts = list(draft.of("offer"))
    if not drafts:
        notes.add("offer-missing", draft)
        return []
    taken = []
    for one in drafts:
        record = offer(one, context, notes.within("offer", one.text("numero")), source=source, title=title)
        if record is not None:
            taken.append(record)
    if not taken:
        notes.add("no-offer-left", draft)
    return taken


def _with_referent(record: OfferRecord) -> OfferRecord:
    said = {**record.accessibility, Need.REFERENT: Answer.YES}
    return replace(record, accessibility={need: said[need] for need in Need if need in said})


def _organisation(draft: Draft, siret: str, notes: Notes) -> OrganisationRecord:
    value = draft.first("activity_number")
    number = ""
    if value is not None and not texts.is_filler(value.text.strip()) and not identifiers.is_sentinel(value.text):
        number = identifiers.read_activity_number(value.text)
        if not number:
            notes.add("activity-number-invalid", value)
    details: dict[str, Any] = {}
    if uai := [value.text.strip() for value in draft.all("uai")]:
        details["uai"] = uai
    address = [text for value in draft.all("organisation_address") if (text := texts.line(value.text))]
    if address := [text for text in address if not texts.is_filler(text)]:
        details["address"] = address
    return OrganisationRecord(
        siret=siret,
        name=_one_line(draft, "organisation_name"),
        legal_name=_one_line(draft, "legal_name"),
        activity_number=number,
        qualiopi=folding.read_answer(draft.text("qualiopi")) or Answer.UNKNOWN,
        details=details,
    )


def numero_of(draft: Draft) -> str:
    """The training's own number, else one made of what it is: title, certification, numbers of its offers."""
    numero = draft.text("numero")
    if numero:
        return numero
    codes = (value.text for scheme in identifiers.SCHEMES for value in draft.all(scheme))
    content = "\x1f".join((draft.text("title"), *codes, *(one.text("numero") for one in draft.of("offer"))))
    return f"auto-{blake2b(content.encode(), digest_size=6).hexdigest()}"


def siret_of(draft: Draft) -> str:
    """As it will be judged: digits only, not checked."""
    return identifiers.bare(draft.text("siret"))


def _level(draft: Draft, notes: Notes) -> Level:
    given, read, field = draft.first("level"), folding.read_level, "niveau"
    if given is None:
        given, read, field = draft.first("exit_level"), folding.read_exit_level, "code-niveau-sortie"
    if given is None or (texts.is_filler(given.text.strip()) and not given.text.strip().isdigit()):
        return Level.UNKNOWN
    level = read(given.text)
    if level is None:
        notes.add("code-unknown", given, field=field)
    return level or Level.UNKNOWN


def _vocabulary(
    draft: Draft, name: str, field: str, read: Callable[[str], str | None], context: Context, notes: Notes
) -> tuple[str, ...]:
    found: list[str] = []
    knowledge = context.knowledge
    for value in draft.all(name):
        code = read(value.text)
        if code is None:
            if not texts.is_filler(value.text.strip()):
                near = knowledge.nearest(name, value.text.strip(), "")
                notes.add("code-unreadable", value, field=field, suggestion=near)
            continue
        if knowledge.covers(name) and not knowledge.knows(name, code):
            notes.add("code-not-in-reference", value, field=field, suggestion=knowledge.nearest(name, code, ""))
        found.append(code)
    return tuple(dict.fromkeys(found))


def _text(draft: Draft, name: str, notes: Notes) -> str:
    value = draft.first(name)
    if value is None:
        return ""
    field, limit = _LIMITS[name]
    text, mended = texts.repaired(value.text)
    text = texts.line(text) if name == "title" else texts.block(text)
    if mended:
        notes.add("mojibake-repaired", value, field=field)
    if texts.is_filler(text):
        return ""
    if len(text) > limit:
        notes.add("text-too-long", value, field=field, length=len(text), limit=limit)
    return text


def _one_line(draft: Draft, name: str) -> str:
    value = draft.first(name)
    if value is None:
        return ""
    text = texts.line(texts.repaired(value.text)[0])
    return "" if texts.is_filler(text) else text


def _details(draft: Draft, certification: str, notes: Notes) -> dict[str, Any]:
    details: dict[str, Any] = {}
    for name, (field, codes) in _CODED.items():
        value = draft.first(name)
        if value is not None and not texts.is_filler(value.text.strip()):
            code = code_of(codes, value.text)
            if code is None:
                notes.add("code-unknown", value, field=field)
            else:
                details[name] = code.value
    if blocks := _blocks(draft, certification, notes):
        details["blocks"] = blocks
    for name in ("certifying", "blocks_editable"):
        answer = folding.read_answer(draft.text(name))
        if answer in (Answer.YES, Answer.NO):
            details[name] = answer.value
    if category := draft.text("vae_category"):
        details["vae_category"] = category
    elif certification == VAE and draft.text("source") == "edof":
        notes.add("vae-category-missing", draft)
    for name in ("entry_level", "created_on", "updated_on"):
        if text := draft.text(name):
            details[name] = text
    for name, values in draft.extras.items():
        details[name] = texts.block(values[0].text) if len(values) == 1 else [texts.block(v.text) for v in values]
    return details


def _blocks(draft: Draft, certification: str, notes: Notes) -> list[str]:
    found: list[str] = []
    for value in draft.all("block_code"):
        block = identifiers.read_block(value.text)
        if not block:
            notes.add("block-code-unreadable", value)
        elif block in found:
            notes.add("block-repeated", value)
        else:
            if certification.startswith("RNCP") and not block.startswith(f"{certification}B"):
                notes.add("block-of-other-certification", value, certification=certification)
            found.append(block)
    return found
