"""An immutable segment as it lies on disk: memory-mapped columns and the look-ups into them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from search.engines.embedded.arrayfile import Arrays, damaged, map_file, open_arrays, write_arrays
from search.engines.embedded.build import segment_arrays, term_hash
from search.engines.embedded.columns import OFFER, PLACE, SESSION, TRAINING, Bools, Ints
from search.engines.embedded.flat import Flat
from search.engines.embedded.payloads import PayloadFile, checksum
from search.engines.embedded.postings import Dense, Sparse
from search.engines.embedded.rowcodes import KnownCodes
from search.engines.embedded.runs import spread

ARRAYS, PAYLOAD = ".seg", ".payload"
_KNOWN_TERMS = 20_000


class Segment:
    """Rows are offers in geographic order: located, then unlocated, then remote ones."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.path = folder / f"{name}{ARRAYS}"
        self.payload_path = folder / f"{name}{PAYLOAD}"
        arrays, meta = open_arrays(self.path)
        self.payload = map_file(self.payload_path)
        self._payload_crc: int = meta["payload_crc"]
        if len(self.payload) != meta["payload_size"]:
            raise damaged(self.payload_path, "taille inattendue")
        self.arrays: Arrays = arrays
        self._known: dict[str, Sparse | Dense | None] = {}
        self.known_codes = KnownCodes()
        self.offers: int = meta["offers"]
        self.trainings: int = meta["trainings"]
        self.located: int = meta["located"]
        self.remote_from: int = meta["remote_from"]
        self.salt: int = meta["salt"]
        self.offer_id, self.training, self.siren = arrays["offer_id"], arrays["training"], arrays["siren"]
        self.lanes, self.price, self.hours, self.rating = (arrays[n] for n in ("lanes", "price", "hours", "rating"))
        self.earliest, self.seats = arrays["earliest"], arrays["seats"]
        self.bookable_until, self.open_until = arrays["bookable_until"], arrays["open_until"]
        self.training_at, self.training_rows = arrays["training_at"], arrays["training_rows"]
        self.xyz, self.box_low, self.box_high = arrays["xyz"], arrays["box_low"], arrays["box_high"]
        self.flat_xyz = self.xyz.reshape(3, -1)
        self.more_at, self.more_xyz = arrays["more_at"], arrays["more_xyz"]
        self.place_lat, self.place_lon = arrays["place_lat"], arrays["place_lon"]
        self.session_at, self.session_start = arrays["session_at"], arrays["session_start"]
        self.session_until, self.session_open = arrays["session_until"], arrays["session_open"]
        self.term_hash, self.posting_at = arrays["term_hash"], arrays["posting_at"]
        self.term_dense, self.dense_mask = arrays["term_dense"], arrays["dense_mask"]
        self.dense_count = arrays["dense_count"]
        self.session_first, self.session_base = arrays["session_first"], int(meta["session_base"])
        self.posting_training, self.posting_mask = arrays["posting_training"], arrays["posting_mask"]

    def verify(self) -> None:
        """Reads everything, payloads too, which opening leaves out; ``IndexDamaged`` when a checksum differs."""
        open_arrays(self.path)
        if checksum(memoryview(self.payload)) != self._payload_crc:
            raise damaged(self.payload_path, "somme de contrôle")

    def postings(self, term: str) -> Sparse | Dense | None:
        """Kept once looked up: some six look-ups a question, 10 microseconds each, and words recur."""
        try:
            return self._known[term]
        except KeyError:
            if len(self._known) >= _KNOWN_TERMS:
                self._known.clear()
            found = self._known[term] = self._look_up(term)
            return found

    def term_index(self, term: str) -> int | None:
        wanted = np.uint64(term_hash(self.salt, term))
        index = int(self.term_hash.searchsorted(wanted))
        if index == len(self.term_hash) or self.term_hash[index] != wanted or self._text("term", index) != term:
            return None
        return index

    def _look_up(self, term: str) -> Sparse | Dense | None:
        index = self.term_index(term)
        if index is None:
            return None
        dense = int(self.term_dense[index])
        if dense >= 0:
            return Dense(self.dense_mask[dense], int(self.dense_count[dense]))
        start, end = int(self.posting_at[index]), int(self.posting_at[index + 1])
        return Sparse(self.posting_training[start:end], self.posting_mask[start:end], end - start)

    def label_rows(self, name: str) -> npt.NDArray[np.int32]:
        """Rows that hold ``rome:M1203``, ``insee:69123``..., ascending."""
        low, high = 0, len(self.arrays["label_text_at"]) - 1
        while low < high:
            middle = (low + high) // 2
            if self._text("label", middle) < name:
                low = middle + 1
            else:
                high = middle
        if low == len(self.arrays["label_text_at"]) - 1 or self._text("label", low) != name:
            return np.empty(0, np.int32)
        at = self.arrays["label_rows_at"]
        return self.arrays["label_rows"][int(at[low]) : int(at[low + 1])]

    def rows_of_ids(self, ids: frozenset[int]) -> Ints:
        """Rows of offer ids that are here, ascending."""
        wanted = np.array(sorted(ids), np.int64)
        order = self.arrays["id_order"]
        low, high = np.zeros(len(wanted), np.int64), np.full(len(wanted), self.offers)
        while (open_ := low < high).any():
            middle = (low + high) // 2
            below = open_ & (self.offer_id[order[np.minimum(middle, self.offers - 1)]] < wanted)
            low = np.where(below, middle + 1, low)
            high = np.where(open_ & ~below, middle, high)
        found = low < self.offers
        rows = order[low[found]].astype(np.int64)
        same: Ints = rows[self.offer_id[rows] == wanted[found]]
        same.sort()
        return same

    def rows_of_trainings(self, trainings: Ints) -> tuple[Ints, Ints]:
        """Rows of each training, one after another, and how many each has."""
        starts = self.training_at[trainings].astype(np.int64)
        counts = self.training_at[trainings + 1] - starts
        rows: Ints = self.training_rows[spread(starts, counts)].astype(np.int64)
        return rows, counts

    def payloads_of(self, rows: Ints) -> list[bytes]:
        starts = self.arrays["payload_at"][rows]
        ends = starts + self.arrays["payload_size"][rows]
        return [self.payload[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]

    @cached_property
    def set_names(self) -> list[str]:
        return self._texts("set")

    def trainings_of(self, ids: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Of those training ids that are here: (number, version)."""
        wanted = np.array(sorted(ids), np.int64)
        known, order = self._trainings_by_id
        if not len(known):
            return {}
        at = np.minimum(known.searchsorted(wanted), len(known) - 1)
        here = known[at] == wanted
        numbers = order[at[here]]
        versions = self.arrays["training_version"][numbers]
        return dict(zip(wanted[here].tolist(), zip(numbers.tolist(), versions.tolist(), strict=True), strict=True))

    @cached_property
    def _trainings_by_id(self) -> tuple[Ints, Ints]:
        order = np.argsort(self.arrays["training_id"])
        return self.arrays["training_id"][order], order

    @cached_property
    def removed(self) -> dict[int, int]:
        return dict(zip(self.arrays["removed_id"].tolist(), self.arrays["removed_version"].tolist(), strict=True))

    def _text(self, name: str, index: int) -> str:
        at = self.arrays[f"{name}_text_at"]
        return self.arrays[f"{name}_text"][int(at[index]) : int(at[index + 1])].tobytes().decode()

    def _texts(self, name: str) -> list[str]:
        text, at = self.arrays[f"{name}_text"].tobytes(), self.arrays[f"{name}_text_at"].tolist()
        return [text[start:end].decode() for start, end in pairwise(at)]

    def flat(self, dead: Bools | None) -> Flat:
        """The living part as plain tables, to be merged."""
        alive_training = np.ones(self.trainings, bool) if dead is None else ~dead
        kept = alive_training[self.training]
        training_number = np.cumsum(alive_training, dtype=np.int64) - 1
        row_number = np.cumsum(kept, dtype=np.int64) - 1
        rows = np.flatnonzero(kept)
        offers = np.zeros(len(rows), OFFER)
        for name in OFFER.names or ():
            if name not in ("id", "training", "card"):
                offers[name] = self.arrays[name][rows]
        offers["id"] = self.offer_id[rows]
        offers["training"] = training_number[self.training[rows]]
        key_of = np.empty(len(self.arrays["card_key"]), np.int64)
        key_of[self.arrays["card_number"]] = self.arrays["card_key"]
        offers["card"] = key_of[self.arrays["card"][rows]]
        trainings = np.zeros(int(alive_training.sum()), TRAINING)
        trainings["id"] = self.arrays["training_id"][alive_training]
        trainings["version"] = self.arrays["training_version"][alive_training]
        place_at = self.more_at + np.minimum(np.arange(self.offers + 1), self.located)
        places = self._owned(PLACE, place_at, kept, row_number, {"lat": self.place_lat, "lon": self.place_lon})
        sessions = self._owned(
            SESSION,
            self.session_at,
            kept,
            row_number,
            {"start": self.session_start, "until": self.session_until, "open": self.session_open},
        )
        term, held, masks = self._all_postings()
        living = alive_training[held]
        label = np.repeat(
            np.arange(len(self.arrays["label_rows_at"]) - 1, dtype=np.int32), np.diff(self.arrays["label_rows_at"])
        )
        labelled = kept[self.arrays["label_rows"]]
        removed = np.zeros(len(self.arrays["removed_id"]), TRAINING)
        removed["id"], removed["version"] = self.arrays["removed_id"], self.arrays["removed_version"]
        return Flat(
            trainings=trainings,
            removed=removed,
            offers=offers,
            places=places,
            sessions=sessions,
            posting_term=term[living],
            posting_training=training_number[held[living]].astype(np.int32),
            posting_mask=masks[living],
            label=label[labelled],
            label_offer=row_number[self.arrays["label_rows"][labelled]].astype(np.int32),
            terms=self._texts("term"),
            labels=self._texts("label"),
            sets=self.set_names,
            payload=memoryview(self.payload),
        )

    def _all_postings(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
        """Terms, trainings and masks, the dense ones last."""
        terms = [np.repeat(np.arange(len(self.term_hash), dtype=np.int32), np.diff(self.posting_at))]
        held, masks = [self.posting_training], [self.posting_mask]
        for term in np.flatnonzero(self.term_dense >= 0).tolist():
            mask = self.dense_mask[int(self.term_dense[term])]
            at = np.flatnonzero(mask).astype(np.int32)
            terms.append(np.full(len(at), term, np.int32))
            held.append(at)
            masks.append(mask[at])
        return np.concatenate(terms), np.concatenate(held), np.concatenate(masks)

    def _owned(
        self, kind: np.dtype[np.void], at: Ints, kept: Bools, number: Ints, columns: Arrays
    ) -> npt.NDArray[np.void]:
        owner = np.repeat(np.arange(self.offers), np.diff(at))
        living = kept[owner]
        table = np.zeros(int(living.sum()), kind)
        table["offer"] = number[owner[living]]
        for name, values in columns.items():
            table[name] = values[living]
        return table


def write_segment(folder: Path, name: str, flat: Flat, payload: PayloadFile) -> None:
    """Beside its payload file, which is written and synced already."""
    arrays, meta = segment_arrays(flat)
    meta |= {"payload_size": payload.size, "payload_crc": payload.crc}
    write_arrays(folder / f"{name}{ARRAYS}", arrays, meta)
