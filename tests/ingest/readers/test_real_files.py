"""The real files load whole, with every accent right."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from ingest.readers import open_reader
from tests.ingest.readers.samples import Writer, edof, formation
from tests.skipping import skip_or_fail

pytestmark = pytest.mark.shared


def test_the_edof_example_gives_four_trainings(shared: Path) -> None:
    reader = open_reader(shared / "lheo" / "edof_catalogue_example.xml")
    drafts = list(reader.drafts())
    assert (reader.source, len(drafts), reader.findings) == ("edof", 4, [])
    assert {draft.text("title") for draft in drafts} == {"L'intitulé de la formation"}
    assert drafts[3].text("vae_category") == "120"
    (offer,) = drafts[0].of("offer")
    assert offer.text("other_services") == "néant"
    assert [person.text("first_name") for person in offer.of("contact")] == ["Prénom", "Prénom"]


def test_the_intercarif_summaries_give_ten_trainings(shared: Path) -> None:
    reader = open_reader(shared / "lheo" / "intercarif_2.2_resumes.xml")
    drafts = list(reader.drafts())
    assert (reader.source, len(drafts)) == ("lheo", 10)
    assert drafts[0].text("title") == "Licence pro guide conférencier"
    assert all(len(draft.text("siret")) == 14 and len(list(draft.of("offer"))) == 1 for draft in drafts)
    sessions = [session for draft in drafts for offer in draft.of("offer") for session in offer.of("session")]
    assert "20170900" in {session.text("start") for session in sessions}
    assert all(place.text("lat") for draft in drafts for offer in draft.of("offer") for place in offer.of("place"))


def test_the_bts_gives_one_training(shared: Path) -> None:
    (draft,) = open_reader(shared / "lheo" / "lheo_2.2_formation_bts.xml").drafts()
    assert draft.text("title") == "BTS négociation et relation client"
    assert draft.text("objective").startswith("<p>A la fois vendeur")
    (offer,) = draft.of("offer")
    (place,) = offer.of("place")
    assert [place.text(name) for name in ("label", "line", "city")] == ["Lycée Kerneuzec", "Kerneuzec", "QUIMPERLÉ"]


@pytest.mark.parametrize(
    ("name", "source", "rows", "offers"),
    [
        ("rco_catalogue_apprentissage_2020-11.csv.gz", "rco-catalogue", 39_510, 39_388),
        ("rco_offre_info_2020-06-25.csv.gz", "rco-offres", 7_470, 7_424),
    ],
)
def test_the_csv_files_give_a_draft_a_row(shared: Path, name: str, source: str, rows: int, offers: int) -> None:
    reader = open_reader(shared / "offers" / name)
    assert reader.source == source
    keys: Counter[tuple[str, str, str]] = Counter()
    titles: dict[tuple[str, str], str] = {}
    for training in reader.drafts():
        assert len(training.text("siret")) == 14
        (offer,) = training.of("offer")
        keys[training.text("siret"), training.text("numero"), offer.text("numero")] += 1
        title = titles.setdefault((training.text("siret"), training.text("numero")), training.text("title"))
        assert title == training.text("title")  # id_formation:code_certifinfo does name one training
    assert (sum(keys.values()), len(keys)) == (rows, offers)
    assert reader.findings == []
    assert reader.position == reader.total


@pytest.mark.slow
def test_memory_stays_flat_on_a_large_file(written: Writer, shared: Path) -> None:
    if not Path("/proc/self/status").exists():
        skip_or_fail("peak memory is read from /proc")
    example = (shared / "lheo" / "edof_catalogue_example.xml").read_text("latin-1")
    body = example[example.index("<formation ") : example.index("</offres>")]
    path = written(edof(body * 2_000 + formation("fin")).encode())
    script = (
        "import re, sys, pathlib; from ingest.readers import open_reader\n"
        "last = None\n"
        "for last in open_reader(pathlib.Path(sys.argv[1])).drafts(): pass\n"
        "status = pathlib.Path('/proc/self/status').read_text()\n"  # ru_maxrss would count the parent before exec
        "print(last.line, re.search(r'VmHWM:\\s+(\\d+)', status).group(1))"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    line, peak_kib = map(int, done.stdout.split())
    content = path.read_bytes()
    assert line == content[: content.rindex(b"<formation ")].count(b"\n") + 1 > 65_535
    assert peak_kib < 150 * 1024
