"""Nobody sees or moves another's file, account, document or payment: asked of every route that the application has.

The routes are the application's own: one that nobody sorted here fails the first test.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel
from starlette.routing import BaseRoute, Route

from api.said import MEMBERS
from base.database import reading
from base.ids import id_text
from enrollment.files.events import Event
from tests.api.counter import IBAN, PREFIX, Counter
from tests.enrollment.files.office import LEARNER, SIRET, TERMS, account

ROLES = ("learner", "organisation", "funder", "operator")
STRANGERS = ("other learner", "other organisation", "other funder")
FILE = "/enrollments/{file_id}"
BANK = "/organisations/{siret}/bank-accounts"

ANYBODY = {
    *(("GET", path) for path in ("/offers", "/offers/{offer_id}", "/offers/{offer_id}/rank", "/suggest", "/places")),
    *(("GET", path) for path in ("/ranking", "/openapi.json", "/catalogue.schema.json")),
    ("POST", "/offers/search"),
    ("POST", "/financing/simulate"),
}
# Not of the API: pages, and what machines ask. The payment page is for whoever knows its random address.
ANYBODY_BESIDE = {
    *(("GET", path) for path in ("/", "/offres/{offer}", "/classement", "/accessibilite", "/static/{name}")),
    *(("GET", path) for path in ("/healthz", "/readyz", "/metrics")),
}
BY_ITS_ADDRESS = {("GET", "/paiement-essai/{reference}"), ("POST", "/paiement-essai/{reference}")}
BY_SIGNATURE = {
    ("POST", "/payments/{provider_name}/webhook"),
    ("GET", "/dossiers/{file_id}/documents/{kind}/{key}/{until}/{signature}"),  # tests/api/test_links.py
}
# Everybody of the role has one of his own here.
OWN = {("GET", "/enrollments"): ROLES, ("POST", "/enrollments"): ("learner",), ("GET", "/statements"): ("funder",)}
GUARDED: dict[tuple[str, str], tuple[str, ...]] = {
    ("GET", FILE): ("learner", "organisation", "operator"),
    ("GET", f"{FILE}/history"): ("learner", "organisation", "operator"),
    ("GET", f"{FILE}/documents"): ("learner", "organisation", "operator"),
    ("GET", f"{FILE}/documents/{{kind}}"): ("learner", "operator"),  # of the recap
    ("GET", f"{FILE}/movements"): ("operator",),
    ("GET", f"{FILE}/payments"): ("learner", "operator"),
    ("GET", f"{FILE}/payments/{{payment_id}}"): ("learner", "operator"),
    ("POST", f"{FILE}/payments"): ("learner",),
    ("POST", f"{FILE}/events/{{event}}"): ("learner", "organisation", "operator"),
    ("GET", "/accounts/{account}"): ("learner", "operator"),
    ("POST", "/accounts/feeding"): ("operator",),
    ("GET", BANK): ("organisation", "operator"),
    ("POST", BANK): ("organisation", "operator"),
    ("DELETE", f"{BANK}/pending"): ("organisation", "operator"),
    ("GET", "/organisations/{siret}/standing"): ("organisation", "operator"),
    ("PUT", "/transfers/runs/{key}"): ("operator",),
    ("GET", "/transfers/runs"): ("operator",),
    ("GET", "/transfers/runs/{run_id}"): ("operator",),
    ("GET", "/transfers/runs/{run_id}/document"): ("operator",),
    ("POST", "/transfers/rejects"): ("operator",),
    ("GET", "/transfers/standings"): ("operator",),
    ("GET", "/transfers/incidents"): ("operator",),
    ("POST", "/transfers/incidents/{incident_id}/close"): ("operator",),
    ("GET", "/funders/due"): ("operator",),
    ("POST", "/funders/{funder}/repayments"): ("operator",),
    ("GET", "/recoveries"): ("operator",),
    ("POST", f"{FILE}/recovery"): ("operator",),
    ("POST", "/organisations/{siret}/catalogue"): ("organisation", "operator"),
    ("GET", "/submissions/{submission_id}"): ("organisation", "operator"),
    ("GET", "/submissions/{submission_id}/findings"): ("organisation", "operator"),
}
BODIES: dict[tuple[str, str], Any] = {
    ("POST", f"{FILE}/payments"): {"terms_version": TERMS},
    ("POST", "/accounts/feeding"): (
        f"annee;siret;titulaire;temps_pour_cent;categorie\n2025;{SIRET};{LEARNER};100;general\n".encode()
    ),
    ("POST", "/funders/{funder}/repayments"): {"reference": "V-1"},
    ("POST", BANK): {"iban": "FR7630006000011234567890189", "holder": "Un autre", "email": "a@autre.test"},
    ("PUT", "/transfers/runs/{key}"): {"on": "2027-06-01"},
    ("POST", "/transfers/rejects"): b"reference;montant;code\nx;1,00;AC04\n",
    ("POST", "/transfers/incidents/{incident_id}/close"): {"resolution": "fait"},
    ("POST", "/organisations/{siret}/catalogue"): b"[]",
}
SAID = {Event.CONFIRM: {"terms_version": TERMS, "cash_cents": 50_000}}


@dataclass(frozen=True)
class Scene:
    """A file that was paid by card, followed, billed, paid by transfer and rejected by the bank."""

    counter: Counter
    names: dict[str, str]

    def address(self, path: str, **other: str) -> str:
        return path.format(**{**self.names, **other})

    def call(self, whose: str, route: tuple[str, str], **headers: str) -> list[tuple[str, int]]:
        """Status of each address that the route stands for."""
        method, path = route
        if "{event}" not in path:
            asked = [(self.address(path), BODIES.get(route))]
        else:
            asked = [(self.address(path, event=event.value), SAID.get(event, {})) for event in MEMBERS]
        return [
            (f"{whose} {method} {address}", self.counter.call(whose, method, address, body, **headers).status_code)
            for address, body in asked
        ]

    def everything(self) -> dict[str, list[str]]:
        with reading(self.counter.office.database) as conn:
            return {
                name: sorted(repr(tuple(row)) for row in conn.execute(select(table)))
                for name, table in SQLModel.metadata.tables.items()
            }


@pytest.fixture
def scene(counter: Counter) -> Scene:
    file = counter.billed()
    (payment,) = counter.get("learner", f"/{file}/payments").json()["payments"]
    own = {"iban": IBAN, "holder": "O", "email": "compta@organisme.test"}
    declared = counter.call("organisation", "POST", f"/organisations/{SIRET}/bank-accounts", own)
    assert declared.status_code == 201
    run = counter.call("operator", "PUT", "/transfers/runs/mai", {"on": "2027-05-03"}).json()
    (transfer,) = counter.call("operator", "GET", f"/transfers/runs/{run['id']}").json()["transfers"]
    back = f"reference;montant;code\n{transfer['reference']};1500,00;AC04\n".encode()
    assert counter.call("operator", "POST", "/transfers/rejects", back).json()["taken"] == 1
    (incident,) = counter.call("operator", "GET", "/transfers/incidents").json()["incidents"]
    names = {
        "file_id": file,
        "payment_id": payment["id"],
        "kind": "recap",
        "account": id_text(account(LEARNER)),
        "siret": SIRET,
        "key": "juin",
        "funder": "region-84",
        "run_id": run["id"],
        "incident_id": incident["id"],
        "submission_id": id_text(5),
    }
    return Scene(counter, names)


def routes_of(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Method and path, those of the API without its prefix; routers within routers too."""
    for route in routes:
        within = getattr(route, "original_router", None)
        if within is not None:
            yield from routes_of(within.routes)
            continue
        assert isinstance(route, Route), route
        yield from ((method, route.path.removeprefix(PREFIX)) for method in route.methods or () if method != "HEAD")


