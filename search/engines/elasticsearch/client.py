"""The one place where requests are made to the cluster; what goes wrong there is named in ``refusals``.

Two manners share the connections. *Brief* is for who waits for an answer: under a second whatever happens, one more try
where the failure came at once, and a breaker that answers for a cluster that is away. *Patient* is for work that may
wait: a node that restarts or a full queue does not end it.
"""

from __future__ import annotations

import ssl
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import orjson
from circuitbreaker import CircuitBreaker
from elastic_transport import ConnectionTimeout, SerializationError, TransportError
from elastic_transport.client_utils import DEFAULT
from elasticsearch import ApiError, Elasticsearch, OrjsonSerializer, UnsupportedProductError
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, stop_after_delay
from tenacity.wait import wait_random, wait_random_exponential

from base.errors import ParcoursError
from search.engines.contract import Signs
from search.engines.elasticsearch.node import KeptNode
from search.engines.elasticsearch.options import Options
from search.engines.elasticsearch.refusals import (
    MAJOR,
    Missing,
    NoAccess,
    Overloaded,
    Unreachable,
    Untrusted,
    WrongServer,
    named,
    of_item,
)

JSON = {"accept": "application/json", "content-type": "application/json"}
THROUGH_ALIAS = {"require_alias": "true"}  # names.writing
NDJSON = {"accept": "application/json", "content-type": "application/x-ndjson"}

_ANOTHER = "un autre logiciel qu'Elasticsearch"
_FAILURES_IN_A_ROW = 3  # open the breaker
_AT_ONCE_SECONDS = 0.2  # a failure that came sooner leaves time for another try
Answered = TypeVar("Answered")


@dataclass(slots=True)
class _Line:
    """What both manners share: the connections, what is known of the server, and what was seen of it."""

    connections: Elasticsearch
    breaker: CircuitBreaker
    met: bool = False  # its version was looked at since it last failed to answer
    errors: Counter[str] = field(default_factory=Counter)
    retries: int = 0


