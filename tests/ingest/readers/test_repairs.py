"""Domain 14.1: what is repaired, with one warning: encodings and undeclared HTML entities."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers import open_reader
from ingest.readers.entities import EntityRepair
from tests.ingest.readers.samples import Writer, edof, formation

TITLE = "Pâtissière à l’œuvre, 50 € — niveau 3"
PLAIN = "Pâtissière à l'école"


def prologue(encoding: str) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>'


@pytest.mark.parametrize(
    ("declared", "written_as", "title", "warned"),
    [
        ("UTF-8", "utf-8", TITLE, False),
        ("ISO-8859-1", "latin-1", PLAIN, False),
        ("windows-1252", "cp1252", TITLE, False),
        ("ISO-8859-15", "iso8859-15", "50 € d'œufs", False),
        ("ISO-8859-1", "utf-8", TITLE, True),
        ("ISO-8859-1", "cp1252", TITLE, True),
        ("UTF-8", "latin-1", PLAIN, True),
        ("UTF-8", "cp1252", TITLE, True),
        ("us-ascii", "latin-1", PLAIN, True),
        ("rot13", "utf-8", TITLE, True),
        ("UTF-8", "utf-8-sig", TITLE, False),
        ("UTF-16", "utf-16", TITLE, False),
        ("UTF-8", "ascii", "Patisserie", False),
    ],
)
def test_accents_are_right_whatever_the_file_declares(
    written: Writer, declared: str, written_as: str, title: str, warned: bool
) -> None:
    document = edof(formation("A", title), prologue=prologue(declared))
    reader = open_reader(written(document.encode(written_as)))
    assert [draft.text("title") for draft in reader.drafts()] == [title]
    assert [finding.code for finding in reader.findings] == (["wrong-encoding"] if warned else [])


@pytest.mark.parametrize(
    "document",
    [
        f"<lheo><offres>{formation('A', PLAIN)}</offres></lheo>",
        '{"trainings": [{"id": "A", "title": "' + PLAIN + '"}]}',
    ],
)
def test_xml_and_json_without_declaration_promise_utf8(written: Writer, document: str) -> None:
    for encoding, codes in (("utf-8", []), ("latin-1", ["wrong-encoding"])):
        reader = open_reader(written(document.encode(encoding)))
        assert [draft.text("title") for draft in reader.drafts()] == [PLAIN]
        assert [finding.code for finding in reader.findings] == codes


def test_a_few_foreign_bytes_do_not_spoil_a_utf8_file(written: Writer) -> None:
    document = edof(formation("A", "Été à l'école") + formation("B", "REMPLACÉ"), prologue=prologue("UTF-8"))
    content = document.encode().replace("REMPLACÉ".encode(), "coupé".encode("cp1252"))
    reader = open_reader(written(content))
    assert [draft.text("title") for draft in reader.drafts()] == ["Été à l'école", "coupé"]
    assert [finding.code for finding in reader.findings] == ["wrong-encoding"]


def test_undeclared_html_entities_are_repaired_and_counted_once(written: Writer) -> None:
    title = "P&acirc;tisserie &amp; &eacutecole &lt;3 &nbsp;&euro; &#233; &#233 &#XE9;"
    reader = open_reader(written(edof(formation("A", title) + formation("B", "&eacute;t&eacute;"))))
    titles = [draft.text("title") for draft in reader.drafts()]
    assert titles == ["Pâtisserie & école <3 \xa0€ é é é", "été"]
    (finding,) = reader.findings
    assert (finding.code, finding.value) == ("html-entities-repaired", "7")


def test_entities_in_cdata_comments_and_links_are_left_alone(written: Writer) -> None:
    inside = "<!-- &eacute; --><objectif-formation><![CDATA[&eacute; &amp;]]></objectif-formation>"
    reader = open_reader(written(edof(formation("A", "?a=1&amp;copy=2", inside))))
    (draft,) = reader.drafts()
    assert draft.text("objective") == "&eacute; &amp;"
    assert draft.text("title") == "?a=1&copy=2"
    assert reader.findings == []


def test_repairs_keep_the_lines_and_most_columns_of_the_file(written: Writer) -> None:
    repair = EntityRepair()
    assert "".join(repair.repaired(iter(["a&eacute;b &agrave; &eacute c"]))) == "a&#00233;b &#00224; &#0233; c"


@given(
    st.lists(
        st.sampled_from(
            [
                "&eacute;",
                "&eacute",
                "&",
                "&#233",
                "7",
                "<![CDATA[",
                "]]>",
                "<!--",
                "-->",
                "é",
                "amp;",
                "x",
                "\n",
                "&lt;",
            ]
        )
    ),
    st.integers(1, 50),
)
def test_how_a_text_is_cut_in_chunks_changes_no_repair(pieces: list[str], size: int) -> None:
    text = "".join(pieces)
    chunks = [text[at : at + size] for at in range(0, len(text), size)]
    assert "".join(EntityRepair().repaired(iter(chunks))) == "".join(EntityRepair().repaired(iter([text])))


def test_gzip_is_transparent(written: Writer) -> None:
    reader = open_reader(written(gzip.compress(edof(formation("A", TITLE)).encode())))
    assert [draft.text("title") for draft in reader.drafts()] == [TITLE]
    assert reader.position == reader.total
