"""Wounds of the whole file: refused whole, or repaired."""

from __future__ import annotations

import gzip
import re
import zlib
from random import Random

from tests.ingest.damage.bases import Base
from tests.ingest.damage.outcome import (
    Damaged,
    Outcome,
    done,
    line_of,
    pick,
    refused,
)


def cut_off(base: Base, rng: Random) -> Damaged | None:
    if base.kind == "csv":
        return None
    text = base.text[: rng.randrange(len(base.text) // 3, len(base.text) * 9 // 10)]
    code = "json-truncated" if base.kind == "json" else "xml-truncated"
    return refused(text.encode(base.encoding), code, line_of(text, len(text)))


def open_quote(base: Base, rng: Random) -> Damaged | None:
    if base.kind != "csv":
        return None
    lines = base.text.split("\n")
    at = rng.randrange(1, len(lines) - 1)
    cells = lines[at].split(",")
    cells[-3] = '"' + cells[-3]
    lines[at] = ",".join(cells)
    return refused("\n".join(lines).encode(base.encoding), "csv-", at + 1)


def nul_byte(base: Base, rng: Random) -> Damaged | None:
    at = rng.randrange(len(base.text) // 2, len(base.text) - 2)
    return refused((base.text[:at] + "\0" + base.text[at:]).encode(base.encoding), "nul-byte", line_of(base.text, at))


def unclosed(base: Base, rng: Random) -> Damaged | None:
    found = pick(base, rng, r"</intitule-formation>")
    if found is None:
        return None
    text = base.text[: found.start()] + base.text[found.end() :]
    return refused(text.encode(base.encoding), "xml-malformed", line_of(text, _first_unbalanced(text, found.start())))


def _first_unbalanced(text: str, start: int) -> int:
    """The first closing tag after ``start`` whose opening stands before it: where a parser notices."""
    depth = 0
    for tag in re.finditer(r"<!\[CDATA\[.*?\]\]>|<(/?)[A-Za-z][^<>]*?(/?)>", text[start:], re.DOTALL):
        if tag.group().startswith("<!") or tag.group(2):
            continue
        depth += -1 if tag.group(1) else 1
        if depth < 0:
            return start + tag.start()
    raise ValueError("every tag is balanced")


def lone_bracket(base: Base, rng: Random) -> Damaged | None:
    found = pick(base, rng, r"<intitule-formation>\s*")
    if found is None:
        return None
    text = base.text[: found.end()] + "1 < 2 " + base.text[found.end() :]
    return refused(text.encode(base.encoding), "xml-malformed", line_of(text, found.end()))


def doctype(base: Base, rng: Random) -> Damaged | None:
    return _before_root(base, '<!DOCTYPE lheo SYSTEM "http://example.org/lheo.dtd">', rng)


def external_entity(base: Base, rng: Random) -> Damaged | None:
    return _before_root(base, '<!DOCTYPE lheo [<!ENTITY x SYSTEM "file:///etc/hostname">]>', rng)


def entity_bomb(base: Base, rng: Random) -> Damaged | None:
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    return _before_root(base, f'<!DOCTYPE lheo [<!ENTITY a0 "ha">{bomb}]>', rng)


def _before_root(base: Base, what: str, _rng: Random) -> Damaged | None:
    found = re.search(r"<lheo", base.text)
    if base.kind not in ("edof", "lheo") or found is None:
        return None
    text = base.text[: found.start()] + what + "\n" + base.text[found.start() :]
    return refused(text.encode(base.encoding), "xml-dtd", line_of(text, found.start()))


def other_root(base: Base, rng: Random) -> Damaged | None:
    found = re.search(r"<(lheo(?:-index)?)\b", base.text)
    if found is None or base.kind not in ("edof", "lheo"):
        return None
    text = base.text.replace(f"<{found.group(1)} ", "<factures ").replace(f"</{found.group(1)}>", "</factures>")
    return refused(text.encode(base.encoding), "not-a-catalogue", line_of(text, found.start()))


def missing_column(base: Base, rng: Random) -> Damaged | None:
    if base.kind != "csv":
        return None
    return refused(base.text.replace("siret_formateur", "siret", 1).encode(base.encoding), "not-a-catalogue", 1)


def gzip_cut(base: Base, rng: Random) -> Damaged | None:
    packed = gzip.compress(base.content, mtime=0)
    return refused(packed[: len(packed) * rng.randrange(40, 90) // 100], "gzip-truncated", None)


def gzip_broken(base: Base, rng: Random) -> Damaged | None:
    packed = bytearray(gzip.compress(base.content, mtime=0))
    for at in range(len(packed) - 8, len(packed) - 4):  # the checksum
        packed[at] ^= 0xFF
    assert zlib.crc32(base.content) != int.from_bytes(packed[-8:-4], "little")
    return refused(bytes(packed), "gzip-damaged", None)


def html_entities(base: Base, rng: Random) -> Damaged | None:
    text = base.text.replace("é", "&eacute;")
    if base.kind not in ("edof", "lheo") or text == base.text:
        return None
    whole = done(base, text, "html-entities-repaired", None)
    return _with_present(whole, base)


def wrong_encoding(base: Base, rng: Random) -> Damaged | None:
    if base.kind not in ("edof", "lheo") or base.text.isascii() or "encoding=" not in base.text:
        return None
    other = "utf-8" if base.encoding in ("iso-8859-1", "latin-1") else "latin-1"
    content = base.text.encode(other, "xmlcharrefreplace")
    return _with_present(Damaged(content, Outcome(False, base.offers, "wrong-encoding", None)), base)


def _with_present(damaged: Damaged, base: Base) -> Damaged:
    """A title with an accent must come out as it was written."""
    found = re.search(r"<intitule-formation>\s*([^<]*[éèàÉ][^<]*?)\s*</", base.text)
    outcome = damaged.outcome
    if found is None:
        return damaged
    title = " ".join(found.group(1).split())
    return Damaged(damaged.content, Outcome(False, outcome.offers, outcome.code, outcome.line, present=title))


def script_in_text(base: Base, rng: Random) -> Damaged | None:
    found = pick(base, rng, r"<intitule-formation>\s*")
    if found is None:
        return None
    attack = "<![CDATA[<script>alert(1)</script><img src=x onerror=alert(1)>]]>"
    return done(base, base.text[: found.end()] + attack + base.text[found.end() :], "", None, absent="alert(1)")
