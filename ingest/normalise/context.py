"""What normalising needs beside the draft itself: the day, the places, what reference files know. All are values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from catalog.codes.facets import Answer
from geo.gazetteer import Gazetteer
from ingest.draft import Draft, Value
from ingest.findings import Finding
from ingest.messages import MESSAGES

if TYPE_CHECKING:
    from geo.ban import Address


@dataclass(frozen=True, slots=True)
class CertificationFact:
    title: str = ""
    valid_until: date | None = None  # last day; None = not stated


class Knowledge(Protocol):
    """What official files say. Every answer may be "nothing is loaded", which accuses nobody."""

    def certification(self, code: str) -> CertificationFact | None:
        """Of a normalised code (RNCP34441); ``None`` when it is not in the reference."""

    def covers(self, scheme: str) -> bool:
        """Whether the reference of a scheme (rncp, rs, certifinfo, rome, formacode, nsf) is loaded."""

    def knows(self, scheme: str, code: str) -> bool: ...

    def nearest(self, scheme: str, code: str, said: str) -> str:
        """The known code that was plausibly meant, ``""`` when none or several could be or the reference is not loaded.

        ``said``: the title beside the code.
        """

    def qualiopi(self, siret: str) -> Answer: ...


class NoKnowledge:
    """No reference is loaded."""

    def certification(self, code: str) -> CertificationFact | None:
        return None

    def covers(self, scheme: str) -> bool:
        return False

    def knows(self, scheme: str, code: str) -> bool:
        return False

    def nearest(self, scheme: str, code: str, said: str) -> str:
        return ""

    def qualiopi(self, siret: str) -> Answer:
        return Answer.UNKNOWN


class Streets(Protocol):
    """Points of street addresses, where the operator allows an address service."""

    def find(self, street: str, *, postcode: str, city: str, insee: str = "") -> Address | None: ...


class NoStreets:
    """No address service is allowed: the commune's centre serves."""

    def find(self, street: str, *, postcode: str, city: str, insee: str = "") -> Address | None:
        return None


@dataclass(frozen=True, slots=True)
class Context:
    """``siret``: the only one whose trainings are taken (the sender's, or the file's in EDOF), ``""`` for any."""

    today: date
    gazetteer: Gazetteer
    knowledge: Knowledge = field(default_factory=NoKnowledge)
    siret: str = ""
    siret_code: str = "siret-not-sender"  # the finding for another one
    streets: Streets = field(default_factory=NoStreets)


@dataclass(slots=True)
class Notes:
    """Findings about one thing, gathered. ``within`` opens the same list one level deeper."""

    level: str
    key: str
    findings: list[Finding]
    training: str = ""  # what it is within
    offer: str = ""

    def __post_init__(self) -> None:
        if self.level == "training":
            self.training = self.key
        elif self.level == "offer":
            self.offer = self.key

    def add(self, code: str, at: Value | Draft | None, *, suggestion: str = "", value: str = "", **words: Any) -> None:
        message = MESSAGES[code]
        raw = value or (at.text if isinstance(at, Value) else "")
        self.findings.append(
            Finding(
                code,
                message.severity,
                message.text.format(suggestion=suggestion, **words),
                line=at.line if at else None,
                path=at.path if at else "",
                value=raw[:200],
                suggestion=suggestion,
                level=self.level,
                key=self.key,
                edof_code=message.edof_code,
                training=self.training,
                offer=self.offer,
            )
        )

    def within(self, level: str, key: str) -> Notes:
        return Notes(level, key, self.findings, self.training, self.offer)
