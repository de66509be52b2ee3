"""The parameters of a question: what is read, what is refused and under which name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import InvalidParameter, NotBuiltYet
from base.ids import id_text
from catalog.codes.facets import Answer, Audience, Level, Modality, Need, Rhythm
from search.address import link, pairs
from search.parameters import PARAMETERS, openapi_parameters, parse, parse_json
from search.plan import Filters, Remote, Sort
from search.request import SearchRequest

CODES = st.sampled_from


def test_no_parameter_at_all_is_the_default_question() -> None:
    assert parse([]) == SearchRequest()


def test_every_parameter_is_read() -> None:
    request = parse(
        [
            ("q", " comptabilité "),
            ("home", "Lyon"),
            ("radius_km", "12,5"),
            ("area", "dep:69"),
            ("area", "reg:84, insee:2A004"),
            ("remote", "exclude"),
            ("modality", "in_person,mixed"),
            ("level", "unknown"),
            ("price_max", "19.99"),
            ("start_from", "2026-12-01"),
            ("certification", "rncp 034441"),
            ("certification", "5695"),
            ("rome", "m1203"),
            ("rhythm", "unknown"),
            ("audience", "esat"),
            ("accessibility", "premises:yes"),
            ("accessibility", "premises:unknown"),
            ("accessibility", "hearing:yes"),
            ("ids", f"{id_text(1)},{id_text(2)}"),
            ("guaranteed", "1"),
            ("sort", "distance"),
            ("limit", "100"),
            ("facets", "1"),
            ("group", "false"),
        ]
    )
    assert request.q == "comptabilité"
    assert request.radius_km == 12.5
    assert request.areas == ("dep:69", "reg:84", "insee:2A004")
    assert (request.remote, request.sort, request.limit) == (Remote.EXCLUDE, Sort.DISTANCE, 100)
    assert request.facets
    assert not request.group
    filters = request.filters
    assert filters.modality == {Modality.IN_PERSON, Modality.MIXED}
    assert filters.level == {Level.UNKNOWN}
    assert filters.price_max_cents == 1999
    assert filters.certification == {"RNCP34441", "RNCP5695", "RS5695"}
    assert filters.rome == {"M1203"}
    assert filters.rhythm == {Answer.UNKNOWN}
    assert filters.audience is Audience.ESAT
    assert filters.accessibility == {
        Need.PREMISES: {Answer.YES, Answer.UNKNOWN},
        Need.HEARING: {Answer.YES},
    }
    assert filters.ids == {1, 2}
    assert filters.guaranteed == {Answer.YES}


def test_empty_fields_of_a_form_are_not_given() -> None:
    assert parse([("q", ""), ("price_max", " "), ("modality", "")]) == SearchRequest()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("unknown", "1"),
        ("q", "x" * 1001),
        ("radius_km", "nan"),
        ("radius_km", "inf"),
        ("radius_km", "-1"),
        ("radius_km", "1e309"),
        ("radius_km", "9" * 400),
        ("price_max", "-0.01"),
        ("price_max", "1e3"),
        ("hours_max", "3.5"),
        ("hours_max", "٣"),
        ("limit", "0"),
        ("limit", "101"),
        ("rating_min", "6"),
        ("seats_min", "0"),
        ("start_from", "2026-13-01"),
        ("start_from", "01/12/2026"),
        ("start_to", "0000-00-00"),
        ("area", "dep69"),
        ("area", "dep:99999"),
        ("remote", "yes"),
        ("modality", "in person"),
        ("accessibility", "premises"),
        ("accessibility", "wheels:yes"),
        ("certification", "RNCP"),
        ("rome", "12"),
        ("organisation", "123"),
        ("ids", "zzz,yyy"),
        ("ids", id_text(1)),
        ("sort", "random"),
        ("sort", "distance"),
        ("facets", "oui"),
        ("language", "français"),
        ("bookable", "2"),
    ],
)
def test_what_cannot_be_understood_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(InvalidParameter) as refusal:
        parse([(name, text)])
    assert refusal.value.parameter == name
    assert refusal.value.status == 422
    assert name in refusal.value.detail or name == "sort"


def test_not_stated_can_be_asked_of_every_fact_with_three_values() -> None:
    three = ("guaranteed", "prerequisites")
    found = parse([(name, "unknown") for name in three] + [("accessibility", "visual:unknown")]).filters
    assert [getattr(found, name) for name in three] == [{Answer.UNKNOWN}, {Answer.UNKNOWN}]
    assert found.accessibility[Need.VISUAL] == {Answer.UNKNOWN}


@pytest.mark.parametrize("name", [parameter.name for parameter in PARAMETERS if not parameter.repeatable])
def test_a_single_parameter_given_twice_is_refused(name: str) -> None:
    example = next(parameter.example for parameter in PARAMETERS if parameter.name == name) or "x"
    with pytest.raises(InvalidParameter) as refusal:
        parse([(name, example), (name, example)])
    assert refusal.value.parameter == name


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="start_to"):
        parse([("start_from", "2026-12-02"), ("start_to", "2026-12-01")])


def test_a_flood_of_values_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="au plus"):
        parse([("area", ",".join(f"insee:{number:05}" for number in range(500)))])


def test_what_is_not_built_yet_says_so() -> None:
    with pytest.raises(NotBuiltYet) as refusal:
        parse([("corridor_km", "5")])
    assert refusal.value.parameter == "corridor_km"
    with pytest.raises(NotBuiltYet):
        parse_json(b'{"polygon": {"type": "Polygon"}}')


def test_json_says_the_same_as_the_address() -> None:
    body = b"""{"q": "paie", "radius_km": 12.5, "modality": ["remote", "mixed"], "facets": true, "home": null,
        "accessibility": {"premises": ["yes", "unknown"], "hearing": "yes"}, "price_max": 20, "work": "Lyon"}"""
    asked = [("q", "paie"), ("radius_km", "12.5"), ("modality", "remote"), ("modality", "mixed"), ("facets", "1")]
    asked += [("accessibility", f"{value}") for value in ("premises:yes", "premises:unknown", "hearing:yes")]
    assert parse_json(body) == parse([*asked, ("price_max", "20"), ("work", "Lyon")])


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"", "body"),
        (b"[1]", "body"),
        (b"{", "body"),
        (b'{"q": {"a": 1}}', "q"),
        (b'{"q": ["a", "b"]}', "q"),
        (b'{"limit": 1e300}', "limit"),
        (b'{"radius_km": -0.5}', "radius_km"),
        (b'{"radius_km": true}', "radius_km"),
        (b'{"limit": true}', "limit"),
        (b'{"seats_min": true}', "seats_min"),
        (b'{"price_max": false}', "price_max"),
        (b'{"q": true}', "q"),
        (b'{"level": [true]}', "level"),
        (b'{"rome": false}', "rome"),
        (b'{"accessibility": {"premises": true}}', "accessibility"),
        (b'{"accessibility": {"premises": {}}}', "accessibility"),
        (b'{"modality": [["remote"]]}', "modality"),
    ],
)
def test_json_that_cannot_be_understood_is_refused_by_name(body: bytes, name: str) -> None:
    with pytest.raises(InvalidParameter) as refusal:
        parse_json(body)
    assert refusal.value.parameter == name


@given(st.lists(st.tuples(st.sampled_from([p.name for p in PARAMETERS]), st.text(max_size=20)), max_size=6))
def test_anything_typed_is_a_question_or_a_refusal(asked: list[tuple[str, str]]) -> None:
    try:
        request = parse(asked)
    except InvalidParameter:
        return
    assert parse(pairs(request)) == request


FILTERS = st.builds(
    Filters,
    modality=st.frozensets(CODES(list(Modality)), max_size=3),
    level=st.frozensets(CODES(list(Level)), max_size=3),
    rhythm=st.frozensets(CODES([*Rhythm, Answer.UNKNOWN]), max_size=3),
    language=st.frozensets(CODES(["fr", "en", "unknown"]), max_size=2),
    accessibility=st.dictionaries(CODES(list(Need)), st.frozensets(CODES(list(Answer)), min_size=1)),
    certification=st.frozensets(CODES(["RNCP1234", "RS12", "CPF202", "CI1"]), max_size=2),
    ids=st.one_of(st.just(frozenset[int]()), st.frozensets(st.integers(0, 2**63 - 1), min_size=2, max_size=20)),
    start_from=st.one_of(st.none(), st.integers(730_000, 735_000)),
    start_to=st.one_of(st.none(), st.integers(735_000, 740_000)),
    price_max_cents=st.one_of(st.none(), st.integers(0, 10_000_00)),
    hours_max=st.one_of(st.none(), st.integers(0, 5000)),
    rating_min=st.one_of(st.none(), st.sampled_from([0.0, 3.5, 4.25])),
    audience=CODES(list(Audience)),
)


@given(
    st.builds(
        SearchRequest,
        q=st.text(max_size=30).map(str.strip),
        work=st.just("Lyon"),
        radius_km=st.sampled_from([0.0, 0.5, 30.0, 33.3, 200.0]),
        areas=st.lists(CODES(["dep:69", "reg:84", "insee:2A004"]), unique=True).map(tuple),
        remote=CODES(list(Remote)),
        filters=FILTERS,
        bookable=st.booleans(),
        sort=CODES(list(Sort)),
        limit=st.integers(1, 100),
        facets=st.booleans(),
        group=st.booleans(),
    )
)
def test_a_question_written_as_an_address_reads_the_same(request_: SearchRequest) -> None:
    assert parse(pairs(request_)) == request_
    assert link(request_).startswith("/api/v1/offers?")


def test_openapi_describes_every_parameter_that_works() -> None:
    described = {entry["name"]: entry for entry in openapi_parameters()}
    assert set(described) == {parameter.name for parameter in PARAMETERS} - {"corridor_km"}
    assert described["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
    assert described["modality"]["schema"]["type"] == "array"
    assert all(entry["description"] for entry in described.values())
    for name, entry in described.items():
        example = entry.get("example")
        if example and name not in ("sort",):
            parse([(name, text) for text in (example if isinstance(example, list) else [example])])


def test_codes_are_read_as_the_index_spells_them() -> None:
    filters = parse(
        [("nsf", "326T, 314"), ("rome", "m1203"), ("language", "EN"), ("certification", "rncp 34441")]
    ).filters
    assert filters.nsf == {"326t", "314"}
    assert filters.rome == {"M1203"}
    assert filters.language == {"en"}
    assert filters.certification == {"RNCP34441"}
    for wrong in ("32", "3266", "abc", "3 2"):
        with pytest.raises(InvalidParameter):
            parse([("nsf", wrong)])
