"""Files by the API: who may see and move what, once, and only as he had read it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest

from api import idempotency
from api.said import MEMBERS
from base.database import unit_of_work
from base.ids import id_text
from catalog.codes.facets import Answer
from enrollment.files.events import Event
from tests.api.client import Client
from tests.api.counter import ADDRESS, ASKED, Counter
from tests.enrollment.files.office import END, START, TERMS, offer, session, training


def test_a_file_goes_from_the_request_to_the_payment(counter: Counter) -> None:
    file = counter.asked()
    told = counter.get("learner", f"/{file}").json()
    assert told["state"] == {"value": "notProcessed", "label": "demande reçue, pas encore traitée", "final": False}
    assert told["plan"]["cash_cents"] == 50_000
    assert [each["event"] for each in told["possible"]] == ["decline"]
    counter.act("organisation", file, "propose", price_cents=140_000, currency="EUR")
    accepted = counter.paid(file)
    assert (accepted["state"]["value"], accepted["price_cents"]) == ("accepted", 140_000)
    counter.office.at(START)
    counter.act("organisation", file, "enter", on=START.isoformat())
    counter.office.at(END)
    declared = counter.act("organisation", file, "exit", on=END.isoformat(), done=140, planned=140)
    assert (declared["state"]["value"], declared["rate_percent"]) == ("serviceDoneDeclared", 100)
    counter.office.at(END + timedelta(days=30)).sweep()
    counter.act("organisation", file, "bill", bill_number="F-2027-1")
    counter.pay()
    assert counter.get("operator", f"/{file}").json()["billing"]["value"] == "paid"
    told = {
        whose: counter.get(whose, f"/{file}/documents").json()["documents"] for whose in ("learner", "organisation")
    }
    assert [(each["kind"], each["reference"]) for each in told["organisation"]] == [
        ("quote", ""), ("invoice", "F-2027-1"),
    ]  # fmt: skip
    assert told["organisation"][1]["to_pay_cents"] == 140_000
    assert [each["kind"] for each in told["learner"]] == ["quote", "confirmation", "participation", "recap"]
    assert told["learner"][2]["cash_cents"] == 40_000
    recap = told["learner"][3]
    assert (recap["rights_debited_cents"], recap["cash_debited_cents"]) == (100_000, 40_000)
    history = counter.get("learner", f"/{file}/history").json()["history"]
    assert [each["event"]["value"] for each in history] == [
        "request", "propose", "confirm", "enter", "exit", "declare_service", "validate", "bill", "pay",
    ]  # fmt: skip
    assert all("by" not in each for each in history)
    assert all(each["by"] for each in counter.get("operator", f"/{file}/history").json()["history"])


@pytest.mark.parametrize("event", ["pay", "pay_deposit", "payment_rejected"])
def test_what_runs_and_banks_do_is_nobody_s_to_say(counter: Counter, event: str) -> None:
    """Else a file is paid without a transfer, or due again while its money left."""
    file = counter.billed()
    told = counter.get("operator", f"/{file}").json()
    assert event not in [each["event"] for each in told["possible"]]
    said = {"reference": "virement-1", "reason": "AC04"}
    assert counter.post("operator", f"/{file}/events/{event}", said).status_code == 404
    assert counter.get("operator", f"/{file}").json() == told


STRANGERS = ("other learner", "other organisation", "other funder")


@pytest.mark.parametrize("whose", STRANGERS)
def test_nobody_sees_or_moves_another_s_file(counter: Counter, whose: str) -> None:
    """Route by route; nothing tells a file of another from one that does not exist."""
    file = counter.asked()
    counter.act("organisation", file, "propose")
    counter.act("learner", file, "ask_funder", terms_version=TERMS)
    before = counter.get("operator", f"/{file}").json()
    nothing = id_text(1)
    for address in ("/{}", "/{}/history", "/{}/documents"):
        assert counter.get(whose, address.format(file)).status_code == 404
        assert (
            counter.get(whose, address.format(file)).json()["detail"]
            == (counter.get(whose, address.format(nothing)).json()["detail"])
        )
    for event in MEMBERS:
        body = {"terms_version": TERMS, "cash_cents": 0} if event is Event.CONFIRM else {}
        answer = counter.post(whose, f"/{file}/events/{event.value}", body)
        unknown = counter.post(whose, f"/{nothing}/events/{event.value}", body)
        assert (answer.status_code, answer.json()["detail"]) == (404, unknown.json()["detail"])
    assert counter.get(whose).json() == {"enrollments": [], "next_after": None}
    assert counter.get("operator", f"/{file}").json() == before


def test_every_route_asks_for_a_key(counter: Counter) -> None:
    file = counter.asked()
    for method, address in (("GET", ""), ("POST", ""), ("GET", f"/{file}"), ("GET", f"/{file}/history")):
        assert counter.client.request(method, f"{ADDRESS}{address}", json={}).status_code == 401
    for event in MEMBERS:
        assert counter.client.post(f"{ADDRESS}/{file}/events/{event.value}", json={}).status_code == 401


@pytest.mark.parametrize("whose", ["organisation", "funder", "operator"])
def test_only_a_learner_asks(counter: Counter, whose: str) -> None:
    assert counter.post(whose, "", ASKED).status_code == 403
    assert counter.count() == 0


def test_each_reader_is_told_what_is_his(counter: Counter) -> None:
    file = counter.asked()
    counter.act("organisation", file, "propose")
    counter.act("learner", file, "ask_funder", terms_version=TERMS)
    members = {
        whose: set(counter.get(whose, f"/{file}").json()) for whose in ("learner", "organisation", "funder", "operator")
    }
    private = {"learner", "plan", "profile"}
    assert {whose: told & private for whose, told in members.items()} == {
        "learner": private,
        "organisation": {"learner"},
        "funder": {"plan"},
        "operator": private,
    }
    assert [each["id"] for each in counter.get("funder").json()["enrollments"]] == [file]


def test_an_event_that_is_another_role_s_is_refused_with_what_is_possible(counter: Counter) -> None:
    file = counter.asked()
    answer = counter.post("learner", f"/{file}/events/propose", {})
    assert answer.status_code == 409
    assert answer.json()["code"] == "transition-refused"
    assert [each["event"] for each in answer.json()["possible"]] == ["decline"]


def test_the_same_key_is_the_same_answer_and_one_file(counter: Counter) -> None:
    first = counter.post("learner", "", ASKED, idempotency_key="k1")
    again = counter.post("learner", "", ASKED, idempotency_key="k1")
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert (again.headers["location"], again.headers["etag"]) == (first.headers["location"], first.headers["etag"])
    assert "idempotency-replayed" not in first.headers
    assert counter.count() == 1
    assert counter.post("learner", "", {**ASKED, "name": "Camille"}, idempotency_key="k1").status_code == 422
    assert counter.post("learner", "", ASKED, idempotency_key="k2").json()["id"] != first.json()["id"]
    assert counter.count() == 2


def test_a_key_belongs_to_its_caller(counter: Counter) -> None:
    file = counter.asked()
    assert counter.post("organisation", f"/{file}/events/propose", {}, idempotency_key="k").status_code == 200
    assert counter.post("learner", f"/{file}/events/decline", {}, idempotency_key="k").status_code == 200


def test_a_refusal_is_kept_too(counter: Counter) -> None:
    file, agreed = counter.asked(), {"terms_version": TERMS, "cash_cents": 0}
    refused = counter.post("learner", f"/{file}/events/confirm", agreed, idempotency_key="k")
    assert refused.status_code == 409
    counter.act("organisation", file, "propose", price_cents=100_000)
    again = counter.post("learner", f"/{file}/events/confirm", agreed, idempotency_key="k")
    assert (again.status_code, again.content) == (409, refused.content)
    assert counter.post("learner", f"/{file}/events/confirm", agreed, idempotency_key="k2").status_code == 200


def test_repeats_at_once_do_it_once(counter: Counter) -> None:
    headers = {"authorization": f"Bearer {counter.keys['learner']}", "idempotency-key": "k"}
    app = counter.app

    def send(_: int) -> bytes:
        with Client(app) as client:
            answer = client.post(ADDRESS, json=ASKED, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.content

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(send, range(6)))) == 1
    assert counter.count() == 1


@pytest.mark.parametrize("key", ["é", "x" * 256, "a\tb"])
def test_a_key_that_is_none_is_refused(counter: Counter, key: str) -> None:
    headers = {"authorization": f"Bearer {counter.keys['learner']}".encode(), "idempotency-key": key.encode("latin-1")}
    assert counter.client.post(ADDRESS, json=ASKED, headers=headers).status_code == 422
    assert counter.count() == 0


def test_old_keys_are_forgotten(counter: Counter) -> None:
    counter.post("learner", "", ASKED, idempotency_key="k1")
    wall = counter.services.wall()
    with unit_of_work(counter.office.database) as conn:
        assert idempotency.prune(conn, wall + idempotency.KEPT) == 0
        assert idempotency.prune(conn, wall + idempotency.KEPT + timedelta(seconds=1)) == 1


@pytest.mark.parametrize(
    ("match", "status"), [('"1"', 200), ("*", 200), ('"2"', 412), ('W/"1"', 412), ("1", 412), ('""', 412), ('"x"', 412)]
)
def test_an_act_on_a_file_that_was_read_before_is_refused(counter: Counter, match: str, status: int) -> None:
    file = counter.asked()
    assert counter.get("organisation", f"/{file}").headers["etag"] == '"1"'
    answer = counter.post("organisation", f"/{file}/events/propose", {}, if_match=match)
    assert answer.status_code == status
    assert counter.get("learner", f"/{file}").headers["etag"] == ('"2"' if status == 200 else '"1"')


def test_a_confirmation_of_another_remainder_is_refused_with_the_new_plan(counter: Counter) -> None:
    file = counter.asked()
    counter.act("organisation", file, "propose")
    answer = counter.post("learner", f"/{file}/events/confirm", {"terms_version": TERMS, "cash_cents": 49_999})
    assert (answer.status_code, answer.json()["code"]) == (409, "plan-changed")
    assert answer.json()["plan"]["cash_cents"] == 50_000
    unpaid = counter.post("learner", f"/{file}/events/confirm", {"terms_version": TERMS, "cash_cents": 50_000})
    assert (unpaid.status_code, unpaid.json()["code"], unpaid.json()["card_cents"]) == (409, "card-first", 50_000)


@pytest.mark.parametrize(
    ("event", "body"),
    [
        ("propose", {"price_cents": "140000"}),
        ("propose", {"price_cents": -1}),
        ("propose", {"price_cents": 0}),
        ("propose", {"price_cents": 1400.5}),
        ("propose", {"price_cents": 10**15}),
        ("propose", {"price_cents": 140_000, "currency": "USD"}),
        ("propose", {"starts_on": "2027-02-30"}),
        ("propose", {"ends_on": "2020-01-01"}),
        ("propose", {"reason": "sans objet ici"}),
        ("propose", {"prix": 1}),
        ("propose", [1]),
        ("refuse", {}),
        ("refuse", {"reason": "   "}),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(counter: Counter, event: str, body: Any) -> None:
    file = counter.asked()
    before = counter.get("operator", f"/{file}").json()
    assert counter.post("organisation", f"/{file}/events/{event}", body).status_code == 422
    assert counter.get("operator", f"/{file}").json() == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"offer": "rien"}, 422),
        ({"offer": id_text(5)}, 404),
        ({"session": id_text(5)}, 404),
        ({"session": ""}, 422),
        ({"start_on": "2027-01-19"}, 422),
        ({"statuses": ["roi"]}, 422),
        ({"email": "pas une adresse"}, 422),
        ({"name": "a\x00b"}, 422),
        ({"surprise": True}, 422),
    ],
)
def test_a_request_for_what_is_not_there_is_refused(counter: Counter, body: Any, status: int) -> None:
    answer = counter.post("learner", "", {**ASKED, **body})
    assert answer.status_code == status, answer.text
    assert counter.count() == 0


def test_what_cannot_be_ordered_is_refused_with_its_reason(counter: Counter) -> None:
    office = counter.office
    office.publish(training(offer(price_cents=None)))
    assert "prix" in counter.post("learner", "", ASKED).json()["detail"]
    office.publish(training(offer(eligible_cpf=Answer.NO)))
    refused = counter.post("learner", "", ASKED)
    assert (refused.status_code, refused.json()["code"]) == (409, "not-payable")
    assert refused.json()["refusals"][0]["code"] == "not-eligible"
    office.publish(training(offer(sessions=(session(start_on=date(2026, 11, 2)),))))
    assert counter.post("learner", "", ASKED).json()["code"] == "session-closed"
    assert counter.count() == 0


def test_an_unknown_event_or_an_oversized_body_is_refused(counter: Counter) -> None:
    file = counter.asked()
    assert counter.post("learner", f"/{file}/events/lapse", {}).status_code == 404
    assert counter.post("learner", f"/{file}/events/decline", {"reason": "x" * 70_000}).status_code == 413


def test_a_learner_is_told_at_the_request_what_is_already_too_late(counter: Counter) -> None:
    assert counter.post("learner", "", ASKED).json()["too_late"] == []
    counter.office.at(date(2026, 12, 20))
    told = counter.post("learner", "", ASKED).json()["too_late"]
    assert len(told) == 1
    assert "France Travail" in told[0]


def test_what_time_did_is_shown_before_a_worker_swept(counter: Counter) -> None:
    file = counter.asked()
    counter.office.at(date(2026, 12, 20))
    told = counter.get("learner", f"/{file}").json()
    assert (told["state"]["value"], told["possible"]) == ("rejectedWithoutOfSuite", [])


def test_files_are_listed_page_by_page_and_by_state(counter: Counter) -> None:
    made = sorted(counter.asked() for _ in range(3))
    counter.act("learner", made[0], "decline")
    first = counter.get("learner", "?limit=2").json()
    rest = counter.get("learner", f"?limit=2&after={first['next_after']}").json()
    assert [each["id"] for each in (*first["enrollments"], *rest["enrollments"])] == made
    assert rest["next_after"] is None
    assert [
        each["id"] for each in counter.get("organisation", "?state=refusedByAttendee").json()["enrollments"]
    ] == made[:1]
    assert counter.get("organisation", "?state=rien").status_code == 422
    assert counter.get("operator", "?queue=true").json()["enrollments"] == []
    counter.post("operator", f"/{made[1]}/events/control", {"reason": "signalement"})
    assert [each["id"] for each in counter.get("operator", "?queue=true").json()["enrollments"]] == made[1:2]
