"""Which state a question is asked of: one point in time that a process shares, renewed after a change."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from base.errors import Gone, IndexDamaged, Unavailable
from search.engines.elasticsearch.client import NO_INDEX, Client, Missing, Refused
from search.engines.elasticsearch.names import Names
from search.engines.elasticsearch.options import Options
from search.engines.elasticsearch.query import salt_of
from search.engines.elasticsearch.questions import Asking
from search.engines.elasticsearch.snapshot import ElasticsearchSnapshot
from search.engines.elasticsearch.vocabulary import Vocabularies

_GONE = "Cet état de l'index n'est plus servi."
_KEPT = 32  # older points in time known to be open
_BETWEEN = "~"  # build and point in time, in the name of a generation


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
        self._client, self._names, self._options, self._timer = client, names, options, timer
        self._vocabularies = vocabularies
        self._lock = threading.Lock()
        self._served: _Served | None = None
        self._older: OrderedDict[str, ElasticsearchSnapshot] = OrderedDict()

    def newest(self) -> ElasticsearchSnapshot:
        served = self._served
        if served is not None and self._timer() - served.checked < self._options.poll_seconds:
            return served.snapshot
        with self._lock:
            served = self._served
            if served is None or self._timer() - served.checked >= self._options.poll_seconds:
                served = self._check(served)
            return served.snapshot

    def expire(self) -> None:
        """The next question looks again: this process has changed something."""
        if self._served is not None:
            self._served.checked = float("-inf")

    def older(self, generation: str) -> ElasticsearchSnapshot:
        """By its name, also one that another process opened; ``Gone`` when it is no longer served."""
        served = self._served
        if served is not None and served.snapshot.generation == generation:
            return served.snapshot
        known = self._older.get(generation)
        if known is None:
            build, _, pit = generation.partition(_BETWEEN)
            if not self._names.is_build(build) or not pit:
                raise Gone(_GONE)
            try:
                known = self._snapshot(build, pit)
            except (Missing, IndexDamaged) as error:
                raise Gone(_GONE) from error
        self._touch(known)
        self._remember(known)
        return known

    def open(self, build: str) -> ElasticsearchSnapshot:
        opened = self._client.write("POST", f"/{self._names.offers(build)}/_pit", params={"keep_alive": self._minutes})
        return self._snapshot(build, opened["id"])

    @property
    def _minutes(self) -> str:
        return f"{self._options.keep_alive_minutes}m"

    def _check(self, served: _Served | None) -> _Served:
        told = self._client.read(f"/{self._names.lexicon_alias}/_doc/token", {"filter_path": "_index,_source.held"})
        build = None if told is None else self._names.build_of(told["_index"])
        if told is None or build is None:
            self._served = None
            raise Unavailable(NO_INDEX)
        now, token = self._timer(), told["_source"]["held"]
        rested = served is not None and now - served.checked > self._options.keep_alive_minutes * 60 / 2
        if served is None or rested or (served.build, served.token) != (build, token):
            if served is not None:
                self._remember(served.snapshot)
            served = _Served(self.open(build), build, token, now)
        served.checked = now
        self._served = served
        return served

    def _snapshot(self, build: str, pit: str) -> ElasticsearchSnapshot:
        """Its vocabulary is read after the point in time was opened (``vocabulary``)."""
        known = self._vocabularies.current(build)
        salt = salt_of(self._names.offers(build))
        asking = Asking(pit, self._minutes, salt, self._options.shards, known.masks_of)
        return ElasticsearchSnapshot(self._client, f"{build}{_BETWEEN}{pit}", known.lexicon, asking)

    def _remember(self, snapshot: ElasticsearchSnapshot) -> None:
        self._older[snapshot.generation] = snapshot
        self._older.move_to_end(snapshot.generation)
        while len(self._older) > _KEPT:
            self._older.popitem(last=False)

    def _touch(self, snapshot: ElasticsearchSnapshot) -> None:
        """Ask it something small, so that a page is not begun on a state that is gone."""
        try:
            snapshot.touch()
        except (Missing, Refused) as error:
            raise Gone(_GONE) from error
