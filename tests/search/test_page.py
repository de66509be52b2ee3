"""A page through the door of the room: hits, reasons, facets, what was understood, and the walk through pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson
import pytest

from base.errors import Gone, InvalidParameter
from base.ids import id_text
from catalog.codes.facets import Entry, Modality
from geo.distance import distance_km
from geo.gazetteer import Gazetteer
from search.document import TrainingDocument
from search.parameters import parse
from search.ranking import WEIGHTS
from search.service import answer, explain, page
from tests.oracle.engine import OracleEngine
from tests.search.builders import DAY, LYON, PARIS, VILLEURBANNE, day, engine_of, offer, session, training


@pytest.fixture(scope="module")
def engine() -> OracleEngine:
    return engine_of(
        training(1, "CAP boulanger", certification="CAP Boulanger", valid_until=day(-10)),
        training(2, "Boulangerie fine", at=[PARIS, VILLEURBANNE], price_cents=150000, valid_until=day(10)),
        training(3, "Comptabilité générale", modality=Modality.REMOTE, at=[]),
        training(4, "Paie et comptabilité", entry=Entry.PERMANENT, sessions=[]),
        training(5, "Vente en boulangerie", objective="vendre du pain", sessions=[session(5, -20)]),
    )


def ask(engine: OracleEngine, gazetteer: Gazetteer, *pairs: tuple[str, str]) -> dict[str, Any]:
    return page(parse(pairs), engine=engine, gazetteer=gazetteer, day=DAY)


def ids(result: dict[str, Any]) -> list[str]:
    return [hit["id"] for hit in result["hits"]]


def test_words_of_one_family_find_each_other_exact_forms_first(engine: OracleEngine, gazetteer: Gazetteer) -> None:
    result = ask(engine, gazetteer, ("q", "boulanger"))
    assert result["total"] == 3
    assert ids(result)[0] == id_text(1)


def test_the_answer_is_the_page_in_json(engine: OracleEngine, gazetteer: Gazetteer) -> None:
    request = parse([("q", "boulanger"), ("facets", "1"), ("reasons", "1")])
    ticks = iter([0.0, 0.25, 0.0, 0.25])
    sent = answer(request, engine=engine, gazetteer=gazetteer, day=DAY, timer=lambda: next(ticks))
    made = page(request, engine=engine, gazetteer=gazetteer, day=DAY, timer=lambda: next(ticks))
    assert orjson.loads(sent) == made
    assert made["took_ms"] == 250.0
    assert set(made) == {"total", "cards", "hits", "facets", "understood", "next_cursor", "took_ms"}


def test_a_hit_has_every_member_of_the_contract(engine: OracleEngine, gazetteer: Gazetteer) -> None:
    hit = ask(engine, gazetteer, ("q", "boulangerie fine"))["hits"][0]
    assert list(hit) == [
        *("id", "source_id", "score", "training", "organisation", "modality", "entry", "place", "places_count"),
        *("distance_km", "next_session", "earliest_start", "price_cents", "hours", "eligible_cpf", "funders"),
        *("accessibility", "rating", "similar"),
    ]
    assert hit["training"]["certification"]["expired"] is False
    assert hit["next_session"] == {
        "id": id_text(2),
        "start": day(30),
        "start_precision": "day",
        "end": None,
        "open": True,
        "guaranteed": "unknown",
        "seats_left": None,
    }


@pytest.mark.parametrize("sort", ["relevance", "start", "price", "distance"])
def test_values_of_the_reasons_sum_to_the_score(engine: OracleEngine, gazetteer: Gazetteer, sort: str) -> None:
    result = ask(engine, gazetteer, ("q", "comptabilité"), ("home", "Lyon"), ("sort", sort), ("reasons", "1"))
    assert result["hits"]
    for hit in result["hits"]:
        assert sum(reason["value"] for reason in hit["reasons"]) == pytest.approx(hit["score"], abs=1e-9)
        assert [reason["part"] for reason in hit["reasons"]] == list(WEIGHTS)
        assert all(0 <= reason["value"] <= reason["ceiling"] and reason["text"] for reason in hit["reasons"])


def test_reasons_say_the_word_its_field_and_its_family(engine: OracleEngine, gazetteer: Gazetteer) -> None:
    hits = ask(engine, gazetteer, ("q", "boulangers"), ("home", "Lyon"), ("reasons", "1"))["hits"]
    texts = {hit["id"]: [reason["text"] for reason in hit["reasons"]] for hit in hits}
    assert texts[id_text(1)][0] == "« boulangers » dans le titre de la certification."
    assert texts[id_text(2)][0] == "« boulangers » (mot de la même famille) dans l'intitulé de la formation."
    assert "du domicile" in texts[id_text(1)][1]
    assert texts[id_text(5)][2] == "Aucune session ouverte à venir."


def test_distances_are_those_of_the_place_shown(engine: OracleEngine, gazetteer: Gazetteer) -> None:
    home = f"{LYON[0]},{LYON[1]}"
    result = ask(engine, gazetteer, ("q", "fine"), ("home", home), ("work", "Paris"), ("radius_km", "10"))
    hit = result["hits"][0]
    assert hit["places_count"] == 2
    work = result["understood"]["work"]
    place = hit["place"]
    assert hit["distance_km"]["home"] == pytest.approx(distance_km(*LYON, place["lat"], place["lon"]), abs=1e-3)
    assert hit["distance_km"]["work"] == pytest.approx(
        distance_km(work["lat"], work["lon"], place["lat"], place["lon"]), abs=1e-3
    )


def test_a_remote_offer_has_neither_place_nor_distance(engine: OracleEngine, gazetteer: Gazetteer) -> None:
    hit = ask(engine, gazetteer, ("q", "générale"), ("home", "Lyon"))["hits"][0]
    assert hit["place"] is None
    assert hit["places_count"] == 0
    assert hit["distance_km"] == {"home": None, "work": None}


def test_facets_are_labelled_and_keep_what_is_selected(engine: OracleEngine, gazetteer: Gazetteer) -> None:
    result = ask(engine, gazetteer, ("modality", "mixed"), ("level", "5"), ("area", "dep:69"), ("facets", "1"))
    assert result["total"] == 0
    facets = result["facets"]
    assert {"value": "mixed", "label": "mixte (présentiel et à distance)", "count": 0} in facets["modality"]
    assert [value["value"] for value in facets["modality"]] == ["in_person", "mixed"]
    assert facets["departement"] == [{"value": "69", "label": "Rhône", "count": 0}]
    assert ask(engine, gazetteer, ("q", "cap"))["facets"] is None


def test_words_nobody_holds_are_given_up_one_by_one_and_said(engine: OracleEngine, gazetteer: Gazetteer) -> None:
    result = ask(engine, gazetteer, ("q", "boulanger xyzzy"))
    relaxed = result["understood"]["relaxed"]
    assert result["total"] == 3
    assert relaxed["words"] == ["xyzzy"]
    assert "xyzzy" in relaxed["text"]
    undone = parse(parse_qsl(urlsplit(relaxed["undo"]).query))
    assert undone.q == "boulanger"


def test_nothing_is_given_up_when_something_is_found(engine: OracleEngine, gazetteer: Gazetteer) -> None:
    result = ask(engine, gazetteer, ("q", "paie comptabilité"))
    assert result["understood"]["relaxed"] is None
    assert result["total"] == 1


@pytest.mark.parametrize("q", ["xyzzy", "???", "🙂"])
def test_a_question_nobody_answers_gets_an_honest_empty_page(
    engine: OracleEngine, gazetteer: Gazetteer, q: str
) -> None:
    result = ask(engine, gazetteer, ("q", q), ("facets", "1"))
    assert (result["total"], result["hits"], result["next_cursor"]) == (0, [], None)
    assert not result["understood"]["words"][0]["known"]


def test_no_word_lists_everything(engine: OracleEngine, gazetteer: Gazetteer) -> None:
    assert ask(engine, gazetteer)["total"] == 5


def test_a_code_among_the_words_is_a_condition(engine: OracleEngine, gazetteer: Gazetteer) -> None:
    result = ask(engine, gazetteer, ("q", "boulanger RNCP34441"))
    assert result["total"] == 3
    assert result["understood"]["certification"] == ["RNCP34441"]
    assert ask(engine, gazetteer, ("q", "boulanger RNCP11"))["total"] == 0


def test_a_place_among_the_words_is_proposed_not_applied(engine: OracleEngine, gazetteer: Gazetteer) -> None:
    result = ask(engine, gazetteer, ("q", "boulanger à Villeurbanne"))
    proposed = result["understood"]["proposed"]
    assert (proposed["parameter"], proposed["value"], proposed["q"]) == ("home", "Villeurbanne", "boulanger")
    assert result["understood"]["home"] is None
    taken = parse(parse_qsl(urlsplit(proposed["link"]).query))
    assert (taken.q, taken.home) == ("boulanger", "Villeurbanne")


def test_a_region_typed_as_a_home_is_proposed_as_an_area(engine: OracleEngine, gazetteer: Gazetteer) -> None:
    understood = ask(engine, gazetteer, ("home", "idf"))["understood"]
    assert understood["home"]["precision"] == "region"
    proposed = understood["proposed"]
    assert (proposed["parameter"], proposed["value"]) == ("area", "reg:11")


@pytest.mark.parametrize(("name", "text"), [("home", "Xyzzyville"), ("work", "999,999"), ("area", "insee:99999")])
def test_an_unknown_place_is_refused_by_name(engine: OracleEngine, gazetteer: Gazetteer, name: str, text: str) -> None:
    with pytest.raises(InvalidParameter) as refusal:
        ask(engine, gazetteer, (name, text))
    assert refusal.value.parameter == name


def test_the_next_session_is_one_of_the_window_when_there_is_one(gazetteer: Gazetteer) -> None:
    sessions = [
        session(1, -5),
        session(2, 5, state="closed"),
        session(3, 10),
        session(4, 40, seats_left=3),
        session(5, None),
    ]
    engine = engine_of(training(1, "Soudure", sessions=sessions))
    assert ask(engine, gazetteer)["hits"][0]["next_session"]["id"] == id_text(3)
    windowed = ask(engine, gazetteer, ("start_from", day(30)))["hits"][0]["next_session"]
    assert (windowed["id"], windowed["seats_left"]) == (id_text(4), 3)


def test_only_a_session_without_a_date_is_shown_when_nothing_else_is_open(gazetteer: Gazetteer) -> None:
    engine = engine_of(training(1, "Soudure", sessions=[session(1, -5), session(2, None)]))
    shown = ask(engine, gazetteer)["hits"][0]["next_session"]
    assert (shown["id"], shown["start"], shown["open"]) == (id_text(2), None, True)


@pytest.mark.parametrize("entry", [Entry.FIXED, Entry.PERMANENT])
def test_an_offer_whose_certification_has_ended_is_marked_and_closed(gazetteer: Gazetteer, entry: Entry) -> None:
    def hit(until: int) -> dict[str, Any]:
        facts = {"entry": entry, "sessions": [session(1, 5), session(2, None)], "valid_until": day(until)}
        found: dict[str, Any] = ask(engine_of(training(1, "Soudure", **facts)), gazetteer, ("reasons", "1"))["hits"][0]
        return found

    ended, last_day = hit(-1), hit(0)
    assert ended["training"]["certification"]["expired"] is True
    assert ended["next_session"] is None
    told = next(reason for reason in ended["reasons"] if reason["part"] == "open")
    assert (told["value"], told["text"]) == (0, "Certification expirée : inscription fermée.")
    assert last_day["training"]["certification"]["expired"] is False
    assert last_day["next_session"]["id"] == id_text(1)
    assert next(reason["value"] for reason in last_day["reasons"] if reason["part"] == "open") == 0.1


def test_bookable_asks_for_the_first_day_after_the_notice(gazetteer: Gazetteer) -> None:
    engine = engine_of(
        training(1, "Soudure", sessions=[session(1, 5)]), training(2, "Soudure", sessions=[session(2, 25)])
    )
    result = page(
        parse([("bookable", "1")]),
        engine=engine,
        gazetteer=gazetteer,
        day=DAY,
        notice=lambda today: today + timedelta(days=20),
    )
    assert ids(result) == [id_text(2)]


# --- pages


@pytest.fixture(scope="module")
def crowded() -> OracleEngine:
    """330 cards, a third of them of one organisation, some cards of two offers."""
    trainings: list[TrainingDocument] = []
    for number in range(1, 331):
        siren = "900000000" if number % 3 == 0 else f"{number % 40:09d}"
        made = training(number, "Anglais professionnel" if number % 5 else "Anglais", siren=siren)
        if number % 10 == 0:
            second = offer(10_000 + number, siren=siren)._replace(card=made.offers[0].card)
            made = replace(made, offers=(*made.offers, second))
        trainings.append(made)
    return engine_of(*trainings)


@pytest.mark.parametrize("asked", [(), (("group", "0"),), (("sort", "start"),), (("q", "anglais"), ("home", "Lyon"))])
@pytest.mark.parametrize("limit", [7, 60, 100])
def test_a_walk_through_the_pages_loses_and_repeats_nothing(
    crowded: OracleEngine, gazetteer: Gazetteer, asked: tuple[tuple[str, str], ...], limit: int
) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        result = ask(crowded, gazetteer, *asked, ("limit", str(limit)), ("cursor", cursor))
        seen += ids(result)
        cursor = result["next_cursor"]
        if not cursor:
            break
    expected = result["total"] if ("group", "0") in asked else result["cards"]
    assert len(seen) == len(set(seen)) == expected


def test_the_size_of_a_page_does_not_change_the_list(crowded: OracleEngine, gazetteer: Gazetteer) -> None:
    hundred = ids(ask(crowded, gazetteer, ("limit", "100")))
    first = ask(crowded, gazetteer, ("limit", "30"))
    then = ask(crowded, gazetteer, ("limit", "70"), ("cursor", first["next_cursor"]), ("reasons", "1"))
    assert ids(first) + ids(then) == hundred


def test_one_organisation_does_not_hold_the_page(crowded: OracleEngine, gazetteer: Gazetteer) -> None:
    hits = ask(crowded, gazetteer, ("q", "anglais"), ("limit", "100"))["hits"]
    for start in range(0, 100, 10):
        sirens = [hit["organisation"]["siret"][:9] for hit in hits[start : start + 10]]
        assert sirens.count("900000000") <= 3


def test_a_walk_keeps_its_day_over_midnight(crowded: OracleEngine, gazetteer: Gazetteer) -> None:
    first = ask(crowded, gazetteer, ("limit", "100"))
    request = parse([("limit", "100"), ("cursor", first["next_cursor"])])
    then = page(request, engine=crowded, gazetteer=gazetteer, day=DAY + timedelta(days=1))
    assert then["understood"]["day"] == DAY.isoformat()
    assert not set(ids(first)) & set(ids(then))


def test_a_walk_stays_on_the_state_it_began_on(gazetteer: Gazetteer) -> None:
    engine = engine_of(*(training(number, "Soudure") for number in range(1, 31)))
    first = ask(engine, gazetteer)
    engine.apply([training(99, "Soudure")])
    assert ask(engine, gazetteer)["total"] == 31
    then = ask(engine, gazetteer, ("cursor", first["next_cursor"]))
    assert then["total"] == 30
    assert len({*ids(first), *ids(then)}) == 30


def test_a_cursor_of_another_question_is_refused(crowded: OracleEngine, gazetteer: Gazetteer) -> None:
    cursor = ask(crowded, gazetteer, ("q", "anglais"))["next_cursor"]
    for other in ((("q", "soudure"),), (("q", "anglais"), ("sort", "price")), (("q", "anglais"), ("level", "5"))):
        with pytest.raises(InvalidParameter) as refusal:
            ask(crowded, gazetteer, *other, ("cursor", cursor))
        assert refusal.value.parameter == "cursor"


@pytest.mark.parametrize("damage", ["x", "é", "AAAA", "=", "-" * 80])
def test_a_damaged_cursor_is_refused(crowded: OracleEngine, gazetteer: Gazetteer, damage: str) -> None:
    cursor = ask(crowded, gazetteer)["next_cursor"]
    for broken in (damage, damage + cursor, cursor[:-4] + "AAAA", cursor[:10]):
        with pytest.raises(InvalidParameter):
            ask(crowded, gazetteer, ("cursor", broken))


def test_a_page_of_a_state_no_longer_served_says_how_to_start_again(
    crowded: OracleEngine, gazetteer: Gazetteer
) -> None:
    cursor = ask(crowded, gazetteer, ("q", "anglais"))["next_cursor"]
    with pytest.raises(Gone) as gone:
        ask(OracleEngine(), gazetteer, ("q", "anglais"), ("cursor", cursor))
    assert gone.value.extra["restart"] == "/api/v1/offers?q=anglais"


# --- explain


def test_an_offer_is_explained_word_by_word(engine: OracleEngine, gazetteer: Gazetteer) -> None:
    request = parse([("q", "boulangère vente"), ("home", "Lyon")])
    told = explain(request, 5, engine=engine, gazetteer=gazetteer, day=DAY)
    assert told["matches"]
    assert [word["form"] for word in told["words"]] == ["family", "exact"]
    assert told["words"][1]["fields"] == ["training_title"]
    text = sum(word["contribution"] for word in told["words"])
    assert text == pytest.approx(told["parts"][0]["value"], abs=1e-9)
    assert sum(part["value"] for part in told["parts"]) == pytest.approx(told["score"], abs=1e-9)


def test_an_offer_that_does_not_match_is_explained_too(engine: OracleEngine, gazetteer: Gazetteer) -> None:
    told = explain(
        parse([("q", "soudure"), ("home", "Paris"), ("remote", "only")]), 1, engine=engine, gazetteer=gazetteer, day=DAY
    )
    assert not told["matches"]
    assert told["words"][0]["value"] == 0.0
