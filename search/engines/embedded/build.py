"""Flat tables -> the arrays of a segment: rows in geographic order, postings by term, cards numbered densely."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.distance import unit_vectors
from search.engines.embedded.columns import is_remote
from search.engines.embedded.flat import Flat

BLOCK = 64  # rows whose bounding box gates a radius; at 32 the boxes cost more than they save on 500,000 offers
DENSE_SHARE, DENSE_LEAST = 12, 16  # a term held by more than 1/12 of the trainings (and 16) has a mask for each
NO_START, MANY_STARTS = 0xFFFF, 0xFFFE  # in session_first: no session here; ask the sessions themselves
STARTS = 4
Array = npt.NDArray[Any]

LOCATED, UNLOCATED, REMOTE = 0, 1, 2


def term_hash(salt: int, term: str) -> int:
    return int.from_bytes(blake2b(term.encode(), digest_size=8, salt=salt.to_bytes(2, "big")).digest(), "big")


def segment_arrays(flat: Flat) -> tuple[dict[str, Array], dict[str, Any]]:
    """Arrays and meta of a segment. Sizes beside them are per offer of a typical catalogue."""
    order, kinds = _row_order(flat)
    row_of = np.empty(len(order), np.int32)
    row_of[order] = np.arange(len(order), dtype=np.int32)
    offers = flat.offers[order]
    training_order, training_number = _training_order(flat, offers)
    training = training_number[offers["training"]]
    located = int(np.count_nonzero(kinds == LOCATED))
    arrays: dict[str, Array] = {
        "offer_id": offers["id"],
        "id_order": np.argsort(offers["id"], kind="stable").astype(np.int32),
        "training": training,
        "siren": offers["siren"],
        "lanes": offers["lanes"],
        "set": offers["set"],
        "price": _narrow(offers["price"]),
        "hours": _narrow(offers["hours"]),
        "rating": offers["rating"],
        "earliest": offers["earliest"],
        "bookable_until": offers["bookable_until"],
        "open_until": offers["open_until"],
        "seats": _narrow(offers["seats"]),
        "payload_at": offers["payload_at"],
        "payload_size": offers["payload_size"],
    }
    arrays |= _cards(offers["card"])
    arrays |= _trainings(flat, training_order, training)
    arrays |= _places(flat, row_of, located, len(order))
    sessions, session_base = _sessions(flat, row_of, len(order))
    arrays |= sessions
    postings, salt = _postings(flat, training_number)
    arrays |= postings
    arrays |= _labels(flat, row_of)
    arrays |= _strings("set", flat.sets)
    arrays |= {"removed_id": flat.removed["id"], "removed_version": flat.removed["version"]}
    meta = {
        "offers": len(order),
        "trainings": len(flat.trainings),
        "located": located,
        "session_base": session_base,
        "remote_from": int(np.count_nonzero(kinds != REMOTE)),
        "salt": salt,
    }
    return arrays, meta


def _narrow(values: Array) -> Array:
    """The smallest signed type that holds them: bytes are time."""
    if not len(values):
        return values.astype(np.int32)
    low, high = int(values.min()), int(values.max())
    for kind in (np.int16, np.int32):
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return values.astype(kind)
    return values.astype(np.int64)


def _spread(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """20 bits -> every second bit of 40."""
    for shift, mask in ((16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F), (2, 0x3333333333333333), (1, 0x5555555555555555)):  # fmt: skip  # noqa: E501
        values = (values | values << np.uint64(shift)) & np.uint64(mask)
    return values


def _row_order(flat: Flat) -> tuple[Array, Array]:
    """Located rows along a Z curve of their first place, then unlocated, then remote ones; kinds are in row order."""
    count = len(flat.offers)
    has, first = np.unique(flat.places["offer"], return_index=True)
    kinds = np.full(count, UNLOCATED, np.int64)
    kinds[has] = LOCATED
    kinds[is_remote(flat.offers["lanes"])] = REMOTE
    curve = np.zeros(count, np.int64)
    lat = ((flat.places["lat"][first] + 90) * (2**20 / 180.001)).astype(np.uint64)
    lon = ((flat.places["lon"][first] + 180) * (2**20 / 360.001)).astype(np.uint64)
    curve[has] = (_spread(lat) << np.uint64(1) | _spread(lon)).astype(np.int64)
    order = np.argsort(kinds << 44 | curve, kind="stable")
    return order, kinds[order]


def _training_order(flat: Flat, offers: Array) -> tuple[Array, npt.NDArray[np.int32]]:
    """Trainings by their first row, so that a term's trainings and their rows lie near each other."""
    count = len(flat.trainings)
    first = np.full(count, len(offers), np.int64)
    first[offers["training"][::-1]] = np.arange(len(offers) - 1, -1, -1)
    order = np.argsort(first, kind="stable")
    number = np.empty(count, np.int32)
    number[order] = np.arange(count, dtype=np.int32)
    return order, number


