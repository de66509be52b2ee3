"""The short form of ``python -m tests.faults.swap``: a rebuild of the sample catalogue under questions."""

from __future__ import annotations

from pathlib import Path

import pytest

from parcours.settings import Settings
from samples import materialise
from tests.faults.swap import swaps
from tests.parcours.prepared import DAY
from tests.servers.fixtures import Elasticsearch


def swapped_under_questions(settings: Settings, folder: Path) -> None:
    report = swaps(settings, materialise(folder, DAY), seconds=0, a_second=5)
    assert report.problems == [], str(report)
    assert len(report.builds) == 2


@pytest.mark.slow
def test_no_question_fails_while_the_embedded_index_is_swapped(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", database_url="", today=DAY)
    swapped_under_questions(settings, tmp_path / "files")


@pytest.mark.slow
def test_no_question_fails_while_the_index_of_a_cluster_is_swapped(
    elasticsearch: Elasticsearch, tmp_path: Path
) -> None:
    settings = Settings(
        data_dir=tmp_path / "data",
        database_url="",
        engine="elasticsearch",
        elasticsearch_url=elasticsearch.address,
        elasticsearch_prefix=f"{elasticsearch.prefix}swap",
        today=DAY,
    )
    swapped_under_questions(settings, tmp_path / "files")
