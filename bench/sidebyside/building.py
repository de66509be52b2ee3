"""The three indexes of a catalogue, made once and kept: how fast, and how large they are."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
from sqlalchemy import Engine as Database

from base.clock import fixed_clock, system_clock
from base.database import open_database, reading
from base.ids import id_text
from base.migrate import upgrade
from bench.build import folder_bytes, gone, index_catalogue, store
from bench.opensearch import french
from bench.sidebyside.nodes import Nodes
from bench.sidebyside.processes import ENGINE_CORE
from bench.synthetic import SIZES
from catalog.store import marks
from catalog.store.indexed import read_indexed
from catalog.store.offers import offer_ids
from catalog.store.statements import chunks
from catalog.store.texts import read_texts
from indexer.documents import DocumentBuilder
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.embedded.engine import EmbeddedEngine

BOTH_CORES = {0, 1}
BULK_BYTES, BULK_THREADS = 4 << 20, 2  # as our own builds: search/engines/elasticsearch/options.py
Rows = list[dict[str, object]]


def prefix_of(size: str, prefix: str) -> str:
    return f"{prefix}-{size.lower()}"


def built(size: str, folder: Path, prefix: str, today: date, seed: int, nodes: Nodes) -> Rows:
    """``folder`` becomes a data folder of the embedded engine, ``elasticsearch`` in it one of the same catalogue; what
    building cost, also of an earlier run. Each engine's part is kept as soon as it is whole."""
    told = folder / "built.json"
    parts: dict[str, Rows] = json.loads(told.read_text()) if told.exists() else {}
    earlier = list(parts)
    upgrade(open_database(_url(folder)) if "catalogue" in parts else _emptied(folder))
    names = prefix_of(size, prefix)
    steps: dict[str, Callable[[], Rows]] = {
        "catalogue": lambda: [store(size, folder, today, seed)],
        "embedded": lambda: _embedded(size, folder, today),
        "elasticsearch": lambda: _elasticsearch(size, folder, names, today, nodes),
        "opensearch": lambda: _opensearch(size, folder, names, nodes),
    }
    for name, build in steps.items():
        if name not in parts:
            load = round(os.getloadavg()[0], 2)
            parts[name] = [{**row, "load_before": load} for row in build()]
            told.write_text(json.dumps(parts))
    return [{**row, "when": "earlier"} if name in earlier else row for name, rows in parts.items() for row in rows]


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'parcours.db'}"


def _emptied(folder: Path) -> Database:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return open_database(_url(folder))


def _embedded(size: str, folder: Path, today: date) -> Rows:
    shutil.rmtree(folder / "index", ignore_errors=True)
    os.sched_setaffinity(0, {ENGINE_CORE})
    engine = EmbeddedEngine(folder / "index", fixed_clock(today))
    row, *rest = index_catalogue(size, open_database(_url(folder)), engine, today)
    return [{**row, "index_mb": folder_bytes(folder / "index") >> 20}, *rest]


def _elasticsearch(size: str, folder: Path, prefix: str, today: date, nodes: Nodes) -> Rows:
    cluster = folder / "elasticsearch"
    shutil.rmtree(cluster, ignore_errors=True)
    cluster.mkdir()
    copy_catalogue(folder, cluster)
    _both_cores(nodes)
    used = nodes.elasticsearch.cpu_s()
    with closing(ElasticsearchEngine([nodes.elasticsearch_url], prefix, fixed_clock(today))) as engine:
        engine.delete_everything()  # a rebuild keeps the one before, which would count as its bytes
        row, *rest = index_catalogue(size, open_database(_url(cluster)), engine, today)
    row["server_cpu_s"] = round(nodes.elasticsearch.cpu_s() - used, 1)
    return [{**row, **_size_of(nodes.elasticsearch_url, f"/{prefix}-*")}, *rest]


def copy_catalogue(folder: Path, target: Path) -> None:
    """Also what is not in its file yet."""
    with closing(sqlite3.connect(folder / "parcours.db")) as held:
        held.execute("VACUUM INTO ?", [str(target / "parcours.db")])


