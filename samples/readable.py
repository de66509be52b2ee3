"""Offers with seats, in the project's own JSON (``ingest/schema/catalogue.schema.json``)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from samples.story import Offer, Organisation
from samples.xml import periods

MODALITIES = ("in_person", "mixed", "remote")
RHYTHMS = {"1": "daytime", "2": "evening", "3": "weekdays", "4": "weekend", "5": "full_time", "6": "part_time"}
NEEDS = {  # what the text of access.toml states, as facts
    "complete": {"premises": "yes", "referent": "yes", "visual": "yes", "hearing": "yes", "pace": "yes"},
    "referent": {"referent": "yes"},
    "premises": {"premises": "yes"},
    "not-premises": {"premises": "no"},
    "cognitive": {"cognitive": "yes", "pace": "yes"},
    "zero": dict.fromkeys(("referent", "visual", "hearing", "cognitive", "pace", "remote"), "no"),
    "distance": {"remote": "yes", "visual": "yes"},
}


def write_json(organisations: list[Organisation], path: Path) -> None:
    trainings = [_training(organisation, offer) for organisation in organisations for offer in organisation.offers]
    path.write_bytes(orjson.dumps({"trainings": trainings}, option=orjson.OPT_INDENT_2))


def _training(organisation: Organisation, offer: Offer) -> dict[str, Any]:
    course = offer.course
    code = course["certification"]
    kind = "rncp" if code.startswith("RNCP") else "rs" if code.startswith("RS") else "cpf"
    return {
        "id": offer.numero,
        "organisation": {
            "siret": organisation.siret,
            "name": organisation.name,
            "activity_number": organisation.activity_number,
            "qualiopi": "yes",
        },
        "title": course["title"],
        "objective": course["objective"],
        "results": course["results"],
        "content": course["content"],
        "highlights": course["highlights"],
        "level": course["level"],
        "certification": {kind: code, "title": course["certification_title"]},
        "rome": course["rome"],
        "nsf": course["nsf"],
        "offers": [_offer(organisation, offer)],
    }


def _offer(organisation: Organisation, offer: Offer) -> dict[str, Any]:
    facts = offer.facts
    return {
        "id": offer.numero,
        "modality": MODALITIES[offer.modality],
        "entry": "fixed" if offer.starts else "permanent",
        "hours": {"total": offer.hours},
        "price": {"ttc": offer.price},
        "funders": ["cpf", "region"],
        "eligible_cpf": "yes",
        "audiences": ["everyone"],
        "rhythms": [RHYTHMS[value] for value in facts["rhythm"] if value in RHYTHMS] or ["several"],
        "languages": ["fr"],
        "prerequisites": {"exist": "yes", "text": offer.course["prerequisites"]}
        if "prerequisites" in offer.course
        else {"exist": "no"},
        "accessibility": {
            **NEEDS.get(facts["access"], {}),
            "text": f"{offer.access['short']}. {offer.access.get('long', '')}".strip(),
        },
        "places": [] if offer.modality == 2 else [_place(offer)],
        "sessions": [
            {
                "id": f"{offer.numero}-s{index}",
                "start": start.isoformat(),
                "end": end.isoformat(),
                "state": "closed" if index == 1 and not facts["left"] else "open",
                "guaranteed": "yes" if facts.get("guaranteed") else "no",
                "seats": {"total": facts["seats"], "left": facts["left"] if index == 1 else facts["seats"]},
            }
            for index, (start, end) in enumerate(periods(offer), 1)
        ],
        "contacts": [
            {
                "role": "information",
                "name": "Accueil",
                "phones": [organisation.phone],
                "email": f"contact@{organisation.key}.example",
            }
        ],
    }


def _place(offer: Offer) -> dict[str, Any]:
    place = offer.place
    conform = {1: "yes", 0: "no"}.get(place.get("conform", -1), "unknown")
    return {
        "label": place["label"],
        "lines": [f"{place['number']} {place['street'].lower()}"],
        "postcode": place["postcode"],
        "city": place["city"],
        "premises_accessible": conform,
        **({"accessibility_text": place["text"]} if "text" in place else {}),
    }
