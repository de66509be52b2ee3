"""Who answers: the same questions to each, as a client would ask them and until the answer is read."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from http.client import CannotSendRequest, HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

from base.errors import Unavailable
from bench.opensearch import french
from bench.questions import Pairs
from bench.sidebyside.processes import CLIENT_CORE, Tree
from search.engines.contract import Engine
from search.engines.elasticsearch import ElasticsearchEngine
from search.parameters import parse
from search.places import RememberedPlaces
from search.service import answer

Answer = Any  # plain values of a page
BREAK_S, _TRIES = 2.5, 20  # a service that gave up asks its cluster again after two seconds


class Refused(Exception):
    """The engine behind did not answer in time."""


@dataclass(slots=True)
class Contender:
    """``call``: parameters of a question -> its page. ``servers``: whose CPU and memory count, with ``own`` this
    process's CPU as well. ``core``: where this process stands meanwhile."""

    name: str
    call: Callable[[Pairs], Answer]
    servers: list[Tree] = field(default_factory=list)
    own: bool = False
    core: int = CLIENT_CORE
    took: Callable[[], float] | None = None  # milliseconds that the cluster says it took, of the last question

    def patiently(self, pairs: Pairs) -> Answer:
        """Untimed: a node whose pages are still on the disk is asked again."""
        for _ in range(_TRIES):
            try:
                return self.call(pairs)
            except Refused:
                time.sleep(BREAK_S)
        return self.call(pairs)


def over_http(port: int) -> Callable[[Pairs], Answer]:
    connection = HTTPConnection("127.0.0.1", port)

    def call(pairs: Pairs) -> Answer:
        target = f"/api/v1/offers?{urlencode(pairs)}"
        try:
            connection.request("GET", target)
            told = connection.getresponse()
        except (ConnectionError, CannotSendRequest):  # closed by the service, after seconds in which others were asked
            connection.close()
            connection.request("GET", target)
            told = connection.getresponse()
        read = told.read()
        if told.status != 200:
            raise (Refused if told.status == 503 else RuntimeError)(read.decode())
        return orjson.loads(read)

    return call


def in_process(engine: Engine, places: RememberedPlaces, day: date) -> Callable[[Pairs], bytes]:
    """JSON bytes, as the service sends them."""

    def call(pairs: Pairs) -> bytes:
        try:
            return answer(parse(pairs), engine=engine, gazetteer=places, day=day)
        except Unavailable as error:
            raise Refused(str(error)) from error

    return call


def opensearch(address: str, index: str, day: date) -> Callable[[Pairs], Answer]:
    """Asked again with all words but one where all of them find nothing. The cards of a page are counted by a second
    request, where inner hits would search once more for each of twenty cards."""
    connection = HTTPConnection(urlsplit(address).netloc)
    path = f"/{index}/_search?request_cache=false"

    def ask(body: Mapping[str, Any]) -> Answer:
        connection.request("POST", path, orjson.dumps(body), {"content-type": "application/json"})
        told = connection.getresponse()
        read = told.read()
        if told.status != 200:
            raise RuntimeError(read.decode())
        return orjson.loads(read)

    def call(pairs: Pairs) -> Answer:
        body = french.query(pairs, day)
        page = ask(body)
        if not page["hits"]["total"]["value"] and any(name == "q" and " " in value for name, value in pairs):
            body = french.query(pairs, day, french.ALL_BUT_ONE)
            page = ask(body)
        cards = [hit["fields"]["card"][0] for hit in page["hits"]["hits"]]
        page["members"] = ask(french.counting(body, cards)) if cards else None
        return page

    return call


class Took:
    """What an engine's requests took by the cluster's own word, summed over a question. Whole milliseconds, cut off:
    what is not accounted for is overstated by half of one a request."""

    def __init__(self, engine: ElasticsearchEngine) -> None:
        connections = engine._client._line.connections  # answers have no room for it, so it is heard on the line
        self._ask = connections.perform_request
        self._sum = 0.0
        connections.perform_request = self._heard  # type: ignore[method-assign]

    def _heard(self, method: str, path: str, *, params: Any = None, **sent: Any) -> Any:
        searches = path in ("/_search", "/_msearch")
        if searches:
            params = {**params, "filter_path": f"took,{params['filter_path']}"}
        answered = self._ask(method, path, params=params, **sent)
        self._sum += answered.body["took"] if searches else 0
        return answered

    def __call__(self) -> float:
        took, self._sum = self._sum, 0.0
        return took
