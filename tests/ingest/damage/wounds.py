"""Ways to damage a catalogue, each with what must come of it. A wound that does not fit a base gives ``None``."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.ingest.damage.bases import Base

OTHER_SIRET = "55208131700019"


@dataclass(frozen=True)
class Outcome:
    """``code`` and ``line``: a finding that must be there (``""``: none is asked). ``line`` ``None``: whole file."""

    refused: bool
    offers: int
    code: str
    line: int | None
    sessions_lost: int = 0
    absent: str = ""  # must not be in any stored text
    present: str = ""  # must be in some stored title


@dataclass(frozen=True)
class Damaged:
    content: bytes
    outcome: Outcome


Wound = Callable[[Base, Random], Damaged | None]


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _done(
    base: Base, text: str, code: str, line: int | None, *, lost: int = 0, sessions: int = 0, absent: str = ""
) -> Damaged:
    outcome = Outcome(False, base.offers - lost, code, line, sessions, absent)
    return Damaged(
        text.encode(base.encoding, "xmlcharrefreplace" if base.kind in ("edof", "lheo") else "strict"), outcome
    )


def _refused(content: bytes, code: str, line: int | None) -> Damaged:
    return Damaged(content, Outcome(True, 0, code, line))


# --- the whole file


def cut_off(base: Base, rng: Random) -> Damaged | None:
    if base.kind == "csv":
        return None
    text = base.text[: rng.randrange(len(base.text) // 3, len(base.text) * 9 // 10)]
    code = "json-truncated" if base.kind == "json" else "xml-truncated"
    return _refused(text.encode(base.encoding), code, _line(text, len(text)))


def open_quote(base: Base, rng: Random) -> Damaged | None:
    if base.kind != "csv":
        return None
    lines = base.text.split("\n")
    at = rng.randrange(1, len(lines) - 1)
    cells = lines[at].split(",")
    cells[-3] = '"' + cells[-3]
    lines[at] = ",".join(cells)
    return _refused("\n".join(lines).encode(base.encoding), "csv-", at + 1)


def nul_byte(base: Base, rng: Random) -> Damaged | None:
    at = rng.randrange(len(base.text) // 2, len(base.text) - 2)
    return _refused((base.text[:at] + "\0" + base.text[at:]).encode(base.encoding), "nul-byte", _line(base.text, at))


def unclosed(base: Base, rng: Random) -> Damaged | None:
    found = _pick(base, rng, r"</intitule-formation>")
    if found is None:
        return None
    text = base.text[: found.start()] + base.text[found.end() :]
    return _refused(text.encode(base.encoding), "xml-malformed", _line(text, _first_unbalanced(text, found.start())))


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
    found = _pick(base, rng, r"<intitule-formation>\s*")
    if found is None:
        return None
    text = base.text[: found.end()] + "1 < 2 " + base.text[found.end() :]
    return _refused(text.encode(base.encoding), "xml-malformed", _line(text, found.end()))


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
    return _refused(text.encode(base.encoding), "xml-dtd", _line(text, found.start()))


def other_root(base: Base, rng: Random) -> Damaged | None:
    found = re.search(r"<(lheo(?:-index)?)\b", base.text)
    if found is None or base.kind not in ("edof", "lheo"):
        return None
    text = base.text.replace(f"<{found.group(1)} ", "<factures ").replace(f"</{found.group(1)}>", "</factures>")
    return _refused(text.encode(base.encoding), "not-a-catalogue", _line(text, found.start()))


def missing_column(base: Base, rng: Random) -> Damaged | None:
    if base.kind != "csv":
        return None
    return _refused(base.text.replace("siret_formateur", "siret", 1).encode(base.encoding), "not-a-catalogue", 1)


def gzip_cut(base: Base, rng: Random) -> Damaged | None:
    packed = gzip.compress(base.content, mtime=0)
    return _refused(packed[: len(packed) * rng.randrange(40, 90) // 100], "gzip-truncated", None)


def gzip_broken(base: Base, rng: Random) -> Damaged | None:
    packed = bytearray(gzip.compress(base.content, mtime=0))
    for at in range(len(packed) - 8, len(packed) - 4):  # the checksum
        packed[at] ^= 0xFF
    assert zlib.crc32(base.content) != int.from_bytes(packed[-8:-4], "little")
    return _refused(bytes(packed), "gzip-damaged", None)


# --- repaired


def html_entities(base: Base, rng: Random) -> Damaged | None:
    text = base.text.replace("é", "&eacute;")
    if base.kind not in ("edof", "lheo") or text == base.text:
        return None
    whole = _done(base, text, "html-entities-repaired", None)
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
    found = _pick(base, rng, r"<intitule-formation>\s*")
    if found is None:
        return None
    attack = "<![CDATA[<script>alert(1)</script><img src=x onerror=alert(1)>]]>"
    return _done(base, base.text[: found.end()] + attack + base.text[found.end() :], "", None, absent="alert(1)")


# --- trainings, offers and sessions


def no_title_no_certification(base: Base, rng: Random) -> Damaged | None:
    block = _training(base, rng)
    if block is None:
        return None
    inside = re.sub(
        r"<intitule-formation>.*?</intitule-formation>",
        "<intitule-formation>-</intitule-formation>",
        block.group(),
        flags=re.DOTALL,
    )
    inside = re.sub(
        r"<certification>.*?</certification>", lambda m: "\n" * m.group().count("\n"), inside, flags=re.DOTALL
    )
    return _replaced(
        base, block, inside, "title-and-certification-missing", _line(base.text, block.start()), lost=_offers(block)
    )


def no_certification(base: Base, rng: Random) -> Damaged | None:
    block = _training(base, rng)
    if block is None or base.kind != "edof":
        return None
    inside = re.sub(r"<certification>.*?</certification>", "", block.group(), flags=re.DOTALL)
    return _replaced(base, block, inside, "certification-missing", _line(base.text, block.start()), lost=_offers(block))


def no_title(base: Base, rng: Random) -> Damaged | None:
    block = _training(base, rng)
    if block is None:
        return None
    inside = re.sub(
        r"(<intitule-formation>).*?(</intitule-formation>)",
        lambda m: m.group(1) + "\n" * m.group().count("\n") + m.group(2),
        block.group(),
        flags=re.DOTALL,
    )
    return _replaced(base, block, inside, "title-from-certification", _line(base.text, block.start()))


def short_siret(base: Base, rng: Random) -> Damaged | None:
    block = _training(base, rng)
    found = block and re.search(r"<SIRET>(\d{13})\d</SIRET>", block.group())
    if block is None or not found:
        return None
    inside = block.group()[: found.start()] + f"<SIRET>{found.group(1)}</SIRET>" + block.group()[found.end() :]
    return _replaced(
        base, block, inside, "siret-invalid", _line(base.text, block.start() + found.start()), lost=_offers(block)
    )


def other_siret(base: Base, rng: Random) -> Damaged | None:
    block = _training(base, rng)
    found = block and re.search(r"<SIRET>\d{14}</SIRET>", block.group())
    if block is None or not found or base.kind != "edof":
        return None
    inside = block.group()[: found.start()] + f"<SIRET>{OTHER_SIRET}</SIRET>" + block.group()[found.end() :]
    return _replaced(
        base, block, inside, "siret-several", _line(base.text, block.start() + found.start()), lost=_offers(block)
    )


def modality_impossible(base: Base, rng: Random) -> Damaged | None:
    return _value(base, rng, "modalites-enseignement", "7", "code-impossible", lost=1)


def entry_impossible(base: Base, rng: Random) -> Damaged | None:
    return _value(base, rng, "modalites-entrees-sorties", "5", "code-impossible", lost=1)


def dates_reversed(base: Base, rng: Random) -> Damaged | None:
    found = _pick(base, rng, r"<session[^>]*>(?:(?!</session>).)*?<fin>(\d{8})</fin>")
    if found is None:
        return None
    text = base.text[: found.start(1)] + "20010101" + base.text[found.end(1) :]
    return _done(base, text, "session-dates-reversed", _line(text, found.start()), sessions=1)


def dates_repeated(base: Base, rng: Random) -> Damaged | None:
    found = _pick(base, rng, r'<session numero="([^"]*)".*?<debut>\d{6}(?!00)\d\d</debut>.*?</session>')
    if found is None:
        return None
    again = found.group().replace(f'numero="{found.group(1)}"', 'numero="encore"', 1)
    text = base.text[: found.end()] + "\n" + again + base.text[found.end() :]
    return _done(base, text, "session-dates-repeated", _line(text, found.end() + 1), sessions=1)


def training_twice(base: Base, rng: Random) -> Damaged | None:
    block = _training(base, rng)
    if block is None:
        return None
    text = base.text[: block.end()] + "\n" + block.group() + base.text[block.end() :]
    return _done(base, text, "copy-dropped", _line(text, block.end() + 1))


def training_twice_otherwise(base: Base, rng: Random) -> Damaged | None:
    block = _training(base, rng)
    if block is None:
        return None
    other = re.sub(r"<intitule-formation>.*?</", "<intitule-formation>Un autre titre</", block.group(), flags=re.DOTALL)
    text = base.text[: block.end()] + "\n" + other + base.text[block.end() :]
    return _done(base, text, "last-one-kept", _line(text, block.start()))


# --- optional fields: left out, warning


def phone(base: Base, rng: Random) -> Damaged | None:
    return _value(base, rng, "numtel", "appeler l'accueil", "phone-unreadable")


def mail(base: Base, rng: Random) -> Damaged | None:
    return _value(base, rng, "courriel", "contact(at)organisme", "email-unreadable")


def link(base: Base, rng: Random) -> Damaged | None:
    return _value(base, rng, "urlweb", "javascript:alert(1)", "link-unreadable", absent="javascript")


def start_impossible(base: Base, rng: Random) -> Damaged | None:
    return _value(base, rng, "debut", "20271345", "date-unreadable")


def latitude_of_nowhere(base: Base, rng: Random) -> Damaged | None:
    return _value(base, rng, "latitude", "quarante-cinq", "coordinates-unreadable", within="lieu-de-formation")


def latitude_abroad(base: Base, rng: Random) -> Damaged | None:
    return _value(base, rng, "latitude", "12.5", "coordinates-foreign", within="lieu-de-formation")


def language(base: Base, rng: Random) -> Damaged | None:
    return _value(base, rng, "langue-formation", "qq", "code-unknown")


def hours(base: Base, rng: Random) -> Damaged | None:
    return _value(base, rng, r"nombre-heures-(?:total|centre)", "beaucoup", "number-unreadable")


def formacode(base: Base, rng: Random) -> Damaged | None:
    return _value(base, rng, "code-FORMACODE", "4260", "code-unreadable", within="domaine-formation")


def price_letters(base: Base, rng: Random) -> Damaged | None:
    return _value(base, rng, "prix-total-TTC", "mille euros", "price-unreadable")


def vat_arithmetic(base: Base, rng: Random) -> Damaged | None:
    return _extra(base, rng, "frais-ttc", "1.00", "vat-arithmetic")


def vat_rate(base: Base, rng: Random) -> Damaged | None:
    return _extra(base, rng, "taux-tva", "17", "vat-rate-unknown")


def rhythm(base: Base, rng: Random) -> Damaged | None:
    return _extra(base, rng, "code-rythme-formation", "9", "code-unknown")


def block_twice(base: Base, rng: Random) -> Damaged | None:
    found = _pick(base, rng, r'<extra info="code-bloc">[^<]*</extra>')
    if found is None:
        return None
    text = base.text[: found.end()] + found.group() + base.text[found.end() :]
    return _done(base, text, "block-repeated", _line(text, found.end()))


def prerequisites_unsaid(base: Base, rng: Random) -> Damaged | None:
    found = _pick(
        base,
        rng,
        r'<conditions-specifiques>[^<]*</conditions-specifiques>(.*?)<extra info="existence-prerequis">[01]</extra>',
    )
    if found is None:
        return None
    inside = found.group(1) + '<extra info="existence-prerequis">1</extra>'
    text = base.text[: found.start()] + inside + base.text[found.end() :]
    at = found.start() + len(found.group(1))
    return _done(base, text, "prerequisites-missing", _line(text, at))


# --- rows of a CSV


def row_short(base: Base, rng: Random) -> Damaged | None:
    return _row(base, rng, lambda cells: cells[:-2], "csv-row-width", lost=1)


def row_twice(base: Base, rng: Random) -> Damaged | None:
    return _row_added(base, rng, lambda cells: None, "copy-dropped")


def row_other_months(base: Base, rng: Random) -> Damaged | None:
    return _row_added(base, rng, lambda cells: _set(base, cells, "periode", "2031-05"), "rows-merged")


def row_other_publie(base: Base, rng: Random) -> Damaged | None:
    def change(cells: list[str]) -> None:
        at = _column(base, "publie")
        cells[at] = "False" if cells[at] == "True" else "True"

    return _row_added(base, rng, change, "rows-merged")


def row_other_place(base: Base, rng: Random) -> Damaged | None:
    return _row_added(
        base, rng, lambda cells: _set(base, cells, "lieu_adresse", "ailleurs"), "last-one-kept", first=True
    )


def row_siret(base: Base, rng: Random) -> Damaged | None:
    def change(cells: list[str]) -> list[str]:
        return _set(base, cells, "siret_formateur", "12345") or cells

    return _row(base, rng, change, "siret-invalid", lost=1)


def row_swapped(base: Base, rng: Random) -> Damaged | None:
    def change(cells: list[str]) -> list[str]:
        lat, lon = _column(base, "lat"), _column(base, "lon")
        cells[lat], cells[lon] = cells[lon], cells[lat]
        return cells

    return _row(base, rng, change, "coordinates-swapped")


def row_rome(base: Base, rng: Random) -> Damaged | None:
    return _row(base, rng, lambda cells: _set(base, cells, "rome", "M120") or cells, "code-unreadable")


# --- JSON


def json_siret(base: Base, rng: Random) -> Damaged | None:
    if base.kind != "json":
        return None
    text = re.sub(r'"siret": "\d+"', '"siret": "12"', base.text)
    at = text.index('"siret"')
    return Damaged(text.encode(), Outcome(False, 0, "siret-invalid", _line(text, at)))


def json_modality(base: Base, rng: Random) -> Damaged | None:
    return _json_value(base, rng, "modality", '"hybride"', "code-impossible", lost=1)


def json_end(base: Base, rng: Random) -> Damaged | None:
    return _json_value(
        base, rng, "end", '"2001-01-01"', "session-dates-reversed", sessions=1, above=r"\{\s*\"id\": \"s1\""
    )


def json_start(base: Base, rng: Random) -> Damaged | None:
    return _json_value(base, rng, "start", '"2027-02-31"', "date-unreadable")


def json_comma(base: Base, rng: Random) -> Damaged | None:
    if base.kind != "json":
        return None
    found = rng.choice(list(re.finditer(r'"title": "[^"]*"(,)\n', base.text)))
    text = base.text[: found.start(1)] + base.text[found.end(1) :]
    return _refused(text.encode(), "json-malformed", _line(text, found.end(1)))


# --- how it is done


def _pick(base: Base, rng: Random, pattern: str) -> re.Match[str] | None:
    if base.kind not in ("edof", "lheo"):
        return None
    found = list(re.finditer(pattern, base.text, re.DOTALL))
    return rng.choice(found) if found else None


def _training(base: Base, rng: Random) -> re.Match[str] | None:
    return _pick(base, rng, r"<(formation|resume-offre) .*?</\1>")


def _offers(block: re.Match[str]) -> int:
    return block.group().count("<action ") or 1


def _replaced(base: Base, block: re.Match[str], inside: str, code: str, line: int, *, lost: int = 0) -> Damaged:
    return _done(base, base.text[: block.start()] + inside + base.text[block.end() :], code, line, lost=lost)


def _value(
    base: Base, rng: Random, tag: str, value: str, code: str, *, lost: int = 0, within: str = "", absent: str = ""
) -> Damaged | None:
    pattern = rf"<({tag})[^>]*>([^<]*)</\1>"
    if within:
        outer = [match.span() for match in re.finditer(rf"<{within}\b.*?</{within}>", base.text, re.DOTALL)]
    found = [
        match
        for match in re.finditer(pattern, base.text, re.DOTALL)
        if not within or any(start <= match.start() < end for start, end in outer)
    ]
    if base.kind not in ("edof", "lheo") or not found:
        return None
    match = rng.choice(found)
    text = base.text[: match.start(2)] + value + base.text[match.end(2) :]
    return _done(base, text, code, _line(text, match.start()), lost=lost, absent=absent)


def _extra(base: Base, rng: Random, info: str, value: str, code: str) -> Damaged | None:
    match = _pick(base, rng, rf'<extra info="{info}">([^<]*)</extra>')
    if match is None:
        return None
    text = base.text[: match.start(1)] + value + base.text[match.end(1) :]
    return _done(base, text, code, _line(text, match.start()))


def _column(base: Base, name: str) -> int:
    return base.text.split("\n", 1)[0].strip().split(",").index(name)


def _set(base: Base, cells: list[str], name: str, value: str) -> list[str]:
    cells[_column(base, name)] = value
    return cells


def _row(
    base: Base, rng: Random, change: Callable[[list[str]], list[str]], code: str, *, lost: int = 0
) -> Damaged | None:
    if base.kind != "csv":
        return None
    lines = base.text.split("\n")
    at = rng.choice(_first_rows(base, lines))
    lines[at] = ",".join(change(lines[at].rstrip("\r").split(",")))
    return _done(base, "\n".join(lines), code, at + 1, lost=lost)


def _first_rows(base: Base, lines: list[str]) -> list[int]:
    """Rows that are the first of their training: it is those that say what the training is."""
    key = [_column(base, name) for name in ("siret_formateur", "id_formation", "code_certifinfo")]
    first: dict[tuple[str, ...], int] = {}
    for at, line in enumerate(lines[1:-1], 1):
        cells = line.split(",")
        first.setdefault(tuple(cells[column] for column in key), at)
    return list(first.values())


def _row_added(
    base: Base, rng: Random, change: Callable[[list[str]], object], code: str, *, first: bool = False
) -> Damaged | None:
    if base.kind != "csv":
        return None
    lines = base.text.split("\n")
    at = rng.randrange(1, len(lines) - 1)
    cells = lines[at].rstrip("\r").split(",")
    change(cells)
    lines.insert(len(lines) - 1, ",".join(cells))
    return _done(base, "\n".join(lines), code, at + 1 if first else len(lines) - 1)


def _json_value(
    base: Base, rng: Random, name: str, value: str, code: str, *, lost: int = 0, sessions: int = 0, above: str = ""
) -> Damaged | None:
    if base.kind != "json":
        return None
    match = rng.choice(list(re.finditer(rf'"{name}": ("[^"]*")', base.text)))
    text = base.text[: match.start(1)] + value + base.text[match.end(1) :]
    at = match.start()
    if above:
        at = [found.start() for found in re.finditer(above, text[: match.start()])][-1]
    return _done(base, text, code, _line(text, at), lost=lost, sessions=sessions)


WOUNDS: tuple[Wound, ...] = (
    cut_off, open_quote, nul_byte, unclosed, lone_bracket, doctype, external_entity, entity_bomb, other_root,
    missing_column, gzip_cut, gzip_broken, html_entities, wrong_encoding, script_in_text, no_title_no_certification,
    no_certification, no_title, short_siret, other_siret, modality_impossible, entry_impossible, dates_reversed,
    dates_repeated, training_twice, training_twice_otherwise, phone, mail, link, start_impossible, latitude_of_nowhere,
    latitude_abroad, language, hours, formacode, price_letters, vat_arithmetic, vat_rate, rhythm, block_twice,
    prerequisites_unsaid, row_short, row_twice, row_other_months, row_other_publie, row_other_place, row_siret,
    row_swapped, row_rome, json_siret, json_modality, json_end, json_start, json_comma,
)  # fmt: skip