def test_every_route_has_been_thought_of(counter: Counter) -> None:
    known = [*ANYBODY, *ANYBODY_BESIDE, *BY_ITS_ADDRESS, *BY_SIGNATURE, *OWN, *GUARDED]
    assert len(known) == len(set(known))
    assert set(routes_of(counter.app.routes)) == set(known)


def test_without_a_key_nothing_is_told_and_nothing_moves(scene: Scene) -> None:
    before = scene.everything()
    for route in (*OWN, *GUARDED):
        assert {status for _, status in scene.call("", route)} == {401}, route
        assert {status for _, status in scene.call("", route, authorization="Bearer pk_000000000000_rien")} == {401}, (
            route
        )
    assert scene.everything() == before


@pytest.mark.parametrize("whose", STRANGERS)
def test_a_stranger_of_the_right_role_is_told_nothing_and_moves_nothing(scene: Scene, whose: str) -> None:
    before = scene.everything()
    for route in GUARDED:
        for asked, status in scene.call(whose, route):
            assert status in (403, 404), asked
    assert scene.everything() == before


@pytest.mark.parametrize("whose", ROLES)
def test_a_key_of_another_role_is_told_nothing_and_moves_nothing(scene: Scene, whose: str) -> None:
    before = scene.everything()
    for route, roles in GUARDED.items():
        if whose not in roles:
            for asked, status in scene.call(whose, route):
                assert status in (403, 404), asked
    assert scene.everything() == before


