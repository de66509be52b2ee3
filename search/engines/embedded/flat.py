"""Documents as plain tables with foreign keys, before they are ordered and inverted: the common form of all builds.

``Collector`` reads documents, ``merged`` puts several flats one after another; ``build`` makes a segment of either.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from base.ids import key_id
from catalog.codes.facets import Answer, Audience, CertificationKind, Entry, Funder, Level, Modality, Rhythm
from search.document import OfferDocument, TrainingDocument, guarantee
from search.engines.embedded import columns
from search.engines.embedded.columns import INF_DAY, NEVER, OFFER, PLACE, SESSION, TRAINING
from search.engines.embedded.runs import spread

Bytes = bytes | memoryview
Places = tuple[tuple[str, str, str], ...]  # département, region, commune of each
_COLUMNS = (
    *("trainings", "offers", "places", "sessions"),
    *("posting_term", "posting_training", "posting_mask", "label", "label_offer"),
)


@dataclass(slots=True)
class Flat:
    trainings: npt.NDArray[np.void]  # TRAINING
    removed: npt.NDArray[np.void]  # TRAINING: what was removed, and in which version
    offers: npt.NDArray[np.void]  # OFFER; payload_at points into ``payload``
    places: npt.NDArray[np.void]  # PLACE, by offer
    sessions: npt.NDArray[np.void]  # SESSION, by offer
    posting_term: npt.NDArray[np.int32]
    posting_training: npt.NDArray[np.int32]
    posting_mask: npt.NDArray[np.uint8]
    label: npt.NDArray[np.int32]
    label_offer: npt.NDArray[np.int32]
    terms: list[str]
    labels: list[str]  # "rome:M1203", "insee:69123", ...
    sets: list[str]  # "language:fr|departement:69|region:84"
    payload: Bytes = b""


class Sink(Protocol):
    """Where payloads go, one after another."""

    def write(self, payload: bytes | memoryview, /) -> object: ...


class _Numbers(dict[str, int]):
    """String -> number, in the order they come; numbers a new one without a call of Python for those known."""

    def __missing__(self, name: str) -> int:
        number = self[name] = len(self)
        return number


class Collector:
    """Documents in, ``Flat`` out. Payloads go to ``sink`` as they come, so memory holds the index only."""

    _offer = struct.Struct("<qiqqQiqqdiiiiqi")
    _place = struct.Struct("<idd")
    _session = struct.Struct("<iiiB")
    _CACHED = 20_000  # texts, as many as the indexer keeps ready: trainings of one text are scattered all over

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._at = 0
        self.offers = 0
        self._trainings: list[tuple[int, int]] = []
        self._offers, self._places, self._sessions = bytearray(), bytearray(), bytearray()
        self._terms = _Numbers()
        self._labels = _Numbers()
        self._sets = _Numbers()
        # Of each text once; trainings say which text is theirs, and ``finish`` repeats.
        self._text_terms, self._text_masks = bytearray(), bytearray()
        self._text_at = array("q", [0])
        self._text_of = array("i")
        self._label, self._label_counts = bytearray(), array("i")
        self._packed: dict[object, int] = {}
        self._texts: dict[int, tuple[object, int]] = {}
        self._last_labels: tuple[object, bytes] = (None, b"")
        self._held: dict[tuple[tuple[str, ...], Places], tuple[bytes, int]] = {}
        self._sirens: dict[str, int] = {}

    def add(self, document: TrainingDocument) -> None:
        training = len(self._trainings)
        self._trainings.append((document.id, document.version))
        self._text_of.append(self._text(document.terms))
        self._sink.write(b"".join([self._add_offer(training, offer) for offer in document.offers]))

    def _text(self, said: tuple[tuple[str, int], ...]) -> int:
        known = self._texts.get(id(said))
        if known is None:
            names, masks = zip(*said, strict=True) if said else ((), ())
            self._text_terms += array("i", map(self._terms.__getitem__, names)).tobytes()
            self._text_masks += bytes(masks)
            if len(self._texts) >= self._CACHED:
                self._texts.clear()
            # holding the tuple keeps its id from being given to another one
            known = self._texts[id(said)] = said, len(self._text_at) - 1
            self._text_at.append(len(self._text_masks))
        return known[1]

    def _add_offer(self, training: int, offer: OfferDocument) -> bytes:
        """Its payload, to be written."""
        # Taking a named tuple apart at once costs less than reading two of its members by name.
        (
            key, siret, siren, card, certifications, kind, rome, formacodes, nsf, modality, entry, earliest, level,
            price_cents, hours, rhythms, languages, funders, audiences, prerequisites, accessibility, rating, places,
            sessions, open_undated, valid_until, payload,
        ) = offer  # fmt: skip
        number = self.offers
        self.offers += 1
        permanent = entry is Entry.PERMANENT
        seats, until = -1, NEVER
        for start, last, is_open, _, seats_left in sessions:
            self._sessions += self._session.pack(number, start, last, is_open)
            if seats_left is not None and seats_left > seats:
                seats = seats_left
            if is_open and last > until:
                until = last
        if permanent:
            until = INF_DAY
        opened = INF_DAY if open_undated else until
        if valid_until is not None:
            until, opened = min(until, valid_until), min(opened, valid_until)
        if modality is Modality.REMOTE:
            places = ()
        for lat, lon, _, _, _ in places:
            self._places += self._place.pack(number, lat, lon)
        communes, set_code = self._where(languages, tuple([place[2:] for place in places]))
        labels = self._training_labels(certifications, rome, formacodes, nsf, siret) + communes
        self._label += labels
        self._label_counts.append(len(labels) // 4)
        self._offers += self._offer.pack(
            key,
            training,
            card,
            self._siren(siren),
            self._lanes(
                (modality, entry, level, kind),
                accessibility,
                (rhythms, audiences),
                (funders, prerequisites, guarantee(sessions)),
            ),
            set_code,
            -1 if price_cents is None else price_cents,
            -1 if hours is None else hours,
            float("nan") if rating is None else rating,
            (earliest or 0) if permanent else INF_DAY,
            until,
            opened,
            seats,
            self._at,
            len(payload),
        )
        self._at += len(payload)
        return payload

    def _siren(self, siren: str) -> int:
        known = self._sirens.get(siren)
        if known is None:
            plain = siren.isdecimal() and len(siren) <= 18
            known = self._sirens[siren] = int(siren) if plain else -key_id("siren", siren)
        return known

    def _lanes(
        self,
        key0: tuple[Modality, Entry, Level, CertificationKind],
        key1: tuple[Answer, ...],
        key2: tuple[frozenset[Rhythm], frozenset[Audience]],
        key3: tuple[frozenset[Funder], Answer, Answer],
    ) -> int:
        packed = self._packed
        code0, code1, code2, code3 = packed.get(key0), packed.get(key1), packed.get(key2), packed.get(key3)
        if code0 is None:
            code0 = packed[key0] = columns.lane0(*key0)
        if code1 is None:
            code1 = packed[key1] = columns.lane1(key1)
        if code2 is None:
            code2 = packed[key2] = columns.lane2(*key2)
        if code3 is None:
            code3 = packed[key3] = columns.lane3(*key3)
        return code0 | code1 << 16 | code2 << 32 | code3 << 48

    def _training_labels(
        self,
        certifications: tuple[str, ...],
        rome: tuple[str, ...],
        formacodes: tuple[str, ...],
        nsf: tuple[str, ...],
        siret: str,
    ) -> bytes:
        """Mostly those of the offer before: offers of a training share them."""
        key = (certifications, rome, formacodes, nsf, siret)
        if key != self._last_labels[0]:
            names = [f"certification:{code}" for code in certifications]
            names += [f"rome:{code}" for code in rome]
            names += [f"formacode:{code}" for code in formacodes]
            names += [f"nsf:{code}" for code in nsf]
            names.append(f"organisation:{siret}")
            self._last_labels = (key, self._label_codes(names))
        return self._last_labels[1]

    def _where(self, languages: tuple[str, ...], places: Places) -> tuple[bytes, int]:
        """Labels of the communes, and the number of the set of languages, départements and regions."""
        known = self._held.get((languages, places))
        if known is None:
            communes = self._label_codes([f"insee:{insee}" for _, _, insee in places if insee])
            known = self._held[languages, places] = communes, self._set(languages, places)
        return known

    def _label_codes(self, names: list[str]) -> bytes:
        return array("i", map(self._labels.__getitem__, dict.fromkeys(names))).tobytes()

    def _set(self, languages: tuple[str, ...], places: Places) -> int:
        values = {f"language:{code}" for code in languages} or {f"language:{columns.UNKNOWN}"}
        values |= {f"departement:{code}" for code, _, _ in places if code}
        values |= {f"region:{code}" for _, code, _ in places if code}
        return self._sets["|".join(sorted(values))]

    def finish(self, removed: Sequence[tuple[int, int]] = (), payload: Bytes = b"") -> Flat:
        text_at, text_of = np.frombuffer(self._text_at, np.int64), np.frombuffer(self._text_of, np.int32)
        starts, counts = text_at[text_of], np.diff(text_at)[text_of]
        postings = spread(starts, counts)
        label_counts = np.frombuffer(self._label_counts, np.int32)
        return Flat(
            trainings=np.array(self._trainings, TRAINING),
            removed=np.array(list(removed), TRAINING),
            offers=np.frombuffer(self._offers, OFFER),
            places=np.frombuffer(self._places, PLACE),
            sessions=np.frombuffer(self._sessions, SESSION),
            posting_term=np.frombuffer(self._text_terms, np.int32)[postings],
            posting_training=np.repeat(np.arange(len(counts), dtype=np.int32), counts),
            posting_mask=np.frombuffer(self._text_masks, np.uint8)[postings],
            label=np.frombuffer(self._label, np.int32),
            label_offer=np.repeat(np.arange(len(label_counts), dtype=np.int32), label_counts),
            terms=list(self._terms),
            labels=list(self._labels),
            sets=list(self._sets),
            payload=payload,
        )


@dataclass(slots=True)
class _Names:
    """One numbering for the strings of several flats."""

    numbers: _Numbers = field(default_factory=_Numbers)

    def map(self, names: list[str]) -> npt.NDArray[np.int32]:
        return np.array(list(map(self.numbers.__getitem__, names)), np.int32)


def merged(flats: Sequence[Flat], sink: Sink) -> Flat:
    """All of several flats as one; payloads are copied to ``sink`` (a removal in a later flat overrides an earlier)."""
    terms, labels, sets = _Names(), _Names(), _Names()
    columns_of: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in _COLUMNS}
    trainings = offers = at = 0
    removed: dict[int, int] = {}
    for flat in flats:
        term_map, label_map, set_map = terms.map(flat.terms), labels.map(flat.labels), sets.map(flat.sets)
        table = flat.offers.copy()
        table["training"] += trainings
        table["set"] = set_map[table["set"]] if len(table) else table["set"]
        at = _copy_payloads(table, flat.payload, sink, at)
        columns_of["trainings"].append(flat.trainings)
        columns_of["offers"].append(table)
        for name in ("places", "sessions"):
            rows = getattr(flat, name).copy()
            rows["offer"] += offers
            columns_of[name].append(rows)
        columns_of["posting_term"].append(term_map[flat.posting_term] if len(term_map) else flat.posting_term)
        columns_of["posting_training"].append(flat.posting_training + np.int32(trainings))
        columns_of["posting_mask"].append(flat.posting_mask)
        columns_of["label"].append(label_map[flat.label] if len(label_map) else flat.label)
        columns_of["label_offer"].append(flat.label_offer + np.int32(offers))
        removed.update((int(key), int(version)) for key, version in flat.removed.tolist())
        trainings += len(flat.trainings)
        offers += len(flat.offers)
    joined = {name: np.concatenate(arrays) for name, arrays in columns_of.items()}
    return Flat(
        **joined,  # type: ignore[arg-type]
        removed=np.array(list(removed.items()), TRAINING),
        terms=list(terms.numbers),
        labels=list(labels.numbers),
        sets=list(sets.numbers),
    )


def _copy_payloads(table: npt.NDArray[np.void], payload: Bytes, sink: Sink, at: int) -> int:
    starts, sizes = table["payload_at"].tolist(), table["payload_size"].tolist()
    for start, size in zip(starts, sizes, strict=True):
        sink.write(payload[start : start + size])
    table["payload_at"] = at + np.cumsum(table["payload_size"], dtype=np.int64) - table["payload_size"]
    return at + int(table["payload_size"].sum(dtype=np.int64))
