"""Changes to a build: one bulk request for what is known of the trainings, one for their offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from search.document import Removal, TrainingDocument
from search.engines.contract import Stamp
from search.engines.elasticsearch import companion
from search.engines.elasticsearch.client import Client
from search.engines.elasticsearch.companion import UNHEARD, raise_failures, training_line
from search.engines.elasticsearch.documents import gone_line, offer_lines
from search.engines.elasticsearch.names import Names
from search.engines.elasticsearch.vocabulary import Vocabularies

Change = TrainingDocument | Removal
_CONFLICT = 409  # a newer version is there already: what is wanted


def apply(
    client: Client,
    names: Names,
    vocabularies: Vocabularies,
    build: str,
    batch: Sequence[Change],
    position: int,
    after: int,
) -> None:
    """Seen by new snapshots and durable when it returns.

    The line of a training is written first and claims its version: a later write of an older one is refused there, and
    at each offer as well where two writers cross.
    """
    index = names.companion(build)
    changes = latest(batch)
    if changes:
        known = companion.read_lines(client, index, list(changes))
        changes = {key: each for key, each in changes.items() if each.version >= known.get(key, UNHEARD).version}
        ever = {key: known.get(key, UNHEARD).offers | _own(each) | set(each.gone) for key, each in changes.items()}
        claims = [training_line(index, key, each.version, ever[key]) for key, each in changes.items()]
        refused = _send(client, claims)
        changes = {key: each for key, each in changes.items() if f"t{key}" not in refused}
        vocabularies.extend(build, (each for each in changes.values() if isinstance(each, TrainingDocument)))
        _send(client, _offers(names.offers(build), changes.values(), ever), refresh=True)
    if position:
        stamp = companion.read_stamp(client, index)
        if stamp.position >= after:
            companion.move_stamp(client, index, Stamp(stamp.catalogue, position))
    companion.touch(client, index)


def latest(batch: Sequence[Change]) -> dict[int, Change]:
    """One change per training: of the greatest version, the last on a tie."""
    found: dict[int, Change] = {}
    for change in batch:
        known = found.get(change.id)
        if known is None or change.version >= known.version:
            found[change.id] = change
    return found


def _own(change: Change) -> set[int]:
    return set() if isinstance(change, Removal) else {offer.id for offer in change.offers}


def _offers(index: str, changes: Iterable[Change], ever: Mapping[int, frozenset[int]]) -> list[bytes]:
    lines = []
    for change in changes:
        lines += [gone_line(index, offer, change.version) for offer in sorted(ever[change.id] - _own(change))]
        if isinstance(change, TrainingDocument):
            lines += offer_lines(index, change)
    return lines


def _expected(failed: Mapping[str, Any]) -> bool:
    """A newer version is there, or what was to be deleted never was."""
    return failed["status"] == _CONFLICT or (failed["status"] == 404 and "error" not in failed)


def _send(client: Client, lines: Sequence[bytes], *, refresh: bool = False) -> set[str]:
    """Ids refused because a newer version is there."""
    if not lines:
        return set()
    failed = client.bulk(b"".join(lines), {"refresh": "true"} if refresh else None)
    raise_failures(each for each in failed if not _expected(each))
    return {each["_id"] for each in failed if each["status"] == _CONFLICT}
