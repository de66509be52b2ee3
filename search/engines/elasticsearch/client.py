"""The one place where requests are made to the cluster; what goes wrong there has the names of ``base.errors``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from elastic_transport import ConnectionError as NoConnection
from elastic_transport import SerializationError, TlsError, TransportError
from elasticsearch import ApiError, Elasticsearch, OrjsonSerializer, UnsupportedProductError

from base.errors import Gone, ParcoursError, Unavailable
from search.engines.elasticsearch.options import Options

JSON = {"accept": "application/json", "content-type": "application/json"}
THROUGH_ALIAS = {"require_alias": "true"}  # names.writing
NDJSON = {"accept": "application/json", "content-type": "application/x-ndjson"}

NO_INDEX = (
    "Les offres ne sont pas encore indexées : réessayez bientôt. « parcours reindex » ou l'import d'un catalogue "
    "fait l'index."
)
_UNREACHABLE = "Le moteur de recherche ne répond pas : réessayez dans quelques instants."
_NOT_ELASTICSEARCH = "Le serveur de recherche n'est pas un Elasticsearch que l'on connaît."
OVERLOADED = "Le moteur de recherche est surchargé : réessayez dans quelques instants."
_EXPIRED = "Cet état de l'index n'est plus servi."


class Refused(ParcoursError):
    """An answer of the cluster that no rule of ours explains: a mistake of ours or of its settings."""

    status = 503
    code = "search-refused"
    title = "Service momentanément indisponible"

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"Elasticsearch a refusé une demande ({status}) : {reason}")
        self.http_status = status
        self.reason = reason


class Client:
    def __init__(self, urls: Sequence[str], options: Options, *, user: str = "", password: str = "") -> None:
        self._options = options
        self._client = Elasticsearch(
            list(urls),
            serializer=OrjsonSerializer(),
            basic_auth=(user, password) if user else None,
            connections_per_node=options.connections,
            request_timeout=options.question_seconds,
            max_retries=0,  # who asks knows whether asking again is of use
            retry_on_timeout=False,
        )
        self._slow = self._client.options(request_timeout=options.writing_seconds)

    def question(self, path: str, body: bytes, params: Mapping[str, Any] | None = None) -> Any:
        return _answered(self._client, "POST", path, params, JSON, body)

    def read(self, path: str, params: Mapping[str, Any] | None = None, body: Any = None) -> Any:
        """The answer, ``None`` when there is no such index or document."""
        try:
            sent = None if body is None else orjson.dumps(body)
            return _answered(self._client, "GET", path, params, JSON, sent)
        except Missing:
            return None

    def write(self, method: str, path: str, body: Any = None, params: Mapping[str, Any] | None = None) -> Any:
        sent = None if body is None else orjson.dumps(body)
        return _answered(self._slow, method, path, params, JSON, sent)

    def bulk(self, lines: bytes, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Its items that failed, as Elasticsearch tells them."""
        told = {
            **THROUGH_ALIAS,
            "filter_path": "errors,items.*._id,items.*._index,items.*.status,items.*.error",
            **(params or {}),
        }
        answer = _answered(self._slow, "POST", "/_bulk", told, NDJSON, lines)
        if not answer["errors"]:
            return []
        items = (item for each in answer["items"] for item in each.values())
        return [item for item in items if item["status"] >= 300]

    def close(self) -> None:
        self._client.close()


class Missing(Unavailable):
    """An index, alias or document that is not there."""


def _answered(
    client: Elasticsearch,
    method: str,
    path: str,
    params: Mapping[str, Any] | None,
    headers: Mapping[str, str],
    body: bytes | None,
) -> Any:
    try:
        return client.perform_request(method, path, params=params, headers=headers, body=body).body
    except ApiError as error:
        raise _named(error) from error
    except UnsupportedProductError as error:
        raise Unavailable(_NOT_ELASTICSEARCH) from error
    except (NoConnection, TlsError, SerializationError, TransportError) as error:
        raise Unavailable(_UNREACHABLE) from error


def _named(error: ApiError) -> ParcoursError:
    status = error.status_code
    if status == 404:
        return Gone(_EXPIRED) if "search_context_missing" in str(error.body) else Missing(NO_INDEX)
    if status in (429, 502, 503, 504):
        return Unavailable(OVERLOADED)
    return Refused(status, _reason(error.body) or str(error.message))


def _reason(body: Any) -> str:
    try:
        cause = body["error"]["root_cause"][0]
        return f"{cause['type']}: {cause['reason']}"[:500]
    except (KeyError, IndexError, TypeError):
        return ""
