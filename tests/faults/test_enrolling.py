"""A few kills of ``python -m tests.faults.enrolling``, which is run at length by hand (docs/operations.md)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from base.database import reading
from base.ids import id_number
from enrollment.money.check import prove
from enrollment.money.entries import Event as Posted
from enrollment.money.ledger import pots_of
from enrollment.money.tables import ENTRY
from tests.enrollment.files.office import TERMS
from tests.enrollment.world import LEARNERS, Learner, Offered
from tests.faults.enrolling.acting import FILES
from tests.faults.enrolling.calling import Caller, Request
from tests.faults.enrolling.plan import planned
from tests.faults.enrolling.rounds import end, play
from tests.faults.enrolling.scene import BEGUN, staged
from tests.servers.fixtures import FreshDatabase

KILLS, SEED = 8, 3
TABS, PRICE_CENTS = 12, 100_00


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_after_a_kill_nothing_is_lost_doubled_or_stuck(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    with staged(fresh_database, tmp_path, f"{SEED}") as scene:
        told = [play(scene, planned(SEED, number)) for number in range(1, KILLS + 1)]
        assert [(each.plan, each.problems) for each in told if each.problems] == []
        assert end(scene) == []
    assert all(each.answers for each in told)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_two_tabs_that_confirm_at_once_debit_once(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    """Over HTTP, each with a key of its own: one order, one debit; the other tab is told that it is done."""
    with staged(fresh_database, tmp_path, "tabs") as scene, ExitStack() as stack:
        callers = [Caller(scene.address, scene.world.keys) for _ in range(4)]
        for caller in callers:
            stack.callback(caller.close)
        pool = stack.enter_context(ThreadPoolExecutor(len(callers)))
        learner, offered = LEARNERS[0], scene.world.offered[2]
        for number in range(TABS):
            file = _proposed(callers[0], learner, offered, f"{number}")
            body = {"terms_version": TERMS, "cash_cents": 0}
            requests = [
                Request(learner.text, f"{FILES}/{file}/events/confirm", f"tab {number} {tab}", body)
                for tab in range(len(callers))
            ]
            answers = list(pool.map(lambda caller, request: caller.send(request), callers, requests))
            assert sorted(each.status for each in answers) == [200, 409, 409, 409]
            with reading(scene.database) as conn:
                held = select(func.count()).where(
                    ENTRY.c.file_id == id_number(file), ENTRY.c.event == Posted.HELD.value
                )
                assert conn.scalar(held) == 1
                taken = sum(pot.cents for pot in pots_of(conn, learner.account))
                assert taken == learner.rights_cents - (number + 1) * PRICE_CENTS
                assert prove(conn).flaws == ()


def _proposed(caller: Caller, learner: Learner, offered: Offered, key: str) -> str:
    start_on = BEGUN + timedelta(days=40)
    asked = {"offer": offered.offer, "statuses": list(learner.statuses), "start_on": start_on.isoformat()}
    file = str(caller.send(Request(learner.text, FILES, f"ask {key}", asked)).content["id"])
    proposal = {"price_cents": PRICE_CENTS, "ends_on": (start_on + timedelta(days=9)).isoformat()}
    assert caller.send(Request(offered.siret, f"{FILES}/{file}/events/propose", f"go {key}", proposal)).status == 200
    return file
