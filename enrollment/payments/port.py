"""What a provider of card payments does, whoever it is. It holds the cards: none of their data comes here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from base.errors import ParcoursError, Unavailable
from catalog.codes.facets import Labelled

CURRENCY = "eur"


class Progress(Labelled):
    """Of a payment or a refund, at the provider."""

    OPEN = "open", "en attente"
    DECLINED = "declined", "refusé"  # of a payment: another card may be tried
    EXPIRED = "expired", "abandonné"
    DONE = "done", "effectué"


@dataclass(frozen=True, slots=True)
class Wanted:
    key: str  # of idempotency: the same key never makes a second payment
    cents: int
    label: str  # what the learner reads on the page
    email: str
    back_url: str  # where the page sends him afterwards
    made_at: datetime  # by the machine's clock; the same whenever it is asked again
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    reference: str  # the provider's
    page_url: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A payment as the provider tells it."""

    key: str  # ours
    reference: str
    progress: Progress
    cents: int
    currency: str = CURRENCY
    charge: str = ""  # what a refund is asked of, once it is paid


@dataclass(frozen=True, slots=True)
class SeenRefund:
    key: str  # ours; "" = made by somebody at the provider's
    reference: str
    progress: Progress
    cents: int
    currency: str = CURRENCY


@dataclass(frozen=True, slots=True)
class Told:
    """One event. ``about`` is nothing when it is of no interest here."""

    id: str
    kind: str  # the provider's word
    about: Seen | SeenRefund | None


class Provider(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def secrets(self) -> tuple[str, ...]:
        """Of webhooks' signatures; several while one is being replaced."""
        ...

    @property
    def signature_header(self) -> str: ...

    def open(self, wanted: Wanted) -> Opened:
        """``ProviderAway`` when it does not answer; asked again with the same key it gives the same."""
        ...

    def refund(self, charge: str, cents: int, key: str) -> SeenRefund: ...

    def read(self, reference: str) -> Seen: ...

    def understand(self, body: bytes) -> Told:
        """Pure; ``NotUnderstood``."""
        ...


class ProviderAway(Unavailable):
    code = "payment-provider-away"
    title = "Paiement momentanément indisponible"


class NotUnderstood(ParcoursError):
    status = 400
    code = "webhook-not-understood"
    title = "Notification illisible"
