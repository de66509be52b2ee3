"""Whatever happens to a file on its way, reading it ends with drafts or with one clear refusal."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.errors import FileRefused
from ingest.readers import open_reader
from tests.ingest.readers.samples import edof
from tests.ingest.readers.test_csv import CATALOGUE as CSV_HEADER
from tests.ingest.readers.test_csv import ROW
from tests.ingest.readers.test_edof import ACTION, EXTRAS
from tests.ingest.readers.test_json import CATALOGUE as JSON_CATALOGUE
from tests.ingest.readers.test_lheo import FORMATION

SAMPLES = {
    "edof": edof(f"<formation numero='é'>{ACTION}{EXTRAS}</formation>").encode(),
    "lheo": f"<lheo><offres>{FORMATION}</offres></lheo>".encode(),
    "csv": (CSV_HEADER + ROW * 3).encode(),
    "json": json.dumps(JSON_CATALOGUE, indent=1, ensure_ascii=False).encode(),
}
SPLINTERS = [
    b"",
    b"\0",
    b"<",
    b">",
    b"&",
    b"&eacute;",
    b'"',
    b"\n",
    b"\xe9",
    b"\xc3",
    b"]]>",
    b"<![CDATA[",
    b"{",
    b"}",
    b",",
    b"\xff\xfe",
]


@pytest.mark.parametrize("name", sorted(SAMPLES))
@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0, 1, exclude_max=True), st.integers(0, 40), st.sampled_from(SPLINTERS) | st.binary(max_size=8)
        ),
        min_size=1,
        max_size=4,
    )
)
def test_damage_gives_drafts_or_a_refusal(name: str, wounds: list[tuple[float, int, bytes]]) -> None:
    content = SAMPLES[name]
    for where, lost, splinter in wounds:
        at = int(where * len(content))
        content = content[:at] + splinter + content[at + lost :]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "envoi"
        path.write_bytes(content)
        lines = []
        try:
            lines.extend(draft.line for draft in open_reader(path).drafts())
        except FileRefused as refused:
            lines.append(refused.extra["line"])
        assert all(1 <= line <= content.count(b"\n") + 2 for line in lines)


@pytest.mark.parametrize("name", ["edof", "lheo", "json"])
@settings(max_examples=80, deadline=None)
@given(st.floats(0, 0.97))
def test_a_file_cut_anywhere_is_refused_whole(name: str, where: float) -> None:
    content = SAMPLES[name][: int(where * len(SAMPLES[name].rstrip()))]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "envoi"
        path.write_bytes(content)
        with pytest.raises(FileRefused):
            list(open_reader(path).drafts())
