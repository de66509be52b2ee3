"""The address service during one import: each address asked once, and no longer asked once it is down."""

from __future__ import annotations

from functools import lru_cache

from geo.ban import Address, AddressServiceDown
from ingest.normalise.context import Streets

REMEMBERED = 65_536  # addresses; venues recur all over a catalogue


class StreetsOfRun:
    """``down``: it stopped answering, so that the import went on without it (it waits seconds for each address)."""

    def __init__(self, streets: Streets) -> None:
        self._streets = streets
        self.down = False
        self._known = lru_cache(REMEMBERED)(self._ask)

    def find(self, street: str, *, postcode: str, city: str, insee: str = "") -> Address | None:
        if self.down:
            return None
        try:
            return self._known(street, postcode, city, insee)
        except AddressServiceDown:
            self.down = True
            return None

    def _ask(self, street: str, postcode: str, city: str, insee: str) -> Address | None:
        return self._streets.find(street, postcode=postcode, city=city, insee=insee)
