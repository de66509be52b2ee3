"""Our own JSON (``ingest/schema/catalogue.schema.json``) -> names of ``ingest.draft``. A test keeps both equal.

A text is the name of the draft's value; a table is an object within; lists feed names that take several values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Fields: TypeAlias = Mapping[str, "str | Fields"]

CONTACT: Fields = {
    "role": "role",
    "type": "type",
    "civility": "civility",
    "name": "name",
    "first_name": "first_name",
    "function": "function",
    "phones": "phone",
    "mobiles": "mobile",
    "email": "email",
    "web": "web",
}

PLACE: Fields = {
    "label": "label",
    "lines": "line",
    "postcode": "postcode",
    "city": "city",
    "insee": "insee",
    "country": "country",
    "lat": "lat",
    "lon": "lon",
    "siret": "siret",
    "uai": "uai",
    "remote": "remote",
    "premises_accessible": "premises_accessible",
    "accessibility_text": "access_text",
}

SESSION: Fields = {
    "id": "numero",
    "start": "start",
    "end": "end",
    "state": "state",
    "guaranteed": "guaranteed",
    "seats": {"total": "seats_total", "left": "seats_left"},
    "registration": {"text": "registration_text", "start": "registration_start", "end": "registration_end"},
    "special_terms": "special_terms",
    "url": "url",
    "created_on": "created_on",
    "updated_on": "updated_on",
}

OFFER: Fields = {
    "id": "numero",
    "modality": "modality",
    "entry": "entry",
    "earliest_start": "earliest_start",
    "hours": {"total": "hours", "centre": "hours_centre", "company": "hours_company"},
    "duration_text": "duration_text",
    "price": {
        "ttc": "price_ttc",
        "ht": "price_ht",
        "vat_rate": "vat_rate",
        "extra_fees": "fees_extra",
        "extra_fees_text": "fees_extra_text",
        "certification_included": "fees_extra_included",
        "remaining_text": "fees_remaining",
    },
    "funders": "funder",
    "funding_text": "funding_text",
    "eligible_cpf": "eligible_cpf",
    "audiences": "public",
    "audience_text": "public_text",
    "rhythms": "rhythm",
    "rhythm_text": "rhythm_text",
    "languages": "language",
    "prerequisites": {"exist": "prerequisites_exist", "text": "prerequisites_text"},
    "accessibility": {
        "premises": "need_premises",
        "referent": "need_referent",
        "visual": "need_visual",
        "hearing": "need_hearing",
        "cognitive": "need_cognitive",
        "pace": "need_pace",
        "remote": "need_remote",
        "text": "disability_text",
    },
    "admission_text": "admission_text",
    "recruitment_text": "recruitment_text",
    "pedagogy_text": "pedagogy_text",
    "exam_text": "exam_text",
    "equipment": "equipment",
    "catering": "catering",
    "lodging": "lodging",
    "transport": "transport",
    "other_services": "other_services",
    "manager_siret": "manager_siret",
    "url": "url",
    "created_on": "created_on",
    "updated_on": "updated_on",
}

ORGANISATION: Fields = {
    "siret": "siret",
    "name": "organisation_name",
    "legal_name": "legal_name",
    "activity_number": "activity_number",
    "uai": "uai",
    "qualiopi": "qualiopi",
    "address": "organisation_address",
}

TRAINING: Fields = {
    "id": "numero",
    "title": "title",
    "objective": "objective",
    "results": "results",
    "content": "content",
    "highlights": "highlights",
    "level": "level",
    "certification": {
        "rncp": "rncp",
        "rs": "rs",
        "cpf": "cpf",
        "certifinfo": "certifinfo",
        "title": "certification_title",
        "blocks": "block_code",
    },
    "rome": "rome",
    "formacodes": "formacode",
    "nsf": "nsf",
    "keywords": "label",
    "url": "url",
    "created_on": "created_on",
    "updated_on": "updated_on",
}

TABLES: dict[str, Fields] = {
    "training": TRAINING,
    "offer": OFFER,
    "session": SESSION,
    "place": PLACE,
    "contact": CONTACT,
}

CHILDREN: dict[str, dict[str, str]] = {
    "training": {"offers": "offer", "contacts": "contact"},
    "offer": {"places": "place", "sessions": "session", "contacts": "contact"},
    "session": {"contacts": "contact"},
    "contact": {"address": "place"},
    "place": {},
}