def _both_cores(nodes: Nodes) -> None:
    os.sched_setaffinity(0, BOTH_CORES)
    for node in (nodes.elasticsearch, nodes.opensearch):
        node.wake()
        node.pin(BOTH_CORES)


def forget(size: str, prefix: str, nodes: Nodes) -> None:
    names = prefix_of(size, prefix)
    with closing(ElasticsearchEngine([nodes.elasticsearch_url], names, system_clock)) as engine:
        engine.delete_everything()
    call(nodes.opensearch_url, "DELETE", f"/{names}")


def _opensearch(size: str, folder: Path, index: str, nodes: Nodes) -> Rows:
    """The cards of its offers are those that our build stored in the catalogue."""
    _both_cores(nodes)
    address, database = nodes.opensearch_url, open_database(_url(folder))
    call(address, "DELETE", f"/{index}?ignore_unavailable=true")
    used, start, cpu = nodes.opensearch.cpu_s(), time.perf_counter(), time.process_time()
    call(address, "PUT", f"/{index}", french.index_body())
    with reading(database) as conn:
        _fill(_requests(_lines(conn, index)), lambda lines: _bulk(address, lines))
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        keys = sorted(marks.versions(conn))
        removed = [offer for part in chunks(gone(keys), 500) for ids in offer_ids(conn, part).values() for offer in ids]
    call(address, "POST", f"/{index}/_refresh")
    deleted = (f'{{"delete":{{"_index":"{index}","_id":"{id_text(offer)}"}}}}\n'.encode() for offer in removed)
    _fill(_requests(deleted), lambda lines: _bulk(address, lines))
    call(address, "POST", f"/{index}/_flush")
    call(address, "POST", f"/{index}/_refresh")
    row: dict[str, object] = {"label": f"build {size}, opensearch", "s": round(seconds, 1)}
    row |= {"offers_per_s": round(SIZES[size][0] / seconds), "cpu_s": round(cpu, 1)}
    row["server_cpu_s"] = round(nodes.opensearch.cpu_s() - used, 1)
    return [row | _size_of(address, f"/{index}")]


def _lines(conn: Any, index: str) -> Iterator[bytes]:
    builder = DocumentBuilder()
    for training, said in zip(read_indexed(conn), read_texts(conn), strict=True):
        assert training.id == said.id
        yield b"".join(french.offer_lines(index, builder.build(training, (), 0), said))


def _requests(lines: Iterator[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    length = 0
    for line in lines:
        held.append(line)
        length += len(line)
        if length >= BULK_BYTES:
            yield b"".join(held)
            held, length = [], 0
    if held:
        yield b"".join(held)


def _fill(requests: Iterator[bytes], send: Callable[[bytes], None]) -> None:
    under_way: deque[Future[None]] = deque()
    with ThreadPoolExecutor(BULK_THREADS) as pool:
        for lines in requests:
            while len(under_way) > BULK_THREADS:
                under_way.popleft().result()
            under_way.append(pool.submit(send, lines))
        while under_way:
            under_way.popleft().result()


def _bulk(address: str, lines: bytes) -> None:
    told = call(address, "POST", "/_bulk?filter_path=errors,items.*.error", lines)
    if told["errors"]:
        raise RuntimeError(str(told["items"])[:500])


def _size_of(address: str, names: str) -> dict[str, object]:
    told = call(address, "GET", f"{names}/_stats/store,segments,docs")["_all"]["primaries"]
    return {"index_mb": told["store"]["size_in_bytes"] >> 20, "segments": told["segments"]["count"]}


def call(address: str, method: str, path: str, body: Any = None) -> Any:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=300)
    sent = body if isinstance(body, bytes) or body is None else orjson.dumps(body)
    kind = "application/x-ndjson" if isinstance(body, bytes) else "application/json"
    with closing(connection):
        connection.request(method, path, sent, {"content-type": kind})
        answer = connection.getresponse()
        told = orjson.loads(answer.read() or b"null")
    if answer.status >= 300:
        raise RuntimeError(f"{method} {path}: {answer.status} {str(told)[:500]}")
    return told
