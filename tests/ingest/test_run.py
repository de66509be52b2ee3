"""An import from the file to the catalogue: what is taken, said, kept, repeated, replaced and resumed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from psycopg.errors import DeadlockDetected
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from base.database import reading, unit_of_work
from base.errors import Conflict
from catalog.rows import CatalogueTraining
from catalog.store import marks, submissions
from catalog.store.read import read_catalogue
from ingest import run as run_module
from ingest.receive import receive
from ingest.report import Mode
from ingest.run import Surroundings, run_submission
from tests.ingest.conftest import Import
from tests.ingest.damage.bases import SIRET, invented_csv, invented_edof, invented_json, invented_lheo

EDOF = invented_edof()
_F4 = EDOF.text.index('<formation numero="F4"')
SHORTER = (EDOF.text[:_F4] + EDOF.text[EDOF.text.index("</offres>") :]).encode("latin-1")


def stored(database: Engine) -> list[CatalogueTraining]:
    with reading(database) as conn:
        return list(read_catalogue(conn))


def pending(database: Engine) -> int:
    with reading(database) as conn:
        return marks.pending(conn)


@pytest.mark.parametrize(
    "base", [invented_edof(), invented_lheo(), invented_csv(), invented_json()], ids=lambda b: b.name
)
def test_every_offer_of_a_sound_file_is_stored(base, imported: Import, around: Surroundings) -> None:  # type: ignore[no-untyped-def]
    report = imported(base.content)
    assert report.refused is None
    assert report.counts.offers_taken == base.offers
    assert sum(len(training.offers) for training in stored(around.database)) == base.offers
    assert report.counts.errors == 0, report.findings_by_code


def test_what_was_received_is_kept_byte_for_byte(imported: Import, around: Surroundings) -> None:
    report = imported(EDOF.content, who="essai")
    assert report.submission is not None
    with reading(around.database) as conn:
        row = submissions.submission(conn, report.submission)
    assert (around.submissions_dir / row.path).read_bytes() == EDOF.content
    assert row.sha256 == hashlib.sha256(EDOF.content).hexdigest()
    assert (row.state, row.owner, row.source) == ("done", "essai", "edof")


def test_the_same_file_twice_changes_nothing(imported: Import, around: Surroundings) -> None:
    first = imported(EDOF.content)
    before = stored(around.database)
    with unit_of_work(around.database) as conn:
        marks.clear(conn, marks.marked(conn, 1_000))
    again = imported(EDOF.content)
    assert (first.counts.created, again.counts.created) == (4, 0)
    assert (again.counts.changed, again.counts.unchanged) == (0, 4)
    assert pending(around.database) == 0
    assert stored(around.database) == before


def test_a_changed_price_changes_one_training(imported: Import) -> None:
    imported(EDOF.content)
    report = imported(
        EDOF.text.replace('<extra info="duree-apprentissage">90<', '<extra info="duree-apprentissage">91<', 1).encode(
            "latin-1"
        )
    )
    assert (report.counts.changed, report.counts.unchanged) == (1, 3)


def test_update_keeps_what_the_file_does_not_name_and_replace_withdraws_it(
    imported: Import, around: Surroundings
) -> None:
    imported(EDOF.content)
    imported(invented_lheo().content)
    assert imported(SHORTER).counts.withdrawn == 0
    assert len(stored(around.database)) == 9
    dry = imported(SHORTER, mode=Mode.REPLACE, dry_run=True)
    assert dry.counts.withdrawn == 1
    assert [found.message for found in dry.findings if found.code == "withdrawn"] != []
    assert len(stored(around.database)) == 9
    replaced = imported(SHORTER, mode=Mode.REPLACE)
    assert (replaced.counts.withdrawn, replaced.findings_by_code["withdrawn"]) == (1, 1)
    assert replaced.submission is not None
    with reading(around.database) as conn:
        kept = submissions.findings_page(conn, replaced.submission, 0, 100)
    assert "1 formation(s)" in next(found.message for found in kept if found.code == "withdrawn")
    numbers = {training.numero for training in stored(around.database)}
    assert numbers == {"F1", "F2", "F3", "L1", "L2", "L3", "L4", "L5"}  # another source is not touched


def test_the_end_of_an_import_that_met_another_writer_is_done_again_and_counted_once(
    imported: Import, around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(EDOF.content)
    finish, met = submissions.finish, []

    def meeting(*arguments: Any, **options: Any) -> None:
        finish(*arguments, **options)
        if not met:
            met.append(options)
            raise OperationalError("UPDATE", {}, DeadlockDetected())

    monkeypatch.setattr("ingest.run.submissions.finish", meeting)
    told = imported(SHORTER, mode=Mode.REPLACE)
    assert (told.counts.withdrawn, told.findings_by_code["withdrawn"]) == (1, 1)
    assert told.submission is not None
    with reading(around.database) as conn:
        row = submissions.submission(conn, told.submission)
    assert (row.state, row.counts) == ("done", told.counts.as_dict())


def test_replace_keeps_the_earlier_version_of_what_is_rejected_today(imported: Import, around: Surroundings) -> None:
    imported(EDOF.content)
    broken = EDOF.text.replace("<code-RNCP>RNCP32440</code-RNCP>", "", 1).encode("latin-1")
    report = imported(broken, mode=Mode.REPLACE)
    assert (report.counts.trainings_rejected, report.counts.withdrawn) == (1, 0)
    assert len(stored(around.database)) == 4


def test_a_dry_run_says_everything_and_stores_nothing(imported: Import, around: Surroundings) -> None:
    broken = EDOF.text.replace("<modalites-enseignement>0<", "<modalites-enseignement>7<", 1).encode("latin-1")
    report = imported(broken, dry_run=True)
    assert report.submission is None
    assert (report.counts.created, report.counts.offers_taken, report.counts.offers_rejected) == (4, 7, 1)
    assert [finding.code for finding in report.findings if finding.severity == "error"] == ["code-impossible"]
    assert stored(around.database) == []
    assert not around.submissions_dir.exists()


def test_a_received_dry_run_keeps_its_findings_only(around: Surroundings, tmp_path: Path) -> None:
    path = tmp_path / "envoi.xml"
    path.write_bytes(EDOF.text.replace("<urlweb>https:", "<urlweb>ftp:", 1).encode("latin-1"))
    submission = receive(
        path, database=around.database, submissions_dir=around.submissions_dir, clock=around.clock, dry_run=True
    )
    report = run_submission(submission, around)
    assert report.dry_run
    with reading(around.database) as conn:
        assert submissions.counts_by_code(conn, submission) == report.findings_by_code
    assert "link-unreadable" in report.findings_by_code
    assert stored(around.database) == []


def test_only_the_senders_own_trainings_are_taken(imported: Import, around: Surroundings) -> None:
    report = imported(invented_lheo().content, sender="55208131700019")
    assert report.findings_by_code["siret-not-sender"] == 5
    assert stored(around.database) == []
    assert imported(invented_lheo().content, sender=SIRET).counts.trainings_taken == 5


def test_a_file_cut_off_stores_nothing_at_all(imported: Import, around: Surroundings) -> None:
    report = imported(EDOF.content[: len(EDOF.content) // 2])
    assert report.refused is not None
    assert report.refused.code == "xml-truncated"
    assert stored(around.database) == []
    assert report.submission is not None
    with reading(around.database) as conn:
        assert submissions.submission(conn, report.submission).state == "refused"


def test_an_empty_catalogue_is_said_to_be_empty(imported: Import) -> None:
    report = imported('<lheo xmlns="http://lheo.gouv.fr/2.3"><offres></offres></lheo>')
    assert report.refused is None
    assert report.findings_by_code == {"no-training": 1}


class Killed(BaseException):
    """As a power cut: nothing may catch it."""


@pytest.mark.parametrize("after", [1, 2, 3])
def test_an_import_killed_between_two_transactions_goes_on_where_it_was(
    after: int, around: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "BATCH_TRAININGS", 1)
    path = tmp_path / "envoi.xml"
    path.write_bytes(EDOF.text.replace("<urlweb>https:", "<urlweb>ftp:").encode("latin-1"))
    submission = receive(path, database=around.database, submissions_dir=around.submissions_dir, clock=around.clock)

    with pytest.raises(Killed):
        run_submission(submission, replace(around, clock=_dying(around, after)))
    half = stored(around.database)
    assert 0 < len(half) < 4
    report = run_submission(submission, around)

    assert len(stored(around.database)) == 4
    assert (report.counts.created, report.counts.unchanged, report.counts.trainings_taken) == (4, 0, 4)
    with reading(around.database) as conn:
        assert submissions.counts_by_code(conn, submission) == report.findings_by_code
        assert submissions.submission(conn, submission).state == "done"
    with pytest.raises(Conflict):
        run_submission(submission, around)


def _dying(around: Surroundings, after: int) -> Callable:  # type: ignore[type-arg]
    """A clock that kills once so many trainings are stored; every transaction asks it the time."""

    def clock():  # type: ignore[no-untyped-def]
        if len(stored(around.database)) >= after:
            raise Killed
        return around.clock()

    return clock


def test_progress_goes_through_both_phases_to_the_end(imported: Import) -> None:
    seen: list[tuple[str, int, int]] = []
    imported(EDOF.content, progress=lambda phase, done, total: seen.append((phase, done, total)))
    assert [phase for phase, done, total in seen if done == total] == ["reading", "storing"]


def test_two_almost_equal_offers_of_one_certification_are_told(imported: Import) -> None:
    """30056 and 30057 (domain 3.3)."""
    twin = EDOF.text.replace('numero="F1-A2"', 'numero="F1-A9"')
    same = twin.replace(">110<", ">90<").replace("700.00", "600.00").replace("840.00", "720.00")
    assert imported(same.encode("latin-1"), dry_run=True).findings_by_code["offer-identical"] == 1
    near = same.replace('<extra info="duree-apprentissage">90<', '<extra info="duree-apprentissage">99<', 1)
    assert imported(near.encode("latin-1"), dry_run=True).findings_by_code["offer-almost-identical"] == 1
    far = same.replace('<extra info="duree-apprentissage">90<', '<extra info="duree-apprentissage">100<', 1)
    codes = imported(far.encode("latin-1"), dry_run=True).findings_by_code
    assert not {"offer-identical", "offer-almost-identical"} & set(codes)


def test_missing_facts_are_never_equal_to_missing_facts(imported: Import) -> None:
    codes = imported(invented_csv().content).findings_by_code  # no price, no modality, no hours
    assert "offer-identical" not in codes


def test_one_vae_offer_by_category(imported: Import) -> None:
    """30077"""
    vae = EDOF.text
    for n in (1, 2):
        vae = vae.replace(f"<code-RNCP>RNCP3{n}440</code-RNCP>", "<code-CPF>CPF200</code-CPF>")
        vae = vae.replace(
            f'<extra info="code-bloc">RNCP3{n}440BC01</extra>', '<extra info="categorisation-offre">120</extra>'
        )
    report = imported(vae.encode("latin-1"), dry_run=True)
    assert [finding.key for finding in report.findings if finding.edof_code == "30077"] == ["F2"]


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.shared
def test_the_real_catalogue_gives_its_offers_and_explains_every_other_row(
    imported: Import, around: Surroundings, shared: Path
) -> None:
    path = shared / "offers" / "rco_catalogue_apprentissage_2020-11.csv.gz"
    report = imported(path)
    counts = report.counts
    assert (counts.rows, counts.offers_taken, counts.trainings_taken) == (39_510, 39_388, 29_041)
    assert (report.findings_by_code["copy-dropped"], report.findings_by_code["rows-merged"]) == (104, 18)
    assert counts.errors == 0
    again = imported(path).counts
    assert (again.created, again.changed, again.unchanged) == (0, 0, 29_041)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.shared
def test_the_other_real_file_too(imported: Import, shared: Path) -> None:
    path = shared / "offers" / "rco_offre_info_2020-06-25.csv.gz"
    report = imported(path)
    assert (report.counts.rows, report.counts.offers_taken) == (7_470, 7_424)
    assert report.findings_by_code["copy-dropped"] + report.findings_by_code["rows-merged"] == 46
    assert imported(path).counts.changed == 0


@pytest.mark.shared
def test_the_official_examples_load_with_every_accent(imported: Import, around: Surroundings, shared: Path) -> None:
    for name in ("edof_catalogue_example.xml", "intercarif_2.2_resumes.xml", "lheo_2.2_formation_bts.xml"):
        assert imported(shared / "lheo" / name).counts.errors == 0
    trainings = stored(around.database)
    assert len(trainings) == 15
    titles = {training.title for training in trainings}
    assert {
        "L'intitulé de la formation",
        "Licence pro guide conférencier",
        "BTS négociation et relation client",
    } <= titles
    assert not any("Ã" in repr(training) or "\ufffd" in repr(training) for training in trainings)
