"""What goes wrong with a cluster, by its names: a line for who asks, and the way out for who operates it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from base.errors import Gone, IndexDamaged, ParcoursError, Unavailable

MAJOR = 9  # of the server and of its client

_LATER = "Le moteur de recherche ne répond pas : réessayez dans quelques instants."
_WAITING = "Les changements attendent dans la base : rien n'est perdu, et l'indexation reprend d'elle-même."
_EXPIRED = "Cet état de l'index n'est plus servi."
_MAPPING = {"strict_dynamic_mapping_exception", "document_parsing_exception", "mapper_parsing_exception"}
_ITS_VERSION = re.compile(r"must be either version (\d+)")
_BLOCK = "cluster_block_exception"
_MANY_INDICES = "more than one ind"  # "alias [x] has more than one index associated with it"


class Unreachable(Unavailable):
    """No connection, or no answer in time."""

    kind = "unreachable"

    def __init__(self, *, timed_out: bool = False) -> None:
        super().__init__(
            _LATER,
            advice="Vérifiez que le cluster Elasticsearch tourne et que PARCOURS_ELASTICSEARCH_URL le nomme ; le "
            f"service reprend de lui-même à son retour. {_WAITING}",
        )
        self.timed_out = timed_out


class Untrusted(Unavailable):
    """Whoever answers at the address proves by no certificate that it is the cluster."""

    kind = "untrusted"
    code = "search-untrusted"

    def __init__(self, reason: str) -> None:
        super().__init__(
            _LATER,
            advice="Le certificat du cluster n'est pas reconnu : PARCOURS_ELASTICSEARCH_CA_FILE nomme le fichier (PEM) "
            "de l'autorité qui l'a signé, et l'hôte de PARCOURS_ELASTICSEARCH_URL doit être de ceux qu'il porte. "
            f"({reason})",
        )


class Overloaded(Unavailable):
    """Its queues are full (429), or it is not whole yet (502, 503, 504)."""

    kind = "overloaded"

    def __init__(self, status: int = 429) -> None:
        advice = (
            "Ses files d'attente sont pleines : espacez les imports, ou ajoutez des nœuds ou des replicas "
            "(docs/operations.md)."
            if status == 429
            else "Le cluster n'est pas entier : « GET _cluster/health » dit ce qui manque ; il redémarre peut-être."
        )
        super().__init__(
            "Le moteur de recherche est surchargé : réessayez dans quelques instants.", advice=f"{advice} {_WAITING}"
        )


class ReadOnly(Unavailable):
    kind = "read-only"
    code = "search-read-only"

    def __init__(self, reason: str) -> None:
        super().__init__(
            "L'index est en lecture seule : les questions sont servies, les changements attendent.",
            advice=f"Faites de la place sur le disque des nœuds ou ajoutez-en un : Elasticsearch lève le blocage de "
            f"lui-même sous le seuil. S'il a été posé à la main : « PUT INDEX/_settings » avec "
            f'{{"index.blocks.read_only_allow_delete": null}}. {_WAITING} ({reason})',
        )


class Missing(Unavailable):
    """An index, alias or document that is not there."""

    kind = "missing"

    def __init__(self) -> None:
        super().__init__(
            "Les offres ne sont pas encore indexées : réessayez bientôt. « parcours reindex » ou l'import d'un "
            "catalogue fait l'index."
        )


class WrongServer(Unavailable):
    kind = "wrong-server"
    code = "search-wrong-server"

    def __init__(self, found: str) -> None:
        super().__init__(
            _LATER,
            advice=f"Le serveur de PARCOURS_ELASTICSEARCH_URL est {found} ; il faut Elasticsearch {MAJOR}. Nommez un "
            f"autre cluster ou mettez celui-ci à niveau (docs/operations.md, « Versions »).",
        )


class NoAccess(Unavailable):
    kind = "no-access"
    code = "search-no-access"

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(
            _LATER,
            advice=f"Le cluster refuse l'accès ({status}) : PARCOURS_ELASTICSEARCH_API_KEY, ou un nom et un mot de "
            "passe dans PARCOURS_ELASTICSEARCH_URL (https://nom:secret@hôte:9200), doit avoir tous les droits sur "
            f"PREFIXE-* et monitor sur le cluster. ({reason})",
        )


class Refused(ParcoursError):
    """An answer of the cluster that no rule of ours explains: a mistake of ours or of its settings."""

    kind = "refused"
    status = 503
    code = "search-refused"
    title = "Service momentanément indisponible"

    def __init__(self, status: int, reason: str, advice: str = "") -> None:
        super().__init__(
            _LATER,
            advice=f"Elasticsearch a refusé une demande ({status}) : {reason}. "
            f"{advice or 'Si un réglage du cluster ne l’explique pas, signalez-le avec cette ligne.'}",
        )
        self.http_status = status
        self.reason = reason


class MappingConflict(Refused):
    """The index has not the fields that this program writes."""

    kind = "mapping"
    code = "search-mapping"

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(
            status,
            reason,
            "Le mapping de l'index n'est pas celui de ce programme : un modèle d'index du cluster le change, ou une "
            "autre version l'a fait. « parcours reindex --engine elasticsearch » le refait ; l'ancien est servi "
            "pendant ce temps.",
        )


def half_served(what: str) -> IndexDamaged:
    """Part of a build is lost, or its alias: it is made anew from the database."""
    return IndexDamaged(
        f"L'index du cluster n'est pas entier ({what}) : il est refait depuis la base.",
        advice="Un worker le fait de lui-même ; sans worker : « parcours reindex --engine elasticsearch », ou "
        "« parcours index rollback » pour revenir au précédent.",
    )


def named(status: int, body: Any, message: str = "") -> ParcoursError:
    """An answer that tells a failure."""
    kind, reason = cause_of(body)
    told = f"{kind}: {reason}"[:500] if kind else message
    if kind == _BLOCK and "state not recovered" not in reason:  # a flooded disk answers 429, an operator's block 403
        return ReadOnly(told) if status in (403, 429) else Overloaded(status)
    if status == 404:
        return Gone(_EXPIRED) if "search_context_missing" in str(body) else Missing()
    if status in (429, 502, 503, 504):
        return Overloaded(status)
    if kind == "media_type_header_exception" or status in (406, 415):  # it takes no request of a client of this major
        found = _ITS_VERSION.search(str(body))
        return WrongServer(f"Elasticsearch {found[1]}" if found else "un autre logiciel, ou d'une autre version")
    if status in (401, 403):
        return NoAccess(status, told)
    if _MANY_INDICES in reason:
        return half_served("deux index sous un même alias")
    return MappingConflict(status, told) if kind in _MAPPING else Refused(status, told)


def of_item(item: Mapping[str, Any]) -> ParcoursError:
    """A line of a bulk request that failed."""
    error = item.get("error", {})
    return named(item["status"], {"error": {"root_cause": [error]}})


def cause_of(body: Any) -> tuple[str, str]:
    """Kind and reason, "" where the answer is not one of Elasticsearch."""
    try:
        cause = body["error"]["root_cause"][0]
        return str(cause["type"]), str(cause["reason"])
    except (KeyError, IndexError, TypeError):
        return "", ""
