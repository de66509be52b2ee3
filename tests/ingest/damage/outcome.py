"""What must come of a damaged catalogue, and how a text, an element, a row or a member is replaced in one."""

from __future__ import annotations

import re
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


def line_of(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def done(
    base: Base, text: str, code: str, line: int | None, *, lost: int = 0, sessions: int = 0, absent: str = ""
) -> Damaged:
    outcome = Outcome(False, base.offers - lost, code, line, sessions, absent)
    return Damaged(
        text.encode(base.encoding, "xmlcharrefreplace" if base.kind in ("edof", "lheo") else "strict"), outcome
    )


def refused(content: bytes, code: str, line: int | None) -> Damaged:
    return Damaged(content, Outcome(True, 0, code, line))


def pick(base: Base, rng: Random, pattern: str) -> re.Match[str] | None:
    if base.kind not in ("edof", "lheo"):
        return None
    found = list(re.finditer(pattern, base.text, re.DOTALL))
    return rng.choice(found) if found else None


def training_block(base: Base, rng: Random) -> re.Match[str] | None:
    return pick(base, rng, r"<(formation|resume-offre) .*?</\1>")


def offers_in(block: re.Match[str]) -> int:
    return block.group().count("<action ") or 1


def block_replaced(base: Base, block: re.Match[str], inside: str, code: str, line: int, *, lost: int = 0) -> Damaged:
    return done(base, base.text[: block.start()] + inside + base.text[block.end() :], code, line, lost=lost)


def value_replaced(
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
    return done(base, text, code, line_of(text, match.start()), lost=lost, absent=absent)


def extra_replaced(base: Base, rng: Random, info: str, value: str, code: str) -> Damaged | None:
    match = pick(base, rng, rf'<extra info="{info}">([^<]*)</extra>')
    if match is None:
        return None
    text = base.text[: match.start(1)] + value + base.text[match.end(1) :]
    return done(base, text, code, line_of(text, match.start()))


def column_of(base: Base, name: str) -> int:
    return base.text.split("\n", 1)[0].strip().split(",").index(name)


def with_cell(base: Base, cells: list[str], name: str, value: str) -> list[str]:
    cells[column_of(base, name)] = value
    return cells


def row(
    base: Base, rng: Random, change: Callable[[list[str]], list[str]], code: str, *, lost: int = 0
) -> Damaged | None:
    if base.kind != "csv":
        return None
    lines = base.text.split("\n")
    at = rng.choice(first_rows(base, lines))
    lines[at] = ",".join(change(lines[at].rstrip("\r").split(",")))
    return done(base, "\n".join(lines), code, at + 1, lost=lost)


def first_rows(base: Base, lines: list[str]) -> list[int]:
    """Rows that are the first of their training: it is those that say what the training is."""
    key = [column_of(base, name) for name in ("siret_formateur", "id_formation", "code_certifinfo")]
    first: dict[tuple[str, ...], int] = {}
    for at, line in enumerate(lines[1:-1], 1):
        cells = line.split(",")
        first.setdefault(tuple(cells[column] for column in key), at)
    return list(first.values())


def row_added(
    base: Base, rng: Random, change: Callable[[list[str]], object], code: str, *, first: bool = False
) -> Damaged | None:
    if base.kind != "csv":
        return None
    lines = base.text.split("\n")
    at = rng.randrange(1, len(lines) - 1)
    cells = lines[at].rstrip("\r").split(",")
    change(cells)
    lines.insert(len(lines) - 1, ",".join(cells))
    return done(base, "\n".join(lines), code, at + 1 if first else len(lines) - 1)


def json_value(
    base: Base, rng: Random, name: str, value: str, code: str, *, lost: int = 0, sessions: int = 0, above: str = ""
) -> Damaged | None:
    if base.kind != "json":
        return None
    match = rng.choice(list(re.finditer(rf'"{name}": ("[^"]*")', base.text)))
    text = base.text[: match.start(1)] + value + base.text[match.end(1) :]
    at = match.start()
    if above:
        at = [found.start() for found in re.finditer(above, text[: match.start()])][-1]
    return done(base, text, code, line_of(text, at), lost=lost, sessions=sessions)
