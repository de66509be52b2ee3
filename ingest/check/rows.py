"""The same key twice (domain 14.1): an equal copy is dropped, rows that differ are merged where the mapping says so,
otherwise the last one counts. Every case is a finding on the row that is not counted as its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ingest.draft import Draft, Value
from ingest.findings import Finding
from ingest.normalise.context import Notes
from ingest.readers import MergeRule

_TRUE = frozenset(("true", "1", "vrai", "oui"))
Content: TypeAlias = tuple[object, ...]


@dataclass(slots=True)
class Copies:
    """What was dropped or joined, for the report."""

    dropped: int = 0
    merged: int = 0


def content(draft: Draft) -> Content:
    """What a draft says, wherever it says it."""
    return (
        draft.kind,
        tuple(sorted((name, tuple(value.text for value in values)) for name, values in draft.values.items())),
        tuple(sorted((name, tuple(value.text for value in values)) for name, values in draft.extras.items())),
        tuple(content(child) for child in draft.children),
    )


def join_rows(rows: list[Draft], rule: MergeRule, findings: list[Finding], copies: Copies) -> Draft:
    """Rows of one training (CSV: one offer each) as one draft; the first row gives what the others leave out."""
    training = rows[0]
    offers: dict[str, Draft] = {}
    disagree: dict[str, Value] = {}
    for row in rows:
        if row is not training:
            _completed(training, row, disagree)
        for offer in list(row.of("offer")):
            numero = offer.text("numero")
            known = offers.get(numero)
            if known is None:
                offers[numero] = offer
                continue
            notes = Notes("offer", numero, findings, training.text("numero"))
            if content(known) == content(offer):
                notes.add("copy-dropped", offer, value=numero, other=known.line)
                copies.dropped += 1
            else:
                fields = ", ".join(_differences(known, offer))
                if _joined(known, offer, rule):
                    notes.add("rows-merged", offer, value=numero, other=known.line, fields=fields)
                    copies.merged += 1
                else:
                    offers[numero] = offer
                    notes.add("last-one-kept", known, value=numero, other=offer.line, fields=fields)
                    copies.dropped += 1
    if disagree:
        fields = ", ".join(value.path or name for name, value in disagree.items())
        at = next(iter(disagree.values()))
        Notes("training", training.text("numero"), findings).add("rows-disagree", at, fields=fields)
    others = [child for child in training.children if child.kind != "offer"]
    training.children = [*others, *offers.values()]
    return training


def _completed(training: Draft, row: Draft, disagree: dict[str, Value]) -> None:
    for name, values in row.values.items():
        known = training.values.setdefault(name, values)
        if known is not values and [value.text for value in known] != [value.text for value in values]:
            disagree.setdefault(name, values[0])


def last_of(drafts: list[Draft], findings: list[Finding], copies: Copies) -> Draft:
    """Whole trainings of one key (XML, JSON): the last counts."""
    last = drafts[-1]
    for draft in drafts[:-1]:
        _not_counted(draft, last, Notes("training", last.text("numero"), findings))
        copies.dropped += 1
    return last


def drop_repeated(training: Draft, findings: list[Finding], copies: Copies) -> None:
    """Offers of one training and sessions of one offer with the same number."""
    own = Notes("training", training.text("numero"), findings)
    _last_by_number(training, "offer", own, copies)
    for offer in training.of("offer"):
        _last_by_number(offer, "session", own.within("offer", offer.text("numero")), copies)


def _last_by_number(parent: Draft, kind: str, notes: Notes, copies: Copies) -> None:
    kept: dict[str, Draft] = {}
    repeated = False
    for child in parent.of(kind):
        numero = child.text("numero")
        if numero in kept:
            repeated = True
            _not_counted(kept[numero], child, notes.within(kind, numero))
            if kind == "offer":
                copies.dropped += 1
        kept[numero] = child
    if repeated:
        chosen = {id(child) for child in kept.values()}
        parent.children = [child for child in parent.children if child.kind != kind or id(child) in chosen]


def _not_counted(draft: Draft, instead: Draft, notes: Notes) -> None:
    numero = instead.text("numero")
    if content(draft) == content(instead):
        notes.add("copy-dropped", instead, value=numero, other=draft.line)
    else:
        fields = ", ".join(_differences(draft, instead))
        notes.add("last-one-kept", draft, value=numero, other=instead.line, fields=fields)


def _joined(known: Draft, other: Draft, rule: MergeRule) -> bool:
    """Whether the rule covers every difference; if so ``known`` takes over what ``other`` adds."""
    names = {*known.values, *other.values} - set(rule.any_true)
    if any(_texts(known, name) != _texts(other, name) for name in names):
        return False
    if _without(known, rule.unite) != _without(other, rule.unite):
        return False
    for name in rule.any_true:
        true = next((value for value in (*known.all(name), *other.all(name)) if value.text.lower() in _TRUE), None)
        if true is not None:
            known.values[name] = [true]
    for kind in rule.unite:
        # The same number again is the same child: what the later row says of it counts.
        children = {child.text("numero"): child for child in (*known.of(kind), *other.of(kind))}
        known.children = [*(child for child in known.children if child.kind != kind), *children.values()]
    return True


def _without(draft: Draft, kinds: tuple[str, ...]) -> Content:
    others = tuple(content(child) for child in draft.children if child.kind not in kinds)
    return (others, tuple(sorted((name, tuple(v.text for v in values)) for name, values in draft.extras.items())))


def _differences(one: Draft, other: Draft) -> list[str]:
    """As the file calls them: a column, the end of a path."""
    found: dict[str, None] = {}
    for name in sorted({*one.values, *other.values}):
        if _texts(one, name) != _texts(other, name):
            value: Value | None = other.first(name) or one.first(name)
            found[value.path.rpartition("/")[2] if value and value.path else name] = None
    for kind in ("offer", "place", "session", "contact"):
        mine, theirs = ([content(child) for child in draft.of(kind)] for draft in (one, other))
        if mine != theirs:
            example = next(
                (v for child in (*other.of(kind), *one.of(kind)) for v in child.values.get("year_month", [])), None
            )
            found[example.path if example else _KINDS[kind]] = None
    return list(found) or ["informations complémentaires"]


_KINDS = {"offer": "actions", "place": "lieux", "session": "sessions", "contact": "contacts"}


def _texts(draft: Draft, name: str) -> list[str]:
    return [value.text for value in draft.all(name)]