class Client:
    def __init__(self, urls: Sequence[str], options: Options) -> None:
        """``ValueError`` when these are no addresses, or contradict the options."""
        if options.api_key and any("@" in url for url in urls):
            raise ValueError("an API key, or a name and a password in the address: not both")
        connections = Elasticsearch(
            list(urls),
            node_class=KeptNode,
            serializer=OrjsonSerializer(),
            api_key=_key(options.api_key),
            ssl_context=options.tls or DEFAULT,
            connections_per_node=options.connections,
            request_timeout=options.question_seconds,
            max_retries=0,  # asked again here, after a pause
            retry_on_timeout=False,
        )
        breaker = CircuitBreaker(_FAILURES_IN_A_ROW, options.rest_seconds, (Unreachable, Overloaded), "elasticsearch")
        self._line = _Line(connections, breaker)
        self._options = options
        self._whole = self
        self._patient = True
        self._sender = connections.options(request_timeout=options.writing_seconds)
        self._retrying = Retrying(
            stop=stop_after_delay(options.patience_seconds),
            wait=wait_random_exponential(multiplier=0.2, max=5),
            retry=retry_if_exception(_passes),
            before_sleep=self._again,
            reraise=True,
        )

    def brief(self) -> Client:
        other = object.__new__(Client)
        other._whole = self
        other._line, other._options, other._patient = self._line, self._options, False
        other._sender = self._line.connections
        other._retrying = Retrying(
            stop=stop_after_attempt(2) | stop_after_delay(_AT_ONCE_SECONDS),
            wait=wait_random(0.01, 0.05),
            retry=retry_if_exception(_passes),
            before_sleep=other._again,
            reraise=True,
        )
        return other

    def patient(self) -> Client:
        return self._whole

    def question(self, path: str, body: bytes, params: Mapping[str, Any] | None = None) -> Any:
        return self._request("POST", path, params, JSON, body)

    def read(self, path: str, params: Mapping[str, Any] | None = None, body: Any = None) -> Any:
        """The answer, ``None`` when there is no such index or document."""
        try:
            return self._request("GET", path, params, JSON, None if body is None else orjson.dumps(body))
        except Missing:
            return None

    def write(self, method: str, path: str, body: Any = None, params: Mapping[str, Any] | None = None) -> Any:
        return self._request(method, path, params, JSON, None if body is None else orjson.dumps(body))

    def bulk(self, lines: bytes, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Its items that failed, as Elasticsearch tells them. Where a queue was full the whole is sent again: every
        line carries its version, so that what was taken already is taken as it is."""
        told = {
            **THROUGH_ALIAS,
            "filter_path": "errors,items.*._id,items.*._index,items.*.status,items.*.error",
            **(params or {}),
        }
        return self._trying(lambda: self._bulk(lines, told))

    def signs(self) -> Signs:
        return Signs(dict(self._line.errors), self._line.retries, bool(self._line.breaker.opened))

    def close(self) -> None:
        self._line.connections.close()

    def _bulk(self, lines: bytes, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        answer = self._send("POST", "/_bulk", params, NDJSON, lines)
        if not answer["errors"]:
            return []
        failed = [item for each in answer["items"] for item in each.values() if item["status"] >= 300]
        for item in failed:
            if item["status"] in (429, 503):
                raise self._seen(of_item(item))
        return failed

    def _request(
        self, method: str, path: str, params: Mapping[str, Any] | None, headers: Mapping[str, str], body: bytes | None
    ) -> Any:
        return self._trying(lambda: self._send(method, path, params, headers, body))

    def _trying(self, send: Callable[[], Answered]) -> Answered:
        if self._patient:
            return self._retrying(send)
        if self._line.breaker.opened:
            raise Overloaded() if isinstance(self._line.breaker.last_failure, Overloaded) else Unreachable()
        with self._line.breaker:
            return self._retrying(send)

    def _send(
        self, method: str, path: str, params: Mapping[str, Any] | None, headers: Mapping[str, str], body: bytes | None
    ) -> Any:
        try:
            if not self._line.met:
                self._meet()
            return self._sender.perform_request(method, path, params=params, headers=headers, body=body).body
        except (UnsupportedProductError, SerializationError) as error:  # an ApiError and a TransportError, too
            raise self._seen(WrongServer(_ANOTHER)) from error
        except ApiError as error:
            raise self._seen(named(error.status_code, error.body, str(error.message))) from error
        except TransportError as error:
            self._line.met = False  # whoever comes back may be another
            raise self._seen(_no_answer(error)) from error

    def _meet(self) -> None:
        """Not by ``GET /``, which some distributions lack."""
        try:
            told = self._line.connections.perform_request(
                "GET", "/_nodes/http", params={"filter_path": "nodes.*.version"}, headers=JSON
            ).body
        except UnsupportedProductError:
            raise
        except ApiError as error:
            failure = named(error.status_code, error.body, str(error.message))
            if isinstance(failure, Missing):  # every Elasticsearch knows its nodes
                raise self._seen(WrongServer(_ANOTHER)) from error
            if not isinstance(failure, NoAccess) or error.status_code == 401:
                raise
            told = {}  # a user who may not look at the nodes: the client is left to tell products apart
        versions = {str(node["version"]) for node in told.get("nodes", {}).values()}
        wrong = sorted(version for version in versions if version.partition(".")[0] != str(MAJOR))
        if wrong:
            raise self._seen(WrongServer(f"Elasticsearch {', '.join(wrong)}"))
        self._line.met = True

    def _seen(self, failure: ParcoursError) -> ParcoursError:
        kind = getattr(failure, "kind", "")
        if kind and not isinstance(failure, Missing):
            self._line.errors[kind] += 1
        return failure

    def _again(self, _state: RetryCallState) -> None:
        self._line.retries += 1


def _key(api_key: str) -> str | tuple[str, str] | None:
    name, parted, secret = api_key.partition(":")
    return (name, secret) if parted else api_key or None


def _no_answer(error: TransportError) -> ParcoursError:
    cause = error.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Untrusted(cause.verify_message)
    return Unreachable(timed_out=isinstance(error, ConnectionTimeout))


def _passes(error: BaseException) -> bool:
    """Whether asking again may help at once. Not after a wait in vain: what was sent may still be under way."""
    return isinstance(error, Overloaded) or (isinstance(error, Unreachable) and not error.timed_out)
