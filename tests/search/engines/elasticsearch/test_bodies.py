"""What is sent, where a mistake would not show in an answer."""

from __future__ import annotations

import numpy as np
import pytest

from catalog.codes.facets import Entry
from search.engines.elasticsearch.documents import FAR, open_starts
from search.engines.elasticsearch.names import Names
from search.engines.elasticsearch.query import salt_of, turn
from search.turn import draw
from tests.contract.builders import DAY, offer, session


def test_names_of_others_are_never_ours() -> None:
    names = Names("parcours")
    build = "offers-v1-20270124t110000-0123abcd"
    assert names.build_of(names.offers(build)) == names.build_of(names.companion(build)) == build
    for index in (
        "parcours-offers",
        "parcours-offers-v1",
        f"other-{build}",
        f"parcours-x-{build}",
        "parcours-offers-v1-20270124t110000-0123abcd-copy",
        f"parcours-{build},other",
        "*",
    ):
        assert names.build_of(index) is None
    with pytest.raises(ValueError, match="no name of a build"):
        names.offers("offers-*")
    for prefix in ("", "*", "a,b", "Parcours", "../x", "_all"):
        with pytest.raises(ValueError, match="prefix"):
            Names(prefix)


def test_the_seed_that_is_sent_draws_as_the_question_means_it() -> None:
    salt = salt_of("parcours-offers-v1-20270124t110000-0123abcd")
    for seed in (0, 1, 2**31 - 1, 2**31, 2**32 - 1):
        sent = turn(seed, salt, 1.0)["random_score"]["seed"]
        assert -(2**31) <= sent < 2**31
        mixed_in = (sent & 0xFFFFFFFF) ^ salt  # what Elasticsearch does before it draws
        assert np.array_equal(draw(mixed_in, np.arange(1, 50)), draw(seed, np.arange(1, 50)))


def test_one_start_at_most_is_the_next_one_after_any_day() -> None:
    sessions = (session(-9), session(-5, 12), session(3), session(3, 8), session(20), session(30, closed=True))
    fixed = offer(1, sessions=sessions)
    permanent = offer(2, sessions=sessions, entry=Entry.PERMANENT, earliest_start=DAY + 6)
    for each in (fixed, permanent):
        starts = open_starts(each)
        for day in range(DAY - 20, DAY + 40):
            now = any(one["start"] <= day <= one["until"] for one in starts)
            later = [one["start"] for one in starts if one["start"] > day and one["after"] < day]
            coming = [s.start for s in sessions if s.open and s.until >= day]
            coming += [DAY + 6] if each is permanent else []
            expected = min((max(start, day) for start in coming), default=FAR)
            assert ([day] if now else later) == ([] if expected == FAR else [expected])
