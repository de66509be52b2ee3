"""Organisations' money by the API: their accounts, runs, rejects and incidents, and what each is told."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from lxml import etree

from base.database import reading
from base.ids import id_text
from enrollment.files.deadlines import day_of
from enrollment.files.notices import deliver_next
from enrollment.money import learner_number
from enrollment.money.check import prove
from tests.api.counter import IBAN, Counter
from tests.enrollment.files.office import LEARNER, OTHER_SIRET, SIRET, account

ACCOUNTS = f"/organisations/{SIRET}/bank-accounts"
ACCOUNT = {"iban": IBAN, "holder": "Organisme", "email": "compta@organisme.test"}
OTHER_IBAN = "FR7630006000011234567890189"
ON = {"on": "2027-05-03"}


def declared(counter: Counter, **other: Any) -> Any:
    answer = counter.call("organisation", "POST", ACCOUNTS, {**ACCOUNT, **other})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_first_account_counts_at_once_and_a_change_waits_and_can_be_taken_back(counter: Counter) -> None:
    first = declared(counter)
    assert (first["standing"]["value"], first["iban"]) == ("effective", "FR14 … 2606")
    second = declared(counter, iban=OTHER_IBAN)
    assert second["standing"]["value"] == "pending"
    listed = counter.call("organisation", "GET", ACCOUNTS)
    assert [each["standing"]["value"] for each in listed.json()["accounts"]] == ["effective", "pending"]
    assert IBAN not in listed.text
    gone = counter.call("organisation", "DELETE", f"{ACCOUNTS}/pending")
    assert (gone.status_code, gone.json()["standing"]["value"]) == (200, "withdrawn")
    assert counter.call("organisation", "DELETE", f"{ACCOUNTS}/pending").status_code == 404


def test_accounts_are_changed_once_and_as_they_were_read(counter: Counter) -> None:
    tag = counter.call("organisation", "GET", ACCOUNTS).headers["etag"]
    once = counter.call("organisation", "POST", ACCOUNTS, ACCOUNT, idempotency_key="k", if_match=tag)
    again = counter.call("organisation", "POST", ACCOUNTS, ACCOUNT, idempotency_key="k", if_match=tag)
    assert (once.status_code, again.content) == (201, once.content)
    stale = counter.call("organisation", "POST", ACCOUNTS, {**ACCOUNT, "iban": OTHER_IBAN}, if_match=tag)
    assert (stale.status_code, stale.json()["code"]) == (412, "changed-meanwhile")
    fresh = counter.call("organisation", "GET", ACCOUNTS).headers["etag"]
    assert fresh == once.headers["etag"]
    changed = counter.call("organisation", "POST", ACCOUNTS, {**ACCOUNT, "iban": OTHER_IBAN}, if_match=fresh)
    assert changed.status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {**ACCOUNT, "iban": "FR1420041010050500013M02607"},
        {**ACCOUNT, "iban": "pas un compte"},
        {**ACCOUNT, "iban": 14},
        {**ACCOUNT, "iban": "BR1800360305000010009795493C1"},
        {**ACCOUNT, "bic": "XX"},
        {**ACCOUNT, "holder": ""},
        {**ACCOUNT, "holder": "A\x01\x00B"},
        {**ACCOUNT, "holder": "– …"},
        {**ACCOUNT, "email": "pas une adresse"},
        {**ACCOUNT, "email": ""},
        {name: value for name, value in ACCOUNT.items() if name != "email"},
        {**ACCOUNT, "siret": OTHER_SIRET},
        {},
    ],
)
def test_a_bank_account_that_is_none_is_refused(counter: Counter, body: Any) -> None:
    assert counter.call("organisation", "POST", ACCOUNTS, body).status_code == 422
    assert counter.call("organisation", "GET", ACCOUNTS).json()["accounts"] == []


def test_a_run_pays_once_and_what_the_bank_rejects_is_due_again(counter: Counter) -> None:
    file = counter.billed()
    declared(counter)
    made = counter.call("operator", "PUT", "/transfers/runs/mai", ON)
    assert made.status_code == 200, made.text
    run = made.json()
    assert (run["payees"], run["total_cents"], run["skipped"]) == (1, 150_000, [])
    again = counter.call("operator", "PUT", "/transfers/runs/mai", ON).json()
    assert (again["id"], again["total_cents"]) == (run["id"], 150_000)
    assert counter.call("operator", "PUT", "/transfers/runs/mai", {"on": "2027-05-04"}).status_code == 409
    sent = counter.call("operator", "GET", f"/transfers/runs/{run['id']}/document")
    assert sent.headers["content-type"] == "application/xml"
    assert IBAN in etree.fromstring(sent.content).xpath("string()")
    (transfer,) = counter.call("operator", "GET", f"/transfers/runs/{run['id']}").json()["transfers"]
    assert transfer["files"] == [{"enrollment": file, "cents": 150_000}]
    standing = counter.call("organisation", "GET", f"/organisations/{SIRET}/standing").json()
    assert (standing["paid_cents"], standing["due"]["cents"]) == (150_000, 0)
    assert standing["transfers"] == [transfer]

    rejects = f"reference;montant;code;motif\n{transfer['reference']};1500,00;AC04;\n".encode()
    loaded = counter.call("operator", "POST", "/transfers/rejects", rejects).json()
    assert (loaded["taken"], loaded["cents"], loaded["findings"]) == (1, 150_000, [])
    warned = counter.call("operator", "POST", "/transfers/rejects", rejects).json()
    assert (warned["taken"], warned["findings"][0]["code"]) == (0, "already")
    standing = counter.call("organisation", "GET", f"/organisations/{SIRET}/standing").json()
    assert (standing["paid_cents"], standing["due"]["cents"], standing["rejected_cents"]) == (0, 150_000, 150_000)
    (incident,) = counter.call("operator", "GET", "/transfers/incidents").json()["incidents"]
    held = counter.call("operator", "PUT", "/transfers/runs/juin", ON).json()
    assert (held["payees"], [each["siret"] for each in held["skipped"]]) == (0, [SIRET])
    address = f"/transfers/incidents/{incident['id']}/close"
    assert counter.call("operator", "POST", address, {"resolution": ""}).status_code == 422
    assert counter.call("operator", "POST", address, {"resolution": "compte rouvert"}).status_code == 200
    assert counter.call("operator", "POST", address, {"resolution": "encore"}).status_code == 404
    assert counter.call("operator", "PUT", "/transfers/runs/juillet", ON).json()["total_cents"] == 150_000
    assert len(counter.call("operator", "GET", "/transfers/runs").json()["runs"]) == 3
    with reading(counter.office.database) as conn:
        assert prove(conn).flaws == ()


@pytest.mark.parametrize("body", [{}, {"on": "hier"}, {"on": "2027-02-30"}, {"on": 20270503}, [1]])
def test_a_run_without_a_day_is_none(counter: Counter, body: Any) -> None:
    assert counter.call("operator", "PUT", "/transfers/runs/mai", body).status_code == 422
    assert counter.call("operator", "GET", "/transfers/runs").json()["runs"] == []


def test_a_run_of_a_day_that_is_past_is_none_but_an_old_one_is_asked_again(counter: Counter) -> None:
    counter.billed()
    declared(counter)
    today = day_of(counter.office.now)
    past = counter.call("operator", "PUT", "/transfers/runs/mai", {"on": (today - timedelta(days=1)).isoformat()})
    assert (past.status_code, past.json()["parameter"]) == (422, "on")
    made = counter.call("operator", "PUT", "/transfers/runs/mai", {"on": today.isoformat()})
    counter.office.at(today + timedelta(days=3))
    again = counter.call("operator", "PUT", "/transfers/runs/mai", {"on": today.isoformat()})
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])


def test_rejects_that_are_no_sheet_are_refused(counter: Counter) -> None:
    for content in (b"", b"\0", b"a;b\n1;2\n"):
        assert counter.call("operator", "POST", "/transfers/rejects", content).status_code == 422
    foreign = b"reference;montant;code\ninconnue;10,00;AC04\nx;10 USD;AC04\nx;-3;AC04\n"
    told = counter.call("operator", "POST", "/transfers/rejects", foreign).json()
    assert (told["taken"], [each["line"] for each in told["findings"]]) == (0, [2, 3, 4])


def test_accounts_are_fed_by_the_operator_and_seen_by_their_learner(counter: Counter) -> None:
    sheet = f"annee;siret;titulaire;temps_pour_cent;categorie\n2025;{SIRET};{LEARNER};100;general\n".encode()
    before = counter.call("learner", "GET", "/accounts/me").json()
    assert before["learner"] == id_text(account(LEARNER)) == id_text(learner_number(LEARNER))
    assert counter.call("operator", "POST", "/accounts/feeding", sheet, idempotency_key="k").json()["taken"] == 1
    after = counter.call("learner", "GET", "/accounts/me").json()
    assert after["total_cents"] - before["total_cents"] == 50_000
    again = counter.call("operator", "POST", "/accounts/feeding", sheet).json()
    assert (again["taken"], len(again["findings"])) == (0, 1)
    assert counter.call("operator", "GET", f"/accounts/{after['learner']}").json() == after
    bad = f"annee;siret;titulaire;temps_pour_cent;categorie\n2024;{SIRET};{LEARNER};1000 USD;general\n".encode()
    told = counter.call("operator", "POST", "/accounts/feeding", bad).json()
    assert (told["taken"], told["findings"][0]["line"]) == (0, 2)
    assert counter.call("learner", "GET", "/accounts/me").json() == after


def test_a_funder_is_told_what_became_of_its_money_and_of_no_other(counter: Counter) -> None:
    sheet = b"reference;financeur;type;du;montant_max\nR1;region-84;region;2026-01-01;200\n"
    assert counter.call("operator", "POST", "/accounts/feeding", sheet).json()["taken"] == 1
    file = counter.billed()
    (told,) = counter.call("other funder", "GET", "/statements").json()["statements"]
    assert (told["file"], told["given_cents"], told["paid_cents"]) == (file, 20_000, 20_000)
    assert counter.call("funder", "GET", "/statements").json()["statements"] == []
    assert counter.call("other funder", "GET", f"/statements?after={file}").json()["statements"] == []


def test_every_movement_of_a_file_s_money_is_told_to_the_operator(counter: Counter) -> None:
    file = counter.billed()
    counter.office.now += timedelta(days=1)
    movements = counter.get("operator", f"/{file}/movements").json()["movements"]
    assert [each["event"]["value"] for each in movements] == ["held", "settled"]
    assert all(sum(line["cents"] for line in each["lines"]) == 0 for each in movements)
    assert counter.get("learner", f"/{file}/movements").status_code == 403


def test_a_changed_account_is_told_by_mail_to_both_addresses(counter: Counter) -> None:
    declared(counter)
    declared(counter, iban=OTHER_IBAN, email="autre@organisme.test")
    sent: list[EmailMessage] = []
    while deliver_next(counter.office.database, sent.append, "parcours@exemple.test", counter.services.wall, "essais"):
        pass
    changes = {str(each["To"]) for each in sent if str(each["Subject"]) == "Changement de compte bancaire"}
    assert changes == {"compta@organisme.test", "autre@organisme.test"}
    assert len({str(each["Message-ID"]) for each in sent}) == len(sent)


def test_what_a_control_takes_back_goes_where_it_came_from(counter: Counter) -> None:
    sheet = b"reference;financeur;type;du;montant_max\nR1;region-84;region;2026-01-01;200\n"
    assert counter.call("operator", "POST", "/accounts/feeding", sheet).json()["taken"] == 1
    file = counter.billed()
    declared(counter)
    assert counter.call("operator", "PUT", "/transfers/runs/mai", ON).json()["total_cents"] == 150_000
    counter.act("operator", file, "control", reason="feuilles d'émargement")
    counter.act("operator", file, "end_control", reason="moitié non faite", undue_cents=75_000, currency="EUR")
    (claim,) = counter.call("operator", "GET", "/recoveries").json()["recoveries"]
    assert claim == {"enrollment": file, "siret": SIRET, "cents": 75_000}
    address = f"/enrollments/{file}/recovery"
    once = counter.call("operator", "POST", address, idempotency_key="k")
    assert (once.status_code, once.json()["cents"]) == (200, 75_000)
    assert counter.call("operator", "POST", address, idempotency_key="k").content == once.content
    assert counter.call("operator", "POST", address).status_code == 409
    assert counter.call("operator", "GET", "/recoveries").json()["recoveries"] == []
    counter.work()
    (payment,) = counter.get("learner", f"/{file}/payments").json()["payments"]
    assert [(each["cents"], each["state"]["value"]) for each in payment["refunds"]] == [(15_000, "done")]
    assert counter.call("learner", "GET", "/accounts/me").json()["total_cents"] == 50_000

    assert counter.call("operator", "GET", "/funders/due").json()["funders"] == [
        {"funder": "region-84", "cents": 10_000, "accounts": 1}
    ]
    address = "/funders/region-84/repayments"
    assert counter.call("operator", "POST", address, {"reference": ""}).status_code == 422
    assert counter.call("operator", "POST", address, {"reference": "V-1"}).json()["cents"] == 10_000
    assert counter.call("operator", "POST", address, {"reference": "V-2"}).status_code == 409
    with reading(counter.office.database) as conn:
        assert prove(conn).flaws == ()
