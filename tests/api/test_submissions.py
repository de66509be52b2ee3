"""Catalogues sent by organisations: keys, limits, dry runs, the worker, findings."""

from __future__ import annotations

import operator
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import text

from api.app import create_app
from api.keys import Role, identify, issue, revoke
from api.services import Limits
from base.database import reading, unit_of_work
from base.errors import InvalidParameter
from base.ids import id_number
from base.jobs import MAX_ATTEMPTS
from catalog.store import submissions
from catalog.store.read import read_catalogue
from indexer.follow import catch_up
from ingest.readers.csv_mapping import MOST_BYTES
from ingest.receive import Kept, keep_bytes
from parcours.beside import dry_run_beside
from parcours.demo import Prepared
from parcours.wiring import House
from parcours.working import import_next
from tests.api.client import Client

OTHER = "98765432100017"


@pytest.fixture
def prepared(sample: tuple[House, Prepared]) -> Prepared:
    return sample[1]


@pytest.fixture
def route(prepared: Prepared) -> str:
    return f"/api/v1/organisations/{prepared.siret}/catalogue"


@pytest.fixture
def catalogue(prepared: Prepared) -> bytes:
    """The organisation's own file with one title changed."""
    before = prepared.example.read_bytes()
    after = before.replace(b"</intitule-formation>", b" zorglub</intitule-formation>", 1)
    assert after != before
    return after


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def new_key(house: House, role: Role, siret: str = "") -> str:
    with unit_of_work(house.database) as conn:
        return issue(conn, role=role, siret=siret, name="test", now=house.clock())


def test_a_key_is_kept_as_a_digest_only(own: House, prepared: Prepared) -> None:
    with reading(own.database) as conn:
        rows = conn.execute(text("SELECT * FROM api_key")).all()
        assert prepared.key.rpartition("_")[2] not in repr(rows)
        identity = identify(conn, prepared.key)
    assert identity is not None
    assert (identity.role, identity.siret) == (Role.ORGANISATION, prepared.siret)


def test_an_organisation_s_key_needs_its_siret(own: House) -> None:
    with pytest.raises(InvalidParameter), unit_of_work(own.database) as conn:
        issue(conn, role=Role.ORGANISATION, siret="123", name="", now=own.clock())


