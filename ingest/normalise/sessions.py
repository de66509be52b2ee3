"""Sessions of an offer: dates with their precision, state, seats; those that cannot be are rejected (30020, 10133)."""

from __future__ import annotations

from datetime import date
from typing import Any

from catalog.codes.facets import Answer, DatePrecision, Entry, SessionState
from catalog.records import SessionRecord
from ingest.draft import Draft, Value
from ingest.normalise import texts
from ingest.normalise.contacts import contact, is_complete, links
from ingest.normalise.context import Context, Notes
from ingest.normalise.dates import NO_DATE, ReadDate, read_date
from ingest.normalise.folding import read_answer, read_state
from ingest.normalise.numbers import read_count

_IN_COLUMNS = frozenset(
    ("numero", "start", "end", "month", "year_month", "state", "guaranteed", "seats_total", "seats_left")
)
_TEXTS = {"registration_text": "modalites-inscription", "special_terms": "modalites-particulieres"}


def sessions(offer: Draft, entry: Entry, context: Context, notes: Notes, *, source: str) -> tuple[SessionRecord, ...]:
    taken: list[SessionRecord] = []
    by_dates: dict[tuple[date, date], str] = {}
    past = 0
    first_past: Draft | None = None
    drafts = list(offer.of("session"))
    for draft in drafts:
        own = notes.within("session", draft.text("numero"))
        record = _session(draft, entry, own, source)
        if record is None:
            continue
        if record.start_on and record.end_on and _to_the_day(record):
            other = by_dates.setdefault((record.start_on, record.end_on), record.numero)
            if other is not record.numero:
                own.add("session-dates-repeated", draft, value=f"{record.start_on} - {record.end_on}", other=other)
                continue
        taken.append(record)
        last = ReadDate(record.start_on, record.start_precision).last
        if last is not None and last < context.today:
            past += 1
            first_past = first_past or draft
    if past and entry is not Entry.PERMANENT:
        notes.add("session-past", first_past, past=past, total=len(drafts))
    if not drafts and source == "edof":
        notes.add("session-missing", offer)
    return tuple(taken)


def _to_the_day(record: SessionRecord) -> bool:
    return record.start_precision is DatePrecision.DAY and record.end_precision is DatePrecision.DAY


def _session(draft: Draft, entry: Entry, notes: Notes, source: str) -> SessionRecord | None:
    start = _date(draft, "start", "debut", notes)
    end = _date(draft, "end", "fin", notes)
    if start is NO_DATE and (month := draft.first("year_month")):
        start = read_date(month.text)
        if not start.readable:
            notes.add("date-unreadable", month, field="mois")
    start_month = None if start.on else _month_of_year(draft, notes)
    if start.on and end.last and end.last < start.on:
        notes.add("session-dates-reversed", draft, value=f"{draft.text('start')} - {draft.text('end')}")
        return None
    if source == "edof" and entry is Entry.FIXED and start.on is None:
        notes.add("session-without-dates", draft)
    precision = DatePrecision.MONTH_OF_YEAR if start_month else start.precision
    contacts = tuple(contact(person, notes, source=source) for person in draft.of("contact"))
    if source == "edof" and not any(person.role == "registration" and is_complete(person) for person in contacts):
        notes.add("registration-contact-missing", draft)
    total, left = _seats(draft, notes)
    return SessionRecord(
        numero=draft.text("numero"),
        start_on=start.on,
        start_precision=precision,
        start_month=start_month,
        end_on=end.on,
        end_precision=end.precision,
        state=_state(draft, notes, source),
        guaranteed=_answer(draft, "guaranteed", "garantie", notes),
        seats_total=total,
        seats_left=left,
        contacts=contacts,
        details=_details(draft, notes),
    )


def _date(draft: Draft, name: str, field: str, notes: Notes) -> ReadDate:
    value = draft.first(name)
    if value is None:
        return NO_DATE
    found = read_date(value.text)
    if not found.readable and not texts.is_filler(value.text.strip()):
        notes.add("date-unreadable", value, field=field)
    return found if found.on else NO_DATE


def _month_of_year(draft: Draft, notes: Notes) -> int | None:
    value = draft.first("month")
    if value is None:
        return None
    month = read_count(value.text)
    if month is not None and 1 <= month <= 12:
        return month
    notes.add("date-unreadable", value, field="mois d'entrée")
    return None


def _state(draft: Draft, notes: Notes, source: str) -> SessionState:
    """Not stated is open: LHÉO's own feeds only name what is closed."""
    value = draft.first("state")
    if value is None:
        return SessionState.OPEN
    state = read_state(value.text)
    if state is None:
        notes.add("code-unknown", value, field="etat-recrutement")
    return state or SessionState.OPEN


def _answer(draft: Draft, name: str, field: str, notes: Notes) -> Answer:
    value = draft.first(name)
    if value is None:
        return Answer.UNKNOWN
    answer = read_answer(value.text)
    if answer is None:
        notes.add("code-unknown", value, field=field)
    return answer or Answer.UNKNOWN


def _seats(draft: Draft, notes: Notes) -> tuple[int | None, int | None]:
    total, left = _count(draft.first("seats_total"), notes), _count(draft.first("seats_left"), notes)
    if total is not None and left is not None and left > total:
        notes.add("seats-disagree", draft.first("seats_left"), left=left, total=total)
        left = None
    return total, left


def _count(value: Value | None, notes: Notes) -> int | None:
    if value is None:
        return None
    count = read_count(value.text)
    if count is None:
        notes.add("number-unreadable", value, field="places")
    return count


def _details(draft: Draft, notes: Notes) -> dict[str, Any]:
    if not draft.children and not draft.extras and draft.values.keys() <= _IN_COLUMNS:
        return {}  # most sessions of the large CSV files
    details: dict[str, Any] = {}
    for name in _TEXTS:
        text = texts.block(draft.text(name))
        if text and not texts.is_filler(text):
            details[name] = text
    for name in ("registration_start", "registration_end"):
        found = read_date(draft.text(name)).on
        if found:
            details[name] = found.isoformat()
    if urls := links(draft, "url", notes):
        details["url"] = urls[0]
    for name in ("expired", "created_on", "updated_on"):
        if text := draft.text(name):
            details[name] = text
    for place in draft.of("place"):
        lines = [texts.line(value.text) for name in ("label", "line") for value in place.all(name)]
        town = f"{place.text('postcode')} {texts.line(place.text('city'))}".strip()
        kept = [part for part in (*lines, town) if part and not texts.is_filler(part)]
        if kept:
            details["registration_address"] = kept
    for name, values in draft.extras.items():
        details[name] = texts.block(values[0].text) if len(values) == 1 else [texts.block(v.text) for v in values]
    return details