@pytest.mark.parametrize("whose", [*STRANGERS, *ROLES])
def test_where_everybody_has_his_own_no_other_s_is_told(scene: Scene, whose: str) -> None:
    before, file = scene.everything(), scene.names["file_id"]
    for (method, path), roles in OWN.items():
        answer = scene.counter.call(whose, method, path, {} if method == "POST" else None)
        role = whose.removeprefix("other ")
        assert answer.status_code in ((403,) if role not in roles else (200,) if method == "GET" else (422,))
        mine = whose in ("learner", "organisation", "operator") and (method, path) == ("GET", "/enrollments")
        assert (file in answer.text) is mine
    assert scene.everything() == before


def test_those_whose_it_is_are_answered(scene: Scene) -> None:
    """So that the refusals above are of strangers, and not of everybody."""
    for route, roles in GUARDED.items():
        if route[0] == "GET" and not route[1].startswith("/submissions"):
            for whose in roles:
                assert {status for _, status in scene.call(whose, route)} == {200}, (whose, route)


def test_a_payment_page_is_found_by_its_address_alone(scene: Scene) -> None:
    for method, path in BY_ITS_ADDRESS:
        body = {"data": {"action": "carte", "carte": "4242424242424242"}} if method == "POST" else {}
        answer = scene.counter.client.request(method, path.format(reference="essai_rien"), **body)
        assert answer.status_code == 404


WITHOUT_KEY = {
    ("PUT", "/transfers/runs/{key}"),
    ("POST", "/organisations/{siret}/catalogue"),
}  # by nature; another room's


def test_what_is_sent_twice_with_one_key_is_done_once_at_every_route(scene: Scene) -> None:
    changing = {route: roles[0] for route, roles in {**OWN, **GUARDED}.items() if route[0] != "GET"}
    for number, (route, whose) in enumerate(changing.items()):
        if route in WITHOUT_KEY:
            continue
        address = scene.address(route[1], event="decline") if "{event}" in route[1] else scene.address(route[1])
        body = BODIES.get(route, {})
        first = scene.counter.call(whose, route[0], address, body, idempotency_key=f"k{number}")
        after = scene.everything()
        again = scene.counter.call(whose, route[0], address, body, idempotency_key=f"k{number}")
        assert (again.status_code, again.content) == (first.status_code, first.content), route
        assert again.headers["idempotency-replayed"] == "true", route
        assert scene.everything() == after, route
        other = scene.counter.call(whose, route[0], address, b'{"autre": 1}', idempotency_key=f"k{number}")
        assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused"), route
