"""Webhooks of the sandbox over HTTP, signed when they leave: one that is sent again bears the day of its sending."""

from __future__ import annotations

from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from enrollment.payments.port import ProviderAway
from enrollment.payments.sandbox.provider import Sandbox
from enrollment.payments.signatures import sign

SECONDS = 10


def deliver(sandbox: Sandbox, body: str, url: str) -> None:
    """``ProviderAway`` where it has to be sent again; what the receiver refuses is not."""
    try:
        urlopen(Request(url, body.encode(), signed(sandbox, body), method="POST"), timeout=SECONDS).close()
    except HTTPError as error:
        error.close()
        if error.code >= 500:
            raise ProviderAway(f"La notification a été refusée : {error.code}.") from error
    except (OSError, HTTPException) as error:
        raise ProviderAway("Le service des notifications ne répond pas.") from error


def signed(sandbox: Sandbox, body: str) -> dict[str, str]:
    """Headers of a webhook that leaves now."""
    header = sign(body.encode(), sandbox.secret, sandbox.wall())
    return {"Content-Type": "application/json", sandbox.signature_header: header}
