"""Bodies of requests on files: what each event needs, and nothing else. Amounts are whole cents of euros."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, TypeVar
from unicodedata import category

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from base.errors import InvalidParameter
from enrollment.files.events import Event
from enrollment.files.file import Said
from enrollment.files.states import FileKind
from enrollment.money import Cause, Status

_MOST_CENTS = 10**9
_TEXT = 2000
Body = TypeVar("Body", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Request(_Strict):
    """What a learner asks for, and what he says of himself."""

    offer: str = Field(max_length=20, description="Identifiant de l'offre")
    session: str = Field("", max_length=20, description="Identifiant de la session ; vide pour une entrée permanente")
    start_on: date | None = Field(None, strict=False, description="Début choisi, si la session n'a pas de date")
    kind: FileKind = Field(FileKind.CPF, strict=False)
    name: str = Field("", max_length=200, description="Nom, pour les avis")
    email: str = Field("", max_length=200, pattern=r"^$|^[^@\s]+@[^@\s]+$", description="Adresse, pour les avis")
    statuses: list[Status] = Field([], max_length=20, strict=False)
    birth_on: date | None = Field(None, strict=False)
    pension_claimed: bool = False
    assessment_funded_on: date | None = Field(None, strict=False)
    employer: str = Field("", pattern=r"^$|^\d{14}$", description="SIRET de l'employeur")
    region: str = Field("", max_length=3)


class Act(_Strict):
    """Chaque événement a les siens (docs/enrollment.md) ; un membre que l'événement n'utilise pas est refusé."""

    reason: str | None = Field(None, max_length=_TEXT, description="Motif, en clair")
    proof: str | None = Field(None, max_length=_TEXT, description="Preuve vue d'un cas de force majeure")
    force_majeure: bool | None = None
    terms_version: str | None = Field(None, max_length=20, description="Version des conditions acceptée")
    cash_cents: int | None = Field(None, ge=0, le=_MOST_CENTS, description="Reste à payer que le titulaire a vu")
    on: date | None = Field(None, strict=False, description="Date de l'entrée, de la sortie, du début d'interruption")
    until: date | None = Field(None, strict=False, description="Dernier jour d'interruption")
    starts_on: date | None = Field(None, strict=False)
    ends_on: date | None = Field(None, strict=False)
    price_cents: int | None = Field(None, gt=0, le=_MOST_CENTS)
    currency: Literal["EUR"] | None = None
    hours: int | None = Field(None, gt=0, le=99_999)
    done: int | None = Field(None, ge=0, le=1_000_000, description="Réalisé ...")
    planned: int | None = Field(None, gt=0, le=1_000_000, description="... sur prévu")
    cause: Cause | None = Field(None, strict=False)
    bill_number: str | None = Field(None, max_length=60)
    undue_cents: int | None = Field(None, ge=0, le=_MOST_CENTS)


# Payments and their rejects are not said: runs of transfers and what banks send back do them.
_SERVICE = ("done", "planned", "cause")
MEMBERS: dict[Event, tuple[str, ...]] = {
    Event.ACKNOWLEDGE: (),
    Event.PROPOSE: ("starts_on", "ends_on", "price_cents", "currency", "hours"),
    Event.REFUSE: ("reason",),
    Event.DECLINE: ("reason",),
    Event.CONFIRM: ("terms_version", "cash_cents"),
    Event.ASK_FUNDER: ("terms_version",),
    Event.GRANT: (),
    Event.TURN_DOWN: ("reason",),
    Event.CANCEL: ("reason",),
    Event.EXCUSE: ("reason", "proof", "force_majeure"),
    Event.WITHDRAW_FUNDING: ("reason",),
    Event.NO_SHOW: ("reason", "proof", "force_majeure"),
    Event.ENTER: ("on",),
    Event.BREAK: ("on", "until", "reason"),
    Event.EXIT: ("on", "reason", *_SERVICE),
    Event.DECLARE_SERVICE: ("reason", *_SERVICE),
    Event.CONFIRM_SERVICE: (),
    Event.DISPUTE: ("reason",),
    Event.BILL: ("bill_number",),
    Event.CONTROL: ("reason",),
    Event.END_CONTROL: ("reason", "undue_cents", "currency", *_SERVICE),
}


def read_body(model: type[Body], body: bytes) -> Body:
    try:
        made = model.model_validate_json(body or b"{}")
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "body"
        raise InvalidParameter(name, f"{name} : valeur incorrecte, ou paramètre inconnu.") from error
    for name, value in made:
        # PostgreSQL keeps no NUL, a bank's file and a letter no other: what is kept would not be what was said.
        if isinstance(value, str) and any(category(sign) == "Cc" and sign not in "\n\r\t" for sign in value):
            raise InvalidParameter(name, f"{name} : un caractère de commande n'a pas sa place dans un texte.")
    return made


def read_act(event: Event, body: bytes) -> Said:
    given = {name: value for name, value in read_body(Act, body).model_dump().items() if value is not None}
    for name in given:
        if name not in MEMBERS[event]:
            raise InvalidParameter(name, f"{name} ne va pas avec « {event.label} » ({', '.join(MEMBERS[event])}).")
    if event is Event.CONFIRM and "cash_cents" not in given:
        raise InvalidParameter("cash_cents", "cash_cents : le reste à payer que vous avez vu est à confirmer.")
    given.pop("currency", None)
    return Said(**given)


def split_exit(said: Said) -> tuple[Said, Said | None]:
    """An exit, and the service done where it is declared with it."""
    if said.done is None and said.planned is None and said.cause is None:
        return said, None
    service: dict[str, Any] = {name: getattr(said, name) for name in _SERVICE}
    return Said(on=said.on, reason=said.reason), Said(**service)
