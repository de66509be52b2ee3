"""Our own JSON: the published schema and the reader say the same."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.draft import Draft
from ingest.readers import Limits, open_reader
from ingest.readers.json_fields import CHILDREN, ORGANISATION, TABLES, Fields
from ingest.readers.json_stream import JsonCatalogue, JsonValue
from ingest.schema import CATALOGUE_SCHEMA
from tests.ingest.readers.samples import Writer

SCHEMA: dict[str, Any] = json.loads(CATALOGUE_SCHEMA.read_text("utf-8"))

CATALOGUE: dict[str, Any] = {
    "organisation": {"siret": "12345678200010", "name": "École du goût", "qualiopi": True},
    "trainings": [
        {
            "id": "A",
            "title": "Pâtisserie « maison » \\ \u00e9tape 1",
            "level": "3",
            "certification": {"rncp": "RNCP1", "blocks": ["RNCP1BC01", "RNCP1BC02"]},
            "rome": ["D1104"],
            "offers": [
                {
                    "id": "A-1",
                    "modality": "mixed",
                    "price": {"ttc": 600.5},
                    "hours": {"total": 35},
                    "funders": ["cpf", "region"],
                    "accessibility": {"premises": "yes", "visual": "no"},
                    "places": [{"postcode": "69003", "city": "Lyon", "lat": 45.75, "lon": 4.85}],
                    "sessions": [
                        {"id": "S1", "start": "2027-03-01", "seats": {"total": 12, "left": 0}, "guaranteed": True},
                        {"start": "2027-09"},
                    ],
                    "contacts": [{"role": "information", "phones": ["04 00 00 00 01"], "address": {"city": "Lyon"}}],
                }
            ],
        }
    ],
}


def properties(definition: dict[str, Any]) -> dict[str, Any]:
    return dict(definition["properties"])


def assert_same_names(table: Fields, definition: dict[str, Any], children: set[str]) -> None:
    known = properties(definition)
    assert set(table) | children == set(known)
    for key, field in table.items():
        if not isinstance(field, str):
            assert_same_names(field, known[key], set())


def test_the_schema_names_exactly_what_the_reader_reads() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for kind, table in TABLES.items():
        children = set(CHILDREN[kind]) | ({"organisation"} if kind == "training" else set())
        assert_same_names(table, SCHEMA["$defs"][kind], children)
    assert_same_names(ORGANISATION, SCHEMA["$defs"]["organisation"], set())


def test_every_property_of_the_schema_has_a_french_description() -> None:
    for definition in SCHEMA["$defs"].values():
        assert all(
            "$ref" in member or member["description"].endswith(".") for member in properties(definition).values()
        )


def test_the_example_is_valid() -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(CATALOGUE)


def assert_is_the_example(training: Draft) -> None:
    (offer,) = training.of("offer")
    first, second = offer.of("session")
    assert training.text("title") == CATALOGUE["trainings"][0]["title"]
    assert (training.text("siret"), training.text("qualiopi"), training.text("rncp")) == (
        "12345678200010",
        "1",
        "RNCP1",
    )
    assert [value.text for value in training.all("block_code")] == ["RNCP1BC01", "RNCP1BC02"]
    assert (offer.text("modality"), offer.text("price_ttc"), offer.text("source_id")) == ("mixed", "600.5", "A-1")
    assert [value.text for value in offer.all("funder")] == ["cpf", "region"]
    assert (offer.text("need_premises"), offer.text("need_visual"), offer.text("need_hearing")) == ("yes", "no", "")
    assert (first.text("numero"), first.text("start"), first.text("seats_left")) == ("S1", "2027-03-01", "0")
    assert (second.text("numero"), second.text("year_month"), second.text("start")) == ("2027-09", "2027-09", "")
    assert [place.text("city") for person in offer.of("contact") for place in person.of("place")] == ["Lyon"]


@pytest.mark.parametrize("indent", [None, 1])
def test_a_catalogue_is_read_whole(written: Writer, indent: int | None) -> None:
    reader = open_reader(written(json.dumps(CATALOGUE, indent=indent)))
    assert reader.source == "json"
    (training,) = reader.drafts()
    assert_is_the_example(training)
    assert reader.findings == []


def test_one_training_a_line_is_read_too(written: Writer) -> None:
    training = {"organisation": CATALOGUE["organisation"], **CATALOGUE["trainings"][0]}
    lines = json.dumps(training, ensure_ascii=False) + "\n"
    drafts = list(open_reader(written(lines * 3)).drafts())
    assert [draft.line for draft in drafts] == [1, 2, 3]
    assert_is_the_example(drafts[2])


def test_values_have_their_pointer_and_line(written: Writer) -> None:
    content = json.dumps(CATALOGUE, indent=1)
    (training,) = open_reader(written(content)).drafts()
    (offer,) = training.of("offer")
    price = offer.all("price_ttc")[0]
    assert price.path == "/trainings/0/offers/0/price/ttc"
    assert content.splitlines()[price.line - 1].strip() == '"ttc": 600.5'


def test_a_value_of_the_wrong_type_is_left_out_and_reported(written: Writer) -> None:
    content = '{"trainings": [\n7,\n{"id": "A", "title": {"fr": "x"},\n"offers": [{"price": 12, "sessions": 3}, "x"]}]}'
    reader = open_reader(written(content))
    (training,) = reader.drafts()
    assert [offer.text("numero") for offer in training.of("offer")] == ["1"]
    found = [(finding.code, finding.line, finding.path) for finding in reader.findings]
    assert found == [
        ("json-wrong-type", 2, "/trainings/0"),
        ("json-wrong-type", 4, "/trainings/1/offers/0/sessions"),
        ("json-wrong-type", 4, "/trainings/1/offers/0/price"),
        ("json-wrong-type", 4, "/trainings/1/offers/1"),
        ("json-wrong-type", 3, "/trainings/1/title"),
    ]


def test_unknown_members_are_kept_beside(written: Writer) -> None:
    (training,) = open_reader(written('{"trainings": [{"id": "A", "offers": [], "couleur": ["bleu", 3]}]}')).drafts()
    assert [value.text for value in training.extras["couleur"]] == ["bleu", "3"]


def plain(value: JsonValue) -> Any:
    if value.members is not None:
        return {key: plain(member) for key, member in value.members.items()}
    if value.items is not None:
        return [plain(item) for item in value.items]
    return value.text


def as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: as_text(member) for key, member in value.items()}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    if isinstance(value, bool):
        return "1" if value else "0"
    return value if isinstance(value, str) or value is None else json.dumps(value)


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(any_json, max_size=5), st.integers(1, 40), st.sampled_from([None, 2]), st.booleans())
def test_any_json_cut_anywhere_is_read_as_the_standard_library_does(
    trainings: list[Any], size: int, indent: int | None, ascii_only: bool
) -> None:
    text = json.dumps({"avant": [1, {"a": 2}], "trainings": trainings}, indent=indent, ensure_ascii=ascii_only)
    text = text.encode("utf-8", "replace").decode()
    chunks = (text[at : at + size] for at in range(0, len(text), size))
    found = [plain(value) for value, _ in JsonCatalogue(Limits()).trainings(chunks)]
    assert found == as_text(json.loads(text)["trainings"])
