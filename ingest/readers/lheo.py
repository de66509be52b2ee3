"""LHÉO 2.2 / 2.3 and the EDOF dialect: one record (``formation``, ``resume-offre``) -> one training draft.

The same ``numero`` may stand at the three levels (the official EDOF example does it): keys are read by level. An offer
without ``numero`` gets its position, a session without one its dates (a position would shift when past sessions go).
"""

from __future__ import annotations

from ingest.draft import Draft, Value
from ingest.readers import lheo_fields as fields
from ingest.readers.lheo_parts import (
    address_place,
    contact,
    put,
    put_attributes,
    put_extras,
    put_field,
    put_nested,
    venue,
)
from ingest.readers.reader import session_number
from ingest.readers.xml_records import Node

RECORDS = frozenset({"formation", "resume-offre"})
ROOTS = frozenset({"lheo", "lheo-index", "lheo-plus"})
EDOF_NAMESPACE = "https://www.of.moncompteformation.gouv.fr"
NAMESPACES = {
    EDOF_NAMESPACE: "EDOF (Mon Compte Formation)",
    "http://www.lheo.org/2.2": "LHÉO 2.2",
    "http://lheo.gouv.fr/2.3": "LHÉO 2.3",
    "": "LHÉO sans espace de noms",
}


def training_draft(node: Node, path: str, source: str) -> Draft:
    if node.tag == "resume-offre":
        return _summary(node, path, source)
    training = _started("training", node, path)
    training.add("source", source, node.line, path)
    eligible: dict[str, Value] = {}
    number = 0
    for child in node.children:
        tag = child.tag
        below = f"{path}/{tag}"
        if tag in fields.TRAINING:
            put(training, fields.TRAINING[tag], child, below)
        elif tag == "action":
            number += 1
            training.children.append(_offer(child, f"{path}/action[{number}]", number))
        elif tag == "organisme-formation-responsable":
            _organisation(child, training, below)
        else:
            _training_part(child, training, path, eligible)
    for offer in training.of("offer"):
        for name, value in eligible.items():
            offer.values.setdefault(name, [value])
    return training


def _training_part(node: Node, training: Draft, path: str, eligible: dict[str, Value]) -> None:
    """What a ``formation`` and a ``resume-offre`` share: containers, contacts and extras."""
    tag = node.tag
    below = f"{path}/{tag}"
    if tag == "domaine-formation":
        # tag="principal" marks the main Formacode; elsewhere the first is the main one.
        node.children.sort(key=lambda code: code.attributes.get("tag") != "principal")
    if tag == "contact-formation":
        _keep(training, contact(node, below, "information"))
    elif tag == "extras":
        put_extras(training, node, fields.TRAINING_EXTRAS, path)
        eligible.update(_eligibility(training.extras))
    else:
        put_field(training, node, below, {}, fields.TRAINING_NESTED)


def _offer(node: Node, path: str, number: int) -> Draft:
    offer = _started("offer", node, path)
    if "numero" in offer.values:
        offer.values["source_id"] = list(offer.values["numero"])
    else:
        offer.add("numero", str(number), node.line, path)
    sessions = places = 0
    information: Draft | None = None
    for child in node.children:
        tag = child.tag
        below = f"{path}/{tag}"
        if tag == "session":
            sessions += 1
            offer.children.append(_session(child, f"{path}/session[{sessions}]", sessions))
        elif tag == "lieu-de-formation":
            places += 1
            place, person = venue(child, f"{path}/lieu-de-formation[{places}]")
            offer.children.append(place)
            if person is not None:
                offer.children.append(person)
        elif tag == "adresse-information":
            information = address_place(child, below)
        elif tag == "organisme-formateur":
            _trainer(child, offer, below)
        elif tag == "equipement":
            _equipment(child, offer, below)
        elif tag == "extras":
            put_extras(offer, child, fields.OFFER_EXTRAS, path)
            for name, value in _eligibility(offer.extras).items():
                offer.values.setdefault(name, [value])
        else:
            put_field(offer, child, below, fields.OFFER, fields.OFFER_NESTED)
    if information is not None:
        _add_information_address(offer, information)
    return offer


def _session(node: Node, path: str, number: int) -> Draft:
    session = _started("session", node, path)
    for child in node.children:
        tag = child.tag
        below = f"{path}/{tag}"
        if tag == "adresse-inscription":
            place = address_place(child, below)
            if place is not None:
                session.children.append(place)
        elif tag == "periode-inscription":
            inner = child.child("periode") or child
            put_nested(session, inner, {"debut": "registration_start", "fin": "registration_end"}, below)
        elif tag == "contact-session":
            _keep(session, contact(child, below, "registration"))
        elif tag == "extras":
            put_extras(session, child, fields.SESSION_EXTRAS, path)
        else:
            put_field(session, child, below, fields.SESSION, fields.SESSION_NESTED)
    if "numero" not in session.values:
        session.add("numero", session_number(session, number), node.line, path)
    return session


