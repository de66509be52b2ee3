"""The page of one offer: what the catalogue holds, put in the order in which a learner asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import quote

from base.ids import id_text
from catalog.codes.facets import (
    Answer,
    Audience,
    CertificationKind,
    Funder,
    Level,
    Modality,
    Need,
    PlacePrecision,
    Rhythm,
    SessionState,
)
from catalog.codes.languages import LANGUAGES
from catalog.rows import (
    CatalogueCertification,
    CatalogueOffer,
    CatalogueOrganisation,
    CataloguePlace,
    CatalogueSession,
    CatalogueTraining,
)
from catalog.starts import is_past
from geo.distance import distance_km
from geo.found import Found
from web.cards import ROUGH, next_start, town
from web.french import MONTHS, capital, counted, day, euros, hours, kilometres, phone, site, web_address
from web.labels import all_stated, label, stated

ROLES = {
    "information": "renseignements",
    "registration": "inscription",
    "referent": "référent handicap",
    "place": "sur place",
    "organisation": "organisme",
    "trainer": "organisme formateur",
}
# Texts of an offer by section, with their headings; what no section names is shown under the last one.
ADMISSION = {"prerequisites": "Prérequis", "audience": "Public visé", "admission": "Admission",
             "recruitment": "Recrutement", "perimeter": "Périmètre de recrutement"}  # fmt: skip
COURSE = {"pedagogy": "Pédagogie", "rhythm": "Rythme", "duration": "Durée indicative", "alternation": "Alternance",
          "equipment": "Équipement", "exam": "Examen"}  # fmt: skip
MONEY = {"fees": "Détail des frais", "fees_remaining": "Reste à charge", "funding": "Prise en charge"}
ACCESS = {"accessibility": "Ce que dit l'organisme", "adaptations": "Aménagements"}
PROGRAMME = {"objective": "Objectif", "content": "Programme", "results": "Résultats attendus", "highlights": "Atouts"}
SESSION = {"registration_text": "Inscription", "special_terms": "Modalités particulières"}
MOST_OTHERS = 10
DAILY = {"catering": "Restauration", "lodging": "Hébergement", "transport": "Transports", "other_services": "Services"}


@dataclass(frozen=True, slots=True)
class Text:
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    address: str
    text: str


@dataclass(frozen=True, slots=True)
class Contact:
    roles: tuple[str, ...]
    name: str
    function: str
    phones: tuple[Link, ...]
    email: Link | None
    sites: tuple[Link, ...]
    address: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    label: str
    lines: tuple[str, ...]
    precision: str
    premises: str  # "" when not stated
    access_text: str
    from_home: str
    from_work: str


@dataclass(frozen=True, slots=True)
class Session:
    start: str
    end: str
    state: str
    open: bool
    past: bool
    facts: tuple[str, ...]
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class NeedAnswer:
    label: str
    answer: str  # value of Answer
    said: str


@dataclass(frozen=True, slots=True)
class OfferView:
    id: str
    title: str
    organisation: CatalogueOrganisation
    certification: CatalogueCertification
    certification_kind: str
    level: str
    expired: str
    valid: str
    modality: str
    start: str
    start_more: tuple[str, ...]
    startable: bool
    price: str
    price_facts: tuple[tuple[str, str], ...]
    hours: str
    hours_facts: str
    place: str
    cpf: str
    facts: tuple[tuple[str, str], ...]
    sites: tuple[Link, ...]
    contacts: tuple[Contact, ...]
    places: tuple[Place, ...]
    sessions: tuple[Session, ...]
    past_sessions: tuple[Session, ...]
    needs: tuple[NeedAnswer, ...]
    programme: tuple[Text, ...]
    admission: tuple[Text, ...]
    course: tuple[Text, ...]
    money: tuple[Text, ...]
    access: tuple[Text, ...]
    daily: tuple[Text, ...]
    others: tuple[tuple[str, str], ...] = field(default=())  # id, modality


def offer_view(
    offer: CatalogueOffer, training: CatalogueTraining, today: date, home: Found | None, work: Found | None
) -> OfferView:
    certification = training.certification
    until = certification.valid_until
    sessions = [(one, is_past(one.start_on, one.start_precision, today) is True) for one in offer.sessions]
    coming = next((one for one, past in sessions if one.state == "open" and not past), None)
    earliest = offer.earliest_start_on
    ended = until is not None and until < today
    start, more, startable = next_start(offer.entry, _iso(earliest), _told(coming) if coming else None, ended=ended)
    texts = dict(offer.texts)
    own = {name: getattr(training, name) for name in PROGRAMME}
    sites = (_link(offer.url, "Cette formation"), _link(training.url, "Cette formation"))
    return OfferView(
        id=id_text(offer.id),
        title=training.title or certification.title or "Formation sans titre",
        organisation=training.organisation,
        certification=certification,
        certification_kind=stated(CertificationKind, certification.kind),
        level=stated(Level, certification.level if certification.level != "unknown" else training.level),
        expired=f"depuis le {_day(until)}" if until and ended else "",
        valid=f"jusqu'au {_day(until)}" if until and until >= today else "",
        modality=capital(stated(Modality, offer.modality)),
        start=start,
        start_more=more,
        startable=startable,
        price=euros(offer.price_cents),
        price_facts=_price_facts(offer),
        hours=hours(offer.hours),
        hours_facts=_hours_facts(offer),
        place=_seat(offer),
        cpf=label(Answer, offer.eligible_cpf),
        facts=_facts(offer),
        sites=tuple(dict.fromkeys(link for link in sites if link)),
        contacts=_contacts(offer, training),
        places=tuple(_place(one, home, work) for one in offer.places),
        sessions=tuple(_session(one, past, ended) for one, past in sessions if not past),
        past_sessions=tuple(_session(one, past, ended) for one, past in sessions if past),
        needs=tuple(_need(need, offer.accessibility) for need in Need),
        programme=_taken(own, PROGRAMME),
        admission=(*_admission_modes(offer), *_taken(texts, ADMISSION)),
        course=_taken(texts, COURSE),
        money=_taken(texts, MONEY),
        access=_taken(texts, ACCESS),
        daily=(*_taken(texts, DAILY), *(Text(capital(name.replace("_", " ")), text) for name, text in texts.items())),
        others=tuple(_other(one) for one in training.offers if one.id != offer.id)[:MOST_OTHERS],
    )


def _taken(texts: dict[str, Any], wanted: Mapping[str, str]) -> tuple[Text, ...]:
    """Texts of a section, taken out of what is left to show."""
    return tuple(Text(heading, text) for name, heading in wanted.items() if (text := texts.pop(name, "")))


def _admission_modes(offer: CatalogueOffer) -> tuple[Text, ...]:
    modes = offer.details.get("admission")
    return (
        (Text("Modalités d'admission", capital(", ".join(map(str, modes)))),)
        if isinstance(modes, list) and modes
        else ()
    )


def _other(offer: CatalogueOffer) -> tuple[str, str]:
    facts = (capital(stated(Modality, offer.modality)), _seat(offer),
             hours(offer.hours), euros(offer.price_cents))  # fmt: skip
    return id_text(offer.id), ", ".join(fact for fact in facts if fact) or "Autre façon de suivre cette formation"


def _facts(offer: CatalogueOffer) -> tuple[tuple[str, str], ...]:
    """What is stated beyond the summary."""
    told = (
        ("Rythme", all_stated(Rhythm, offer.rhythms)),
        ("Langue", ", ".join(LANGUAGES.get(code, code) for code in offer.languages)),
        ("Public", all_stated(Audience, offer.audiences)),
        ("Financeurs possibles", all_stated(Funder, offer.funders)),
        ("Prérequis exigés", stated(Answer, offer.prerequisites)),
    )
    return tuple((name, value) for name, value in told if value)


def _price_facts(offer: CatalogueOffer) -> tuple[tuple[str, str], ...]:
    rate = offer.vat_rate_bp
    hourly = offer.details.get("price_hourly_cents")
    told = (
        ("Prix TTC", euros(offer.price_cents)),
        ("Prix HT", euros(offer.price_net_cents)),
        ("Taux de TVA", "" if rate is None else f"{rate / 100:g} %".replace(".", ",")),
        ("Prix d'une heure", euros(hourly) if isinstance(hourly, int) else ""),
        ("Frais en plus", euros(offer.extra_fees_cents)),
    )
    return tuple((name, value) for name, value in told if value)


def _hours_facts(offer: CatalogueOffer) -> str:
    told = ((offer.hours_centre, "en centre"), (offer.hours_company, "en entreprise"))
    facts = [f"{hours(count)} {where}" for count, where in told if count]
    return "" if len(facts) == 1 and offer.hours_centre == offer.hours else ", ".join(facts)


def _need(need: Need, answers: Mapping[str, str]) -> NeedAnswer:
    answer = answers.get(need.value, "unknown")
    return NeedAnswer(capital(need.label), answer, label(Answer, answer))


def _link(address: str, text: str) -> Link | None:
    followed = web_address(address)
    return Link(followed, f"{text} sur {site(followed)}") if followed else None


def _contacts(offer: CatalogueOffer, training: CatalogueTraining) -> tuple[Contact, ...]:
    """Of the offer, the training and its sessions; one desk with several roles, or in every session, is said once."""
    given = [*offer.contacts, *training.contacts, *(one for session in offer.sessions for one in session.contacts)]
    merged: dict[Contact, tuple[str, ...]] = {}
    for one in map(_contact, given):
        if one.name or one.phones or one.email or one.sites or one.address:
            person = replace(one, roles=())
            merged[person] = tuple(dict.fromkeys((*merged.get(person, ()), *one.roles)))
    return tuple(replace(person, roles=roles) for person, roles in merged.items())


def _contact(given: Mapping[str, Any]) -> Contact:
    role = given.get("role", "")
    sites = (web_address(address) for address in given.get("web") or ())
    return Contact(
        roles=(ROLES.get(role, role) or "contact",),
        name=given.get("name", ""),
        function=given.get("function", ""),
        phones=tuple(
            Link("tel:" + "".join(c for c in number if c in "+0123456789"), phone(number))
            for number in given.get("phones") or ()
        ),
        email=Link("mailto:" + quote(email, safe="@+"), email) if (email := given.get("email", "")) else None,
        sites=tuple(Link(address, site(address)) for address in sites if address),
        address=tuple(given.get("address") or ()),
    )


def _place(place: CataloguePlace, home: Found | None, work: Found | None) -> Place:
    town_line = f"{place.postcode} {place.city}".strip()

    def away(origin: Found | None) -> str:
        if origin is None or place.lat is None or place.lon is None:
            return ""
        km = distance_km(origin.lat, origin.lon, place.lat, place.lon)
        return kilometres(km, rough=place.precision in ROUGH)

    return Place(
        label=place.label or place.city or "Lieu de formation",
        lines=tuple(line for line in (*place.street, town_line) if line),
        precision=f"situé d'après : {label(PlacePrecision, place.precision)}" if place.lat is not None else "non situé",
        premises=stated(Answer, place.premises_accessible),
        access_text=place.accessibility_text,
        from_home=away(home),
        from_work=away(work),
    )


def _seat(offer: CatalogueOffer) -> str:
    """The first town; a remote offer has none, whatever address its file gives."""
    return "" if offer.modality == "remote" or not offer.places else _town(offer.places[0])


def _town(place: CataloguePlace) -> str:
    return town({"city": place.city, "postcode": place.postcode, "label": place.label})


def _session(session: CatalogueSession, past: bool, ended: bool) -> Session:
    """``ended``: its certification has expired; what its file says of the session no longer holds."""
    left, total = session.seats_left, session.seats_total
    facts = ["départ garanti"] if session.guaranteed == "yes" else []
    if left is not None:
        of = f" sur {total}" if total is not None else ""
        facts.append((counted(left, "place restante", "places restantes") + of) if left else "complet")
    elif total is not None:
        facts.append(counted(total, "place"))
    start = day(_iso(session.start_on), session.start_precision)
    if not start and session.start_month:
        start = f"{MONTHS[session.start_month - 1]} (année non précisée)"
    return Session(
        start=capital(start or "date non précisée"),
        end=day(_iso(session.end_on), session.end_precision),
        state="certification expirée" if ended else label(SessionState, session.state),
        open=session.state == "open" and not ended,
        past=past,
        facts=tuple(facts),
        texts=_taken({name: text for name, text in session.details.items() if isinstance(text, str)}, SESSION),
    )


def _told(session: CatalogueSession) -> dict[str, Any]:
    """As a hit of the search tells its next session."""
    return {
        "start": _iso(session.start_on),
        "start_precision": session.start_precision,
        "guaranteed": session.guaranteed,
        "seats_left": session.seats_left,
    }


def _iso(on: date | None) -> str | None:
    return None if on is None else on.isoformat()


def _day(on: date) -> str:
    return day(on.isoformat())
