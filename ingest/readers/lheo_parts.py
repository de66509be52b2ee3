"""Places, contacts and extras of LHÉO and EDOF records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ingest.draft import Draft, Value
from ingest.readers import lheo_fields as fields
from ingest.readers.xml_records import Node

Nested = Mapping[str, Mapping[str, str]]  # container -> element -> name
_NOTHING: dict[str, str] = {}
_STAMPS = {
    "datecrea": "created_on",
    "datemaj": "updated_on",
    "horodatage-creation": "created_on",
    "horodatage-modification": "updated_on",
}


def put(draft: Draft, name: str, node: Node, path: str) -> None:
    """The element's text under a name, unless it is empty. EDOF also wraps single values (``SIRET-…/SIRET``)."""
    children = node.children
    if not children:
        text = node.text.strip()
    else:
        only = children[0]
        if len(children) == 1 and only.tag in ("SIRET", "code-UAI"):
            node, path = only, f"{path}/{only.tag}"
        text = node.content()
    if text:
        value = Value(text, node.line, path)
        if name in draft.values:  # this runs for every element: spelled out, it saves a tenth of the whole pass
            draft.values[name].append(value)
        else:
            draft.values[name] = [value]


def put_extra(draft: Draft, name: str, node: Node, path: str) -> None:
    if text := node.content():
        draft.extras.setdefault(name, []).append(Value(text, node.line, path))


def put_nested(draft: Draft, node: Node, table: Mapping[str, str], path: str) -> None:
    """A container whose elements have names of their own; the others go to extras."""
    for child in node.children:
        name = table.get(child.tag)
        below = f"{path}/{child.tag}"
        if name is not None:
            put(draft, name, child, below)
        elif child.tag != "extras":
            put_extra(draft, f"{node.tag}/{child.tag}", child, below)


def put_field(draft: Draft, node: Node, path: str, names: Mapping[str, str], nested: Nested) -> None:
    """An element by its tag: one value, a container of values, or neither, which goes to extras."""
    tag = node.tag
    if tag in names:
        put(draft, names[tag], node, path)
    elif tag in nested or node.children:
        put_nested(draft, node, nested.get(tag, _NOTHING), path)
    else:
        put_extra(draft, tag, node, path)


def put_attributes(draft: Draft, node: Node, path: str) -> None:
    for attribute, value in node.attributes.items():
        name = "numero" if attribute == "numero" else _STAMPS.get(attribute)
        if name and value.strip():
            draft.add(name, value.strip(), node.line, f"{path}/@{attribute}")


def extras(node: Node, path: str) -> Iterator[tuple[str, Node, str]]:
    """Every leaf of an ``extras`` tree as (info, element, path); a tree with a contact in it is one leaf."""
    for child in node.children:
        info = child.attributes.get("info", child.tag)
        below = f"{path}/{child.tag}[@info='{info}']" if "info" in child.attributes else f"{path}/{child.tag}"
        if child.children and child.child("coordonnees") is None:
            yield from extras(child, below)
        else:
            yield info, child, below


def put_extras(draft: Draft, node: Node, table: dict[str, str], path: str) -> None:
    """The extras of an element: named ones to their names, contacts to children, the rest to ``Draft.extras``."""
    label = node.attributes.get("info", "")
    path = f"{path}/extras[@info='{label}']" if label else f"{path}/extras"
    for info, leaf, below in extras(node, path):
        if leaf.child("coordonnees") is not None:
            draft.children.append(contact(leaf, below, fields.CONTACT_EXTRA_ROLES.get(info, info)))
        elif info in table:
            put(draft, table[info], leaf, below)
        else:
            put_extra(draft, info, leaf, below)


def address(node: Node, draft: Draft, path: str) -> None:
    """``adresse`` into a place."""
    for child in node.children:
        below = f"{path}/{child.tag}"
        name = fields.ADDRESS.get(child.tag)
        if name is not None:
            put(draft, name, child, below)
        elif child.tag == "geolocalisation":
            put_nested(draft, child, {"latitude": "lat", "longitude": "lon"}, below)
        elif child.tag == "extras":
            put_extras(draft, child, fields.ADDRESS_EXTRAS, path)
        else:
            put_extra(draft, child.tag, child, below)


def address_place(node: Node, path: str) -> Draft | None:
    """``adresse-inscription``, ``adresse-information``: a container of one address."""
    inner = node.child("adresse")
    if inner is None:
        return None
    place = Draft("place", inner.line, f"{path}/adresse")
    address(inner, place, place.path)
    return place


def venue(node: Node, path: str) -> tuple[Draft, Draft | None]:
    """``lieu-de-formation``: the place, and its contact when it names anybody or a number."""
    place = Draft("place", node.line, path)
    person: Draft | None = None
    for child in node.children:
        below = f"{path}/{child.tag}"
        if child.tag == "coordonnees":
            for inner in child.children:
                if inner.tag == "adresse":
                    address(inner, place, f"{below}/adresse")
                elif inner.tag == "ligne":
                    put(place, "label", inner, f"{below}/ligne")
            person = _coordinates(child, below, "place")
            person.children.clear()  # its address is the place
        elif child.tag == "SIRET-lieu-formation":
            put(place, "siret", child, below)
        elif child.tag == "code-UAI-lieu-formation":
            put(place, "uai", child, below)
        elif child.tag == "extras":
            put_extras(place, child, fields.ADDRESS_EXTRAS, path)
        else:
            put_extra(place, child.tag, child, below)
    return place, person if person is not None and len(person.values) > 1 else None


def contact(node: Node, path: str, role: str) -> Draft:
    """``contact-formation``, ``contact-session``, ``extra[@info='contact-…']``: type, coordinates and function."""
    inner = node.child("coordonnees")
    person = _coordinates(inner, f"{path}/coordonnees", role) if inner is not None else _coordinates(node, path, role)
    for child in node.children:
        if child.tag == "type-contact":
            put(person, "type", child, f"{path}/type-contact")
        elif child.tag == "extras":
            put_extras(person, child, fields.CONTACT_EXTRAS, path)
    return person


def _coordinates(node: Node, path: str, role: str) -> Draft:
    person = Draft("contact", node.line, path)
    person.add("role", role, node.line, path)
    for child in node.children:
        below = f"{path}/{child.tag}"
        if child.tag in fields.CONTACT:
            put(person, fields.CONTACT[child.tag], child, below)
        elif child.tag in fields.CONTACT_NESTED:
            put_nested(person, child, fields.CONTACT_NESTED[child.tag], below)
        elif child.tag == "adresse":
            place = Draft("place", child.line, below)
            address(child, place, below)
            if place.values:
                person.children.append(place)
        elif child.tag == "extras":
            put_extras(person, child, fields.CONTACT_EXTRAS, path)
    return person
