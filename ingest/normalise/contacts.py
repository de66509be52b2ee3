"""A contact of a draft -> ``ContactRecord``; what cannot be read is left out and said."""

from __future__ import annotations

import re

from catalog.codes.fold import code_of
from catalog.codes.lheo import ContactType
from catalog.records import ContactRecord
from ingest.draft import Draft
from ingest.normalise import texts
from ingest.normalise.context import Notes
from ingest.normalise.reach import read_email, read_link, read_phones

REFERENT = "referent"
_EDOF_PHONE = re.compile(r"\+?\d{1,15}")


def contact(draft: Draft, notes: Notes, *, source: str) -> ContactRecord:
    role = _role(draft)
    person = " ".join(part for name in ("civility", "first_name", "name") if (part := _named(draft, name)))
    phones: list[str] = []
    for value in (*draft.all("phone"), *draft.all("mobile")):
        if texts.is_filler(value.text.strip()):
            continue
        found = read_phones(value.text)
        if not found:
            notes.add("phone-unreadable", value)
            continue
        if source == "edof" and not _EDOF_PHONE.fullmatch(value.text.strip()):
            notes.add("phone-form", value)
        phones.extend(found)
    email = ""
    given = draft.first("email")
    if given is not None and not texts.is_filler(given.text.strip()):
        email = read_email(given.text)
        if not email:
            notes.add("email-unreadable", given)
    return ContactRecord(
        role=role,
        name=person,
        function=_named(draft, "function"),
        phones=tuple(dict.fromkeys(phones)),
        email=email,
        web=links(draft, "web", notes),
        address=_address(draft),
    )


def _role(draft: Draft) -> str:
    """What the contact is for; LHÉO's type says it better than the place where it stands."""
    kind = code_of(ContactType, draft.text("type"))
    if kind is ContactType.DISABILITY_REFERENT:
        return REFERENT
    if kind is not None and kind is not ContactType.OTHER:
        return kind.label
    return draft.text("role") or "information"


def links(draft: Draft, name: str, notes: Notes) -> tuple[str, ...]:
    found: list[str] = []
    for value in draft.all(name):
        if texts.is_filler(value.text.strip()):
            continue
        link = read_link(value.text)
        if link:
            found.append(link)
        else:
            notes.add("link-unreadable", value)
    return tuple(dict.fromkeys(found))


def is_complete(person: ContactRecord) -> bool:
    """What EDOF asks of a contact: somebody, a number and a mail address (30017, 30022)."""
    return bool(person.name and person.phones and person.email)


def _named(draft: Draft, name: str) -> str:
    value = draft.first(name)
    if value is None:
        return ""
    text = texts.line(value.text)
    return "" if texts.is_filler(text) else text


def _address(draft: Draft) -> tuple[str, ...]:
    place = next(draft.of("place"), None)
    if place is None:
        return ()
    lines = [texts.line(value.text) for name in ("label", "line") for value in place.all(name)]
    street = " ".join(texts.line(place.text(name)) for name in ("street_number", "street_type", "street_name"))
    town = f"{place.text('postcode')} {texts.line(place.text('city'))}"
    every = (*lines, " ".join(street.split()), texts.line(place.text("box")), town.strip())
    return tuple(dict.fromkeys(part for part in every if part and not texts.is_filler(part)))
