from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.sizing import ELASTICSEARCH, EMBEDDED, Measured, main, read, sized


def test_disk_memory_and_cores_follow_from_bytes_and_milliseconds() -> None:
    told = sized(Measured("embedded", 2_000, 1_000, 3.0, 10_000), 1, 0)
    assert (told.index_gb, told.disk_gb, told.database_gb, told.memory_gb) == (1.0, 3.0, 0.5, 2.0)
    assert told.cores == pytest.approx(0.5)  # 100 q/s of 3 ms fill 0.3 of a core: 0.5 at 60 %
    assert told.rebuild_minutes == pytest.approx(50 / 60)


def test_a_cluster_holds_replicas_and_heap_and_is_cut_into_shards() -> None:
    told = sized(Measured("elasticsearch", 10_000, 1_000, 20.0, 8_000), 10, 1)
    assert (told.index_gb, told.shards, told.disk_gb) == (50.0, 3, 200.0)
    assert told.memory_gb == 50 * 2 + 1 + 2 * 3


def test_what_was_not_measured_stays_unknown() -> None:
    told = sized(ELASTICSEARCH, 1, 1)
    assert told.index_gb is told.cores is told.shards is told.memory_gb is None


def test_results_of_the_benchmark_replace_what_is_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        {"label": "build N, elasticsearch", "index_mb": 1_000, "cpu_s": 60.0},
        {"label": "build N, opensearch", "index_mb": 9_000},
        {"label": "full N, over HTTP, elasticsearch", "cpu_s_per_1000": 21.5},
    ]
    found = read(ELASTICSEARCH, rows)
    assert found.index_bytes == pytest.approx(2097.152)
    assert found.cpu_ms == 21.5
    assert read(EMBEDDED, rows) == EMBEDDED
    results = tmp_path / "results.json"
    results.write_text(json.dumps({"rows": rows}))
    main([str(results), "--engine", "elasticsearch", "--cpu-ms", "30"])
    told = capsys.readouterr().out
    assert "10x France" in told
    assert "cpu_ms 30" in told
