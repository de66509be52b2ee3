"""Before anything is timed: do all of them answer the same questions?"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean, median
from typing import Any

from bench.questions import Pairs
from bench.sidebyside.contenders import Contender

SHOWN = 20


class Disagreement(Exception):
    """Nothing is timed of engines that answer differently."""


def compare(label: str, asked: Sequence[Pairs], embedded: Contender, cluster: Contender, peer: Contender) -> Any:
    """Ours must agree in totals, cards and facets; the peer in totals where no words are asked, for it analyses its
    own way. How much of the first 10 and 20 is shared."""
    rows = []
    for pairs in asked:
        ours, theirs, other = [each.patiently(pairs) for each in (embedded, cluster, peer)]
        if _counts(ours) != _counts(theirs):
            raise Disagreement(f"{label}: {pairs}: {_counts(ours)} is not {_counts(theirs)}")
        total = other["hits"]["total"]["value"]
        if total != ours["total"] and not any(name == "q" for name, _ in pairs):
            raise Disagreement(f"{label}: {pairs}: {ours['total']} is not {total} of OpenSearch")
        first = [hit["id"] for hit in ours["hits"]]
        rows.append(
            {
                "elasticsearch": _shared(first, [hit["id"] for hit in theirs["hits"]], SHOWN),
                "opensearch top 10": _shared(first, [hit["_id"] for hit in other["hits"]["hits"]], 10),
                "opensearch top 20": _shared(first, [hit["_id"] for hit in other["hits"]["hits"]], SHOWN),
                "opensearch same total": float(total == ours["total"]),
                "opensearch total / ours": total / ours["total"] if ours["total"] else float(total == 0),
                "matches": ours["total"],
            }
        )
    told: dict[str, object] = {"label": f"{label}: agreement", "n": len(rows)}
    middle = {"opensearch total / ours", "matches"}  # one question that is understood otherwise would be all of a mean
    return told | {name: round((median if name in middle else mean)(row[name] for row in rows), 3) for name in rows[0]}


def _counts(page: Any) -> tuple[Any, ...]:
    # An engine past 10,000 cards does not know how many there are.
    return page["total"], page["facets"]


def _shared(first: Sequence[str], second: Sequence[str], count: int) -> float:
    ours, theirs = set(first[:count]), set(second[:count])
    return len(ours & theirs) / max(1, len(ours))
