"""Street addresses through the Base Adresse Nationale, only where the operator configured its URL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from geopy.adapters import URLLibAdapter
from geopy.exc import GeocoderServiceError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import BANFrance

from base.errors import ParcoursError
from catalog.codes.facets import PlacePrecision
from geo.distance import round_coordinate

# The BAN's own advice is to look again below 0.5; a wrong street costs more than a commune's centre, hence higher.
LOWEST_SCORE = 0.7
LONGEST = 200  # characters the service takes
SHORTEST = 3

# What the BAN found -> how exact that is. A whole town's point comes from the gazetteer anyway.
PRECISION: dict[str, PlacePrecision] = {
    "housenumber": PlacePrecision.ADDRESS,
    "street": PlacePrecision.ADDRESS,
    "locality": PlacePrecision.ADDRESS,
    "municipality": PlacePrecision.COMMUNE,
}


class AddressServiceDown(ParcoursError):
    """The service did not answer within its tries; the commune's centre serves instead."""

    status = 503
    code = "address-service-down"
    title = "La Base Adresse Nationale ne répond pas"


@dataclass(frozen=True, slots=True)
class Address:
    label: str
    lat: float  # rounded as engines store it
    lon: float
    precision: PlacePrecision
    insee: str
    postcode: str
    score: float


@dataclass(frozen=True, slots=True)
class Patience:
    timeout_s: float = 5.0
    retries: int = 2
    wait_s: float = 1.0  # between tries
    pace_s: float = 0.02  # between calls: the public service allows 50 a second


class AddressBase:
    """``url``: the folder of ``/search``, such as ``settings.ban_url``."""

    def __init__(self, url: str, patience: Patience = Patience()) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError(f"not an http(s) address: {url!r}")
        service = BANFrance(
            domain=parts.netloc + parts.path,
            scheme=parts.scheme,
            timeout=patience.timeout_s,
            user_agent="parcours",
            adapter_factory=URLLibAdapter,  # geopy's other adapter retries by itself: tries would multiply
        )
        self._search = RateLimiter(
            service.geocode,
            min_delay_seconds=patience.pace_s,
            max_retries=patience.retries,
            error_wait_seconds=max(patience.wait_s, patience.pace_s),
            swallow_exceptions=False,
        )

    def find(self, street: str, *, postcode: str, city: str, insee: str = "") -> Address | None:
        """The address, or ``None`` when the service is not sure or found it in another commune. Raises
        ``AddressServiceDown`` after the last try."""
        question = " ".join(f"{street} {postcode} {city}".split())[:LONGEST]
        if len(question) < SHORTEST or not question[0].isalnum():
            return None
        try:
            found = self._search(question, limit=1)
            return _accepted(found.raw, postcode, insee) if found else None
        except GeocoderServiceError as error:
            raise AddressServiceDown(f"La Base Adresse Nationale n'a pas répondu : {error}") from error
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:  # no BAN answer at all
            raise AddressServiceDown(f"La Base Adresse Nationale a répondu autre chose : {error}") from error


def _accepted(feature: dict[str, Any], postcode: str, insee: str) -> Address | None:
    facts = feature["properties"]
    score = float(facts["score"])
    precision = PRECISION.get(facts["type"])
    if score < LOWEST_SCORE or precision is None:
        return None
    found_insee, found_postcode = str(facts.get("citycode", "")), str(facts.get("postcode", ""))
    # A street of that name in another town scores high too; the same town or the same postcode is asked.
    if (insee or postcode) and not (insee == found_insee or postcode == found_postcode):
        return None
    lon, lat = feature["geometry"]["coordinates"][:2]
    rounded = round_coordinate(float(lat), float(lon))
    return Address(str(facts["label"]), *rounded, precision, found_insee, found_postcode, score)
