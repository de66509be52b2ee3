"""Of several plans of one question, the first that finds something."""

from __future__ import annotations

from dataclasses import replace

from search.document import CONTENT
from search.engines.contract import Engine
from search.plan import Plan
from tests.contract.builders import each_alone, offer, plan, training, word
from tests.contract.conftest import Build


def asking(*words: str, **members: object) -> Plan:
    return plan(words=tuple(word(each, 1 / len(words)) for each in words), group=True, facets=True, **members)


def check(engine: Engine, plans: list[Plan], number: int) -> None:
    snapshot = engine.snapshot()
    found, asked, ranked = snapshot.first_found(iter(plans))
    alone = snapshot.execute(plans[number])
    assert (found, asked) == (number, plans[number])
    for name in ("total", "cards", "facets", "scores", "sirens"):
        assert getattr(ranked, name) == getattr(alone, name)
    positions = range(len(ranked.handles))
    assert snapshot.describe(asked, ranked, positions) == snapshot.describe(asked, alone, positions)


def test_the_first_plan_that_finds_an_offer_answers(build: Build) -> None:
    engine = build(
        [training(1, offer(1), offer(2), soudure=CONTENT, arc=CONTENT), training(2, offer(3), cuisine=CONTENT)]
    )
    nothing, both, one = asking("soudure", "cuisine"), asking("soudure", "arc"), asking("cuisine")
    check(engine, [both], 0)
    check(engine, [both, nothing, one], 0)
    check(engine, [nothing, both, one], 1)
    check(engine, [nothing, asking("arc", "cuisine"), one, both], 2)


def test_when_none_finds_any_the_first_one_answers(build: Build) -> None:
    engine = build(each_alone(offer(1)))
    for plans in ([asking("soudure")], [asking("soudure", "arc"), asking("soudure"), asking("arc")]):
        check(engine, plans, 0)


def test_conditions_hold_for_every_plan(build: Build) -> None:
    engine = build([training(1, offer(1), soudure=CONTENT), training(2, offer(2), arc=CONTENT)])
    plans = [asking("soudure", "arc"), asking("soudure"), asking("arc")]
    check(engine, [replace(each, filters=replace(each.filters, ids=frozenset({2}))) for each in plans], 2)
