"""One size of catalogue with everybody who answers questions about it."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

from base.clock import fixed_clock
from bench.questions import Pairs, askable_words, questions
from bench.sidebyside.agreeing import compare
from bench.sidebyside.building import Rows, prefix_of
from bench.sidebyside.contenders import Contender, Took, in_process, opensearch, over_http
from bench.sidebyside.freshness import measure_freshness
from bench.sidebyside.nodes import Nodes, serving
from bench.sidebyside.processes import ENGINE_CORE, Tree
from bench.sidebyside.rounds import measure, warm
from bench.synthetic import vocabulary
from bench.towns import towns
from geo.gazetteer import Gazetteer
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.embedded.compiled.loading import load
from search.engines.embedded.engine import EmbeddedEngine
from search.places import RememberedPlaces

TODAY = date(2026, 11, 23)
WORKER_STARTS_S = 3.0
PREFIX = "bench"


@dataclass(slots=True)
class Side:
    size: str
    folder: Path
    seed: int
    nodes: Nodes
    settings: dict[str, str]  # of the service on Elasticsearch
    asked: dict[str, list[Pairs]]  # by class
    contenders: list[Contender]
    services: dict[str, Tree]

    @classmethod
    @contextmanager
    def open(cls, size: str, folder: Path, nodes: Nodes, arguments: argparse.Namespace) -> Iterator[Self]:
        settings = {
            "PARCOURS_ENGINE": "elasticsearch",
            "PARCOURS_ELASTICSEARCH_URL": nodes.elasticsearch_url,
            "PARCOURS_ELASTICSEARCH_PREFIX": prefix_of(size, PREFIX),
        }
        clock, places = fixed_clock(TODAY), RememberedPlaces(Gazetteer.open(None))
        embedded = EmbeddedEngine(folder / "index", clock, kernel=load(folder / "compiled").kernel)
        words = askable_words(vocabulary(), embedded.snapshot().lexicon)
        asked = {
            kind: questions(kind, arguments.questions, towns(), words, TODAY, arguments.seed)
            for kind in arguments.classes
        }
        with ExitStack() as stack:
            made = ElasticsearchEngine([nodes.elasticsearch_url], prefix_of(size, PREFIX), clock)
            engine = stack.enter_context(closing(made))
            port, service = stack.enter_context(serving(folder, TODAY, worker=False))
            other, beside = stack.enter_context(serving(folder / "elasticsearch", TODAY, worker=False, **settings))
            node, peer = nodes.elasticsearch, nodes.opensearch
            own_way = opensearch(nodes.opensearch_url, prefix_of(size, PREFIX), TODAY)
            contenders = [
                Contender("embedded over HTTP", over_http(port), [service]),
                Contender("embedded in process", in_process(embedded, places, TODAY), own=True, core=ENGINE_CORE),
                Contender("Elasticsearch over HTTP", over_http(other), [beside, node]),
                Contender(
                    "Elasticsearch in process", in_process(engine, places, TODAY), [node], True, took=Took(engine)
                ),
                Contender("OpenSearch", own_way, [peer]),
            ]
            services = {"embedded": service, "Elasticsearch": beside}
            yield cls(size, folder, arguments.seed, nodes, settings, asked, contenders, services)

    def compared(self, count: int) -> Rows:
        embedded, _, elasticsearch, _, peer = self.contenders
        rows = [
            compare(f"{kind} {self.size}", asked[:count], embedded, elasticsearch, peer)
            for kind, asked in self.asked.items()
        ]
        say("\n".join(map(str, rows)))
        return rows

    def warmed(self, count: int, seconds: float) -> Rows:
        """Two of the contenders share a node: each asks half."""
        rows: Rows = []
        for contender in self.contenders:
            shared = 2 if self.nodes.elasticsearch in contender.servers else 1
            for kind, asked in self.asked.items():
                done = warm(contender, asked, count // shared, seconds / shared)
                rows.append({"label": f"{kind} {self.size}, {contender.name}: asked before", "n": done})
            say(f"{self.size}: {contender.name} is warm")
        return rows

    def measured(self, count: int, seconds: float) -> Iterator[tuple[dict[str, object], dict[str, list[float]]]]:
        nodes = [self.nodes.elasticsearch, self.nodes.opensearch]
        for kind, asked in self.asked.items():
            for measured in measure(self.contenders, nodes, asked, count, seconds):
                row = measured.row(f"{kind} {self.size}")
                samples = {str(row["label"]): measured.wall_ms}
                if measured.took_ms:
                    samples[f"{row['label']}: took"] = measured.took_ms
                yield row, samples

    def peaks(self) -> Rows:
        return [
            {"label": f"peak memory {self.size}, service on {name}", "peak_mb": tree.peak_mb()}
            for name, tree in self.services.items()
        ]

    def freshness(self, changes: int) -> Iterator[tuple[dict[str, object], list[float]]]:
        """Both cores for everybody, as a service on one machine has them; services of their own, with workers."""
        asked = self.asked.get("full") or next(iter(self.asked.values()))
        both: tuple[tuple[str, Path, dict[str, str]], ...] = (
            ("embedded", self.folder, {}),
            ("Elasticsearch", self.folder / "elasticsearch", self.settings),
        )
        for name, folder, settings in both:
            with serving(folder, TODAY, worker=True, **settings) as (port, _):
                time.sleep(WORKER_STARTS_S)
                label = f"{name} {self.size}"
                yield measure_freshness(label, folder, port, self.size, asked, TODAY, self.seed, changes)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
