"""``parcours demo`` plays a learner's story by the product's own doors, and leaves a ledger that is proved."""

from __future__ import annotations

import email
from datetime import datetime, timedelta
from email import policy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from lxml import etree

from base.clock import PARIS
from tests.parcours.conftest import Run
from tests.parcours.service import Service, until


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


def test_the_story_goes_from_the_search_to_the_paid_organisation(parcours: Run, demo: Path) -> None:
    told = parcours("demo", "--no-serve", "--json", data=demo)
    assert told.status == 0, told.err
    story = told.json["story"]
    titles = [step["title"] for step in story["steps"]]
    assert titles == [
        "Avant l'histoire", "Camille cherche", "Elle simule, sans compte", "Elle demande une inscription",
        "L'organisme propose, la place est retenue", "Elle accepte les conditions et paie le reste par carte",
        "La formation commence", "Elle finit", "Le délai de contestation est passé", "L'organisme facture",
        "Le gestionnaire paie, par un seul fichier SEPA", "Ce qui reste de l'histoire",
    ]  # fmt: skip
    days = [step["on"] for step in story["steps"]]
    assert days == sorted(days)
    assert story["proved"] is True
    everything = "\n".join(line for step in story["steps"] for line in step["told"])
    for expected in ("carte", "droits annuels", "Région", "Avis à", "virement à l'organisme", "une seule demande"):
        assert expected in everything, expected

    # What it says can be looked at: by the ledger's own check, in the mails, in the file for the bank.
    checked = parcours("ledger", "check", "--json", data=demo / "demo").json
    assert (checked["proved"], checked["flaws"]) == (True, [])
    assert checked["out_cents"] > 0
    mails = list((demo / "demo" / "mail").glob("*.eml"))
    assert len(mails) == story["mails"] >= 10
    subjects = {str(email.message_from_bytes(mail.read_bytes(), policy=policy.default)["Subject"]) for mail in mails}
    assert any(subject.startswith("Votre inscription est confirmée") for subject in subjects)
    transfers = etree.parse(story["transfers"])
    assert transfers.findtext(".//{*}CtrlSum") is not None
    standing = parcours("transfers", "standing", "--siret", story["siret"], "--json", data=demo / "demo").json
    assert standing["standings"][0]["paid_cents"] == checked["out_cents"]


def test_the_story_is_told_in_french_with_what_to_do_next(parcours: Run, demo: Path) -> None:
    told = parcours("demo", "--no-serve", data=demo)
    assert told.status == 0, told.err
    for expected in ("Une histoire, de la recherche au virement", "Argent :", "Regarder cette histoire",
                     "events/propose", "ledger check", "Idempotency-Key"):  # fmt: skip
        assert expected in told.out, expected


def test_an_operator_takes_rejects_closes_incidents_and_pays_by_the_command_line(
    parcours: Run, demo: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    story = parcours("demo", "--no-serve", "--json", data=demo).json["story"]
    data = demo / "demo"
    transfers = etree.parse(story["transfers"])
    reference, amount = (transfers.findtext(f".//{{*}}{name}") for name in ("EndToEndId", "InstdAmt"))
    sheet = tmp_path / "rejets.csv"
    sheet.write_text(f"reference;montant;code\n{reference};{amount};AC04\n")
    assert parcours("transfers", "rejects", str(sheet), "--json", data=data).json["taken"] == 1
    wrong = tmp_path / "faux.csv"
    wrong.write_text("reference;montant;code\ninconnue;10 USD;AC04\n")
    assert parcours("transfers", "rejects", str(wrong), data=data).status == 1
    (incident,) = parcours("transfers", "incidents", "--json", data=data).json["incidents"]
    assert incident["siret"] == story["siret"]
    on = (datetime.now(PARIS) + timedelta(days=1)).date().isoformat()
    refused = parcours("transfers", "pay", "lot-2", "--on", on, data=data)
    assert refused.status == 1
    assert "PARCOURS_DEBTOR_IBAN" in refused.err
    monkeypatch.setenv("PARCOURS_DEBTOR_NAME", "Caisse des essais")
    monkeypatch.setenv("PARCOURS_DEBTOR_IBAN", "FR7630006000011234567890189")
    held = parcours("transfers", "pay", "lot-2", "--on", on, "--json", data=data).json
    assert (held["payees"], len(held["skipped"])) == (0, 1)
    assert parcours("transfers", "close", incident["id"], "compte rouvert", data=data).status == 0
    assert parcours("transfers", "close", incident["id"], "encore", data=data).status == 1
    file = tmp_path / "virements.xml"
    paid = parcours("transfers", "pay", "lot-3", "--on", on, "--out", str(file), data=data)
    assert "1 organisme payé" in paid.out
    assert etree.parse(file).findtext(".//{*}InstdAmt") == amount
    assert parcours("ledger", "check", data=data).status == 0


def test_a_learner_s_key_is_made_for_whom_the_operator_s_files_name(parcours: Run, demo: Path) -> None:
    made = parcours("admin", "key", "--role", "learner", "--person", "camille-demo", "--json", data=demo / "demo")
    story = parcours("demo", "--no-serve", "--json", data=demo).json["story"]
    assert made.json["subject"] == story["account"]
    assert parcours("admin", "key", "--role", "funder", "--person", "x", data=demo / "demo").status == 2


def test_the_service_and_its_worker_go_on_with_it_over_http(parcours: Run, demo: Path) -> None:
    """As the demonstration's last lines say: another file, paid at the page, told by a signed webhook."""
    story = parcours("demo", "--no-serve", "--json", data=demo).json["story"]
    service = Service(demo / "demo")
    try:
        until(service.ready, "ready")

        def ask(whose: str, method: str, address: str, body: object = None) -> Any:
            held = {"Authorization": f"Bearer {story['keys'][whose]}"}
            answer = httpx.request(method, f"{service.address}/api/v1{address}", json=body, headers=held)
            assert answer.status_code < 300, answer.text
            return answer.json()

        recap = httpx.get(service.address + urlsplit(story["page_url"]).path, headers={"accept": "text/html"})
        assert (recap.status_code, "Camille Démo" in recap.text) == (200, True)
        asked = {"offer": story["offer"], "session": story["session"], "statuses": ["employee"], "region": "84"}
        file = ask("learner", "POST", "/enrollments", asked)
        address = f"/enrollments/{file['id']}"
        ask("organisation", "POST", f"{address}/events/propose", {})
        going = {"terms_version": file["terms_in_force"]}
        payment = f"{address}/payments/{ask('learner', 'POST', f'{address}/payments', going)['id']}"
        until(lambda: ask("learner", "GET", payment)["page_url"] is not None, "page")
        page = ask("learner", "GET", payment)["page_url"]
        assert page.startswith(service.address)
        assert httpx.post(page, data={"action": "carte", "carte": "4242 4242 4242 4242"}).status_code == 303
        until(lambda: ask("learner", "GET", address)["state"]["value"] == "accepted", "order")
    finally:
        service.process.terminate()
        service.process.wait()
        assert service.process.stderr is not None
        service.process.stderr.close()
    assert parcours("ledger", "check", data=demo / "demo").status == 0
