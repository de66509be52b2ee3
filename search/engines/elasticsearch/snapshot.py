"""A frozen state: a build and a point in time of its offers. Safe to use from several threads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from base.errors import Gone, InvalidParameter
from search.analysis.lexicon import Lexicon
from search.engines.contract import Described, Found, Ranked
from search.engines.elasticsearch import answers
from search.engines.elasticsearch.answers import Places, RankedCards
from search.engines.elasticsearch.client import Client
from search.engines.elasticsearch.questions import (
    WINDOW,
    Asking,
    describing,
    finding_any,
    listing_versions,
    ranking,
    walking,
)
from search.engines.elasticsearch.sorting import keys_of
from search.engines.in_turn import first_found
from search.plan import Plan

# What comes back of each kind of request; the cluster leaves out the rest before it sends.
_RANKED = "hits.total.value,hits.hits.sort,aggregations.*.facets.buckets,aggregations.shared,aggregations.met.shared"
_AT_ONCE = "responses.status," + ",".join([f"responses.{each}" for each in _RANKED.split(",")])
_WALKED = "hits.hits.sort"
_DESCRIBED = "hits.hits._source,hits.hits._score,aggregations.met.members.buckets"
_WHOLE = {"allow_partial_search_results": "false"}

BETWEEN = "~"  # build and point in time, in the name of a generation
MOST_WALKED = 1_000_000  # offers passed on the way to a deep page
_DESCRIBED_AT_ONCE = 1_000


class ElasticsearchSnapshot:
    """``renew``: another point in time of the build, for one that was not asked for by name and is lost: a node that
    restarts forgets all of its own."""

    def __init__(
        self,
        client: Client,
        build: str,
        lexicon: Lexicon,
        asking: Asking,
        renew: Callable[[Asking], Asking] | None = None,
    ) -> None:
        self.build = build
        self.generation = f"{build}{BETWEEN}{asking.pit}"
        self.lexicon = lexicon
        self._client = client
        self._asking = asking
        self._renew = renew

    def execute(self, plan: Plan) -> Ranked:
        if plan.offset + plan.limit <= WINDOW:
            return self._ranked(plan, plan.offset, plan.limit)
        counted = self._ranked(plan, 0, 0)
        reach = counted.cards if plan.group and counted.cards is not None else counted.total
        if plan.offset >= reach:
            return counted
        if reach <= WINDOW:
            return self._ranked(plan, plan.offset, reach - plan.offset)
        return answers.ranked(plan, counted.total, counted.cards, self._deep(plan), counted.facets)

    def first_found(self, plans: Iterable[Plan]) -> Found:
        """One request ranks the first and tells which of the others find anything; a second one ranks what is found."""
        first, *others = asked = list(plans)
        if not others or first.offset + first.limit > WINDOW:
            return first_found(self.execute, asked)
        several = [ranking(self._asking, first, first.offset, first.limit)]
        answered, *told = self._ask_at_once(several + [finding_any(self._asking, plan) for plan in others])
        ranked = self._read(first, answered) if "hits" in answered else self.execute(first)
        if ranked.total:
            return 0, first, ranked
        for number, (plan, each) in enumerate(zip(others, told, strict=True), 1):
            if ("hits" not in each or answers.total_of(each)) and (found := self.execute(plan)).total:
                return number, plan, found
        return 0, first, ranked

    def describe(self, plan: Plan, ranked: Ranked, positions: Sequence[int]) -> list[Described]:
        assert isinstance(ranked, RankedCards)  # a snapshot describes what it ranked
        found: list[Described] = []
        for start in range(0, len(positions), _DESCRIBED_AT_ONCE):
            part = positions[start : start + _DESCRIBED_AT_ONCE]
            offers = [ranked.handles[position] for position in part]
            cards = [ranked.keys[position] for position in part] if ranked.similar is None else []
            answered = self._ask(describing(self._asking, plan, offers, cards), _DESCRIBED)
            found += answers.read_described(plan, answered, offers)
        return found

    def rank_of(self, plan: Plan, offer: int) -> int | None:
        """Counted along the order itself, so that ties and cards stand as the pages show them."""
        if plan.filters.ids and offer not in plan.filters.ids:
            return None
        only = replace(plan.filters, ids=frozenset([offer]))
        own = self._ranked(replace(plan, filters=only, group=False, facets=False), 0, 1)
        if not own.total:
            return None
        wanted, passed = own.keys[0] if plan.group else offer, 0
        for places in self._walk(plan):
            names = places.cards if plan.group else places.offers
            if wanted in names:
                return passed + names.index(wanted) + 1
            passed += len(names)
        return None

    def fixed(self) -> ElasticsearchSnapshot:
        """The same, never another point in time: a walk through pages must not go on in it unawares."""
        return ElasticsearchSnapshot(self._client, self.build, self.lexicon, self._asking)

    def touch(self) -> None:
        """``Gone`` when this state is no longer served."""
        self._ask(self._asking.body(size=0, track_total_hits=False), "took")

    def versions(self) -> Mapping[int, int]:
        """By pages of ten thousand, which take longer than a question may."""
        found: dict[int, int] = {}
        after: Sequence[Any] | None = None
        while hits := answers.hits_of(self._ask(listing_versions(self._asking, after), "hits.hits.sort", patient=True)):
            found.update(hit["sort"][:2] for hit in hits)
            after = hits[-1]["sort"]
        return found

    def count(self) -> int:
        return self.sizes()[0]

    def sizes(self) -> tuple[int, int]:
        """Offers and trainings that can be found."""
        body = self._asking.body(size=0, track_total_hits=True, aggs={"lead": {"filter": {"term": {"lead": True}}}})
        answered = self._ask(body, "hits.total.value,aggregations.lead.doc_count")
        return answers.total_of(answered), int(answered["aggregations"]["lead"]["doc_count"])

    def _ranked(self, plan: Plan, offset: int, size: int) -> RankedCards:
        return self._read(plan, self._ask(ranking(self._asking, plan, offset, size), _RANKED))

    def _read(self, plan: Plan, answered: Mapping[str, Any]) -> RankedCards:
        aggregations = answered.get("aggregations", {})
        places = answers.read_places(answers.hits_of(answered), keys_of(plan))
        total = answers.total_of(answered)
        cards = answers.card_count(aggregations, total, self._asking.shards)
        return answers.ranked(plan, total, cards, places, answers.facet_counts(aggregations, plan))

    def _deep(self, plan: Plan) -> Places:
        """A page beyond what one request reaches."""
        passed, end, found = 0, plan.offset + plan.limit, answers.NO_PLACES
        for places in self._walk(plan):
            found += places.slice(max(plan.offset - passed, 0), max(end - passed, 0))
            passed += len(places.offers)
            if passed >= end:
                break
        return found

    def _walk(self, plan: Plan) -> Iterator[Places]:
        """The whole order, a window at a time; of each card its first offer alone, with ``group``."""
        after: Sequence[Any] | None = None
        seen: set[int] = set()
        for _ in range(0, MOST_WALKED, WINDOW):
            hits = answers.hits_of(self._ask(walking(self._asking, plan, after), _WALKED))
            if not hits:
                return
            places = answers.read_places(hits, keys_of(plan))
            yield answers.first_of_each_card(places, seen) if plan.group else places
            if len(hits) < WINDOW:
                return
            after = hits[-1]["sort"]
        raise InvalidParameter("cursor", "Cette page est trop loin : précisez la question.")

    def _ask(self, body: dict[str, Any], wanted: str, *, patient: bool = False) -> Any:
        """``body`` was made from the point in time that is asked."""
        params = {**_WHOLE, "filter_path": wanted}
        client = self._client.patient() if patient else self._client
        try:
            return client.question("/_search", orjson.dumps(body), params)
        except Gone:
            if self._renew is None:
                raise
            self._asking = self._renew(self._asking)
            self.generation = f"{self.build}{BETWEEN}{self._asking.pit}"
            return client.question("/_search", orjson.dumps({**body, **self._asking.body()}), params)

    def _ask_at_once(self, bodies: Sequence[dict[str, Any]]) -> list[Any]:
        """One that failed has no ``hits``: whoever asks it alone meets the reason."""
        head = orjson.dumps(_WHOLE)
        lines = [line for body in bodies for line in (head, orjson.dumps(body))]
        answered = self._client.question("/_msearch", b"\n".join([*lines, b""]), {"filter_path": _AT_ONCE})
        found: list[Any] = answered["responses"]
        return found
