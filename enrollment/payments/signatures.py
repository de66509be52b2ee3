"""Signatures of webhooks in the form that Stripe made common: ``t=SECONDS,v1=HMAC-SHA256 of "SECONDS.BODY"``.

Not the library's own check, which reads the machine's clock: here the clock is the caller's.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from base.errors import ParcoursError

TOLERANCE = timedelta(minutes=5)  # Stripe's advice; what is older was recorded and is being played again
_LONGEST = 4096


class BadSignature(ParcoursError):
    status = 400
    code = "bad-signature"
    title = "Signature refusée"


def sign(body: bytes, secret: str, at: datetime) -> str:
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_digest(body, secret, str(seconds))}"


def check(header: str, body: bytes, secrets: Sequence[str], now: datetime, tolerance: timedelta = TOLERANCE) -> None:
    """``BadSignature`` unless one of the secrets signed exactly this, about now."""
    if not secrets or len(header) > _LONGEST or not header.isascii():
        raise BadSignature("Cette notification ne porte pas de signature utilisable.")
    parts = [part.strip().partition("=") for part in header.split(",")]
    seconds = next((value for name, _, value in parts if name == "t"), "")
    given = [value for name, _, value in parts if name == "v1"]
    if not given or not seconds.isdigit() or len(seconds) > 12:
        raise BadSignature("Cette notification ne porte pas de signature utilisable.")
    # Every pair is compared whatever came before: how long it takes tells nothing.
    matches = [hmac.compare_digest(_digest(body, secret, seconds), value) for secret in secrets for value in given]
    if not any(matches):
        raise BadSignature("La signature de cette notification n'est pas celle du prestataire de paiement.")
    if abs(now.timestamp() - int(seconds)) > tolerance.total_seconds():
        raise BadSignature("Cette notification est trop ancienne : sa signature ne vaut plus.")


def _digest(body: bytes, secret: str, seconds: str) -> str:
    return hmac.new(secret.encode(), f"{seconds}.".encode() + body, sha256).hexdigest()
