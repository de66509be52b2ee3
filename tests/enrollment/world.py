"""Who acts and on what: two organisations with their offers and bank accounts, learners with rights, and their keys."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from api.keys import Role, issue
from base.ids import id_number, id_text, offer_id, session_id
from catalog.codes.facets import Answer, Entry
from catalog.records import OfferRecord, SessionRecord, TrainingRecord
from catalog.store.write import put_trainings
from enrollment.money import PotKind
from enrollment.money.accounts import rights
from tests.enrollment.files.office import OTHER_SIRET, SIRET, account, offer, session, training
from tests.enrollment.money.filing import give

SIRETS = (SIRET, OTHER_SIRET)
IBANS = {SIRET: "FR1420041010050500013M02606", OTHER_SIRET: "FR7630006000011234567890189"}
SEATS = 3  # of each session, at most
_SESSIONS, _APART_DAYS, _LASTING_DAYS = 6, 9, 20
OPERATOR, FUNDER = "operator", "funder"


@dataclass(frozen=True)
class Learner:
    name: str
    statuses: tuple[str, ...]
    rights_cents: int

    @property
    def account(self) -> int:
        return account(self.name)

    @property
    def text(self) -> str:
        return id_text(self.account)


LEARNERS = (
    Learner("camille", ("jobseeker",), 5_000_00),
    Learner("dominique", ("jobseeker",), 3_000_00),
    Learner("alix", ("jobseeker",), 200_00),
    Learner("claude", ("employee",), 5_000_00),
    Learner("sacha", ("employee",), 100_00),
)


@dataclass(frozen=True)
class Offered:
    """What may be asked for: a session, or a chosen start."""

    siret: str
    offer: str
    sessions: tuple[str, ...]

    @property
    def session_ids(self) -> tuple[int, ...]:
        return tuple(id_number(text) for text in self.sessions)


@dataclass
class World:
    keys: dict[str, str] = field(default_factory=dict)  # by a learner's account as text, a SIRET, or a role
    offered: list[Offered] = field(default_factory=list)
    founded_on: date = date.min


def founded(conn: Connection, now: datetime) -> World:
    """In an empty database."""
    world = World(founded_on=now.date())
    for siret in SIRETS:
        put_trainings(conn, [_training(siret, now.date())], submission=None, now=now)
        world.keys[siret] = issue(conn, role=Role.ORGANISATION, siret=siret, name=siret, now=now)
        for numero, sessions in (("1", _SESSIONS), ("2", 0), ("3", 0)):
            number = offer_id(siret, "T1", numero)
            texts = tuple(id_text(session_id(number, f"s{each}")) for each in range(sessions))
            world.offered.append(Offered(siret, id_text(number), texts))
    for learner in LEARNERS:
        text = learner.text
        world.keys[text] = issue(conn, role=Role.LEARNER, siret="", name=learner.name, subject=text, now=now)
        give(conn, rights(learner.account, PotKind.ANNUAL), learner.rights_cents, now)
    world.keys[FUNDER] = issue(
        conn, role=Role.FUNDER, siret="", name="France Travail", subject="france_travail", now=now
    )
    world.keys[OPERATOR] = issue(conn, role=Role.OPERATOR, siret="", name="gestionnaire", now=now)
    return world


def state_seats(conn: Connection, world: World, siret: str, seats: int, now: datetime) -> None:
    """An organisation says anew how many each of its sessions has."""
    put_trainings(conn, [_training(siret, world.founded_on, seats)], submission=None, now=now)


def _training(siret: str, today: date, seats: int = SEATS) -> TrainingRecord:
    plain = training(*_offers(today, seats))
    return replace(plain, organisation=replace(plain.organisation, siret=siret))


def _offers(today: date, seats: int) -> tuple[OfferRecord, ...]:
    fixed = offer(sessions=tuple(_session(number, today, seats) for number in range(_SESSIONS)))
    lasting = {"entry": Entry.PERMANENT, "sessions": (), "earliest_start_on": today}
    return (
        fixed,
        offer(numero="2", source_id="source-2", prerequisites=Answer.YES, price_cents=60_060, **lasting),
        offer(numero="3", source_id="source-3", price_cents=90_001, **lasting),
    )


def _session(number: int, today: date, seats: int) -> SessionRecord:
    start_on = today + timedelta(days=20 + number * _APART_DAYS)
    end_on = start_on + timedelta(days=_LASTING_DAYS)
    return session(numero=f"s{number}", start_on=start_on, end_on=end_on, seats_total=seats)
