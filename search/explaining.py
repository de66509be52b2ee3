"""One offer under one question, word by word and part by part: for the command line and for organisations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson

from catalog.codes.facets import Audience
from search.engines.contract import Snapshot
from search.plan import Filters, Plan, Remote
from search.present import frame, present_hits
from search.ranking import WEIGHTS
from search.reasons import field_names, form_name


def explain_offer(plan: Plan, offer: int, snapshot: Snapshot) -> dict[str, Any] | None:
    """``matches``, the hit with its parts, and what each word adds; ``None`` when there is no such offer.

    An offer that the conditions leave out is still scored, as if they were lifted.
    """
    only = frozenset({offer})
    asked = replace(plan, filters=replace(plan.filters, ids=only), offset=0, limit=1, group=False, facets=False)
    ranked = snapshot.execute(asked)
    matches = ranked.total > 0
    lifted = (snapshot.execute(_lifted(asked, only, audience)) for audience in Audience)
    found = ranked if matches else next((each for each in lifted if each.total), None)
    if found is None:
        return None
    (described,) = snapshot.describe(asked, found, [0])
    (hit,) = orjson.loads(present_hits([described], frame(asked, reasons=True)))
    parts = hit.pop("reasons")
    return {
        "matches": matches,
        "score": described.score,
        "parts": parts,
        "words": [
            {
                "text": word.text,
                "required": word.required,
                "share": word.share,
                "term": term,
                "form": form_name(term) if term else None,
                "fields": field_names(mask),
                "value": value,
                "contribution": WEIGHTS["text"] * word.share * value,
            }
            for word, (term, mask, value) in zip(plan.words, described.words, strict=True)
        ],
        "offer": hit,
    }


def _lifted(plan: Plan, only: frozenset[int], audience: Audience) -> Plan:
    """No word, no condition, any place; an audience cannot be lifted, so each is asked for in turn."""
    return replace(
        plan,
        words=(),
        filters=Filters(ids=only, audience=audience),
        home=None,
        work=None,
        radius_km=None,
        areas=(),
        remote=Remote.INCLUDE,
    )
