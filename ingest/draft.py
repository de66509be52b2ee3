"""What every reader yields: one training as a tree of raw, located values. Nothing is interpreted yet.

The field names are the same for every format (table below), so that ``normalise`` knows one shape. A reader leaves out
what its format lacks and never invents. Codes stay as the file wrote them (``modality`` "2", not ``remote``).

training   source, numero, siret, siren, organisation_name, legal_name, activity_number, uai, qualiopi, title,
           objective, results, content, highlights, path_type (parcours), general_objective, certifying,
           entry_level, exit_level (LHÉO codes), level (3 to 8, national framework), rncp, rs, cpf,
           certifinfo, certification_title, rome*, formacode*, nsf*, label*, block_code*, url*,
           blocks_editable, vae_category, created_on, updated_on, organisation_address*
           children: offer, contact
offer      numero, source_id, modality, entry, earliest_start, prerequisites_exist, prerequisites_text, rhythm*,
           rhythm_text, public*, public_text, language*, hours, hours_centre, hours_company, hours_learning, price_ttc,
           price_ht, vat_rate, price_hourly, fees_extra, fees_extra_included, fees_extra_text, fees_remaining, funder*,
           eligible_cpf, region_funded, admission*, admission_text, recruitment_text, pedagogy_text, pedagogy_code*,
           perimeter, perimeter_text, catering, lodging, transport, access_text, disability_text, gfe, schedule_type,
           other_services, apprenticeship, url*, information_date*, equipment*, exam_text, duration_text, manager_siret,
           published, entry_level_required, alternation_text, funding_possible, funding_text, publicly_funded
           (conventionnement), cpf_start, cpf_end (bounds of eligible_cpf), trainer_siret, trainer_name (who delivers,
           when it is not the organisation), expired, need_premises, need_referent, need_visual, need_hearing,
           need_cognitive, need_pace, need_remote (yes / no, JSON only), created_on, updated_on
           children: place, session, contact
session    numero, start, end, month*, year_month*, state, guaranteed, seats_total, seats_left, registration_text,
           registration_start, registration_end, special_terms, expired, created_on, updated_on, url*
           children: contact, place (registration address)
place      label, line*, street_number, street_type, street_name, box, postcode, city, insee, departement, region,
           country, lat, lon, premises_accessible, access_text, siret, uai, remote
contact    role (information, registration, place, organisation, trainer, name of an extra), type, civility,
           name, first_name, function, phone*, mobile*, fax*, email, web*
           children: place (address)

``*``: several values. ``path`` is the place in the document as its author knows it: an XPath-like element path, a CSV
column, a JSON pointer. ``line`` counts from 1. Our JSON writes readable codes (``remote``, ``cpf``, those of
``catalog.codes.facets``) and ISO dates; its booleans come as "1" / "0". CSV gives one draft a row: rows of one training
are put together by ``ingest.run``, by the reader's ``merge`` rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Value:
    text: str
    line: int
    path: str


@dataclass(slots=True)
class Draft:
    kind: str  # training, offer, session, place, contact
    line: int
    path: str
    values: dict[str, list[Value]] = field(default_factory=dict)
    children: list[Draft] = field(default_factory=list)
    extras: dict[str, list[Value]] = field(default_factory=dict)  # what the format carries and the table does not name

    def add(self, name: str, text: str, line: int, path: str) -> None:
        self.values.setdefault(name, []).append(Value(text, line, path))

    def first(self, name: str) -> Value | None:
        values = self.values.get(name)
        return values[0] if values else None

    def text(self, name: str) -> str:
        """The first value, stripped; ``""`` when there is none."""
        value = self.first(name)
        return value.text.strip() if value else ""

    def all(self, name: str) -> list[Value]:
        return self.values.get(name, [])

    def of(self, kind: str) -> Iterator[Draft]:
        return (child for child in self.children if child.kind == kind)