def _summary(node: Node, path: str, source: str) -> Draft:
    """``resume-offre``: a training with one offer, both under the summary's own number."""
    training = _started("training", node, path)
    training.add("source", source, node.line, path)
    offer = Draft("offer", node.line, path)
    if numero := training.first("numero"):
        offer.values["numero"] = [numero]
        offer.values["source_id"] = [numero]
    else:
        offer.add("numero", "1", node.line, path)
    place = Draft("place", node.line, path)
    eligible: dict[str, Value] = {}
    sessions = 0
    for child in node.children:
        tag = child.tag
        below = f"{path}/{tag}"
        if tag in fields.TRAINING:
            put(training, fields.TRAINING[tag], child, below)
        elif tag in fields.ORGANISATION:
            put(training, fields.ORGANISATION[tag], child, below)
        elif tag in fields.ADDRESS:
            put(place, fields.ADDRESS[tag], child, below)
        elif tag in fields.OFFER:
            put(offer, fields.OFFER[tag], child, below)
        elif tag == "session":
            sessions += 1
            offer.children.append(_session(child, f"{path}/session[{sessions}]", sessions))
        elif tag == "contact-formation-resume":
            _keep(training, contact(child, below, "information"))
        else:
            _training_part(child, training, path, eligible)
    for info, name in (("latitude", "lat"), ("longitude", "lon")):
        for value in training.extras.pop(info, []):
            place.values.setdefault(name, []).append(value)
    if values := training.extras.pop("conventionnement", None):
        offer.values["publicly_funded"] = values
    for name, value in eligible.items():
        offer.values.setdefault(name, [value])
    if place.values:
        offer.children.append(place)
    training.children.append(offer)
    return training


def _started(kind: str, node: Node, path: str) -> Draft:
    draft = Draft(kind, node.line, path)
    put_attributes(draft, node, path)
    return draft


def _keep(draft: Draft, person: Draft) -> None:
    """A contact that says nothing but its role (``<coordonnees/>`` in Carif feeds) is left out."""
    if len(person.values) > 1 or person.children:
        draft.children.append(person)


def _organisation(node: Node, training: Draft, path: str) -> None:
    for child in node.children:
        tag = child.tag
        below = f"{path}/{tag}"
        if tag in ("coordonnees-organisme", "contact-organisme"):
            person = contact(child, below, "organisation")
            _keep(training, person)
            if tag == "coordonnees-organisme":
                for place in person.of("place"):
                    for name in ("line", "postcode", "city"):
                        for value in place.all(name):
                            training.add("organisation_address", value.text, value.line, value.path)
        elif tag == "extras":
            put_extras(training, child, {}, below)
        else:
            put_field(training, child, below, fields.ORGANISATION, {})


def _trainer(node: Node, offer: Draft, path: str) -> None:
    for child in node.children:
        below = f"{path}/{child.tag}"
        if child.tag == "SIRET-formateur":
            put(offer, "trainer_siret", child, below)
        elif child.tag == "raison-sociale-formateur":
            put(offer, "trainer_name", child, below)
        elif child.tag == "contact-formateur":
            _keep(offer, contact(child, below, "trainer"))
        elif child.tag == "extras":
            put_extras(offer, child, {}, path)


def _equipment(node: Node, offer: Draft, path: str) -> None:
    """What the learner must bring: the comment, else the code of its type."""
    comment, kind = node.child("commentaire"), node.child("type-equipement")
    shown = comment if comment is not None else kind
    if shown is not None:
        put(offer, "equipment", shown, f"{path}/{shown.tag}")


def _eligibility(extras: dict[str, list[Value]]) -> dict[str, Value]:
    """``extras[@info='eligibilite-cpf']`` is a yes by being there, bounded by its dates (domain 2.5)."""
    found: dict[str, Value] = {}
    for info, values in extras.items():
        for value in values:
            if "'eligibilite-cpf'" in value.path:
                if info == "eligibilite-cpf":
                    found.setdefault("eligible_cpf", value)
                    continue
                found.setdefault("eligible_cpf", Value("1", value.line, value.path))
                if name := {"debut-validite": "cpf_start", "fin-validite": "cpf_end"}.get(info):
                    found.setdefault(name, value)
    return found


def _add_information_address(offer: Draft, place: Draft) -> None:
    """``adresse-information`` goes with the information contact, or makes one."""
    for person in offer.of("contact"):
        if person.text("role") == "information" and not person.children:
            person.children.append(place)
            return
    person = Draft("contact", place.line, place.path)
    person.add("role", "information", place.line, place.path)
    person.children.append(place)
    offer.children.append(person)
