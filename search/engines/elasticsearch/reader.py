"""Which state a question is asked of: one point in time that a process shares, renewed after a change."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from base.errors import Gone, IndexDamaged
from search.engines.elasticsearch.client import Client
from search.engines.elasticsearch.mapping import schema_hash
from search.engines.elasticsearch.names import Names
from search.engines.elasticsearch.options import Options
from search.engines.elasticsearch.query import salt_of
from search.engines.elasticsearch.questions import Asking
from search.engines.elasticsearch.refusals import Missing, Refused, Unreachable, half_served
from search.engines.elasticsearch.snapshot import BETWEEN, ElasticsearchSnapshot
from search.engines.elasticsearch.vocabulary import Vocabularies

_GONE = "Cet état de l'index n'est plus servi."
_EXPIRED = float("-inf")  # checked, in the timer's seconds: look again at once
_LOOKED_AT = "*.mappings._meta.schema_hash,*.settings.index.number_of_shards"
_KEPT = 32  # older points in time known to be open


@dataclass(slots=True)
class _Served:
    snapshot: ElasticsearchSnapshot
    build: str
    token: str  # of the build's last change
    checked: float  # seconds of the timer


class Reader:
    """Safe to use from several threads."""

    def __init__(
        self,
        client: Client,
        names: Names,
        vocabularies: Vocabularies,
        options: Options,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._patient, self._vocabularies = client.brief(), client, vocabularies
        self._names, self._options, self._timer = names, options, timer
        self._lock = threading.Lock()
        self._renewing, self._remembering = threading.Lock(), threading.Lock()
        self._renewed: tuple[str, Asking] | None = None  # a lost point in time, and the one in its place
        self._served: _Served | None = None
        self._shards: dict[str, int] = {}  # of each build that was looked at
        self._older: OrderedDict[str, ElasticsearchSnapshot] = OrderedDict()

    def newest(self) -> ElasticsearchSnapshot:
        served = self._served
        if served is not None and self._timer() - served.checked < self._options.poll_seconds:
            return served.snapshot
        # One looks while others go on with what is known: a cluster that hangs would keep them in a row, a second each.
        waits = served is None or served.checked == _EXPIRED
        if not self._lock.acquire(timeout=self._options.question_seconds if waits else 0):
            if served is None:
                raise Unreachable(timed_out=True)
            return served.snapshot
        try:
            served = self._served
            if served is None or self._timer() - served.checked >= self._options.poll_seconds:
                served = self._check(served)
            return served.snapshot
        finally:
            self._lock.release()

    def expire(self) -> None:
        """The next question looks again: this process has changed something."""
        if self._served is not None:
            self._served.checked = _EXPIRED

    def older(self, generation: str) -> ElasticsearchSnapshot:
        """By its name, also one that another process opened; ``Gone`` when it is no longer served."""
        served = self._served
        if served is not None and served.snapshot.generation == generation:
            return served.snapshot.fixed()
        known = self._older.get(generation)
        if known is None:
            build, _, pit = generation.partition(BETWEEN)
            if not self._names.is_build(build) or not pit:
                raise Gone(_GONE)
            try:
                known = self._snapshot(self._client, build, pit)
            except (Missing, IndexDamaged) as error:
                raise Gone(_GONE) from error
        self._touch(known)
        self._remember(known)
        return known

    def staged(self, build: str) -> ElasticsearchSnapshot:
        """Of a build that nobody is answered from yet, for whoever has the time to look at it."""
        return self._snapshot(self._patient, build, self._open(self._patient, build))

    def _open(self, client: Client, build: str) -> str:
        """``IndexDamaged`` when its offers are lost, or are not of this program's making."""
        self._look(client, build)
        opened = client.write("POST", f"/{self._names.offers(build)}/_pit", params={"keep_alive": self._minutes})
        return str(opened["id"])

    def _look(self, client: Client, build: str) -> int:
        """Its shards: those it was made with, whatever the next one will have."""
        index = self._names.offers(build)
        found = client.read(f"/{index}", {"filter_path": _LOOKED_AT})
        if found is None:
            raise half_served("les offres manquent")
        made = found.get(index, {})
        if made.get("mappings", {}).get("_meta", {}).get("schema_hash") != schema_hash():
            raise half_served("son mapping n'est pas celui de ce programme")
        self._shards[build] = int(made["settings"]["index"]["number_of_shards"])
        return self._shards[build]

    def _newest(self, build: str) -> ElasticsearchSnapshot:
        def renew(lost: Asking) -> Asking:
            with self._renewing:  # many may find out at once: the first opens another for all
                known = self._renewed
                if known is None or known[0] != lost.pit:
                    known = self._renewed = lost.pit, replace(lost, pit=self._open(self._client, build))
                return known[1]

        return self._snapshot(self._client, build, self._open(self._client, build), renew)

    @property
    def _minutes(self) -> str:
        return f"{self._options.keep_alive_minutes}m"

    def _check(self, served: _Served | None) -> _Served:
        told = self._client.read(f"/{self._names.lexicon_alias}/_doc/token", {"filter_path": "_index,_source.held"})
        build = None if told is None else self._names.build_of(told["_index"])
        if told is None or build is None:
            self._served = None
            raise Missing
        now, token = self._timer(), told["_source"]["held"]
        rested = served is not None and now - served.checked > self._options.keep_alive_minutes * 60 / 2
        if served is None or rested or (served.build, served.token) != (build, token):
            if served is not None:
                self._remember(served.snapshot.fixed())
            served = _Served(self._newest(build), build, token, now)
        served.checked = now
        self._served = served
        return served

    def _snapshot(
        self, client: Client, build: str, pit: str, renew: Callable[[Asking], Asking] | None = None
    ) -> ElasticsearchSnapshot:
        """Its vocabulary is read after the point in time was opened (``vocabulary``)."""
        known = self._vocabularies.current(build, client)
        salt = salt_of(self._names.offers(build))
        shards = self._shards.get(build) or self._look(client, build)
        asking = Asking(pit, self._minutes, salt, shards, known.masks_of)
        return ElasticsearchSnapshot(client, build, known.lexicon, asking, renew)

    def _remember(self, snapshot: ElasticsearchSnapshot) -> None:
        with self._remembering:  # who walks through pages remembers beside the one who looks for changes
            self._older[snapshot.generation] = snapshot
            self._older.move_to_end(snapshot.generation)
            while len(self._older) > _KEPT:
                self._older.popitem(last=False)

    def _touch(self, snapshot: ElasticsearchSnapshot) -> None:
        """Ask it something small, so that a page is not begun on a state that is gone."""
        try:
            snapshot.touch()
        except (Refused, Missing) as error:
            raise Gone(_GONE) from error
