"""Radius, areas, remote offers, several places, islands and the antimeridian."""

from __future__ import annotations

import pytest

from catalog.codes.facets import Modality
from geo.distance import distance_km
from search.plan import Area, AreaKind, Remote, Sort
from search.ranking import NEAR_PIVOT_KM, REMOTE_NEAR
from tests.contract.builders import (
    LYON,
    PARIS,
    SAINT_DENIS,
    VILLEURBANNE,
    ask,
    each_alone,
    found,
    offer,
    place,
    point,
)
from tests.contract.conftest import Build

REUNION = place(SAINT_DENIS, "974", "04", "97411")
AT_PARIS = place(PARIS, "75", "11", "75056")
AT_VILLEURBANNE = place(VILLEURBANNE, "69", "84", "69266")


def km(a: tuple[float, float], b: tuple[float, float]) -> float:
    p, q = point(a), point(b)
    return distance_km(p.lat, p.lon, q.lat, q.lon)


def test_a_radius_keeps_what_is_within_reach_and_what_is_remote(build: Build) -> None:
    engine = build(
        each_alone(
            offer(1),
            offer(2, places=(AT_PARIS,)),
            offer(3, places=(), modality=Modality.REMOTE),
            offer(4, places=()),
            offer(5, places=(AT_VILLEURBANNE,)),
        )
    )
    assert found(engine, home=point(LYON), radius_km=30.0) == {1, 3, 5}
    assert found(engine, home=point(LYON), radius_km=4.0) == {1, 3}
    assert found(engine, home=point(LYON), radius_km=0.0) == {1, 3}


def test_home_or_work_within_reach_is_enough(build: Build) -> None:
    engine = build(each_alone(offer(1), offer(2, places=(AT_PARIS,)), offer(3, places=(REUNION,))))
    assert found(engine, home=point(LYON), work=point(PARIS), radius_km=30.0) == {1, 2}
    assert found(engine, work=point(PARIS), radius_km=30.0) == {2}


def test_the_edge_of_a_radius_is_within_it(build: Build) -> None:
    engine = build(each_alone(offer(1, places=(AT_VILLEURBANNE,))))
    edge = km(LYON, VILLEURBANNE)
    least = 1e-7 if engine.name == "elasticsearch" else 1e-9  # Lucene adds up to some micrometres at such distances
    assert found(engine, home=point(LYON), radius_km=edge + least) == {1}
    assert found(engine, home=point(LYON), radius_km=edge - least) == set()


def test_remote_offers_are_kept_left_out_or_alone(build: Build) -> None:
    engine = build(each_alone(offer(1), offer(2, modality=Modality.REMOTE), offer(3, modality=Modality.MIXED)))
    assert found(engine) == {1, 2, 3}
    assert found(engine, remote=Remote.EXCLUDE) == {1, 3}
    assert found(engine, remote=Remote.ONLY) == {2}
    assert found(engine, remote=Remote.ONLY, home=point(SAINT_DENIS), radius_km=1.0) == {2}
    assert found(engine, remote=Remote.EXCLUDE, home=point(LYON), radius_km=1.0) == {1, 3}


def test_the_places_of_a_remote_offer_are_ignored(build: Build) -> None:
    engine = build(each_alone(offer(1, modality=Modality.REMOTE, places=(place(),)), offer(2)))
    page = ask(engine, home=point(LYON), radius_km=30.0, facets=True, sort=Sort.DISTANCE)
    assert page.ids == [2, 1]
    remote = page.described[1]
    assert (remote.place, remote.home_km, remote.work_km) == (None, None, None)
    assert remote.near == REMOTE_NEAR
    assert page.ranked.facets["departement"] == {"69": 1}
    assert found(engine, areas=(Area(AreaKind.DEPARTEMENT, frozenset({"69"})),)) == {2}


def test_areas_are_alternatives_by_code_of_a_place(build: Build) -> None:
    engine = build(
        each_alone(
            offer(1),
            offer(2, places=(AT_PARIS, REUNION)),
            offer(3, places=(AT_VILLEURBANNE,)),
            offer(4, places=()),
            offer(5, modality=Modality.REMOTE),
            offer(6, places=(place(LYON, "", "", ""),)),
        )
    )

    def inside(*areas: tuple[AreaKind, str]) -> set[int]:
        return found(engine, areas=tuple(Area(kind, frozenset(codes.split("|"))) for kind, codes in areas))

    assert inside((AreaKind.DEPARTEMENT, "69")) == {1, 3}
    assert inside((AreaKind.REGION, "04")) == {2}
    assert inside((AreaKind.INSEE, "69266")) == {3}
    assert inside((AreaKind.INSEE, "69266|69123")) == {1, 3}
    assert inside((AreaKind.DEPARTEMENT, "974"), (AreaKind.INSEE, "69123")) == {1, 2}
    assert inside((AreaKind.DEPARTEMENT, "2A")) == set()
    assert inside((AreaKind.INSEE, "00000")) == set()


