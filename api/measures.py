"""What ``/metrics`` tells beside the requests of this process: read from the database and the engine when it is asked.

A worker has no door of its own: what it does (following, importing, rebuilding) shows in the database, whatever machine
it runs on, and any service tells it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from api.services import Services
from base import audit, jobs
from base.database import reading
from catalog.store import marks, submissions
from indexer.journal import Action, subject
from search.engines.contract import Engine
from search.standby import Standby

FINDINGS_SECONDS = 300.0  # counting a million findings takes a second: not at each scrape
_ENDED = (Action.REBUILD_SWAPPED, Action.REBUILD_REFUSED, Action.REBUILD_FAILED)
Findings = list[tuple[str, str, int]]


class Figures(Collector):
    def __init__(self, services: Services, timer: Callable[[], float] = time.monotonic) -> None:
        self._services, self._timer = services, timer
        self._findings: Findings = []
        self._counted = float("-inf")

    def describe(self) -> list[Metric]:
        return []  # nothing is asked at registration

    def collect(self) -> Iterator[Metric]:
        yield from _of_engine(self._services.engine)
        if self._services.standby is not None:
            yield from _of_standby(self._services.standby)
        try:
            with reading(self._services.database) as conn:
                told = list(self._of_database(conn)) if self._services.migrated() else []
        except (SQLAlchemyError, OSError):
            told = []
        yield _one("parcours_database_ready", "La base répond et a sa dernière forme", float(bool(told)))
        yield from told

    def _of_database(self, conn: Connection) -> Iterator[Metric]:
        oldest = marks.oldest_pending(conn)
        yield _one("parcours_pending_trainings", "Formations à indexer", marks.pending(conn))
        yield _one(
            "parcours_oldest_pending_seconds",
            "Depuis combien de temps attend le plus ancien changement à indexer",
            oldest.total_seconds() if oldest else 0.0,
        )
        yield _one("parcours_kept_bytes", "Octets des dépôts gardés", submissions.kept_bytes(conn))
        yield from self._of_jobs(conn)
        yield from _of_rebuilds(conn, self._services.engine)
        if self._timer() - self._counted > FINDINGS_SECONDS:
            self._findings, self._counted = submissions.counts_of_findings(conn), self._timer()
        findings = GaugeMetricFamily("parcours_findings", "Remarques sur les dépôts", labels=("code", "severity"))
        for code, severity, count in self._findings:
            findings.add_metric((code, severity), count)
        yield findings

    def _of_jobs(self, conn: Connection) -> Iterator[Metric]:
        now = self._services.wall()
        count = GaugeMetricFamily(
            "parcours_jobs", "Tâches qui attendent, en cours ou échouées", labels=("kind", "state")
        )
        oldest = GaugeMetricFamily(
            "parcours_oldest_job_seconds", "Âge de la plus ancienne qui attend", labels=("kind",)
        )
        for kind, state, number, since in jobs.backlog(conn):
            count.add_metric((kind, state), number)
            if state == jobs.JobState.QUEUED.value:
                oldest.add_metric((kind,), max(0.0, (now - since).total_seconds()))
        yield count
        yield oldest


def _of_engine(engine: Engine) -> Iterator[Metric]:
    health, signs = engine.health(), engine.signs()
    yield _one("parcours_index_ready", "L'index répond", float(health.ready))
    yield _one("parcours_index_offers", "Offres de l'index servi", health.offers)
    yield _one("parcours_index_trainings", "Formations de l'index servi", health.trainings)
    yield _one("parcours_engine_resting", "Le moteur a trop échoué : il n'est plus interrogé", float(signs.resting))
    errors = CounterMetricFamily("parcours_engine_errors", "Demandes que le moteur n'a pas servies", labels=("kind",))
    for kind, number in sorted(signs.errors.items()):
        errors.add_metric((kind,), number)
    yield errors
    retries = CounterMetricFamily("parcours_engine_retries", "Demandes refaites")
    retries.add_metric((), signs.retries)
    yield retries


def _of_standby(standby: Standby) -> Iterator[Metric]:
    state = standby.state()
    ready = state is not None and standby.engine.health().ready
    yield _one("parcours_fallback_ready", "L'index de secours peut répondre", float(ready))
    if state is not None:
        yield _one("parcours_fallback_age_seconds", "Âge de l'index de secours", state.age_seconds)
    answers = CounterMetricFamily("parcours_fallback_answers", "Questions auxquelles l'index de secours a répondu")
    answers.add_metric((), standby.answers)
    yield answers


def _of_rebuilds(conn: Connection, engine: Engine) -> Iterator[Metric]:
    done = audit.last(conn, subject=subject(engine), actions=(Action.REBUILD_SWAPPED,))
    if done is not None:
        yield _one(
            "parcours_rebuild_success_timestamp_seconds",
            "Fin de la dernière reconstruction servie",
            done.at.timestamp(),
        )
        yield _one("parcours_rebuild_seconds", "Durée de cette reconstruction", float(done.detail["duration"]))
    ended = audit.last(conn, subject=subject(engine), actions=_ENDED)
    failed = ended is not None and ended.action != Action.REBUILD_SWAPPED
    yield _one("parcours_rebuild_failed", "La dernière reconstruction a été refusée ou interrompue", float(failed))


def _one(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, told, value=value)
