"""Domain 14.1: what refuses a file whole, with line and column."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from base.errors import FileRefused
from ingest.readers import Limits, open_reader
from tests.ingest.readers.samples import Writer, edof, formation

GOOD = edof(formation("A") + "\n" + formation("B"))
BOMB = (
    '<?xml version="1.0"?>\n<!DOCTYPE lheo [\n<!ENTITY a "aaaa">\n<!ENTITY b "&a;&a;&a;">\n]>\n'
    "<lheo><offres><formation><intitule-formation>&b;</intitule-formation></formation></offres></lheo>"
)
EXTERNAL = '<?xml version="1.0"?>\n<!DOCTYPE lheo SYSTEM "file:///etc/passwd">\n<lheo><offres/></lheo>'


def refused(path: Path, limits: Limits | None = None) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        for _ in open_reader(path, limits=limits or Limits()).drafts():
            pass
    return caught.value


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (GOOD.replace("</intitule-formation>", "</intitule>", 1), "xml-malformed", 5),
        (GOOD.replace("Pâtisserie", "R & D", 1), "xml-malformed", 5),
        (GOOD.replace("Pâtisserie", "&secret;", 1), "xml-malformed", 5),
        (GOOD + "<autre/>", "xml-malformed", 14),
        (GOOD[:300], "xml-truncated", 6),
        (GOOD[: GOOD.rindex("</offres>")], "xml-truncated", 12),
        (BOMB, "xml-dtd", 2),
        (EXTERNAL, "xml-dtd", 2),
        ("<html><body>Erreur 500</body></html>", "not-a-catalogue", 1),
        ("<formation/>", "not-a-catalogue", 1),
        ("nom;prénom\nDupont;Léa\n", "not-a-catalogue", 1),
        ('{"erreur": "introuvable"}', "not-a-catalogue", 1),
        ("3", "not-a-catalogue", 1),
        ("PK\x03\x04\x14", "not-a-catalogue", 1),
        ("", "empty-file", 1),
        (" \n \n", "empty-file", 1),
        (GOOD.replace("Pâtisserie", "Pâtis\0serie", 1), "nul-byte", 5),
    ],
)
def test_what_is_no_whole_catalogue_is_refused_with_its_line(
    written: Writer, content: str, code: str, line: int
) -> None:
    error = refused(written(content))
    assert error.status == 422
    assert error.extra["code"] == code
    assert error.extra["line"] == line
    assert error.extra["column"] >= 1


def test_a_web_page_sent_as_a_catalogue_is_refused_in_french(written: Writer) -> None:
    error = refused(written("<!doctype html><html><body>Erreur 500</body></html>"))
    assert (
        error.detail
        == "Le fichier XML est mal formé ligne 1, colonne 1 : ce n'est pas du XML (une page web, un texte ?)."
    )


def test_the_column_is_that_of_the_break(written: Writer) -> None:
    error = refused(written(GOOD.replace("Pâtisserie", "Pâ < tisserie", 1)))
    assert (error.extra["line"], error.extra["column"]) == (5, len("<intitule-formation>Pâ <") + 1)


def test_an_external_file_is_never_read(written: Writer, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("mot de passe")
    document = f'<!DOCTYPE lheo [<!ENTITY s SYSTEM "{secret.as_uri()}">]><lheo>&s;</lheo>'
    assert "mot de passe" not in str(refused(written(document)))


def test_a_gzip_cut_off_or_damaged_is_refused(written: Writer) -> None:
    packed = gzip.compress(GOOD.encode())
    assert refused(written(packed[:-20])).extra["code"] == "gzip-truncated"
    damaged = bytearray(packed)
    damaged[-6] ^= 0xFF
    assert refused(written(bytes(damaged))).extra["code"] == "gzip-damaged"


def test_a_gzip_bomb_is_refused_before_it_is_expanded(written: Writer) -> None:
    blank = GOOD.replace("<offres>", "<offres>" + " " * 5_000_000)
    path = written(gzip.compress(blank.encode()))
    assert refused(path, Limits(expanded_bytes=1_000_000)).extra["code"] == "gzip-bomb"
    assert refused(path, Limits(ratio=100, ratio_from_bytes=1_000_000)).extra["code"] == "gzip-bomb"
    assert len(list(open_reader(path).drafts())) == 2


@pytest.mark.parametrize(
    ("inside", "limits", "code"),
    [
        ("<contenu-formation>" + "a" * 300_000 + "</contenu-formation>", Limits(text_bytes=200_000), "too-large"),
        ("<!--" + "a" * 900_000 + "-->", Limits(text_bytes=200_000), "too-large"),
        ("<extras>" * 80 + "</extras>" * 80, Limits(), "too-deep"),
        ("<extra/>" * 2_000, Limits(record_elements=1_000), "too-large"),
        ("<extra>aaaa</extra>" * 40_000, Limits(record_bytes=200_000), "too-large"),
    ],
)
def test_a_disproportionate_training_is_refused(written: Writer, inside: str, limits: Limits, code: str) -> None:
    error = refused(written(edof(formation("A", inside=inside))), limits)
    assert error.extra["code"] == code
    assert error.extra["line"] >= 6


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ('{"trainings": [\n{"id": "A", "offers": []},\n{"id": "B"', "json-truncated", 3),
        ('{"trainings": [\n{"id": "A", "offers": []},\n{"id": "B', "json-truncated", 3),
        ('{"trainings": [\n{"id" "A"}]}', "json-malformed", 2),
        ('{"trainings": [\n{"id": "A"},\n]}', "json-malformed", 3),
        ('{"trainings": [\n{"id": A}]}', "json-malformed", 2),
        ('{"trainings": [\n{"id": 012}]}', "json-malformed", 2),
        ('{"trainings": [\n{"id": "\\x"}]}', "json-malformed", 2),
        ('{"trainings": []}}', "json-malformed", 1),
        ('{"trainings": [{"a":' + "[" * 90 + "]" * 90 + "}]}", "too-deep", 1),
    ],
)
def test_broken_json_is_refused_with_its_line(written: Writer, content: str, code: str, line: int) -> None:
    error = refused(written(content))
    assert (error.extra["code"], error.extra["line"]) == (code, line)