def _cards(keys: Array) -> dict[str, Array]:
    """Dense numbers by first row: near rows have near numbers. ``card_key`` is sorted, ``card_number`` beside it."""
    unique, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    number = np.empty(len(unique), np.int32)
    number[np.argsort(first, kind="stable")] = np.arange(len(unique), dtype=np.int32)
    return {"card": number[inverse], "card_key": unique, "card_number": number}


def _trainings(flat: Flat, order: Array, training: Array) -> dict[str, Array]:
    trainings = flat.trainings[order]
    return {
        "training_id": trainings["id"],
        "training_version": trainings["version"],
        "training_at": _offsets(training, len(trainings)),
        "training_rows": np.argsort(training, kind="stable").astype(np.int32),
    }


def _offsets(owners: Array, count: int) -> npt.NDArray[np.int32]:
    return np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=count))]).astype(np.int32)


def _places(flat: Flat, row_of: Array, located: int, rows: int) -> dict[str, Array]:
    """``xyz`` holds first places in blocks, padded with NaN; the places of row r < located lie in
    ``place_*[r + more_at[r] : r + 1 + more_at[r + 1]]``."""
    owner = row_of[flat.places["offer"]] if len(flat.places) else np.empty(0, np.int32)
    order = np.argsort(owner, kind="stable")
    owner, places = owner[order], flat.places[order]
    vectors = np.array(unit_vectors(places["lat"], places["lon"]))
    at = _offsets(owner, rows)
    first = at[:located]
    blocks = -(-located // BLOCK)
    xyz = np.full((3, blocks * BLOCK), np.nan)
    xyz[:, :located] = vectors[:, first]
    later = np.ones(len(places), bool)
    later[first] = False
    starts = at[:located:BLOCK] if located else np.empty(0, np.int32)
    boxes = [op.reduceat(vectors, starts, axis=1) if located else np.empty((3, 0)) for op in (np.minimum, np.maximum)]
    more_at = at.astype(np.int64)
    more_at -= np.minimum(np.arange(rows + 1), located)
    return {
        "xyz": xyz.reshape(3, blocks, BLOCK),
        "box_low": boxes[0],
        "box_high": boxes[1],
        "more_at": more_at.astype(np.int32),
        "more_xyz": vectors[:, later],
        "place_lat": places["lat"],
        "place_lon": places["lon"],
    }


def _sessions(flat: Flat, row_of: Array, rows: int) -> tuple[dict[str, Array], int]:
    """``session_first`` packs the starts of a row, in days after a base, into one word of four: one gather reads them.
    A row with more sessions, or one that may start over several days, says so in its first place."""
    owner = row_of[flat.sessions["offer"]] if len(flat.sessions) else np.empty(0, np.int32)
    order = np.argsort(owner, kind="stable")
    owner, sessions = owner[order], flat.sessions[order]
    at = _offsets(owner, rows)
    base = int(sessions["start"].min()) if len(sessions) else 0
    days = sessions["start"].astype(np.int64) - base
    place = np.arange(len(sessions)) - at[owner]
    odd = (sessions["until"] != sessions["start"]) | (days >= MANY_STARTS) | (place >= STARTS)
    first = np.full((rows, STARTS), NO_START, np.uint16)
    first[owner[~odd], place[~odd]] = days[~odd]
    first[owner[odd], 0] = MANY_STARTS
    return {
        "session_at": at,
        "session_start": sessions["start"],
        "session_until": sessions["until"],
        "session_open": sessions["open"],
        "session_first": first.view(np.uint64).reshape(-1),
    }, base


def _postings(flat: Flat, training_number: Array) -> tuple[dict[str, Array], int]:
    held = np.bincount(flat.posting_term, minlength=len(flat.terms))
    used = np.flatnonzero(held)
    terms = [flat.terms[index] for index in used.tolist()]
    hashes, salt = _hashes(terms)
    by_hash = np.argsort(hashes, kind="stable")
    order = used[by_hash]
    number = np.zeros(len(flat.terms), np.int32)
    number[order] = np.arange(len(order))
    return {
        "term_hash": hashes[by_hash],
        **_strings("term", [terms[index] for index in by_hash.tolist()]),
        **_lists(
            number[flat.posting_term],
            training_number[flat.posting_training],
            flat.posting_mask,
            held[order],
            len(training_number),
        ),
    }, salt


def _lists(term: Array, training: Array, mask: Array, counts: Array, trainings: int) -> dict[str, Array]:
    """Sorted lists of the holders of each term; terms that many hold as one mask per training, which needs no sorting
    and is most of the postings."""
    frequent = np.flatnonzero(counts > max(DENSE_LEAST, trainings // DENSE_SHARE))
    term_dense = np.full(len(counts), -1, np.int32)
    term_dense[frequent] = np.arange(len(frequent))
    dense_row = term_dense[term]
    often = dense_row >= 0
    dense = np.zeros((len(frequent), trainings), np.uint8)
    dense[dense_row[often], training[often]] = mask[often]
    # one key of (term, training, mask) sorts the rest at once
    rest = ~often
    key = term[rest].astype(np.int64) << 36 | training[rest].astype(np.int64) << 5 | mask[rest]
    key.sort()
    return {
        "posting_at": np.concatenate([[0], np.cumsum(np.where(term_dense < 0, counts, 0))]).astype(np.int64),
        "posting_training": (key >> 5 & 0x7FFFFFFF).astype(np.int32),
        "posting_mask": (key & 31).astype(np.uint8),
        "term_dense": term_dense,
        "dense_mask": dense,
        "dense_count": counts[frequent],
    }


def _hashes(names: list[str]) -> tuple[npt.NDArray[np.uint64], int]:
    """Under the first salt for which no two names meet; another one is needed once in 10**9 catalogues."""
    for salt in range(64):
        hashes = np.array([term_hash(salt, name) for name in names], np.uint64)
        if len(np.unique(hashes)) == len(names):
            return hashes, salt
    raise AssertionError("64 hash functions collide")


def _labels(flat: Flat, row_of: Array) -> dict[str, Array]:
    """Rows of each value of certification, ROME, Formacode, NSF, organisation and commune."""
    used = np.flatnonzero(np.bincount(flat.label, minlength=len(flat.labels)))
    sorted_names = sorted(used.tolist(), key=flat.labels.__getitem__)
    number = np.zeros(len(flat.labels), np.int64)
    number[sorted_names] = np.arange(len(sorted_names))
    key = number[flat.label] << 32 | row_of[flat.label_offer] if len(flat.label) else np.empty(0, np.int64)
    key.sort()
    return {
        **_strings("label", [flat.labels[index] for index in sorted_names]),
        "label_rows_at": np.searchsorted(key, np.arange(len(sorted_names) + 1, dtype=np.int64) << 32),
        "label_rows": (key & 0xFFFFFFFF).astype(np.int32),
    }


def _strings(name: str, values: list[str]) -> dict[str, Array]:
    encoded = [value.encode() for value in values]
    return {
        f"{name}_text": np.frombuffer(b"".join(encoded), np.uint8),
        f"{name}_text_at": np.concatenate([[0], np.cumsum([len(each) for each in encoded])]).astype(np.int64),
    }