@pytest.mark.parametrize("key", ["", "x", "pk_", "pk_0_0", "pk_ééé_x", "pk_" + "a" * 500, "Bearer", "pk__x", "\x00"])
def test_no_key_or_a_wrong_one_is_unauthenticated(writing: Client, route: str, key: str) -> None:
    headers = {"X-API-Key": key.encode()}
    response = writing.post(route, content=b"<x/>", headers=headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.headers["content-type"] == "application/problem+json"


def test_a_key_that_was_revoked_opens_nothing(own: House, writing: Client, route: str, prepared: Prepared) -> None:
    with unit_of_work(own.database) as conn:
        assert revoke(conn, prepared.key.split("_")[1], now=own.clock())
    assert writing.post(route, content=b"<x/>", headers=bearer(prepared.key)).status_code == 401


def test_an_organisation_writes_for_itself_only_and_an_operator_for_all(
    own: House, writing: Client, route: str, prepared: Prepared, catalogue: bytes
) -> None:
    theirs = f"/api/v1/organisations/{OTHER}/catalogue"
    assert writing.post(theirs, content=catalogue, headers=bearer(prepared.key)).status_code == 403
    operator = new_key(own, Role.OPERATOR)
    sent = writing.post(route, content=catalogue, headers={"X-API-Key": operator})
    assert sent.status_code == 202
    location = sent.headers["location"]
    assert writing.get(location, headers=bearer(prepared.key)).status_code == 200  # it is about them
    stranger = new_key(own, Role.ORGANISATION, OTHER)
    assert writing.get(location, headers=bearer(stranger)).status_code == 403
    assert writing.get(f"{location}/findings", headers=bearer(stranger)).status_code == 403
    assert writing.get(location).status_code == 401


def test_what_is_sent_is_imported_by_a_worker_and_becomes_searchable(
    own: House, writing: Client, route: str, prepared: Prepared, catalogue: bytes
) -> None:
    key = bearer(prepared.key)
    sent = writing.post(route, content=catalogue, headers=key)
    assert sent.status_code == 202
    assert sent.json()["state"] == "received"
    assert writing.get("/api/v1/offers?q=zorglub").json()["total"] == 0
    assert import_next(own, "test")
    catch_up(own.database, own.engine, clock=own.clock)
    told = writing.get(sent.headers["location"], headers=key).json()
    assert told["state"] == "done"
    assert told["counts"]["changed"] == 1
    assert writing.get("/api/v1/offers?q=zorglub").json()["total"] > 0
    assert not import_next(own, "test")


def test_a_form_does_as_well_as_a_raw_body(writing: Client, route: str, prepared: Prepared, catalogue: bytes) -> None:
    files = {"file": ("../../mon catalogue.xml", catalogue, "application/xml")}
    sent = writing.post(route, files=files, headers=bearer(prepared.key))
    assert sent.status_code == 202
    assert sent.json()["file_name"] == "mon catalogue.xml"
    assert (
        writing.post(route, data={"a": "b"}, files={"x": ("n", b"")}, headers=bearer(prepared.key)).status_code == 422
    )
    broken = {**bearer(prepared.key), "Content-Type": "multipart/form-data; boundary=x"}
    assert writing.post(route, content=b"--y nonsense", headers=broken).status_code == 422


def test_a_dry_run_answers_at_once_and_stores_nothing(
    own: House, writing: Client, route: str, prepared: Prepared, catalogue: bytes
) -> None:
    with reading(own.database) as conn:
        before = list(read_catalogue(conn))
    response = writing.post(f"{route}?dry_run=true", content=catalogue, headers=bearer(prepared.key))
    assert response.status_code == 200, response.text
    report = response.json()
    assert report["dry_run"]
    assert report["counts"]["changed"] == 1
    assert all(one["message"] and one["code"] for one in report["findings"])
    with reading(own.database) as conn:
        assert list(read_catalogue(conn)) == before
    assert not import_next(own, "test")


def test_dry_runs_beyond_those_at_work_are_asked_to_come_back(
    own: House, route: str, prepared: Prepared, catalogue: bytes
) -> None:
    busy = replace(own.services, dry_run=dry_run_beside(own.settings, at_once=0))
    with Client(create_app(busy)) as client:
        response = client.post(f"{route}?dry_run=true", content=catalogue, headers=bearer(prepared.key))
    assert response.status_code == 503
    assert response.headers["retry-after"]
    assert "réessayez" in response.json()["detail"]


def test_findings_come_page_by_page(
    own: House, writing: Client, route: str, prepared: Prepared, catalogue: bytes
) -> None:
    key = bearer(prepared.key)
    damaged = catalogue.replace(b"<modalites-enseignement>", b"<modalites-enseignement>9")
    location = writing.post(route, content=damaged, headers=key).headers["location"]
    import_next(own, "test")
    whole = writing.get(f"{location}/findings?limit=1000", headers=key).json()
    assert len(whole["findings"]) > 2
    assert whole["next_after"] is None
    met, after = [], 0
    while after is not None:
        page = writing.get(f"{location}/findings?limit=2&after={after}", headers=key).json()
        met += page["findings"]
        after = page["next_after"]
    assert met == whole["findings"]
    assert writing.get(f"{location}/findings?after=-1", headers=key).json()["parameter"] == "after"


def test_a_file_that_is_no_catalogue_is_refused_with_its_finding(
    own: House, writing: Client, route: str, prepared: Prepared
) -> None:
    key = bearer(prepared.key)
    location = writing.post(route, content=b"<lheo><offres>", headers=key).headers["location"]
    import_next(own, "test")
    told = writing.get(location, headers=key).json()
    assert told["state"] == "refused"
    assert told["error"]
    assert writing.get(f"{location}/findings", headers=key).json()["findings"][0]["severity"] == "error"


def test_what_is_too_large_is_refused_by_its_header_and_by_its_bytes(
    own: House, route: str, prepared: Prepared
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"x" * 50_000

    services = replace(own.services, limits=Limits(submission_bytes=100_000, dry_run_bytes=10_000))
    with Client(create_app(services)) as client:
        key = bearer(prepared.key)
        assert client.post(route, content=b"x" * 200_000, headers=key).status_code == 413
        assert client.post(route, content=chunks(), headers=key).status_code == 413
        assert client.post(route, files={"file": ("a", b"x" * 300_000)}, headers=key).status_code == 413
        assert client.post(f"{route}?dry_run=1", content=b"x" * 80_000, headers=key).status_code == 413
    assert not list((own.settings.submissions_dir / "uploads").iterdir())


@pytest.mark.parametrize("query", ["mode=both", "dry_run=perhaps"])
def test_odd_options_are_refused_by_name(writing: Client, route: str, prepared: Prepared, query: str) -> None:
    response = writing.post(f"{route}?{query}", content=b"<x/>", headers=bearer(prepared.key))
    assert response.status_code == 422
    assert response.json()["parameter"] == query.split("=")[0]


@pytest.mark.parametrize("query", ["dryrun=true", "dry-run=true", "dry_run=true&dry_run=false"])
def test_a_trial_that_is_misspelt_is_refused_rather_than_stored(
    own: House, writing: Client, route: str, prepared: Prepared, catalogue: bytes, query: str
) -> None:
    response = writing.post(f"{route}?{query}", content=catalogue, headers=bearer(prepared.key))
    assert response.status_code == 422
    assert response.json()["parameter"] == query.partition("=")[0]
    assert not import_next(own, "test")


def test_an_empty_body_and_an_impossible_siret_are_refused(own: House, writing: Client, route: str) -> None:
    operator = bearer(new_key(own, Role.OPERATOR))
    assert writing.post(route, content=b"", headers=operator).status_code == 422
    assert writing.post("/api/v1/organisations/12/catalogue", content=b"<x/>", headers=operator).status_code == 422
    assert writing.get("/api/v1/submissions/0000000000000", headers=operator).status_code == 404
    assert writing.get("/api/v1/submissions/%00", headers=operator).status_code == 404


def test_a_submission_that_no_attempt_could_import_says_that_it_failed(
    own: House, writing: Client, route: str, prepared: Prepared, catalogue: bytes
) -> None:
    key = bearer(prepared.key)
    location = writing.post(route, content=catalogue, headers=key).headers["location"]
    with reading(own.database) as conn:
        kept = own.settings.submissions_dir / submissions.submission(conn, id_number(location[-13:])).path
    kept.unlink()  # a fault of ours: the bytes are gone
    start = own.wall()
    for attempt in range(MAX_ATTEMPTS):
        own.wall = partial(operator.add, start, timedelta(days=attempt))
        assert import_next(own, "test")
    told = writing.get(location, headers=key).json()
    assert told["state"] == "failed"
    assert "Déposez le fichier de nouveau" in told["error"]


OWN_MAPPING = """[training]
siret = "organisme"
numero = "code"
title = "nom"
rncp = "fiche"
[place]
postcode = "cp"
city = "ville"
"""


@pytest.fixture
def own_csv(prepared: Prepared) -> bytes:
    return f"organisme,code,nom,fiche,cp,ville\n{prepared.siret},Z1,Zorglubie,RNCP1,69001,Lyon\n".encode()


def test_a_csv_of_one_s_own_columns_comes_with_its_mapping(
    own: House, writing: Client, route: str, prepared: Prepared, own_csv: bytes
) -> None:
    key = bearer(prepared.key)
    form = {"file": ("a.csv", own_csv), "mapping": ("mon-logiciel.toml", OWN_MAPPING.encode())}
    tried = writing.post(f"{route}?dry_run=true", files=form, headers=key).json()
    assert (tried["source"], tried["counts"]["created"]) == ("mon-logiciel", 1)
    location = writing.post(route, files=form, headers=key).headers["location"]
    import_next(own, "test")
    told = writing.get(location, headers=key).json()
    assert (told["state"], told["source"], told["counts"]["created"]) == ("done", "mon-logiciel", 1)
    alone = writing.post(route, content=own_csv, headers=key).headers["location"]
    import_next(own, "test")
    assert writing.get(alone, headers=key).json()["state"] == "refused"


@pytest.mark.parametrize(
    "mapping",
    [
        b"nonsense",
        b"\xff",
        b"[training]\nsiret = 'a'\n",
        b"name = 'edof'\n" + OWN_MAPPING.encode(),
        OWN_MAPPING.encode() + "é".encode() * (MOST_BYTES // 2),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused_by_name(
    writing: Client, route: str, prepared: Prepared, own_csv: bytes, mapping: bytes
) -> None:
    form = {"file": ("a.csv", own_csv), "mapping": ("m.toml", mapping)}
    response = writing.post(route, files=form, headers=bearer(prepared.key))
    assert response.status_code == 422
    assert response.json()["parameter"] == "mapping"


def test_a_shipped_mapping_is_asked_by_name(writing: Client, route: str, prepared: Prepared, own_csv: bytes) -> None:
    key = bearer(prepared.key)
    assert writing.post(f"{route}?mapping=rco-offres", content=own_csv, headers=key).status_code == 202
    unknown = writing.post(f"{route}?mapping=../../etc/passwd", content=own_csv, headers=key)
    assert (unknown.status_code, unknown.json()["parameter"]) == (422, "mapping")


@pytest.mark.parametrize("limit", ["kept_bytes", "kept_bytes_each"])
def test_submissions_beyond_the_space_kept_for_them_are_told_so(
    own: House, route: str, prepared: Prepared, catalogue: bytes, limit: str
) -> None:
    with reading(own.database) as conn:
        before = submissions.kept_bytes(conn, prepared.siret if limit.endswith("each") else "")
    limits = replace(Limits(), **{limit: before + len(catalogue)})
    key = bearer(prepared.key)
    with Client(create_app(replace(own.services, limits=limits))) as client:
        assert client.post(route, content=catalogue, headers=key).status_code == 202
        full = client.post(route, content=catalogue + b" ", headers=key)
        assert (full.status_code, full.json()["code"]) == (507, "storage-full")
        assert f"parcours_kept_bytes {float(kept_after(own))}" in client.get("/metrics").text


def kept_after(house: House) -> int:
    with reading(house.database) as conn:
        return submissions.kept_bytes(conn)


def test_the_same_bytes_take_their_room_once(own: House, route: str, prepared: Prepared, catalogue: bytes) -> None:
    with reading(own.database) as conn:
        before = submissions.kept_bytes(conn)
    limits = replace(Limits(), kept_bytes=before + len(catalogue))
    key = bearer(prepared.key)
    with Client(create_app(replace(own.services, limits=limits))) as client:
        assert client.post(route, content=catalogue, headers=key).status_code == 202
        assert client.post(route, content=catalogue, headers=key).status_code == 202
    assert kept_after(own) == before + len(catalogue)


def test_of_two_submissions_at_once_that_have_room_for_one_the_other_is_refused(
    own: House, route: str, prepared: Prepared, catalogue: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reading(own.database) as conn:
        before = submissions.kept_bytes(conn)
    services = replace(own.services, limits=replace(Limits(), kept_bytes=before + len(catalogue) + 10))
    both_had_room = Barrier(2)

    def keep_together(path: Path, folder: Path) -> Kept:
        both_had_room.wait(60)
        return keep_bytes(path, folder)

    monkeypatch.setattr("api.submissions.keep_bytes", keep_together)

    app = create_app(services)  # once: the framework's making of it bears no other thread

    def send(content: bytes) -> int:
        with Client(app) as client:
            return client.post(route, content=content, headers=bearer(prepared.key)).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, (catalogue + b" ", catalogue + b"  "))) == [202, 507]
    assert import_next(own, "test")
    assert not import_next(own, "test")
