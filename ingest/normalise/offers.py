"""An offer of a draft -> ``OfferRecord``, or nothing when a code it cannot do without is impossible (domain 14.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from catalog.codes.edof import Admission, EmploymentGroup, ScheduleType
from catalog.codes.facets import Answer, Audience, Entry, Funder, Labelled, Modality, Need, Rhythm
from catalog.codes.fold import code_of
from catalog.codes.lheo import Perimeter
from catalog.records import ContactRecord, OfferRecord, PlaceRecord
from ingest.accessibility import classify, together
from ingest.draft import Draft
from ingest.normalise import folding, texts
from ingest.normalise.contacts import REFERENT, contact, is_complete, links
from ingest.normalise.context import Context, Notes
from ingest.normalise.dates import read_date
from ingest.normalise.doubts import modality_doubt, perimeter_doubt
from ingest.normalise.numbers import read_hours
from ingest.normalise.places import place
from ingest.normalise.prices import prices
from ingest.normalise.sessions import sessions

# draft name -> (LHÉO name, limit). Kept as ``texts`` of the record, under the same names.
TEXTS: Mapping[str, tuple[str, int]] = {
    "prerequisites_text": ("conditions-specifiques", 3000),
    "admission_text": ("info-admission", 250),
    "recruitment_text": ("modalites-recrutement", 3000),
    "pedagogy_text": ("modalites-pedagogiques", 200),
    "rhythm_text": ("rythme-formation", 3000),
    "public_text": ("info-public-vise", 250),
    "alternation_text": ("modalites-alternance", 3000),
    "catering": ("restauration", 250),
    "lodging": ("hebergement", 250),
    "transport": ("transport", 250),
    "access_text": ("acces-handicapes", 250),
    "disability_text": ("modalites-handicap", 3000),
    "fees_extra_text": ("detail-frais-anpec", 3000),
    "fees_remaining": ("frais-restants", 200),
    "funding_text": ("detail-conditions-prise-en-charge", 600),
    "other_services": ("autres-services", 255),
    "exam_text": ("examen", 3000),
    "duration_text": ("duree-indicative", 150),
    "perimeter_text": ("infos-perimetre-recrutement", 50),
}
# What is shown under another name than the draft's.
_SHOWN_AS = {
    "prerequisites_text": "prerequisites",
    "admission_text": "admission",
    "recruitment_text": "recruitment",
    "pedagogy_text": "pedagogy",
    "rhythm_text": "rhythm",
    "public_text": "audience",
    "alternation_text": "alternation",
    "access_text": "accessibility",
    "disability_text": "adaptations",
    "fees_extra_text": "fees",
    "fees_remaining": "fees_remaining",
    "funding_text": "funding",
    "exam_text": "exam",
    "duration_text": "duration",
    "perimeter_text": "perimeter",
}
_CODED_DETAILS: Mapping[str, tuple[str, type[Labelled]]] = {
    "perimeter": ("code-perimetre-recrutement", Perimeter),
    "schedule_type": ("code-type-horaires", ScheduleType),
    "gfe": ("code-gfe", EmploymentGroup),
}
_ANSWER_DETAILS = (
    "fees_extra_included", "region_funded", "apprenticeship", "publicly_funded", "funding_possible", "published",
    "expired",
)  # fmt: skip
_PLAIN_DETAILS = ("trainer_siret", "trainer_name", "manager_siret", "created_on", "updated_on")
_LISTED_DETAILS = ("pedagogy_code", "public", "information_date")
_HOURS = {
    "hours": "nombre-heures-total",
    "hours_learning": "duree-apprentissage",
    "hours_centre": "nombre-heures-centre",
    "hours_company": "nombre-heures-entreprise",
}
_NEEDS = {f"need_{need.value}": need for need in Need}

T = TypeVar("T")


def offer(draft: Draft, context: Context, notes: Notes, *, source: str, title: str) -> OfferRecord | None:
    given, possible = _mandatory(
        draft, "modality", "modalites-enseignement", folding.read_modality, notes, source, "0, 1 ou 2"
    )
    when, entered = _mandatory(draft, "entry", "modalites-entrees-sorties", folding.read_entry, notes, source, "0 ou 1")
    level_asked, asked = _mandatory(
        draft, "entry_level_required", "niveau-entree-obligatoire", folding.read_answer, notes, source, "0 ou 1"
    )
    if not (possible and entered and asked):
        return None
    modality, entry = given or Modality.UNKNOWN, when or Entry.UNKNOWN
    modality_doubt(draft, title, modality, notes)
    perimeter_doubt(draft, notes)
    shown = _texts(draft, notes)
    money = prices(draft, notes)
    hours, centre, company = _hours(draft, notes)
    places = [found for one in draft.of("place") if (found := place(one, context, notes, source=source))]
    contacts = tuple(contact(person, notes, source=source) for person in draft.of("contact"))
    if source == "edof" and not any(person.role == "information" and is_complete(person) for person in contacts):
        notes.add("information-contact-missing", draft)
    eligible = _eligible(draft, context, notes, source)
    details = _details(draft, notes)
    if money.hourly_cents is not None:
        details["price_hourly_cents"] = money.hourly_cents
    earliest = draft.first("earliest_start")
    return OfferRecord(
        numero=draft.text("numero"),
        source_id=draft.text("source_id") or draft.text("numero"),
        modality=modality,
        entry=entry,
        earliest_start_on=_day(draft, notes) if earliest and entry is Entry.PERMANENT else None,
        places=tuple(dict.fromkeys(places)),
        sessions=sessions(draft, entry, context, notes, source=source),
        price_cents=money.gross_cents,
        price_net_cents=money.net_cents,
        vat_rate_bp=money.vat_rate_bp,
        extra_fees_cents=money.extra_cents,
        hours=hours,
        hours_centre=centre,
        hours_company=company,
        rhythms=_rhythms(draft, shown, notes),
        languages=_languages(draft, notes),
        funders=_funders(draft, eligible, notes),
        audiences=_audiences(draft, source),
        eligible_cpf=eligible,
        prerequisites=_prerequisites(draft, shown, level_asked, notes),
        accessibility=_accessibility(draft, modality, places, contacts),
        contacts=contacts,
        url=next(iter(links(draft, "url", notes)), ""),
        texts=shown,
        details=details,
    )


def _mandatory(
    draft: Draft, name: str, field: str, read: Callable[[str], T | None], notes: Notes, source: str, allowed: str
) -> tuple[T | None, bool]:
    """(the value, whether the offer can stand): an absent code is not stated, an impossible one rejects (14.1)."""
    value = draft.first(name)
    text = value.text.strip() if value else ""
    if value is None or (not text.isdigit() and texts.is_filler(text)):
        if source == "edof":
            notes.add("mandatory-missing", draft, field=field)
        return None, True
    found = read(text)
    if found is None:
        notes.add("code-impossible", value, field=field, allowed=allowed)
    return found, found is not None


def _texts(draft: Draft, notes: Notes) -> dict[str, str]:
    shown: dict[str, str] = {}
    given = draft.values
    for name, (field, limit) in TEXTS.items():
        if name not in given:
            continue
        value = given[name][0]
        text, mended = texts.repaired(value.text)
        text = texts.block(text)
        if mended:
            notes.add("mojibake-repaired", value, field=field)
        if not text or texts.is_filler(text):
            continue
        if len(text) > limit:
            notes.add("text-too-long", value, field=field, length=len(text), limit=limit)
        shown[_SHOWN_AS.get(name, name)] = text
    equipment = [
        text for value in draft.all("equipment") if (text := texts.block(value.text)) and not texts.is_filler(text)
    ]
    if equipment:
        shown["equipment"] = "\n".join(equipment)
    return shown


def _hours(draft: Draft, notes: Notes) -> tuple[int | None, int | None, int | None]:
    centre, company = _number(draft, "hours_centre", notes), _number(draft, "hours_company", notes)
    total = _number(draft, "hours", notes) or _number(draft, "hours_learning", notes) or None
    both = centre + company if centre is not None and company is not None else None
    if both and total and both != total:
        at = draft.first("hours") or draft.first("hours_learning")
        notes.add("hours-disagree", at, centre=centre, company=company, total=total)
    return total or both or None, centre, company  # no training lasts 0 hours: 0 is "not stated"


def _number(draft: Draft, name: str, notes: Notes) -> int | None:
    value = draft.first(name)
    if value is None:
        return None
    hours = read_hours(value.text)
    if hours is None and not texts.is_filler(value.text.strip()):
        notes.add("number-unreadable", value, field=_HOURS[name])
    return hours


def _rhythms(draft: Draft, shown: Mapping[str, str], notes: Notes) -> tuple[Rhythm, ...]:
    found: list[Rhythm] = []
    for value in draft.all("rhythm"):
        rhythm = folding.read_rhythm(value.text)
        if rhythm is None:
            notes.add("code-unknown", value, field="code-rythme-formation")
        else:
            found.append(rhythm)
    return tuple(dict.fromkeys(found or folding.rhythms_of_text(shown.get("rhythm", ""))))


def _languages(draft: Draft, notes: Notes) -> tuple[str, ...]:
    found: list[str] = []
    for value in draft.all("language"):
        if texts.is_filler(value.text.strip()):
            continue
        language = folding.read_language(value.text)
        if not language:
            notes.add("code-unknown", value, field="langue-formation")
        else:
            found.append(language)
    return tuple(dict.fromkeys(found))


def _funders(draft: Draft, eligible: Answer, notes: Notes) -> tuple[Funder, ...]:
    found = {Funder.CPF} if eligible is Answer.YES else set()
    for value in draft.all("funder"):
        funder = folding.read_funder(value.text)
        if funder is not None:
            if not folding.is_the_learner(value.text):
                found.add(funder)
        elif not texts.is_filler(value.text.strip()):
            notes.add("code-unknown", value, field="code-financeur")
    return tuple(funder for funder in Funder if funder in found)


def _audiences(draft: Draft, source: str) -> tuple[Audience, ...]:
    if source == "edof":  # sold on Mon Compte Formation: whoever holds rights
        return (Audience.EVERYONE,)
    return folding.audiences([value.text for value in draft.all("public")], draft.text("public_text"))


def _eligible(draft: Draft, context: Context, notes: Notes, source: str) -> Answer:
    if source == "edof":
        return Answer.YES
    value = draft.first("eligible_cpf")
    if value is None:
        return Answer.UNKNOWN
    answer = folding.read_answer(value.text)
    if answer is None:
        notes.add("code-unknown", value, field="eligibilite-cpf")
        return Answer.UNKNOWN
    start, end = read_date(draft.text("cpf_start")), read_date(draft.text("cpf_end"))
    if answer is Answer.YES and end.last and end.last < context.today:
        return Answer.NO
    if answer is Answer.YES and start.on and start.on > context.today:
        return Answer.UNKNOWN
    return answer


def _prerequisites(draft: Draft, shown: Mapping[str, str], level_asked: Answer | None, notes: Notes) -> Answer:
    value = draft.first("prerequisites_exist")
    answer = folding.read_answer(value.text) if value else None
    if value is not None and answer is None:
        notes.add("code-unknown", value, field="existence-prerequis")
    if answer is Answer.YES and "prerequisites" not in shown:
        notes.add("prerequisites-missing", value)
    if answer is None:
        return Answer.YES if level_asked is Answer.YES else Answer.UNKNOWN
    return answer


def _accessibility(
    draft: Draft, modality: Modality, places: list[PlaceRecord], contacts: tuple[ContactRecord, ...]
) -> dict[Need, Answer]:
    """Answers in fields of their own come before what texts say; several places must all say the same."""
    said = together(
        [
            classify(draft.text("access_text")),
            classify(draft.text("disability_text")),
            *(classify(one.accessibility_text) for one in places),
        ]
    )
    premises = {one.premises_accessible for one in places}
    if premises and premises != {Answer.UNKNOWN}:
        said.pop(Need.PREMISES, None)
        if len(premises) == 1:
            said[Need.PREMISES] = premises.pop()
    if any(person.role == REFERENT for person in contacts):
        said[Need.REFERENT] = Answer.YES
    if modality is Modality.REMOTE:
        said[Need.REMOTE] = Answer.YES
    for name in draft.values.keys() & _NEEDS.keys():
        stated = folding.read_answer(draft.text(name))
        if stated in (Answer.YES, Answer.NO):
            said[_NEEDS[name]] = stated
    return {need: said[need] for need in Need if need in said}


def _day(draft: Draft, notes: Notes) -> date | None:
    value = draft.first("earliest_start")
    found = read_date(value.text) if value else None
    if value is not None and found is not None and not found.readable:
        notes.add("date-unreadable", value, field="première entrée")
    return found.on if found else None


def _details(draft: Draft, notes: Notes) -> dict[str, Any]:
    details: dict[str, Any] = {}
    for name, (field, codes) in _CODED_DETAILS.items():
        value = draft.first(name)
        if value is None:
            continue
        code = code_of(codes, value.text)
        if code is not None:
            details[name] = code.value
        elif not texts.is_filler(value.text.strip()):
            notes.add("code-unknown", value, field=field)
    admission = []
    for value in draft.all("admission"):
        code = code_of(Admission, value.text)
        if code is None:
            notes.add("code-unknown", value, field="code-modalites-admission")
        else:
            admission.append(code.label)
    if admission:
        details["admission"] = admission
    given = draft.values
    for name in (one for one in _ANSWER_DETAILS if one in given):
        answer = folding.read_answer(draft.text(name))
        if answer in (Answer.YES, Answer.NO):
            details[name] = answer.value
    for name in (one for one in _PLAIN_DETAILS if one in given):
        if text := texts.line(draft.text(name)):
            details[name] = text
    for name in (one for one in _LISTED_DETAILS if one in given):
        details[name] = [value.text.strip() for value in given[name]]
    for name, values in draft.extras.items():
        details[name] = texts.block(values[0].text) if len(values) == 1 else [texts.block(v.text) for v in values]
    return details