def test_radius_and_areas_both_hold(build: Build) -> None:
    engine = build(each_alone(offer(1), offer(2, places=(AT_VILLEURBANNE,)), offer(3, modality=Modality.REMOTE)))
    commune = (Area(AreaKind.INSEE, frozenset({"69266"})),)
    assert found(engine, home=point(LYON), radius_km=30.0, areas=commune) == {2}
    assert found(engine, home=point(LYON), radius_km=1.0, areas=commune) == set()


def test_radius_and_area_may_be_met_by_different_places(build: Build) -> None:
    engine = build(each_alone(offer(1, places=(place(), AT_PARIS))))
    assert found(engine, home=point(LYON), radius_km=5.0, areas=(Area(AreaKind.REGION, frozenset({"11"})),)) == {1}


def test_the_place_shown_is_the_nearest_to_either_origin(build: Build) -> None:
    engine = build(each_alone(offer(1, places=(AT_PARIS, place(), AT_VILLEURBANNE))))
    (hit,) = ask(engine, home=point(LYON), work=point(SAINT_DENIS), radius_km=30.0).described
    assert hit.place == 1
    assert hit.home_km == pytest.approx(0.0, abs=1e-6)
    assert hit.work_km == pytest.approx(km(LYON, SAINT_DENIS), abs=1e-6)
    assert hit.near == pytest.approx(1.0, abs=1e-12)
    (hit,) = ask(engine, home=point(SAINT_DENIS), work=point(VILLEURBANNE), radius_km=30.0).described
    assert hit.place == 2


def test_of_equal_places_the_first_is_shown(build: Build) -> None:
    engine = build(each_alone(offer(1, places=(AT_PARIS, place(), place(LYON, "69", "84", "69381")))))
    assert ask(engine, home=point(LYON), radius_km=30.0).described[0].place == 1
    assert ask(engine).described[0].place == 0


def test_without_origin_there_is_no_distance_and_no_nearness(build: Build) -> None:
    engine = build(each_alone(offer(1, places=(AT_PARIS, place())), offer(2, modality=Modality.REMOTE)))
    for hit in ask(engine).described:
        assert (hit.near, hit.home_km, hit.work_km) == (0.0, None, None)


def test_nearness_halves_at_the_pivot_and_is_fixed_for_remote_offers(build: Build) -> None:
    engine = build(
        each_alone(offer(1), offer(2, places=(AT_VILLEURBANNE,)), offer(3, modality=Modality.REMOTE, places=()))
    )
    hits = {hit.offer: hit for hit in ask(engine, home=point(LYON), radius_km=30.0).described}
    assert hits[1].near == pytest.approx(1.0, abs=1e-12)
    away = km(LYON, VILLEURBANNE)
    assert hits[2].near == pytest.approx(NEAR_PIVOT_KM / (NEAR_PIVOT_KM + away), abs=1e-12)
    assert hits[2].home_km == pytest.approx(away, abs=1e-6)
    assert hits[3].near == REMOTE_NEAR


def test_distances_cross_the_antimeridian(build: Build) -> None:
    west, east = (-16.5, 179.9), (-16.5, -179.9)
    engine = build(
        each_alone(offer(1, places=(place(west, "988", "", ""),)), offer(2, places=(place(east, "988", "", ""),)))
    )
    assert km(west, east) < 22
    assert found(engine, home=point(west), radius_km=30.0) == {1, 2}
    assert found(engine, home=point(east), radius_km=30.0) == {1, 2}
    assert found(engine, home=point(east), radius_km=20.0) == {2}
    page = ask(engine, home=point(west), radius_km=30.0, sort=Sort.DISTANCE)
    assert page.ids == [1, 2]
    assert page.described[1].home_km == pytest.approx(km(west, east), abs=1e-6)


def test_an_island_is_near_itself_only(build: Build) -> None:
    engine = build(each_alone(offer(1, places=(REUNION,)), offer(2), offer(3, places=(AT_PARIS,))))
    assert found(engine, home=point(SAINT_DENIS), radius_km=100.0) == {1}
    assert found(engine, home=point(SAINT_DENIS), radius_km=20_100.0) == {1, 2, 3}


def test_a_radius_around_a_pole_goes_round_it(build: Build) -> None:
    here, opposite = (89.95, 10.0), (89.95, -170.0)
    engine = build(
        each_alone(offer(1, places=(place(here, "", "", ""),)), offer(2, places=(place(opposite, "", "", ""),)))
    )
    assert found(engine, home=point(here), radius_km=15.0) == {1, 2}
