"""A market to be enrolled on: sessions with known seats, learners with rights, and everybody's key."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Connection

from api.keys import Role, issue
from base.database import unit_of_work
from base.ids import id_text, key_id, offer_id, session_id
from bench.databases import emptied
from catalog.codes.facets import Answer, CertificationKind, DatePrecision, Entry, Modality
from catalog.records import ContactRecord, OfferRecord, OrganisationRecord, SessionRecord, TrainingRecord
from catalog.store.statements import chunks
from catalog.store.write import put_trainings
from enrollment.money.accounts import CONTRIBUTIONS, rights
from enrollment.money.entries import Event, entry
from enrollment.money.kinds import PotKind
from enrollment.money.ledger import post
from parcours.settings import Settings
from parcours.wiring import House

TODAY = date(2026, 11, 23)
START, END = date(2027, 2, 1), date(2027, 4, 30)
SIRET = "12345678200010"
OFFERS, SESSIONS = 400, 1
ASKED_EACH = 10  # offers that a learner asks for
RIGHTS_CENTS, PRICE_CENTS = 200_000, 150_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """One learner's wish."""

    learner: int
    key: str
    offer: str
    session: int


@dataclass(frozen=True, slots=True)
class Market:
    house: House
    organisation: str  # its key
    wishes: Sequence[Wanted]


@contextmanager
def market(address: str, wishes: int, seats: int, *, left: int | None = None) -> Iterator[Market]:
    """``address``: ``sqlite``, or that of a PostgreSQL server. Everything is gone afterwards. ``left``: seats that the
    organisation says are left of each session."""
    Path("var").mkdir(exist_ok=True)
    with emptied(address) as database, tempfile.TemporaryDirectory(dir="var") as folder:
        url = database.url.render_as_string(hide_password=False)
        house = House(Settings(data_dir=Path(folder), database_url=url, today=TODAY, worker=False))
        now = house.clock()
        with unit_of_work(database) as conn:
            put_trainings(conn, [_training(number, seats, left) for number in range(OFFERS)], submission=None, now=now)
            key = issue(conn, role=Role.ORGANISATION, siret=SIRET, name="organisme", now=now)
        learners: list[tuple[int, str]] = []
        for batch in chunks(range(-(-wishes // ASKED_EACH)), 500):
            with unit_of_work(database) as conn:
                learners += [_learner(conn, number, house) for number in batch]
        yield Market(house, key, [_wish(learners, number) for number in range(wishes)])
        house.database.dispose()


def environment(house: House, **more: str) -> dict[str, str]:
    """Of a process that serves or works on the same data."""
    settings = house.settings
    return {
        **os.environ,
        "PARCOURS_DATA_DIR": str(settings.data_dir),
        "PARCOURS_DATABASE_URL": settings.sql_url,
        "PARCOURS_TODAY": TODAY.isoformat(),
        **more,
    }


def _wish(learners: Sequence[tuple[int, str]], number: int) -> Wanted:
    """Everybody asks once before anybody asks again, and for another offer each time."""
    place, turn = number % len(learners), number // len(learners)
    learner, key = learners[place]
    chosen = (place * 7 + turn * 31) % OFFERS
    return Wanted(learner, key, id_text(_offer(chosen)), session_id(_offer(chosen), "s1"))


def _learner(conn: Connection, number: int, house: House) -> tuple[int, str]:
    account, now = key_id("bench-learner", str(number)), house.clock()
    pot = rights(account, PotKind.ANNUAL)
    post(conn, entry(f"given:{account}", Event.FED, now, [(CONTRIBUTIONS, pot, RIGHTS_CENTS)]))
    return account, issue(conn, role=Role.LEARNER, siret="", name="titulaire", now=now, subject=id_text(account))


def _offer(number: int) -> int:
    return offer_id(SIRET, f"T{number}", "1")


def _training(number: int, seats: int, left: int | None) -> TrainingRecord:
    contact = ContactRecord("registration", "Inscriptions", email="inscriptions@organisme.test")
    sessions = tuple(
        SessionRecord(
            f"s{each}",
            START + timedelta(each - 1),
            DatePrecision.DAY,
            None,
            END,
            DatePrecision.DAY,
            seats_total=seats,
            seats_left=left,
        )
        for each in range(1, SESSIONS + 1)
    )
    offer = OfferRecord(
        "1", f"source-{number}", Modality.REMOTE, Entry.FIXED, sessions=sessions, price_cents=PRICE_CENTS, hours=140,
        vat_rate_bp=0, eligible_cpf=Answer.YES, prerequisites=Answer.NO, contacts=(contact,),
    )  # fmt: skip
    return TrainingRecord(
        "json", OrganisationRecord(SIRET, "Organisme synthétique"), f"T{number}", f"Comptabilité {number}", "RNCP34441",
        ("RNCP34441",), CertificationKind.RNCP, offers=(offer,),
    )  # fmt: skip
