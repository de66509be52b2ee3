"""Names of what the engine makes on a cluster; nothing else is ever deleted."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

_PREFIX = re.compile(r"[a-z][a-z0-9_-]{0,60}")
_BUILD = re.compile(r"offers-v(\d+)-(\d{8}t\d{6})-[0-9a-f]{8}")
_TIME = "%Y%m%dt%H%M%S"


@dataclass(frozen=True, slots=True)
class Names:
    prefix: str

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix):
            raise ValueError(f"a prefix of index names is lower case letters, digits, - and _: {self.prefix!r}")

    @property
    def offers_alias(self) -> str:
        return f"{self.prefix}-offers"

    @property
    def lexicon_alias(self) -> str:
        return f"{self.prefix}-lexicon"

    def new_build(self, schema: int, at: datetime) -> str:
        return f"offers-v{schema}-{at.astimezone(UTC).strftime(_TIME)}-{secrets.token_hex(4)}"

    def is_build(self, build: str) -> bool:
        return bool(_BUILD.fullmatch(build))

    def made_at(self, build: str) -> datetime:
        found = _BUILD.fullmatch(build)
        if found is None:
            raise ValueError(f"no name of a build: {build!r}")
        return datetime.strptime(found[2], _TIME).replace(tzinfo=UTC)

    def offers(self, build: str) -> str:
        """Index of its offers."""
        if not self.is_build(build):
            raise ValueError(f"no name of a build: {build!r}")
        return f"{self.prefix}-{build}"

    def companion(self, build: str) -> str:
        """Index of its lexicon and of its trainings."""
        return f"{self.prefix}-{build}".replace(f"{self.prefix}-offers-", f"{self.prefix}-lexicon-", 1)

    def build_of(self, index: str) -> str | None:
        """Build that an index belongs to; ``None`` when this engine did not make it."""
        name = index.removeprefix(f"{self.prefix}-")
        name = f"offers-{name.removeprefix('lexicon-')}" if name.startswith("lexicon-") else name
        return name if self.is_build(name) and index in (self.offers(name), self.companion(name)) else None


def writing(index: str) -> str:
    """The alias that everything is written through: a cluster makes an index that is written to and is not there, but
    never an alias. So a late write into a build that was deleted fails instead of bringing its name back."""
    return f"{index}-writing"


def schema_of(build: str) -> str:
    found = _BUILD.fullmatch(build)
    return found[1] if found else ""
