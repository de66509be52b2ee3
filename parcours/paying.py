"""Card payments and transfers as the operator set them: the provider, the paying account, and the worker's part."""

from __future__ import annotations

import logging
import os
import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from base import jobs
from base.clock import Clock
from base.database import unit_of_work
from base.errors import InvalidParameter, ParcoursError
from enrollment.payments import refunds
from enrollment.payments.confirming import Confirming
from enrollment.payments.port import Provider
from enrollment.payments.sandbox import Sandbox
from enrollment.payments.sandbox.delivery import deliver
from enrollment.payments.work import KINDS, Counter, Deliver, work
from enrollment.transfers.banking import checked
from enrollment.transfers.pain import Debtor
from parcours.settings import Settings

if TYPE_CHECKING:
    from parcours.wiring import House

WEBHOOK = "/api/v1/payments/{provider}/webhook"
POLL_SECONDS = 0.5
SWEEP = timedelta(minutes=10)  # a refund is made with its cause, the sweep is for what was forgotten or given up
GIVEN_UP = timedelta(days=7)  # a provider that is away as long needs a person
_NO_STRIPE = (
    "PARCOURS_PAYMENTS=stripe : PARCOURS_STRIPE_API_KEY et PARCOURS_PAYMENT_SECRET (le secret des notifications) "
    "sont attendus, et .venv/bin/pip install -e '.[stripe]'."
)
_log = logging.getLogger(__name__)


def provider_of(settings: Settings, database: Engine, clock: Clock, wall: Clock) -> Provider:
    given = tuple(part.strip() for part in settings.payment_secret.split(",") if part.strip())
    if settings.payments == "sandbox":
        secret = given[0] if given else _own_secret(settings.data_dir / "payment-secret")
        return Sandbox(database, secret, settings.address, clock, wall)
    try:
        from enrollment.payments.stripe_checkout import Stripe

        if not (settings.stripe_api_key and given):
            raise InvalidParameter("PARCOURS_PAYMENTS", _NO_STRIPE)
        return Stripe(settings.stripe_api_key, given, settings.stripe_api_base)
    except ModuleNotFoundError as error:
        raise InvalidParameter("PARCOURS_PAYMENTS", _NO_STRIPE) from error


def debtor_of(settings: Settings) -> Debtor | None:
    if not settings.debtor_iban.strip():
        return None
    try:
        coordinates = checked(settings.debtor_iban, settings.debtor_bic)
    except ParcoursError as error:
        raise InvalidParameter("PARCOURS_DEBTOR_IBAN", f"PARCOURS_DEBTOR_IBAN : {error.detail}") from error
    if not settings.debtor_name.strip():
        raise InvalidParameter("PARCOURS_DEBTOR_NAME", "PARCOURS_DEBTOR_NAME : le titulaire du compte est attendu.")
    return Debtor(settings.debtor_name.strip(), coordinates)


def _own_secret(path: Path) -> str:
    """Of the sandbox, made once for the service and its workers; whoever comes second takes the first's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        unfinished.touch(0o600)
        unfinished.write_text(secrets.token_urlsafe(32))
        with suppress(FileExistsError):
            path.hardlink_to(unfinished)
        unfinished.unlink()
    return path.read_text()


def counter_of(house: House, deliver: Deliver = deliver) -> Counter:
    orders = Confirming(house.desk)
    url = house.settings.own_address + WEBHOOK.format(provider=house.provider.name)
    return Counter(house.database, house.provider, orders, house.clock, house.wall, url, deliver)


def keep_payments(house: House, stop: Event, name: str) -> None:
    counter: Counter | None = None
    swept_at = datetime.min.replace(tzinfo=UTC)
    while not stop.is_set():
        try:
            counter = counter or counter_of(house)
            if house.wall() >= swept_at + SWEEP:
                swept_at = house.wall()
                sweep_payments(counter)
            if work_next(counter, name):
                continue
        except OperationalError:
            _log.warning("La base est occupée ; les paiements reprendront.", exc_info=True)
        stop.wait(POLL_SECONDS)


def sweep_payments(counter: Counter) -> int:
    """Refunds that are due and not underway, and what failed while the provider was away; how many are tried now."""
    made, now = refunds.sweep(counter.database, counter.clock(), counter.wall()), counter.wall()
    with unit_of_work(counter.database) as conn:
        return made + jobs.revive(conn, now, kinds=KINDS, rested=SWEEP, younger=GIVEN_UP)


def work_next(counter: Counter, name: str) -> bool:
    """One job of payments; ``False`` when none waits. A busy database is nobody's failure."""
    return jobs.do_next(
        counter.database,
        name,
        counter.wall,
        lambda job: work(counter, job.kind, job.payload),
        kinds=KINDS,
        failed=lambda job, problem: _log.warning("Paiement, %s (tentative %d) : %s", job.kind, job.attempts, problem),
        passed_on=(OperationalError,),
    )
